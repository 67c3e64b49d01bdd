/* The inside of an engine: where its weights and maps lie.
 *
 * Weights lie once in each place: the computer's memory, or a device's. Lanes compute side by side, each with
 * maps of its own: one a thread on a CPU, and VTM_LANES_A_DEVICE on each device, so that one computes while the
 * other copies. */
#ifndef VTM_NN_LANES_H
#define VTM_NN_LANES_H

#include <stdatomic.h>

#include "nn/engine.h"
#include "nn/forward.h"
#include "nn/graph.h"

typedef struct vtm_place {
  vtm_queue *queue;                      /* for the weights; NULL without a device */
  vtm_packed_convolution **convolutions; /* one for each step; NULL for pooling */
  float **biases;                        /* one for each step; of pooling behind a linear step, else NULL */
  float **linear;                        /* one for each tap */
} vtm_place;

/* The maps of the images that a lane runs at once. */
typedef struct vtm_slot {
  vtm_plan plan; /* width 0: none yet */
  char *arena;
  size_t arena_bytes;
  vtm_map *views;           /* without a device: the plan's maps as the current steps see them */
  float *scratch;           /* of the convolutions, behind the maps */
  float *pixels;            /* on a device: the images, behind the scratch memory */
  double *results;          /* features or distances of the whole batch, behind all that */
  double *host_results;     /* the same where they can be read: `results`, or a copy of what a device has made */
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
  char *picture; /* on a device that resizes: one picture, its tables, and what lies between two passes */
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
  size_t budget;       /* bytes that a lane may take of its device */
  size_t picture_room; /* bytes of each lane's `picture`; 0: images come resized */
  atomic_int limit;    /* images that a lane runs at once at most; halved when a device's memory runs out */
  int told_limit;      /* of which vtm_engine_take_notice has spoken */
};

/* The convolution of a step that is one; `typical`: the plan for images of the network's typical size. */
vtm_convolution vtm_engine_convolution(const vtm_engine *engine, size_t number, const vtm_plan *typical);

/* Lanes for all places, whose numbers of devices these are; the places have their weights. */
vtm_status vtm_lanes_open(vtm_engine *engine, int lanes_a_place, const int *devices, vtm_error *error);
void vtm_lanes_close(vtm_engine *engine);

/* The pixels to `values`, on the device. */
void vtm_pixels_send(const vtm_pixels *pixels, vtm_queue *queue, const vtm_device_functions *device, char *room,
                     float *values);

/* Makes room in one slot, unless it fits already. */
vtm_status vtm_slot_fit(const vtm_engine *engine, const vtm_lane *lane, vtm_slot *slot, int images, int width,
                        int height, vtm_error *error);

#endif
