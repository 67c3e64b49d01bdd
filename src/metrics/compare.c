#include "vtonmetrics/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/context.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "metrics/one_pass.h"
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

/* Two folders of one name are told apart by their paths; a name that was given must be the only one. */
static vtm_status check_two_names(const vtm_compare_request *request, size_t a, size_t b, vtm_error *error) {
  if (request->names == NULL || (request->names[a] == NULL && request->names[b] == NULL)) return VTM_OK;
  char *first = name_of(request, a, error);
  char *second = name_of(request, b, error);
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

/* ---- people ---- */

/* Whom all models have, when not all have the same. */
static vtm_status restrict_people(const vtm_compare_request *request, const vtm_one_pass *pass, comparison *made,
                                  const vtm_people **people, vtm_error *error) {
  const vtm_people *common = vtm_one_pass_people(pass);
  *people = NULL;
  if (common == NULL) return VTM_OK;
  const size_t all = vtm_one_pass_all_people(pass);
  if (request->people == VTM_COMPARE_EACH) {
    made->note = vtm_arena_format(&made->arena,
                                  "the models are scored on different people: only %zu of %zu have a result of every "
                                  "model",
                                  common->count, all);
    return VTM_OK;
  }
  if (common->count == 0)
    return vtm_fail(error, VTM_ERROR_DATA,
                    "of no person do all %zu models have a result: leave a model out, or score what each has (--each)",
                    request->count);
  *people = common;
  made->note =
      vtm_arena_format(&made->arena, "%zu of %zu people are compared: those of whom all %zu models have a result",
                       common->count, all, request->count);
  return VTM_OK;
}

/* ---- scores ---- */

static vtm_status score_all(vtm_context *context, const vtm_compare_request *request, const vtm_people *people,
                            vtm_store *store, comparison *made, vtm_error *error) {
  const vtm_score_request each = {.reference = request->reference,
                                  .generated = request->generated,
                                  .names = request->names,
                                  .count = request->count,
                                  .people = people,
                                  .store = store};
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < request->metric_count && status == VTM_OK; i++) {
    vtm_result *result = NULL;
    status = vtm_score_request_run(context, request->settings[i], &each, &result, error);
    if (status == VTM_OK) made->results[made->shown.result_count++] = result;
  }
  return status;
}

/* The store is filled in one pass over the pictures; the metrics find there what they would have computed, to the bit.
 * Without one of the user's it lives as long as the comparison. */
static vtm_status compare_with_store(vtm_context *context, const vtm_compare_request *request, vtm_store *store,
                                     comparison *made, vtm_error *error) {
  const vtm_people *people = NULL;
  vtm_one_pass *pass = NULL;
  vtm_status status = VTM_OK;
  /* What cannot be opened or matched here, saved statistics among it, is the metrics' to judge. */
  if (vtm_one_pass_open(context, request, &pass, NULL) == VTM_OK) {
    status = restrict_people(request, pass, made, &people, error);
    if (status == VTM_OK && store != NULL) status = vtm_one_pass_run(pass, store, error);
  }
  if (status == VTM_OK) status = score_all(context, request, people, store, made, error);
  vtm_one_pass_close(pass);
  return status;
}

static vtm_status finish(comparison *made, vtm_error *error) {
  if (made->arena.failed) return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory while putting the result together");
  made->shown.notes = &made->note;
  made->shown.note_count = made->note != NULL;
  return VTM_OK;
}

vtm_status vtm_compare(vtm_context *context, const vtm_compare_request *request, vtm_comparison **comparison_out,
                       vtm_error *error) {
  *comparison_out = NULL;
  if (request->metric_count == 0) return vtm_fail(error, VTM_ERROR_USAGE, "no metric is given to compare by");
  vtm_status status = check_names(request, error);
  if (status != VTM_OK) return status;
  comparison *made = vtm_allocate(1, sizeof(*made), error);
  if (made == NULL) return VTM_ERROR_MEMORY;
  made->results = vtm_allocate(request->metric_count, sizeof(*made->results), error);
  made->shown =
      (vtm_comparison){.reference = request->reference, .results = made->results, .model_count = request->count};
  vtm_store *store = vtm_settings_store(context, request->settings[0]);
  if (store == NULL) store = vtm_store_open_temporary(context);
  status = made->results != NULL ? compare_with_store(context, request, store, made, error) : VTM_ERROR_MEMORY;
  vtm_store_close(store);
  if (status == VTM_OK) status = finish(made, error);
  if (status == VTM_OK)
    *comparison_out = &made->shown;
  else
    vtm_comparison_destroy(&made->shown);
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
