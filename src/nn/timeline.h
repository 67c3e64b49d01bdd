/* What each thread does when, for benchmarks. */
#ifndef VTM_NN_TIMELINE_H
#define VTM_NN_TIMELINE_H

#include "vtonmetrics/tools/bench.h"

typedef struct vtm_timeline vtm_timeline;

vtm_status vtm_timeline_create(int threads, vtm_timeline **timeline, vtm_error *error);
void vtm_timeline_destroy(vtm_timeline *timeline); /* NULL is allowed */

/* Seconds since the timeline was made; 0 without one. */
double vtm_timeline_now(const vtm_timeline *timeline);

/* The thread did this from `start` until now. Each thread writes on its own; without a timeline, nothing happens. A
 * span for which there is no memory is left out. */
void vtm_timeline_add(vtm_timeline *timeline, int thread, vtm_bench_activity activity, double start);

/* All spans, by thread and time, in memory that is the caller's. NULL with *error set when there is none. */
vtm_bench_span *vtm_timeline_spans(const vtm_timeline *timeline, size_t *count, vtm_error *error);

#endif
