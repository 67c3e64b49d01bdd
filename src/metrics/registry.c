#include "metrics/registry.h"

#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/text.h"
#include "metrics/results_check.h"
#include "metrics/settings.h"

static const vtm_metric *const metrics[] = {&vtm_metric_fid, &vtm_metric_lpips};
enum { METRICS = sizeof(metrics) / sizeof(*metrics) };

size_t vtm_metric_count(void) { return METRICS; }

const vtm_metric_info *vtm_metric_at(size_t index) { return index < METRICS ? &metrics[index]->info : NULL; }

const vtm_metric_info *vtm_metric_find(const char *name) {
  for (size_t i = 0; i < METRICS; i++)
    if (strcmp(metrics[i]->info.name, name) == 0) return &metrics[i]->info;
  return NULL;
}

vtm_status vtm_metric_require(const char *name, const vtm_metric **metric, vtm_error *error) {
  *metric = NULL;
  for (size_t i = 0; i < METRICS; i++)
    if (strcmp(metrics[i]->info.name, name) == 0) *metric = metrics[i];
  if (*metric != NULL) return VTM_OK;
  const char *names[METRICS];
  vtm_text known = {0};
  for (size_t i = 0; i < METRICS; i++) {
    names[i] = metrics[i]->info.name;
    vtm_text_format(&known, "%s%s", i ? ", " : "", names[i]);
  }
  char hint[64];
  vtm_hint_nearest(name, names, METRICS, hint, sizeof(hint));
  const vtm_status status = vtm_fail(error, VTM_ERROR_USAGE, "unknown metric '%s'%s; known are %s", name, hint,
                                     known.bytes ? known.bytes : "");
  vtm_text_free(&known);
  return status;
}

vtm_store *vtm_settings_store(vtm_context *context, const vtm_settings *settings) {
  if (vtm_settings_flag(settings, "no-store")) return NULL;
  return vtm_store_open(context, vtm_settings_text(settings, "store"));
}

vtm_status vtm_score_request_run(vtm_context *context, const vtm_settings *settings, const vtm_score_request *request,
                                 vtm_result **result, vtm_error *error) {
  *result = NULL;
  vtm_context_clear_broken(context);
  const vtm_metric *metric = vtm_settings_metric(settings);
  vtm_status status = vtm_check_strictness(settings, error);
  if (status != VTM_OK) return status;
  vtm_result_builder *builder = vtm_result_start(error);
  if (builder == NULL) return VTM_ERROR_MEMORY;
  builder->result.metric = metric->info.name;
  builder->result.lower_is_better = metric->info.lower_is_better;
  builder->result.reference = vtm_result_copy(builder, request->reference);
  status = metric->run(context, settings, request, builder, error);
  if (status == VTM_OK)
    status = vtm_result_finish(builder, result, error);
  else
    vtm_result_destroy(&builder->result);
  return status;
}

vtm_status vtm_score(vtm_context *context, const vtm_settings *settings, const char *reference,
                     const char *const *generated, size_t count, vtm_result **result, vtm_error *error) {
  const vtm_score_request request = {
      .reference = reference, .generated = generated, .count = count, .store = vtm_settings_store(context, settings)};
  const vtm_status status = vtm_score_request_run(context, settings, &request, result, error);
  vtm_store_close(request.store);
  return status;
}
