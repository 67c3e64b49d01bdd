/* The folder of a report: written beside its place and moved there when it is whole. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "report/chart/bar_chart.h"
#include "report/chart/spread_chart.h"
#include "report/json_builder.h"
#include "report/page/page.h"
#include "vtonmetrics/vtonmetrics.h"

typedef struct folder_file {
  char *name;
  vtm_text content;
} folder_file;

typedef struct folder {
  const char *path;
  char *partial; /* where it is written first */
  int lock;      /* on the partial folder */
  folder_file *files;
  size_t count;
} folder;

/* ---- what is in it ---- */

static vtm_text *add_report_file(folder *made, const char *stem, const char *extension, vtm_error *error) {
  folder_file *file = &made->files[made->count];
  vtm_text name = {0};
  vtm_text_format(&name, "%s%s", stem, extension);
  file->name = vtm_text_take(&name, error);
  if (file->name == NULL) return NULL;
  made->count++;
  return &file->content;
}

static vtm_status add_text(folder *made, const char *stem, const char *extension, const char *text, vtm_error *error) {
  vtm_text *content = add_report_file(made, stem, extension, error);
  if (content == NULL) return VTM_ERROR_MEMORY;
  vtm_text_append(content, text);
  return content->failed ? vtm_fail_memory(error, strlen(text)) : VTM_OK;
}

/* Now, or when a build that is to be the same every time says that it is. */
static void append_date(vtm_text *text) {
  const char *fixed = getenv("SOURCE_DATE_EPOCH");
  const time_t now = fixed != NULL && *fixed != '\0' ? (time_t)strtoll(fixed, NULL, 10) : time(NULL);
  char date[32] = "";
  struct tm utc;
  if (gmtime_r(&now, &utc) != NULL) (void)strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &utc);
  vtm_text_append(text, date);
}

/* Which program made the scores, when and how: a member that only a file has, since what is printed is the same
 * whenever it is printed. */
static void append_made(vtm_text *text, const char *command) {
  cJSON *quoted = vtm_json_text(command != NULL ? command : "");
  char *printed = quoted != NULL ? cJSON_PrintUnformatted(quoted) : NULL;
  vtm_text_format(text, "\t\"made\":\t{\n\t\t\"program\":\t\"vtonmetrics %s\",\n\t\t\"date\":\t\"", vtm_version());
  append_date(text);
  vtm_text_format(text, "\",\n\t\t\"command\":\t%s\n\t},\n", printed != NULL ? printed : "null");
  cJSON_free(printed);
  cJSON_Delete(quoted);
}

static vtm_status add_scores(folder *made, const vtm_report_folder_options *options, vtm_error *error) {
  static const char beginning[] = "{\n";
  const char *json = options->scores_json;
  vtm_text *content = add_report_file(made, "scores", ".json", error);
  if (content == NULL) return VTM_ERROR_MEMORY;
  if (strncmp(json, beginning, strlen(beginning)) == 0) {
    vtm_text_append(content, beginning);
    append_made(content, options->command);
    json += strlen(beginning);
  }
  vtm_text_append(content, json);
  return content->failed ? vtm_fail_memory(error, strlen(json)) : VTM_OK;
}

static vtm_status add_charts(folder *made, const vtm_result *result, vtm_language language, vtm_error *error) {
  static const char *const extensions[] = {[VTM_DRAW_PNG] = ".png", [VTM_DRAW_SVG] = ".svg"};
  const vtm_chart chart = {.result = result, .language = language};
  vtm_status status = VTM_OK;
  for (int format = VTM_DRAW_PNG; format <= VTM_DRAW_SVG && status == VTM_OK; format++) {
    vtm_text *content = add_report_file(made, result->metric, extensions[format], error);
    status = content != NULL ? vtm_chart_bars(&chart, (vtm_draw_format)format, content, error) : VTM_ERROR_MEMORY;
  }
  return status;
}

