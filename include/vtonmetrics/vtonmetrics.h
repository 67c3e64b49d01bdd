/* vtonmetrics: distances between folders of images, with the digits that people publish.
 *
 * There are two kinds of headers, and two promises.
 *
 * The core is this header and what it includes. From version 1.0 on, a program that was compiled against 1.x runs with
 * the library of every later 1.y, and compiles against its headers. Before 1.0 any version may change anything.
 *
 * vtonmetrics/tools/NAME.h are what our own programs need in addition. They are installed and documented like the core,
 * but every version may change them: a program that uses them must be compiled again for each version.
 *
 * docs/api.md has the rules behind the first promise: what is freed by whom, struct_size, errors, threads, fork(). */
#ifndef VTONMETRICS_H
#define VTONMETRICS_H

#include "vtonmetrics/compare.h"
#include "vtonmetrics/context.h"
#include "vtonmetrics/device.h"
#include "vtonmetrics/image.h"
#include "vtonmetrics/metric.h"
#include "vtonmetrics/report.h"
#include "vtonmetrics/scorer.h"
#include "vtonmetrics/status.h"
#include "vtonmetrics/store.h"
#include "vtonmetrics/version.h"
#include "vtonmetrics/weights.h"

#ifdef __cplusplus
extern "C" {
#endif

VTM_API const char *vtm_version(void); /* "0.1.0"; static storage */
/* What this build has and lacks, several lines ("libwebp 1.2.4", "CUDA: not built"); static storage. */
VTM_API const char *vtm_build_info(void);
/* The BLAS library that this process has loaded, and whether several threads may call it at once. If not, one thread at
 * a time calls it, and the results have the same bits. Static storage. */
VTM_API const char *vtm_linear_algebra(void);

#ifdef __cplusplus
}
#endif
#endif
