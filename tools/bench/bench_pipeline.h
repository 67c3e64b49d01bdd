/* What `bench --pipeline` prints. */
#ifndef BENCH_PIPELINE_H
#define BENCH_PIPELINE_H

#include "vtonmetrics/tools/bench.h"

/* New strings; NULL when out of memory. */
char *bench_pipeline_text(const vtm_bench_pipeline *bench, const char *device);
char *bench_pipeline_json(const vtm_bench_pipeline *bench, const char *device);

#endif
