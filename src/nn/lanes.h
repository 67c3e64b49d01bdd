/* The inside of an engine: where its weights and maps lie.
 *
 * Weights lie once in each place: the computer's memory, or a device's. Lanes compute side by side, each with
 * maps of its own: as many as the backend wants for a place. What differs between a processor and a device is behind
 * the backend's queue functions; nothing here asks which of them it is. */
#ifndef VTM_NN_LANES_H
#define VTM_NN_LANES_H

#include <stdatomic.h>

#include "nn/engine.h"
#include "nn/forward.h"
#include "nn/graph.h"

typedef struct vtm_place {
  vtm_queue *queue;                      /* for the weights */
  vtm_packed_convolution **convolutions; /* one for each step; NULL for pooling */
  float **biases;                        /* one for each step; of pooling behind a linear step, else NULL */
  float **linear;                        /* one for each tap */
} vtm_place;

/* The maps of the images that a lane runs at once. */
typedef struct vtm_slot {
  vtm_plan plan; /* width 0: none yet */
  char *arena;
  size_t arena_bytes;
  vtm_map *views;           /* the plan's maps as the current steps see them */
  const float **images;     /* where load_pixels finds those of the plan; NULL: this one is not there */
  float *scratch;           /* of the convolutions, behind the maps */
  char *staging;            /* behind the scratch memory: where images come to, if they are not loaded in place */
  size_t staging_bytes;     /* of each image */
  double *results;          /* features or distances of the whole batch, behind all that */
  double *host_results;     /* a copy of them in the host's memory */
  vtm_recording *recording; /* of the run with this plan; NULL: none, or not possible */
  bool recorded;            /* it was tried */
} vtm_slot;

/* Told of each step as soon as its output is there; for benchmarks, on a processor. */
typedef struct vtm_observer {
  void (*done)(void *user, size_t step, const vtm_map *input, const vtm_map *output);
  void *user;
} vtm_observer;

typedef struct vtm_lane {
  const vtm_place *place;
  const vtm_observer *observer; /* NULL: none */
  vtm_queue *queue;
  char *picture; /* for a queue that resizes: one picture, its tables, and what lies between two passes */
  vtm_slot slots[VTM_SLOTS];
} vtm_lane;

struct vtm_engine {
  const vtm_backend *backend;
  vtm_graph graph;
  float scale[3], shift[3];
  bool exact;
  int candidate;
  vtm_place *places;
  size_t place_count;
  vtm_lane *lanes;
  int lane_count;
  size_t budget;       /* bytes that a lane may take for its maps */
  size_t picture_room; /* bytes of each lane's `picture`; 0: images come resized */
  atomic_int limit;    /* images that a lane runs at once at most; halved when memory runs out */
  int told_limit;      /* of which vtm_engine_take_notice has spoken */
};

/* The convolution of a step that is one; `typical`: the plan for images of the network's typical size. */
vtm_convolution vtm_engine_convolution(const vtm_engine *engine, size_t number, const vtm_plan *typical);

/* Lanes for all places, whose numbers of devices these are; the places have their weights. */
vtm_status vtm_lanes_open(vtm_engine *engine, int lanes_a_place, const int *devices, vtm_error *error);
void vtm_lanes_close(vtm_engine *engine);

/* Brings an image (NULL: none) to where load_pixels finds it, and returns that place; NULL: there is nothing to load. A
 * picture that came as it was is resized on the way. */
const float *vtm_pixels_stage(const vtm_pixels *pixels, const vtm_engine *engine, const vtm_lane *lane, float *staging);

#endif
