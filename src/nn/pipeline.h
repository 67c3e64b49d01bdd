/* The inside of the runner: some batches of groups are loaded while others are computed. */
#ifndef VTM_NN_PIPELINE_H
#define VTM_NN_PIPELINE_H

#include <pthread.h>

#include "nn/forward.h"
#include "nn/runner.h"

/* One image as one network is to see it. */
typedef struct vtm_image_state {
  vtm_recalled recalled;
  bool computed;   /* the result was written in this run */
  vtm_error error; /* status VTM_OK: loaded and, later, computed */
} vtm_image_state;

/* Groups of a batch that one stream computes at once for one viewer. */
typedef struct vtm_task_of {
  size_t viewer, first, count;
  bool begun;
} vtm_task_of;

typedef struct vtm_batch {
  size_t first, count; /* groups */
  vtm_pixels *pixels;  /* of each group, member and viewer, in this order; views likewise */
  vtm_image_state *states;
  void **results; /* results[viewer]: image-major for feature networks, member-major for LPIPS */
  size_t *loads;  /* images */
  size_t load_count, loads_begun, loads_done;
  vtm_task_of *tasks; /* in which there is something to compute; none until all is loaded */
  size_t task_count, tasks_done;
} vtm_batch;

#define VTM_NO_VIEWER SIZE_MAX

/* A viewer with its engine. A guest has none: its host's tasks compute for both. */
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
  size_t streams;
  vtm_error *failures; /* one for each stream: what ends the run; NULL: not ready to compute */
  bool *busy;          /* likewise */
  bool needed;         /* some image is not known */
} vtm_stage;

typedef struct vtm_pipeline {
  vtm_context *context;
  const vtm_run *run;
  size_t members, viewers;
  size_t batch; /* groups */
  vtm_stage *stages;
  vtm_batch *batches;
  size_t batch_count;
  /* What follows, and what is begun and done of each batch that flies, is changed with the lock held. */
  pthread_mutex_t lock;
  pthread_cond_t changed;
  size_t oldest, flying; /* of the batches, which stand in a circle */
  size_t planned;        /* groups */
  size_t ready;          /* groups that the source can be asked for */
  bool pause;
  bool alone;        /* no other thread will come: the run is within a task of the pool, or there is none */
  vtm_error failure; /* the first */
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
/* Failures of single images go to their states, all else to the stream's failure. */
void vtm_compute_task(const vtm_pipeline *p, const vtm_batch *batch, const vtm_task_of *task, int stream);

/* ---- runner_batch.c ---- */
/* Asks what is known of a group, for all viewers; hosts are told that they are needed. Whether nothing is to be
 * computed.
 */
bool vtm_recall_group(const vtm_pipeline *p, const vtm_batch *b, size_t group);
void vtm_plan_loads(const vtm_pipeline *p, vtm_batch *b);
void vtm_plan_tasks(const vtm_pipeline *p, vtm_batch *b);
vtm_status vtm_deliver_batch(const vtm_pipeline *p, const vtm_batch *b, vtm_error *error);

/* ---- runner_threads.c ---- */
/* Until all is delivered, a viewer is needed that is not ready, or the source has to prepare more groups. */
vtm_status vtm_run_threads(vtm_pipeline *p, vtm_error *error);

#endif
