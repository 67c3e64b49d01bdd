#include "vtonmetrics/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

static vtm_status check_names(const vtm_compare_request *request, vtm_error *error) {
  for (size_t i = 0; i < request->count && request->names != NULL; i++)
    for (size_t k = 0; k < i; k++)
      if (request->names[i] != NULL && request->names[k] != NULL && strcmp(request->names[i], request->names[k]) == 0)
        return vtm_fail(error, VTM_ERROR_USAGE, "two models are called %s: give each a name of its own",
                        request->names[i]);
  return VTM_OK;
}

vtm_status vtm_compare(vtm_context *context, const vtm_compare_request *request, vtm_comparison **comparison,
                       vtm_error *error) {
  *comparison = NULL;
  vtm_status status = check_names(request, error);
  if (status != VTM_OK) return status;
  vtm_comparison *made = vtm_allocate(1, sizeof(*made), error);
  const vtm_result **results = vtm_allocate(request->metric_count, sizeof(vtm_result *), error);
  if (made == NULL || results == NULL) {
    free(made);
    free(results);
    return VTM_ERROR_MEMORY;
  }
  *made = (vtm_comparison){.reference = request->reference, .results = results, .model_count = request->count};
  for (size_t i = 0; i < request->metric_count && status == VTM_OK; i++) {
    vtm_result *result = NULL;
    status = vtm_score(context, request->settings[i], request->reference, request->generated, request->count, &result,
                       error);
    if (status == VTM_OK) results[made->result_count++] = result;
  }
  if (status == VTM_OK)
    *comparison = made;
  else
    vtm_comparison_destroy(made);
  return status;
}

void vtm_comparison_destroy(vtm_comparison *comparison) {
  if (comparison == NULL) return;
  for (size_t i = 0; i < comparison->result_count; i++) vtm_result_destroy((vtm_result *)comparison->results[i]);
  free((void *)comparison->results);
  free(comparison);
}
