#include "nn/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

typedef struct thread_line {
  vtm_bench_span *spans;
  size_t count, capacity;
} thread_line;

struct vtm_timeline {
  double begin;
  int threads;
  thread_line *lines;
};

vtm_status vtm_timeline_create(int threads, vtm_timeline **timeline_out, vtm_error *error) {
  *timeline_out = NULL;
  vtm_timeline *timeline = vtm_allocate(1, sizeof(*timeline), error);
  if (timeline == NULL) return VTM_ERROR_MEMORY;
  timeline->threads = threads;
  timeline->lines = vtm_allocate((size_t)threads, sizeof(*timeline->lines), error);
  if (timeline->lines == NULL) {
    free(timeline);
    return VTM_ERROR_MEMORY;
  }
  timeline->begin = vtm_clock_seconds();
  *timeline_out = timeline;
  return VTM_OK;
}

void vtm_timeline_destroy(vtm_timeline *timeline) {
  if (timeline == NULL) return;
  for (int i = 0; i < timeline->threads; i++) free(timeline->lines[i].spans);
  free(timeline->lines);
  free(timeline);
}

double vtm_timeline_now(const vtm_timeline *timeline) {
  return timeline != NULL ? vtm_clock_seconds() - timeline->begin : 0;
}

void vtm_timeline_add(vtm_timeline *timeline, int thread, vtm_bench_activity activity, double start) {
  if (timeline == NULL) return;
  thread_line *line = &timeline->lines[thread];
  if (!vtm_grow(&line->spans, &line->capacity, line->count + 1, sizeof(*line->spans), NULL)) return;
  line->spans[line->count++] = (vtm_bench_span){thread, activity, start, vtm_timeline_now(timeline)};
}

vtm_bench_span *vtm_timeline_spans(const vtm_timeline *timeline, size_t *count, vtm_error *error) {
  *count = 0;
  for (int i = 0; i < timeline->threads; i++) *count += timeline->lines[i].count;
  vtm_bench_span *spans = vtm_allocate(*count, sizeof(*spans), error);
  size_t at = 0;
  for (int i = 0; i < timeline->threads && spans != NULL; i++) {
    const thread_line *line = &timeline->lines[i];
    if (line->count > 0) memcpy(spans + at, line->spans, line->count * sizeof(*spans));
    at += line->count;
  }
  return spans;
}
