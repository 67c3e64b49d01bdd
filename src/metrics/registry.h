/* The table of metrics. A metric is one record: what it is, its options, and the function that scores. */
#ifndef VTM_METRICS_REGISTRY_H
#define VTM_METRICS_REGISTRY_H

#include <stddef.h>

#include "metrics/result.h"
#include "vtonmetrics/metric.h"

typedef struct vtm_score_request {
  const char *reference;
  const char *const *generated;
  size_t count;
} vtm_score_request;

typedef struct vtm_metric {
  vtm_metric_info info;
  /* Checks a value beyond type, choice and range; NULL when no option needs it. VTM_ERROR_USAGE on failure. */
  vtm_status (*check)(const vtm_option *option, const char *value, vtm_error *error);
  /* Fills `builder`, except for metric, lower_is_better and reference. */
  vtm_status (*run)(vtm_context *context, const vtm_settings *settings, const vtm_score_request *request,
                    vtm_result_builder *builder, vtm_error *error);
  /* Name in the catalogue of the weights that the settings ask for. */
  const char *(*weights)(const vtm_settings *settings);
} vtm_metric;

extern const vtm_metric vtm_metric_fid;
extern const vtm_metric vtm_metric_lpips;

/* What is wrong with the name is said with the nearest known one. */
vtm_status vtm_metric_require(const char *name, const vtm_metric **metric, vtm_error *error);

#endif
