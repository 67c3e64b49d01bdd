/* The result: findings sorted and counted, in memory of its own. */
#include "lint/lint_result.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "lint/findings.h"
#include "lint/lint_run.h"

typedef struct owned_result {
  vtm_lint_result result; /* first: vtm_lint_result_destroy casts back */
  vtm_arena texts;
  vtm_lint_finding *findings;
  vtm_lint_count *counts;
  const char **notes;
} owned_result;

static int by_severity_rule_and_place(const void *left, const void *right) {
  const vtm_lint_kept_finding *a = left;
  const vtm_lint_kept_finding *b = right;
  if (a->rule->info.severity != b->rule->info.severity) return a->rule->info.severity == VTM_LINT_ERROR ? -1 : 1;
  const size_t first = vtm_lint_rule_index(a->rule);
  const size_t second = vtm_lint_rule_index(b->rule);
  if (first != second) return first < second ? -1 : 1;
  int order = strcmp(a->lacks != NULL ? a->lacks : "", b->lacks != NULL ? b->lacks : "");
  if (order == 0) order = strcmp(a->path, b->path);
  if (order == 0 && a->line != b->line) order = a->line < b->line ? -1 : 1;
  return order != 0 ? order : strcmp(a->message, b->message);
}

/* ---- one fact, not one a file ---- */

/* From so many on one finding speaks for all: of a list, or where most files of a folder have the fault; and in any
 * case. */
enum { TOLD_TOGETHER = 10, TOLD_IN_ANY_CASE = 30 };

static size_t folder_length(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? (size_t)(slash - path) : 0;
}

/* Of one rule: about the files of one folder, in which the same is lacking if anything is, or about one list. */
static bool are_alike(const vtm_lint_kept_finding *a, const vtm_lint_kept_finding *b) {
  const size_t length = folder_length(a->path);
  const bool same_lack =
      a->lacks == b->lacks || (a->lacks != NULL && b->lacks != NULL && strcmp(a->lacks, b->lacks) == 0);
  if (a->rule != b->rule || !same_lack) return false;
  if (a->line > 0 || b->line > 0) return strcmp(a->path, b->path) == 0;
  return folder_length(b->path) == length && memcmp(a->path, b->path, length) == 0;
}

static size_t files_of(const vtm_lint_run *run, const char *path) {
  const size_t length = folder_length(path);
  size_t files = 0;
  for (size_t i = 0; i < run->folder_count; i++)
    if (strlen(run->folders[i].path) == length && memcmp(run->folders[i].path, path, length) == 0)
      files += run->folders[i].count;
  return files;
}

static bool is_of_one_path(const vtm_lint_kept_finding *findings) {
  return strcmp(findings[0].path, findings[1].path) == 0;
}

/* Where the finding is, as the one that speaks for it names it: a new string. */
static char *place_of(const vtm_lint_kept_finding *finding, bool one_path) {
  char *place = NULL;
  if (!one_path) return vtm_copy_text(finding->path, NULL);
  if (finding->line == 0) return strndup(finding->message, strcspn(finding->message, ":"));
  return asprintf(&place, "%s:%zu", finding->path, finding->line) < 0 ? NULL : place;
}

static const char *short_place(const vtm_lint_kept_finding *finding, const char *place, bool one_path) {
  if (one_path) return finding->line > 0 ? place + strlen(finding->path) + 1 : place;
  const size_t length = folder_length(place);
  return place + length + (length > 0);
}

static char *sentence_of(const vtm_lint_run *run, const vtm_lint_kept_finding *first, size_t count, char *const *more) {
  vtm_text text = {0};
  const bool one_path = is_of_one_path(first);
  const size_t files = files_of(run, first->path);
  vtm_text_append(&text, first->message);
  if (one_path)
    vtm_text_format(&text, "; and %zu more %s", count - 1, first->line > 0 ? "lines of this list" : "names");
  else if (count == files)
    vtm_text_format(&text, "; the same holds for all %zu files here", count);
  else
    vtm_text_format(&text, "; the same holds for %zu of the %zu files here", count, files);
  vtm_text_format(&text, ", such as %s%s and %s (all of them: --json)", one_path && first->line > 0 ? "lines " : "",
                  short_place(&first[1], more[0], one_path), short_place(&first[2], more[1], one_path));
  return vtm_text_take(&text, NULL);
}

static void free_places(char **places, size_t count) {
  for (size_t i = 0; i < count && places != NULL; i++) free(places[i]);
  free(places);
}

/* The first of `count` findings speaks for all of them. */
static bool merge_findings(const vtm_lint_run *run, vtm_lint_kept_finding *first, size_t count) {
  char **more = vtm_allocate(count - 1, sizeof(*more), NULL);
  bool complete = more != NULL;
  for (size_t i = 1; i < count && complete; i++) {
    more[i - 1] = place_of(&first[i], is_of_one_path(first));
    complete = more[i - 1] != NULL;
  }
  char *message = complete ? sentence_of(run, first, count, more) : NULL;
  if (message == NULL) {
    free_places(more, count - 1);
    return false;
  }
  free(first->message);
  first->message = message;
  first->more = more;
  first->more_count = count - 1;
  for (size_t i = 1; i < count; i++) {
    free(first[i].path);
    free(first[i].other);
    free(first[i].message);
  }
  return true;
}

