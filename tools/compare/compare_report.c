#include "compare/compare_report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vtonmetrics/tools/file.h"
#include "vtonmetrics/tools/report_folder.h"
#include "vtonmetrics/tools/scores.h"
#include "vtonmetrics/vtonmetrics.h"

/* Options that say where results go, not what they are. */
static const char *const not_repeated[] = {"report", "force", "lang",  "garments", "output",   "format",
                                           "json",   "quiet", "color", "verbose",  "per-image"};

static bool is_repeated(const char *name) {
  for (size_t i = 0; i < sizeof(not_repeated) / sizeof(*not_repeated); i++)
    if (strcmp(not_repeated[i], name) == 0) return false;
  return true;
}

/* One word of a shell's command line, in quotes where it needs them. */
static void print_word(FILE *out, const char *word) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,=:+@%";
  if (*word != '\0' && strspn(word, plain) == strlen(word)) {
    (void)fputs(word, out);
    return;
  }
  (void)fputc('\'', out);
  for (; *word != '\0'; word++)
    if (*word == '\'')
      (void)fputs("'\\''", out);
    else
      (void)fputc(*word, out);
  (void)fputc('\'', out);
}

/* A path, or NAME=PATH, as results name it: a report is given to others. */
static void print_path(FILE *out, const char *word, bool absolute) {
  const char *path = strstr(word, "=/") != NULL ? strstr(word, "=/") + 1 : word;
  char *shown = absolute ? NULL : vtm_path_shown(path, NULL);
  const char *rest = shown != NULL ? shown : path;
  const bool home = shown != NULL && strncmp(shown, "~/", 2) == 0 && *path == '/';
  if (home) rest += 2;
  char *name = strndup(word, (size_t)(path - word));
  if (name != NULL && *name != '\0') print_word(out, name);
  free(name);
  if (home) (void)fputs("~/", out); /* a shell does not look for it between quotation marks */
  print_word(out, rest);
  vtm_free(shown);
}

static void print_option(FILE *out, const cli_given_option *given, bool absolute) {
  if (!is_repeated(given->option->name)) return;
  const bool flag = given->option->type == VTM_OPTION_FLAG;
  (void)fprintf(out, " --%s%s", flag && strcmp(given->value, "false") == 0 ? "no-" : "", given->option->name);
  if (flag) return;
  (void)fputc(*given->value == '-' ? '=' : ' ', out);
  if (given->option->type == VTM_OPTION_FILE)
    print_path(out, given->value, absolute);
  else
    print_word(out, given->value);
}

/* The command that gives the same numbers again; a new string. */
static char *command_text(const cli_command_line *line) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) return NULL;
  const bool absolute = cli_command_line_flag(line, "absolute-paths");
  (void)fputs("vtonmetrics compare", out);
  for (size_t i = 0; i < line->given_count; i++) print_option(out, &line->given[i], absolute);
  for (size_t i = 0; i < line->operand_count; i++) {
    (void)fputs(*line->operands[i] == '-' ? " ./" : " ", out);
    print_path(out, line->operands[i], absolute);
  }
  if (fclose(out) == 0) return text;
  free(text);
  return NULL;
}

vtm_status compare_report_check(const cli_session *session, const compare_args *args, vtm_error *error) {
  const char *folder = args->work.report;
  struct stat found;
  if (folder == NULL) return VTM_OK;
  if (stat(folder, &found) == 0 && !cli_command_line_flag(&session->line, "force"))
    return cli_fail(error, VTM_ERROR_USAGE,
                    "%s: exists already: name another folder for the report, or use --force to overwrite the files "
                    "of an earlier one",
                    folder);
  for (size_t t = 0; t < args->work.task_count && args->work.task_count > 1; t++) {
    const char *name = args->work.tasks[t].name;
    if (strchr(name, '/') != NULL || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
      return cli_fail(error, VTM_ERROR_USAGE, "the task %s: a report needs a name that a folder can have", name);
  }
  return VTM_OK;
}

static void print_written(cli_session *session, const char *folder) {
  char *page = NULL;
  if (asprintf(&page, "%s/report.html", folder) < 0) return;
  cli_terminal_wrote(&session->terminal, page);
  free(page);
}

/* A folder, and how it is called: the path may be one of vtm_path_pin. */
typedef struct report_place {
  const char *path, *shown;
} report_place;

static vtm_status write_task(cli_session *session, const compare_args *args, const vtm_scores_task *task,
                             const report_place *place, vtm_error *error) {
  const cli_command_line *line = &session->line;
  const vtm_report_options table = {.struct_size = sizeof(table), .sort = args->work.sort, .baseline = NULL};
  char *json = NULL;
  char *images = NULL;
  char *command = command_text(line);
  vtm_status status = command != NULL ? VTM_OK : cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
  if (status == VTM_OK) status = vtm_report_comparison(task->comparison, "json", &table, &json, error);
  if (status == VTM_OK) status = vtm_report_comparison_per_image(task->comparison, &images, error);
  if (status == VTM_OK) {
    const vtm_report_folder_options options = {.language = cli_command_line_value(line, "lang"),
                                               .title = *task->name != '\0' ? task->name : NULL,
                                               .garments = cli_command_line_value(line, "garments"),
                                               .match = cli_command_line_value(line, "match"),
                                               .command = command,
                                               .scores_json = json,
                                               .per_image_csv = images,
                                               .force = cli_command_line_flag(line, "force")};
    status = vtm_report_write_folder(task->comparison, &options, place->path, error);
    if (status == VTM_OK) print_written(session, place->shown);
  }
  free(command);
  vtm_free(json);
  vtm_free(images);
  return status;
}

static vtm_status write_tasks(cli_session *session, const compare_args *args, const vtm_scores *scores,
                              const report_place *place, vtm_error *error) {
  if (scores->task_count == 1) return write_task(session, args, &scores->tasks[0], place, error);
  if (mkdir(place->path, 0777) != 0 && errno != EEXIST)
    return cli_fail(error, VTM_ERROR_IO, "%s: cannot make the folder: %s", place->shown, strerror(errno));
  vtm_status status = VTM_OK;
  for (size_t t = 0; t < scores->task_count && status == VTM_OK; t++) {
    char *path = NULL;
    char *shown = NULL;
    const bool named = asprintf(&path, "%s/%s", place->path, scores->tasks[t].name) >= 0 &&
                       asprintf(&shown, "%s/%s", place->shown, scores->tasks[t].name) >= 0;
    status = named ? write_task(session, args, &scores->tasks[t], &(report_place){path, shown}, error)
                   : cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
    free(path);
    free(shown);
  }
  return status;
}

vtm_status compare_report_write(cli_session *session, const compare_args *args, const vtm_scores *scores,
                                vtm_error *error) {
  const char *folder = args->work.report;
  const char *beneath = compare_args_guard(args, folder);
  if (folder == NULL) return VTM_OK;
  if (beneath == NULL) return write_tasks(session, args, scores, &(report_place){folder, folder}, error);
  char *pinned = NULL;
  int descriptor = -1;
  vtm_status status = vtm_path_pin(beneath, folder + strlen(beneath), &pinned, &descriptor, error);
  if (status != VTM_OK) return status;
  status = write_tasks(session, args, scores, &(report_place){pinned, folder}, error);
  (void)close(descriptor);
  vtm_free(pinned);
  return status;
}
