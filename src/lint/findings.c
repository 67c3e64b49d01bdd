/* Collects what rules report, from any thread, and passes it to the caller. */
#include "lint/findings.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "lint/lint_run.h"

enum { LONGEST_MESSAGE = 2048, DELIVERED_AT_ONCE = 64 };

char *vtm_lint_arena_copy(vtm_arena *arena, const char *text, vtm_error *error) {
  const size_t size = strlen(text) + 1;
  char *copy = vtm_arena_allocate(arena, size, 1);
  if (copy != NULL) return memcpy(copy, text, size);
  (void)vtm_fail_memory(error, size);
  return NULL;
}

char *vtm_lint_file_path(const vtm_lint_run *run, const vtm_lint_file *file) {
  const char *folder = run->folders[file->folder].path;
  return *folder == '\0' ? vtm_copy_text(file->name, NULL) : vtm_path_join(folder, file->name, NULL);
}

static bool is_of_results(const vtm_lint_run *run, const vtm_lint_file *file) {
  return run->folders[file->folder].set == VTM_LINT_NONE;
}

static bool is_below_results(const vtm_lint_run *run, const char *path) {
  const vtm_lint_options *options = run->engine->options;
  for (size_t i = 0; i < options->result_count; i++) {
    const char *folder = options->results[i];
    size_t length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/') length--;
    if (strncmp(folder, path, length) == 0 && (path[length] == '/' || path[length] == '\0')) return true;
  }
  return false;
}

/* Takes over path and other of what is found; either may be NULL for lack of memory. */
static void keep_finding(vtm_lint_run *run, vtm_lint_kept_finding found, const char *message) {
  vtm_lint_engine *engine = run->engine;
  char *copy = vtm_copy_text(message, NULL);
  bool kept = false;
  bool ignored = false;
  if (found.path != NULL && copy != NULL) {
    found.message = copy;
    ignored = vtm_lint_filter_ignores(&engine->filter, found.rule, found.path);
    (void)pthread_mutex_lock(&engine->lock);
    if (ignored)
      engine->ignored++;
    else if (vtm_grow(&engine->kept, &engine->kept_capacity, engine->kept_count + 1, sizeof(*engine->kept), NULL)) {
      engine->kept[engine->kept_count++] = found;
      kept = true;
    }
    (void)pthread_mutex_unlock(&engine->lock);
  }
  if (kept) return;
  if (!ignored) atomic_store(&engine->out_of_memory, true);
  free(found.path);
  free(found.other);
  free(copy);
}

static bool is_enabled(const vtm_lint_run *run, const vtm_lint_rule *rule) {
  return vtm_lint_filter_is_enabled(&run->engine->filter, rule);
}

/* The spelling of a folder in its set. */
static const char *last_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

/* Adds to the message whom the fault stops who reads the folder; NULL: nobody is known. */
static void describe_effect(const vtm_lint_run *run, const vtm_lint_rule *rule, const char *folder,
                            char message[LONGEST_MESSAGE]) {
  vtm_text text = {0};
  if (folder != NULL) vtm_programs_append_effect(run, rule->effect, folder, &text);
  const size_t length = strlen(message);
  if (text.bytes != NULL && !text.failed) (void)snprintf(message + length, LONGEST_MESSAGE - length, "%s", text.bytes);
  vtm_text_free(&text);
}

static const char *folder_of(const vtm_lint_run *run, const vtm_lint_file *file) {
  return last_part(run->folders[file->folder].path);
}

/* The message, with whom the fault stops who reads `folder`; takes over what is found. */
static void report_found(vtm_lint_run *run, const char *folder, vtm_lint_kept_finding found, const char *format,
                         va_list arguments) __attribute__((format(printf, 4, 0)));

static void report_found(vtm_lint_run *run, const char *folder, vtm_lint_kept_finding found, const char *format,
                         va_list arguments) {
  char message[LONGEST_MESSAGE];
  (void)vsnprintf(message, sizeof(message), format, arguments);
  describe_effect(run, found.rule, folder, message);
  keep_finding(run, found, message);
}

