#include "metrics/registry.h"

#include <string.h>

#include "base/error.h"
#include "base/hint.h"
#include "base/text.h"
#include "metrics/settings.h"

static const vtm_metric *const metrics[] = {&vtm_metric_fid,  &vtm_metric_kid,     &vtm_metric_lpips,
                                            &vtm_metric_ssim, &vtm_metric_ms_ssim, &vtm_metric_psnr,
                                            &vtm_metric_mse,  &vtm_metric_rmse,    &vtm_metric_mae};
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

vtm_status vtm_settings_create(const char *metric, vtm_settings **settings, vtm_error *error) {
  const vtm_metric *record = NULL;
  *settings = NULL;
  const vtm_status status = vtm_metric_require(metric, &record, error);
  return status == VTM_OK ? vtm_settings_of(record, settings, error) : status;
}