/* The page comes last: who sees it finds the rest. */
static vtm_status fill_report_folder(folder *made, const vtm_comparison *comparison,
                                     const vtm_report_folder_options *options, vtm_language language,
                                     vtm_error *error) {
  vtm_status status = VTM_OK;
  if (options->scores_json != NULL) status = add_scores(made, options, error);
  if (options->per_image_csv != NULL && status == VTM_OK)
    status = add_text(made, "per-image", ".csv", options->per_image_csv, error);
  for (size_t i = 0; i < comparison->result_count && status == VTM_OK; i++)
    if (vtm_draw_check("", "", NULL) == VTM_OK) status = add_charts(made, comparison->results[i], language, error);
  char *html = NULL;
  if (status == VTM_OK) status = vtm_page_write(comparison, options, language, &html, error);
  if (status == VTM_OK) status = add_text(made, "report", ".html", html, error);
  free(html);
  return status;
}

/* ---- where it goes ---- */

static vtm_status check_place(const folder *made, bool force, vtm_error *error) {
  struct stat there;
  if (lstat(made->path, &there) != 0) return VTM_OK;
  if (stat(made->path, &there) != 0 || !S_ISDIR(there.st_mode))
    return vtm_fail(error, VTM_ERROR_USAGE, "%s: exists and is not a folder: name another one for the report",
                    made->path);
  if (!force)
    return vtm_fail(error, VTM_ERROR_USAGE,
                    "%s: exists already: name another folder for the report, or use --force to overwrite the files of "
                    "a report in it (no other file is touched)",
                    made->path);
  for (size_t i = 0; i < made->count; i++) {
    char *path = vtm_path_join(made->path, made->files[i].name, error);
    if (path == NULL) return VTM_ERROR_MEMORY;
    const bool is_folder = lstat(path, &there) == 0 && S_ISDIR(there.st_mode);
    free(path);
    if (is_folder)
      return vtm_fail(error, VTM_ERROR_USAGE, "%s/%s: is a folder, where a file of the report has to go", made->path,
                      made->files[i].name);
  }
  return VTM_OK;
}

static void remove_file(const char *place, const char *stem, const char *extension) {
  vtm_text path = {0};
  vtm_text_format(&path, "%s/%s%s", place, stem, extension);
  if (!path.failed) (void)unlink(path.bytes);
  vtm_text_free(&path);
}

/* All that any report may hold: a program that was killed may have written of other metrics. */
static void remove_files(const char *partial) {
  remove_file(partial, "scores", ".json");
  remove_file(partial, "per-image", ".csv");
  remove_file(partial, "report", ".html");
  for (size_t i = 0; i < vtm_metric_count(); i++) {
    remove_file(partial, vtm_metric_at(i)->name, ".png");
    remove_file(partial, vtm_metric_at(i)->name, ".svg");
  }
}

static bool is_empty(const char *path) {
  DIR *directory = opendir(path);
  bool empty = directory != NULL;
  for (const struct dirent *entry; empty && (entry = readdir(directory)) != NULL;)
    empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
  if (directory != NULL) (void)closedir(directory);
  return empty;
}

static bool is_locked(const folder *made) {
  struct stat opened;
  struct stat there;
  return flock(made->lock, LOCK_EX | LOCK_NB) == 0 && fstat(made->lock, &opened) == 0 &&
         stat(made->partial, &there) == 0 && opened.st_ino == there.st_ino && opened.st_dev == there.st_dev;
}

/* Locked, so that of two programs that write one report the second says so; what one that was killed has left behind is
 * used again. */
