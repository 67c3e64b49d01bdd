/* vtonmetrics: distances between folders of images, with the digits that people publish. */
#ifndef VTONMETRICS_H
#define VTONMETRICS_H

#include "vtonmetrics/bench.h"
#include "vtonmetrics/compare.h"
#include "vtonmetrics/context.h"
#include "vtonmetrics/dataset.h"
#include "vtonmetrics/device.h"
#include "vtonmetrics/experiment.h"
#include "vtonmetrics/figure.h"
#include "vtonmetrics/image.h"
#include "vtonmetrics/lint.h"
#include "vtonmetrics/metric.h"
#include "vtonmetrics/pairs.h"
#include "vtonmetrics/report.h"
#include "vtonmetrics/report_folder.h"
#include "vtonmetrics/scores.h"
#include "vtonmetrics/status.h"
#include "vtonmetrics/store.h"
#include "vtonmetrics/text.h"
#include "vtonmetrics/version.h"
#include "vtonmetrics/weights.h"

#ifdef __cplusplus
extern "C" {
#endif

VTM_API const char *vtm_version(void); /* "0.1.0"; static storage */
/* What this build has and lacks, several lines ("libwebp 1.2.4", "CUDA: not built"); static storage. */
VTM_API const char *vtm_build_info(void);
/* The library of linear algebra that this process has loaded, and whether its threads may share it: one that must not
 * be called from several threads at once is called by one at a time, with the same bits. Static storage. */
VTM_API const char *vtm_linear_algebra(void);

#ifdef __cplusplus
}
#endif
#endif