static vtm_lint_kept_finding of_file(const vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_file *file) {
  return (vtm_lint_kept_finding){
      .rule = rule, .path = vtm_lint_file_path(run, file), .path_of_results = is_of_results(run, file)};
}

void vtm_lint_report(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_file *file, const char *format, ...) {
  if (!is_enabled(run, rule)) return;
  va_list arguments;
  va_start(arguments, format);
  report_found(run, folder_of(run, file), of_file(run, rule, file), format, arguments);
  va_end(arguments);
}

void vtm_lint_report_lack(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_file *file, const char *folder,
                          const char *format, ...) {
  if (!is_enabled(run, rule)) return;
  va_list arguments;
  va_start(arguments, format);
  vtm_lint_kept_finding found = of_file(run, rule, file);
  found.lacks = folder;
  report_found(run, last_part(folder), found, format, arguments);
  va_end(arguments);
}

void vtm_lint_report_two(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_file *file,
                         const vtm_lint_file *other, const char *format, ...) {
  if (!is_enabled(run, rule)) return;
  vtm_lint_kept_finding found = of_file(run, rule, file);
  found.other = vtm_lint_file_path(run, other);
  found.other_of_results = is_of_results(run, other);
  va_list arguments;
  va_start(arguments, format);
  report_found(run, folder_of(run, file), found, format, arguments);
  va_end(arguments);
}

/* Of "test/cloth-mask", cloth-mask; of a file in it, the same. */
static const char *find_folder(const vtm_lint_run *run, const char *path, char folder[256]) {
  const char *slash = strrchr(path, '/');
  if (slash == NULL || run->layout == NULL || vtm_programs_open(run, slash + 1)) return last_part(path);
  (void)snprintf(folder, 256, "%.*s", (int)(slash - path), path);
  return last_part(folder);
}

void vtm_lint_report_path(vtm_lint_run *run, const vtm_lint_rule *rule, const char *path, size_t line,
                          const char *format, ...) {
  if (!is_enabled(run, rule)) return;
  /* a list of DressCode's own folder is read by nobody's loader */
  const bool common = run->layout != NULL && run->layout->whole && strchr(path, '/') == NULL;
  const vtm_lint_kept_finding found = {
      .rule = rule, .path = vtm_copy_text(path, NULL), .line = line, .path_of_results = is_below_results(run, path)};
  char folder[256];
  va_list arguments;
  va_start(arguments, format);
  report_found(run, common ? NULL : find_folder(run, path, folder), found, format, arguments);
  va_end(arguments);
}

void vtm_lint_note(vtm_lint_run *run, const char *format, ...) {
  vtm_lint_engine *engine = run->engine;
  char message[LONGEST_MESSAGE];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(message, sizeof(message), format, arguments);
  va_end(arguments);
  char *copy = vtm_copy_text(message, NULL);
  if (copy == NULL ||
      !vtm_grow(&engine->notes, &engine->note_capacity, engine->note_count + 1, sizeof(*engine->notes), NULL)) {
    free(copy);
    atomic_store(&engine->out_of_memory, true);
    return;
  }
  engine->notes[engine->note_count++] = copy;
}

/* The strings of a kept finding stay where they are while others are added; the array may move. */
void vtm_lint_deliver(vtm_lint_run *run) {
  vtm_lint_engine *engine = run->engine;
  if (engine->options->found == NULL) return;
  vtm_lint_kept_finding batch[DELIVERED_AT_ONCE];
  size_t count;
  do {
    (void)pthread_mutex_lock(&engine->lock);
    count = engine->kept_count - engine->delivered;
    if (count > DELIVERED_AT_ONCE) count = DELIVERED_AT_ONCE;
    if (count > 0) memcpy(batch, engine->kept + engine->delivered, count * sizeof(*batch));
    engine->delivered += count;
    (void)pthread_mutex_unlock(&engine->lock);
    for (size_t i = 0; i < count; i++) {
      const vtm_lint_finding finding = {&batch[i].rule->info,     batch[i].path,
                                        batch[i].other,           batch[i].line,
                                        batch[i].message,         batch[i].path_of_results,
                                        batch[i].other_of_results};
      engine->options->found(engine->options->user, &finding);
    }
  } while (count == DELIVERED_AT_ONCE);
}
