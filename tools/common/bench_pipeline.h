/* What `bench --pipeline` prints. */
#ifndef VTM_TOOLS_BENCH_PIPELINE_H
#define VTM_TOOLS_BENCH_PIPELINE_H

#include "vtonmetrics/bench.h"

/* New strings; NULL when out of memory. */
char *vtm_bench_pipeline_text(const vtm_bench_pipeline *bench, const char *device);
char *vtm_bench_pipeline_json(const vtm_bench_pipeline *bench, const char *device);

#endif
