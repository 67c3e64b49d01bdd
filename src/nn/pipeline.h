/* The inside of the runner: one batch of groups is computed while the next is loaded. */
#ifndef VTM_NN_PIPELINE_H
#define VTM_NN_PIPELINE_H

#include "nn/forward.h"
#include "nn/runner.h"

/* One image as one network is to see it. */
typedef struct vtm_view {
  vtm_recalled state;
  vtm_error error; /* status VTM_OK: loaded and, later, computed */
} vtm_view;

typedef struct vtm_batch {
  size_t first, count; /* groups */
  vtm_pixels *pixels;  /* of each group, member and viewer, in this order; views likewise */
  vtm_view *views;
  void **results; /* of each viewer: of each image */
} vtm_batch;

/* A viewer with its engine. One task computes a portion of the current batch on one lane: on a processor a group, on
 * the lane of its thread; on a device the share of one of its lanes. */
typedef struct vtm_post {
  vtm_engine *engine;               /* NULL: not opened yet, or a measure */
  const vtm_pixel_measure *measure; /* NULL: a network */
  bool compares;
  size_t result_size;
  size_t portion;              /* groups */
  const vtm_pixels **gathered; /* lanes x two slots x images of a portion; NULL: one that is not to be computed */
  void **wanted;               /* lanes x images of a portion: where the results of these go */
  vtm_error *failures;         /* one for each lane: what ends the run */
} vtm_post;

typedef struct vtm_task_of {
  size_t viewer, portion;
} vtm_task_of;

typedef struct vtm_pipeline {
  vtm_context *context;
  const vtm_run *run;
  size_t members, viewers;
  size_t batch; /* groups */
  vtm_post *posts;
  vtm_batch *current, *next;
  size_t *loads; /* images of the next batch */
  size_t load_count;
  vtm_task_of *tasks; /* portions of the current batch in which there is something to compute */
  size_t task_count;
} vtm_pipeline;

static inline size_t vtm_image_index(const vtm_pipeline *p, size_t group, size_t member) {
  return group * p->members + member;
}

static inline vtm_view *vtm_view_at(const vtm_pipeline *p, const vtm_batch *b, size_t image, size_t viewer) {
  return &b->views[image * p->viewers + viewer];
}

static inline vtm_pixels *vtm_pixels_at(const vtm_pipeline *p, const vtm_batch *b, size_t image, size_t viewer) {
  return &b->pixels[image * p->viewers + viewer];
}

static inline void *vtm_result_at(const vtm_pipeline *p, const vtm_batch *b, size_t image, size_t viewer) {
  return (char *)b->results[viewer] + image * p->posts[viewer].result_size;
}

/* ---- compute.c ---- */
/* Computes groups first .. first + count - 1 of the current batch. Failures of single images go to their views, all
 * else to the lane's failure. */
void vtm_compute_portion(vtm_pipeline *p, size_t viewer, size_t first, size_t count, int lane);

#endif
