/* The table of metrics. A metric is one record: what it is, its options, and the function that scores. */
#ifndef VTM_METRICS_REGISTRY_H
#define VTM_METRICS_REGISTRY_H

#include <stddef.h>

#include "features/extractor.h"
#include "metrics/result.h"
#include "vtonmetrics/metric.h"

/* Names of files in the reference folder, sorted as by strcmp. */
typedef struct vtm_people {
  const char **names;
  size_t count;
} vtm_people;

typedef struct vtm_score_request {
  const char *reference;
  const char *const *generated;
  const char *const *names; /* of the rows; NULL, or NULL for one: see vtm_result_rows */
  size_t count;
  const vtm_people *people; /* who may take part where images are matched; NULL: all */
  vtm_store *store;         /* may be NULL */
} vtm_score_request;

typedef struct vtm_metric {
  vtm_metric_info info;
  /* Checks a value beyond type, choice and range; NULL when no option needs it. VTM_ERROR_USAGE on failure. */
  vtm_status (*check)(const vtm_option *option, const char *value, vtm_error *error);
  /* Fills `builder`, except for metric, lower_is_better and reference. */
  vtm_status (*run)(vtm_context *context, const vtm_settings *settings, const vtm_score_request *request,
                    vtm_result_builder *builder, vtm_error *error);
  /* How it sees images, by the settings. */
  vtm_status (*view)(const vtm_settings *settings, vtm_extractor_request *request, vtm_error *error);
} vtm_metric;

extern const vtm_metric vtm_metric_fid;
extern const vtm_metric vtm_metric_lpips;

/* vtm_score, with all that a comparison adds to the request. */
vtm_status vtm_score_request_run(vtm_context *context, const vtm_settings *settings, const vtm_score_request *request,
                                 vtm_result **result, vtm_error *error);
/* The store that the settings ask for, or NULL. */
vtm_store *vtm_settings_store(vtm_context *context, const vtm_settings *settings);

/* What is wrong with the name is said with the nearest known one. */
vtm_status vtm_metric_require(const char *name, const vtm_metric **metric, vtm_error *error);

#endif
