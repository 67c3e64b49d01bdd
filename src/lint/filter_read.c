/* Which rules run, and which findings a dataset's .vtonlint leaves out:
 *
 *   # one a line: a rule's id, or * for all, and a pattern of paths, or none for everywhere
 *   sizes-vary
 *   sidecar-missing  train/image/0001*
 */
#include "lint/filter_read.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "vtonmetrics/tools/text.h"

enum { LARGEST_IGNORE_FILE = 1 << 20, LONGEST_SHOWN = 128 };

static const vtm_lint_rule *find_rule(const char *id, size_t length) {
  for (size_t i = 0; i < vtm_lint_table_count(); i++) {
    const char *known = vtm_lint_table_at(i)->info.id;
    if (strlen(known) == length && memcmp(known, id, length) == 0) return vtm_lint_table_at(i);
  }
  return NULL;
}

static vtm_status fail_unknown(const char *where, const char *id, size_t length, vtm_status status, vtm_error *error) {
  char text[LONGEST_SHOWN];
  char shown[LONGEST_SHOWN];
  (void)snprintf(text, sizeof(text), "%.*s", (int)(length < sizeof(text) ? length : sizeof(text) - 1), id);
  (void)vtm_printable(text, shown, sizeof(shown));
  const char *nearest = vtm_lint_rule_nearest(text);
  if (nearest != NULL) return vtm_fail(error, status, "%s: unknown rule '%s'; did you mean %s?", where, shown, nearest);
  return vtm_fail(error, status, "%s: unknown rule '%s'; --list-rules shows them", where, shown);
}

/* Sets enabled[] of each rule listed. */
static vtm_status switch_rules(vtm_lint_filter *filter, const char *option, const char *ids, bool value,
                               vtm_error *error) {
  for (const char *id = ids; *id != '\0';) {
    const size_t length = strcspn(id, ",");
    const vtm_lint_rule *rule = find_rule(id, length);
    if (rule == NULL) return fail_unknown(option, id, length, VTM_ERROR_USAGE, error);
    filter->enabled[vtm_lint_rule_index(rule)] = value;
    id += length + (id[length] == ',');
  }
  return VTM_OK;
}

static vtm_status add_ignore(vtm_lint_filter *filter, const vtm_lint_rule *rule, const char *pattern,
                             vtm_error *error) {
  if (!vtm_grow(&filter->ignores, &filter->ignore_capacity, filter->ignore_count + 1, sizeof(*filter->ignores), error))
    return VTM_ERROR_MEMORY;
  char *copy = pattern != NULL ? vtm_copy_text(pattern, error) : NULL;
  if (pattern != NULL && copy == NULL) return VTM_ERROR_MEMORY;
  filter->ignores[filter->ignore_count++] = (vtm_lint_ignore){rule, copy};
  return VTM_OK;
}

static vtm_status parse_line(vtm_lint_filter *filter, const char *path, size_t number, char *line, vtm_error *error) {
  static const char space[] = " \t\r";
  line += strspn(line, space);
  if (*line == '\0' || *line == '#') return VTM_OK;
  const size_t length = strcspn(line, space);
  char *pattern = line + length + strspn(line + length, space);
  size_t end = strlen(pattern);
  while (end > 0 && strchr(space, pattern[end - 1]) != NULL) pattern[--end] = '\0';
  const bool all = length == 1 && *line == '*';
  const vtm_lint_rule *rule = all ? NULL : find_rule(line, length);
  if (!all && rule == NULL) {
    char where[LONGEST_SHOWN * 4];
    (void)snprintf(where, sizeof(where), "%s: line %zu", path, number);
    return fail_unknown(where, line, length, VTM_ERROR_FORMAT, error);
  }
  return add_ignore(filter, rule, *pattern != '\0' ? pattern : NULL, error);
}

vtm_status vtm_lint_filter_parse(vtm_lint_filter *filter, const char *path, char *text, vtm_error *error) {
  size_t number = 0;
  if (strncmp(text, "\xef\xbb\xbf", 3) == 0) text += 3;
  for (char *line = text; line != NULL;) {
    char *next = strchr(line, '\n');
    if (next != NULL) *next++ = '\0';
    const vtm_status status = parse_line(filter, path, ++number, line, error);
    if (status != VTM_OK) return status;
    line = next;
  }
  return VTM_OK;
}

static vtm_status read_ignore_file(vtm_lint_filter *filter, const char *path, vtm_error *error) {
  uint8_t *bytes = NULL;
  size_t size = 0;
  vtm_status status = vtm_file_read(path, LARGEST_IGNORE_FILE, &bytes, &size, error);
  if (status != VTM_OK) return status;
  char *text = vtm_allocate(size + 1, 1, error);
  if (text != NULL) memcpy(text, bytes, size);
  if (text == NULL)
    status = VTM_ERROR_MEMORY;
  else if (memchr(bytes, '\0', size) != NULL)
    status = vtm_fail(error, VTM_ERROR_FORMAT, "%s: binary data; a text file of rules to ignore was expected", path);
  else
    status = vtm_lint_filter_parse(filter, path, text, error);
  free(text);
  free(bytes);
  return status;
}

static vtm_status find_ignore_file(vtm_lint_filter *filter, const char *dataset, const char *given, vtm_error *error) {
  if (given != NULL) return *given == '\0' ? VTM_OK : read_ignore_file(filter, given, error);
  if (dataset == NULL) return VTM_OK;
  char *path = vtm_path_join(dataset, ".vtonlint", error);
  if (path == NULL) return VTM_ERROR_MEMORY;
  struct stat there;
  const vtm_status status = lstat(path, &there) == 0 ? read_ignore_file(filter, path, error) : VTM_OK;
  free(path);
  return status;
}

vtm_status vtm_lint_filter_open(vtm_lint_filter *filter, const char *dataset, const vtm_lint_options *options,
                                vtm_error *error) {
  *filter = (vtm_lint_filter){0};
  const size_t count = filter->rule_count = vtm_lint_table_count();
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < count; i++) filter->rules[i] = vtm_lint_table_at(i);
  for (size_t i = 0; i < count; i++) filter->enabled[i] = options->only == NULL;
  if (options->only != NULL) status = switch_rules(filter, "--only", options->only, true, error);
  if (status == VTM_OK && options->ignore != NULL)
    status = switch_rules(filter, "--ignore", options->ignore, false, error);
  for (size_t i = 0; i < count; i++) {
    const vtm_lint_rule_info *info = &vtm_lint_table_at(i)->info;
    if (info->severity < options->severity || (options->quick && info->need > VTM_LINT_HEADER))
      filter->enabled[i] = false;
  }
  if (status == VTM_OK) status = find_ignore_file(filter, dataset, options->ignore_file, error);
  if (status != VTM_OK) vtm_lint_filter_close(filter);
  return status;
}
