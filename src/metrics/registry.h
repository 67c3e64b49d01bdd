/* The table of metrics. A metric is one record of its own file: what it is, its options, how it sees images, and what
 * it computes of them, which is one of two things:
 *
 *   a set measure   one number of two sets of images, seen as rows of features (set_measure.h);
 *   a pair measure  one number of two pictures, a photograph and a result (pair_measure.h).
 *
 * All else (matching, decoding, the store, intervals, warnings, reports) is the same for all, and knows none by name.
 */
#ifndef VTM_METRICS_REGISTRY_H
#define VTM_METRICS_REGISTRY_H

#include "features/extractor.h"
#include "vtonmetrics/metric.h"

typedef struct vtm_set_measure vtm_set_measure;
typedef struct vtm_pair_measure vtm_pair_measure;

typedef struct vtm_metric {
  vtm_metric_info info;
  /* How it sees images, by the settings; what all networks share is filled in by vtm_settings_extractor. */
  vtm_extractor_request (*extractor)(const vtm_settings *settings);
  const vtm_set_measure *set; /* one of these two */
  const vtm_pair_measure *pair;
} vtm_metric;

extern const vtm_metric vtm_metric_fid;
extern const vtm_metric vtm_metric_kid;
extern const vtm_metric vtm_metric_lpips;
extern const vtm_metric vtm_metric_ssim;
extern const vtm_metric vtm_metric_ms_ssim;
extern const vtm_metric vtm_metric_psnr;
extern const vtm_metric vtm_metric_mse;
extern const vtm_metric vtm_metric_rmse;
extern const vtm_metric vtm_metric_mae;

/* What is wrong with the name is said with the nearest known one. */
vtm_status vtm_metric_require(const char *name, const vtm_metric **metric, vtm_error *error);

#endif
