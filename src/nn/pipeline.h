/* The inside of the runner: one batch of groups is computed while the next is loaded. */
#ifndef VTM_NN_PIPELINE_H
#define VTM_NN_PIPELINE_H

#include "nn/forward.h"
#include "nn/runner.h"

/* One image as one network is to see it. */
typedef struct vtm_image_state {
  vtm_recalled recalled;
  bool computed;   /* the result was written in this run */
  vtm_error error; /* status VTM_OK: loaded and, later, computed */
} vtm_image_state;

typedef struct vtm_batch {
  size_t first, count; /* groups */
  vtm_pixels *pixels;  /* of each group, member and viewer, in this order; views likewise */
  vtm_image_state *states;
  void **results; /* results[viewer]: image-major for feature networks, member-major for LPIPS */
} vtm_batch;

/* A viewer with its engine. A guest has none: its host's tasks compute for both. One task computes a microbatch of the
 * current batch on one stream: that of its thread, or one of a device's. */
typedef struct vtm_stage {
  vtm_engine *engine;               /* NULL: not opened yet, or a measure */
  const vtm_pixel_measure *measure; /* NULL: a network */
  bool compares;
  size_t result_size;
  size_t host;                 /* the viewer that computes for this one: itself, or another */
  size_t guest;                /* the viewer whose features come out of this one's passes; VTM_NO_VIEWER: none */
  size_t microbatch;           /* groups */
  const vtm_pixels **gathered; /* streams x two slots x images of a microbatch; NULL: one that is not to be computed */
  void **wanted;               /* streams x images of a microbatch: where the results of these go */
  vtm_error *failures;         /* one for each stream: what ends the run */
} vtm_stage;

#define VTM_NO_VIEWER SIZE_MAX

typedef struct vtm_task_of {
  size_t viewer, microbatch;
} vtm_task_of;

typedef struct vtm_pipeline {
  vtm_context *context;
  const vtm_run *run;
  size_t members, viewers;
  size_t batch; /* groups */
  vtm_stage *stages;
  vtm_batch *current, *next;
  size_t *loads; /* images of the next batch */
  size_t load_count;
  vtm_task_of *tasks; /* microbatches of the current batch in which there is something to compute */
  size_t task_count;
} vtm_pipeline;

static inline size_t vtm_image_index(const vtm_pipeline *p, size_t group, size_t member) {
  return group * p->members + member;
}

static inline vtm_image_state *vtm_state_at(const vtm_pipeline *p, const vtm_batch *b, size_t image, size_t viewer) {
  return &b->states[image * p->viewers + viewer];
}

/* Those of its host. */
static inline vtm_pixels *vtm_pixels_at(const vtm_pipeline *p, const vtm_batch *b, size_t image, size_t viewer) {
  return &b->pixels[image * p->viewers + p->stages[viewer].host];
}

/* Whether this viewer's result is to be computed: it is not known, and the image could be loaded. */
static inline bool vtm_is_due(const vtm_pipeline *p, const vtm_batch *b, size_t image, size_t viewer) {
  const vtm_image_state *state = vtm_state_at(p, b, image, viewer);
  return state->recalled == VTM_NOT_KNOWN && !state->computed && state->error.status == VTM_OK &&
         vtm_pixels_at(p, b, image, viewer)->width > 0;
}

static inline void *vtm_result_at(const vtm_pipeline *p, const vtm_batch *b, size_t image, size_t viewer) {
  return (char *)b->results[viewer] + image * p->stages[viewer].result_size;
}

/* ---- runner_compute.c ---- */
/* Computes groups first .. first + count - 1 of the current batch. Failures of single images go to their views, all
 * else to the stream's failure. */
void vtm_compute_microbatch(vtm_pipeline *p, size_t viewer, size_t first, size_t count, int stream);

#endif