static vtm_status open_partial(folder *made, vtm_error *error) {
  if (mkdir(made->partial, 0777) != 0 && errno != EEXIST) return vtm_fail_errno(error, errno, made->path, "make");
  made->lock = open(made->partial, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (made->lock < 0) return vtm_fail_errno(error, errno, made->partial, "open");
  vtm_status status = VTM_OK;
  if (is_locked(made))
    remove_files(made->partial);
  else
    status = vtm_fail(error, VTM_ERROR_IO, "%s: another program is writing this report", made->path);
  if (status == VTM_OK && !is_empty(made->partial))
    status = vtm_fail(error, VTM_ERROR_IO, "%s: is where the report is written first, but holds other files: move it",
                      made->partial);
  if (status != VTM_OK) (void)close(made->lock);
  return status;
}

/* In place: nobody looks into a folder that is not finished. */
static vtm_status write_file(const char *path, const vtm_text *content, vtm_error *error) {
  FILE *stream = fopen(path, "wbe");
  if (stream == NULL) return vtm_fail_errno(error, errno, path, "write");
  errno = 0;
  const bool written = fwrite(content->bytes, 1, content->length, stream) == content->length && fflush(stream) == 0 &&
                       fsync(fileno(stream)) == 0;
  int code = written ? 0 : errno != 0 ? errno : EIO;
  if (fclose(stream) != 0 && code == 0) code = errno;
  return code == 0 ? VTM_OK : vtm_fail_errno(error, code, path, "write");
}

static vtm_status write_files(const folder *made, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < made->count && status == VTM_OK; i++) {
    char *path = vtm_path_join(made->partial, made->files[i].name, error);
    status = path != NULL ? write_file(path, &made->files[i].content, error) : VTM_ERROR_MEMORY;
    free(path);
  }
  return status;
}

/* Into a folder that exists: each file in turn. */
static vtm_status move_files(const folder *made, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < made->count && status == VTM_OK; i++) {
    char *from = vtm_path_join(made->partial, made->files[i].name, error);
    char *to = vtm_path_join(made->path, made->files[i].name, error);
    if (from == NULL || to == NULL)
      status = VTM_ERROR_MEMORY;
    else if (rename(from, to) != 0)
      status = vtm_fail_errno(error, errno, to, "write");
    free(from);
    free(to);
  }
  return status;
}

static vtm_status publish_report_folder(const folder *made, vtm_error *error) {
  struct stat there;
  if (stat(made->path, &there) == 0) return move_files(made, error);
  (void)fsync(made->lock);
  return rename(made->partial, made->path) == 0 ? VTM_OK : vtm_fail_errno(error, errno, made->path, "write");
}

static vtm_status write_folder(folder *made, vtm_error *error) {
  vtm_status status = open_partial(made, error);
  if (status != VTM_OK) return status;
  status = write_files(made, error);
  if (status == VTM_OK) status = publish_report_folder(made, error);
  remove_files(made->partial);
  (void)rmdir(made->partial); /* gone already when it was moved */
  (void)close(made->lock);
  return status;
}

/* "DIR.partial", slashes at the end left out. */
static char *partial_of(const char *path, vtm_error *error) {
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/') length--;
  vtm_text text = {0};
  vtm_text_append_bytes(&text, path, length);
  vtm_text_append(&text, ".partial");
  return vtm_text_take(&text, error);
}

vtm_status vtm_report_write_folder(const vtm_comparison *comparison, const vtm_report_folder_options *options,
                                   const char *path, vtm_error *error) {
  static const vtm_report_folder_options standard = {0};
  if (options == NULL) options = &standard;
  const vtm_language language = vtm_language_find(options->language);
  if (language == VTM_LANGUAGE_COUNT)
    return vtm_fail(error, VTM_ERROR_USAGE, "unknown language '%s': known are %s", options->language,
                    vtm_report_languages());
  enum { OTHER_FILES = 3 };
  folder made = {.path = path, .lock = -1};
  vtm_status status = check_place(&made, options->force, error);
  if (status != VTM_OK) return status;
  made.partial = partial_of(path, error);
  made.files = vtm_allocate(comparison->result_count * 2 + OTHER_FILES, sizeof(*made.files), error);
  status = made.partial != NULL && made.files != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK) status = fill_report_folder(&made, comparison, options, language, error);
  if (status == VTM_OK) status = check_place(&made, options->force, error);
  if (status == VTM_OK) status = write_folder(&made, error);
  for (size_t i = 0; i < made.count; i++) {
    free(made.files[i].name);
    vtm_text_free(&made.files[i].content);
  }
  free(made.files);
  free(made.partial);
  return status;
}
