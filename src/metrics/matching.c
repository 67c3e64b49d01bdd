#include "metrics/matching.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/context.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "metrics/settings.h"

static void log_files(vtm_context *context, const vtm_folder *reference, const vtm_folder *generated,
                      const vtm_matching *matching) {
  if (context->log == NULL) return;
  vtm_log(context, VTM_LOG_INFO, "%s: matched by %s: %s", generated->path, matching->scheme, matching->reason);
  for (size_t i = 0; i < generated->count; i++) {
    char line[1024];
    (void)vtm_matching_explain(reference, generated, matching, i, line, sizeof(line));
    vtm_log(context, VTM_LOG_INFO, "%s: %s", generated->path, line);
  }
  for (size_t i = 0; i < matching->only_reference_count; i++)
    vtm_log(context, VTM_LOG_INFO, "%s: %s has no partner", reference->path,
            reference->entries[matching->only_reference[i]].name);
}

static void note(vtm_result_builder *builder, const vtm_folder *generated, const vtm_matching *matching) {
  if (strcmp(matching->scheme, "stem") != 0)
    vtm_result_note(builder, "%s: matched by %s: %s", generated->path, matching->scheme, matching->reason);
  if (matching->repeats > 0)
    vtm_result_note(builder, "%s: %zu results of %zu people, each result counts", generated->path, matching->count,
                    matching->people);
  if (matching->ambiguous > 0)
    vtm_result_warn(builder,
                    "%s: %zu images left out whose name may mean either of two people; 'vtonmetrics "
                    "pairs-check' lists them",
                    generated->path, matching->ambiguous);
  if (matching->near_names > 0)
    vtm_result_warn(builder,
                    "%s: %zu images left out whose name differs from a photograph's in letter case or Unicode "
                    "form only; 'vtonmetrics pairs-check' lists them",
                    generated->path, matching->near_names);
}

static int by_name(const void *wanted, const void *element) { return strcmp(wanted, *(const char *const *)element); }

static void keep_people(const vtm_folder *reference, const vtm_people *people, vtm_matching *matching) {
  size_t kept = 0;
  matching->people = 0;
  for (size_t i = 0; i < matching->count; i++) {
    const vtm_pair pair = matching->pairs[i];
    const char *name = reference->entries[pair.reference].name;
    if (bsearch(name, people->names, people->count, sizeof(*people->names), by_name) == NULL) continue;
    if (kept == 0 || matching->pairs[kept - 1].reference != pair.reference) matching->people++;
    matching->pairs[kept++] = pair;
  }
  matching->count = kept;
}

vtm_status vtm_match_images(vtm_context *context, const vtm_settings *settings, const vtm_images *reference,
                            const vtm_images *generated, const vtm_people *people, vtm_result_builder *builder,
                            vtm_matching *matching, vtm_error *error) {
  const vtm_match_options options = {.how = vtm_settings_text(settings, "match")};
  const vtm_folder *photographs = &reference->folder;
  const vtm_folder *results = &generated->folder;
  vtm_status status = vtm_match(photographs, results, &options, matching, error);
  if (status != VTM_OK) return status;
  log_files(context, photographs, results, matching);
  status = vtm_matching_require(photographs, results, matching, error);
  if (status != VTM_OK) {
    vtm_matching_close(matching);
    return status;
  }
  if (people != NULL) keep_people(photographs, people, matching);
  note(builder, results, matching);
  return VTM_OK;
}

/* ---- --dry-run ---- */

static bool is_saved(const char *path) { return strcasecmp(vtm_path_extension(path), ".npz") == 0; }

static vtm_status plan_folder(const vtm_settings *settings, const vtm_folder *reference, const char *path, bool all,
                              vtm_text *text, vtm_error *error) {
  vtm_folder generated;
  vtm_matching matching;
  vtm_status status = vtm_folder_open(path, &generated, error);
  if (status != VTM_OK) return status;
  const vtm_match_options options = {.how = vtm_settings_text(settings, "match")};
  status = vtm_match(reference, &generated, &options, &matching, error);
  char *lines = NULL;
  if (status == VTM_OK) status = vtm_matching_text(reference, &generated, &matching, all, &lines, error);
  if (lines != NULL) vtm_text_append(text, lines);
  free(lines);
  vtm_matching_close(&matching);
  vtm_folder_close(&generated);
  return status;
}

vtm_status vtm_score_plan(const vtm_settings *settings, const char *reference, const char *const *generated,
                          size_t count, bool all, char **text_out, vtm_error *error) {
  vtm_text text = {0};
  vtm_folder folder = {0};
  vtm_status status = is_saved(reference) ? VTM_OK : vtm_folder_open(reference, &folder, error);
  for (size_t i = 0; i < count && status == VTM_OK; i++) {
    if (is_saved(reference) || is_saved(generated[i]))
      vtm_text_format(&text, "%s against %s\n  saved statistics or features: no images are matched here\n",
                      generated[i], reference);
    else
      status = plan_folder(settings, &folder, generated[i], all, &text, error);
  }
  vtm_folder_close(&folder);
  *text_out = status == VTM_OK ? vtm_text_take(&text, error) : NULL;
  vtm_text_free(&text);
  return status == VTM_OK && *text_out == NULL ? VTM_ERROR_MEMORY : status;
}