static bool belong_together(const vtm_lint_run *run, const vtm_lint_kept_finding *first, size_t count) {
  if (count < TOLD_TOGETHER) return false;
  if (is_of_one_path(first)) return true;
  const size_t files = files_of(run, first->path);
  return count <= files && (count * 2 >= files || count >= TOLD_IN_ANY_CASE);
}

static void merge_alike(const vtm_lint_run *run, vtm_lint_engine *engine) {
  size_t kept = 0;
  for (size_t i = 0; i < engine->kept_count;) {
    size_t end = i + 1;
    while (end < engine->kept_count && are_alike(&engine->kept[i], &engine->kept[end])) end++;
    /* without memory for the sentence each is told by itself */
    const bool together =
        belong_together(run, &engine->kept[i], end - i) && merge_findings(run, &engine->kept[i], end - i);
    const size_t left = together ? 1 : end - i;
    memmove(&engine->kept[kept], &engine->kept[i], left * sizeof(*engine->kept));
    kept += left;
    i = end;
  }
  engine->kept_count = kept;
}

static bool copy_text(owned_result *owned, const char *text, const char **copy, vtm_error *error) {
  *copy = text != NULL ? vtm_lint_arena_copy(&owned->texts, text, error) : NULL;
  return text == NULL || *copy != NULL;
}

static bool copy_more(owned_result *owned, const vtm_lint_kept_finding *kept, vtm_lint_finding *finding,
                      vtm_error *error) {
  if (kept->more_count == 0) return true;
  const char **more = vtm_arena_allocate(&owned->texts, kept->more_count * sizeof(const char *), sizeof(const char *));
  if (more == NULL) {
    (void)vtm_fail_memory(error, kept->more_count);
    return false;
  }
  for (size_t i = 0; i < kept->more_count; i++)
    if (!copy_text(owned, kept->more[i], &more[i], error)) return false;
  finding->more = more;
  finding->more_count = kept->more_count;
  return true;
}

static void count_finding(owned_result *owned, const vtm_lint_rule_info *rule) {
  vtm_lint_result *result = &owned->result;
  if (rule->severity == VTM_LINT_ERROR)
    result->errors++;
  else
    result->warnings++;
  if (result->count_count == 0 || owned->counts[result->count_count - 1].rule != rule)
    owned->counts[result->count_count++] = (vtm_lint_count){rule, 0};
  owned->counts[result->count_count - 1].count++;
}

static vtm_status copy_findings(owned_result *owned, const vtm_lint_engine *engine, vtm_error *error) {
  vtm_lint_result *result = &owned->result;
  owned->findings = vtm_allocate(engine->kept_count, sizeof(*owned->findings), error);
  owned->counts = vtm_allocate(vtm_lint_table_count(), sizeof(*owned->counts), error);
  if (owned->findings == NULL || owned->counts == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < engine->kept_count; i++) {
    const vtm_lint_kept_finding *kept = &engine->kept[i];
    vtm_lint_finding *finding = &owned->findings[i];
    *finding = (vtm_lint_finding){.rule = &kept->rule->info,
                                  .line = kept->line,
                                  .path_of_results = kept->path_of_results,
                                  .other_of_results = kept->other_of_results};
    if (!copy_text(owned, kept->path, &finding->path, error) ||
        !copy_text(owned, kept->other, &finding->other, error) ||
        !copy_text(owned, kept->message, &finding->message, error) || !copy_more(owned, kept, finding, error))
      return VTM_ERROR_MEMORY;
    count_finding(owned, finding->rule);
  }
  result->findings = owned->findings;
  result->finding_count = engine->kept_count;
  result->counts = owned->counts;
  return VTM_OK;
}

static vtm_status fill_result(owned_result *owned, const vtm_lint_run *run, vtm_error *error) {
  const vtm_lint_engine *engine = run->engine;
  vtm_lint_result *result = &owned->result;
  result->quick = engine->options->quick;
  result->files = run->file_count;
  result->folders = run->folder_count;
  result->ignored = engine->ignored;
  owned->notes = vtm_allocate(engine->note_count, sizeof(*owned->notes), error);
  if (owned->notes == NULL || !copy_text(owned, run->root, &result->dataset, error) ||
      !copy_text(owned, run->layout != NULL ? run->layout->name : NULL, &result->layout, error) ||
      !copy_text(owned, engine->layout_reason, &result->layout_reason, error))
    return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < engine->note_count; i++)
    if (!copy_text(owned, engine->notes[i], &owned->notes[i], error)) return VTM_ERROR_MEMORY;
  result->notes = owned->notes;
  result->note_count = engine->note_count;
  return copy_findings(owned, engine, error);
}

vtm_status vtm_lint_make_result(vtm_lint_run *run, vtm_lint_result **result, vtm_error *error) {
  vtm_lint_engine *engine = run->engine;
  if (engine->kept_count > 0)
    qsort(engine->kept, engine->kept_count, sizeof(*engine->kept), by_severity_rule_and_place);
  merge_alike(run, engine);
  owned_result *owned = vtm_allocate(1, sizeof(*owned), error);
  if (owned == NULL) return VTM_ERROR_MEMORY;
  const vtm_status status = fill_result(owned, run, error);
  if (status == VTM_OK)
    *result = &owned->result;
  else
    vtm_lint_result_destroy(&owned->result);
  return status;
}

void vtm_lint_result_destroy(vtm_lint_result *result) {
  owned_result *owned = (owned_result *)result;
  if (owned == NULL) return;
  vtm_arena_free(&owned->texts);
  free(owned->findings);
  free(owned->counts);
  free(owned->notes);
  free(owned);
}
