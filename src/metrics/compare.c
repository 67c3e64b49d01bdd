#include "vtonmetrics/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/caller_struct.h"
#include "base/context.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "metrics/scoring.h"
#include "metrics/settings.h"

/* The public part first, so that its address is that of the whole. */
typedef struct comparison {
  vtm_comparison shown;
  const vtm_result **results;
  const char *note; /* of the people; NULL: none */
  vtm_arena arena;
} comparison;

/* ---- names ---- */

static char *name_of(const vtm_compare_request *request, size_t model, vtm_error *error) {
  const bool named = request->names != NULL && request->names[model] != NULL;
  return named ? vtm_copy_text(request->names[model], error) : vtm_path_last_part(request->generated[model], error);
}

/* Two folders of one last part are called by their paths, so that one path twice is one name twice. A name that was
 * given must be the only one. */
static vtm_status check_two_names(const vtm_compare_request *request, size_t a, size_t b, vtm_error *error) {
  const bool named = request->names != NULL && (request->names[a] != NULL || request->names[b] != NULL);
  char *first = named ? name_of(request, a, error) : vtm_copy_text(request->generated[a], error);
  char *second = named ? name_of(request, b, error) : vtm_copy_text(request->generated[b], error);
  vtm_status status = first != NULL && second != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK && strcmp(first, second) == 0)
    status = vtm_fail(error, VTM_ERROR_USAGE, "two models are called %s: give each a name of its own", first);
  free(first);
  free(second);
  return status;
}

static vtm_status check_names(const vtm_compare_request *request, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < request->count; i++)
    for (size_t k = 0; k < i && status == VTM_OK; k++) status = check_two_names(request, k, i, error);
  return status;
}

/* ---- scores ---- */

vtm_store *vtm_scoring_open_store(vtm_context *context, const vtm_settings *settings) {
  if (settings->values.no_store) return NULL;
  return vtm_store_open(context, settings->values.store);
}

static void note_people(const vtm_scoring *scoring, comparison *made) {
  const size_t people = scoring->people;
  const size_t all = scoring->all_people;
  if (people == all) return;
  if (scoring->request->people == VTM_COMPARE_EACH)
    made->note = vtm_arena_format(&made->arena,
                                  "the models are scored on different people: only %zu of %zu have a result of every "
                                  "model",
                                  people, all);
  else
    made->note =
        vtm_arena_format(&made->arena, "%zu of %zu people are compared: those of whom all %zu models have a result",
                         people, all, scoring->request->count);
}

static vtm_status finish_metric(vtm_scoring *scoring, size_t number, comparison *made, vtm_error *error) {
  vtm_measured *measured = &scoring->measured[number];
  vtm_result *result = NULL;
  vtm_context_clear_broken(scoring->context);
  vtm_status status = measured->metric->set != NULL ? vtm_score_sets(scoring, measured, error)
                                                    : vtm_score_pairs(scoring, measured, error);
  if (status != VTM_OK) return status;
  status = vtm_result_finish(measured->builder, &result, error);
  measured->builder = NULL;
  if (status == VTM_OK) made->results[made->shown.result_count++] = result;
  return status;
}

static vtm_status score_all(vtm_scoring *scoring, vtm_comparison **made, vtm_error *error) {
  vtm_status status = vtm_scoring_open(scoring, error);
  if (status == VTM_OK) status = vtm_scoring_match(scoring, error);
  if (status == VTM_OK) status = vtm_scoring_select(scoring, error);
  if (status == VTM_OK) status = vtm_scoring_open_extractors(scoring, error);
  if (status == VTM_OK) status = vtm_scoring_run(scoring, error);
  vtm_store_flush(scoring->store);
  if (status == VTM_OK) status = vtm_scoring_select(scoring, error);
  return status == VTM_OK ? vtm_scoring_finish(scoring, made, error) : status;
}

vtm_status vtm_scoring_finish(vtm_scoring *scoring, vtm_comparison **comparison_out, vtm_error *error) {
  const vtm_compare_request *request = scoring->request;
  *comparison_out = NULL;
  comparison *made = vtm_allocate(1, sizeof(*made), error);
  if (made == NULL) return VTM_ERROR_MEMORY;
  made->results = vtm_allocate(request->metric_count, sizeof(*made->results), error);
  made->shown = (vtm_comparison){.reference = vtm_arena_copy(&made->arena, scoring->paths[0]),
                                 .results = made->results,
                                 .model_count = request->count};
  vtm_status status = made->results != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t i = 0; i < request->metric_count && status == VTM_OK; i++)
    status = finish_metric(scoring, i, made, error);
  note_people(scoring, made);
  if (status == VTM_OK && made->arena.failed)
    status = vtm_fail(error, VTM_ERROR_MEMORY, "out of memory while putting the result together");
  made->shown.notes = &made->note;
  made->shown.note_count = made->note != NULL;
  if (status == VTM_OK)
    *comparison_out = &made->shown;
  else
    vtm_comparison_destroy(&made->shown);
  return status;
}

vtm_status vtm_compare(vtm_context *context, const vtm_compare_request *given, vtm_comparison **comparison_out,
                       vtm_error *error) {
  vtm_compare_request copy;
  *comparison_out = NULL;
  vtm_context_clear_broken(context);
  vtm_status status = vtm_context_check_process(context, error);
  if (status == VTM_OK) status = vtm_copy_caller_struct(&copy, sizeof(copy), given, "vtm_compare_request", error);
  if (status != VTM_OK) return status;
  const vtm_compare_request *request = &copy;
  if (request->metric_count == 0) return vtm_fail(error, VTM_ERROR_USAGE, "no metric is given to compare by");
  if (request->people != VTM_COMPARE_COMMON && request->people != VTM_COMPARE_EACH)
    return vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                    "vtm_compare_request: people is %d, which this library, version %s, does not know",
                    (int)request->people, VTM_VERSION);
  status = check_names(request, error);
  if (status != VTM_OK) return status;
  vtm_scoring scoring = {
      .context = context, .request = request, .store = vtm_scoring_open_store(context, request->settings[0])};
  status = score_all(&scoring, comparison_out, error);
  vtm_scoring_close(&scoring);
  vtm_store_close(scoring.store);
  return status;
}

void vtm_comparison_destroy(vtm_comparison *shown) {
  if (shown == NULL) return;
  comparison *made = (comparison *)(void *)shown;
  for (size_t i = 0; i < shown->result_count; i++) vtm_result_destroy((vtm_result *)made->results[i]);
  free((void *)made->results);
  vtm_arena_free(&made->arena);
  free(made);
}

vtm_status vtm_score(vtm_context *context, const vtm_settings *settings, const char *reference,
                     const char *const *generated, size_t count, vtm_result **result, vtm_error *error) {
  const vtm_compare_request request = {.struct_size = sizeof(request),
                                       .reference = reference,
                                       .generated = generated,
                                       .count = count,
                                       .settings = &settings,
                                       .metric_count = 1,
                                       .people = VTM_COMPARE_EACH};
  vtm_comparison *compared = NULL;
  *result = NULL;
  const vtm_status status = vtm_compare(context, &request, &compared, error);
  if (status != VTM_OK) return status;
  *result = (vtm_result *)compared->results[0];
  compared->result_count = 0;
  vtm_comparison_destroy(compared);
  return VTM_OK;
}
