/* The inside of an engine: where its weights and maps lie.
 *
 * One copy of the weights per memory space: the host's, or that of each device. Streams compute side by side, each with
 * maps of its own; the backend says how many it wants for a copy of the weights. What differs between a processor and a
 * device is behind the backend's queue functions; nothing here asks which of them it is. */
#ifndef VTM_NN_STREAMS_H
#define VTM_NN_STREAMS_H

#include <stdatomic.h>

#include "nn/engine.h"
#include "nn/forward.h"
#include "nn/graph.h"

typedef struct vtm_weight_replica {
  vtm_queue *queue;                      /* for the weights */
  vtm_packed_convolution **convolutions; /* one for each step; NULL for pooling */
  float **biases;                        /* one for each step; of pooling behind a linear step, else NULL */
  float **linear;                        /* one for each tap */
} vtm_weight_replica;

/* The maps of the images that a stream runs at once: what one slot of it holds. */
typedef struct vtm_activations {
  vtm_plan plan; /* width 0: none yet */
  char *arena;
  size_t arena_bytes;
  vtm_map *batch_maps;      /* the plan's maps as the current steps see them */
  const float **images;     /* where load_pixels finds those of the plan; NULL: this one is not there */
  float *scratch;           /* of the convolutions, behind the maps */
  char *staging;            /* behind the scratch memory: where images come to, if they are not loaded in place */
  size_t staging_bytes;     /* of each image */
  double *results;          /* features or distances of the whole batch, behind all that */
  double *host_results;     /* a copy of them in the host's memory */
  unsigned runs;            /* with this plan */
  vtm_recording *recording; /* of such a run; NULL: none */
} vtm_activations;

/* Called after each step, when its output is complete; for benchmarks, on a processor. */
typedef struct vtm_observer {
  void (*done)(void *user, size_t step, const vtm_map *input, const vtm_map *output);
  void *user;
} vtm_observer;

typedef struct vtm_stream {
  const vtm_weight_replica *replica;
  const vtm_observer *observer; /* NULL: none */
  vtm_queue *queue;
  char *picture; /* for a queue that resizes: one picture, its tables, and what lies between two passes */
  vtm_activations activations[VTM_SLOTS];
} vtm_stream;

struct vtm_engine {
  const vtm_backend *backend;
  vtm_graph graph;
  float scale[3], shift[3];
  bool exact, record;
  int candidate;
  vtm_weight_replica *replicas;
  size_t replica_count;
  vtm_stream *streams;
  int stream_count;
  size_t budget;       /* bytes that a stream may take for its maps */
  size_t picture_room; /* bytes of each stream's `picture`; 0: images come resized */
  atomic_int limit;    /* images that a stream runs at once at most; halved when memory runs out */
  int reported_limit;  /* the last limit reported to the caller */
  atomic_int recordings, failed_recordings;
};

/* The convolution of a step that is one; `typical`: the plan for images of the network's typical size. */
vtm_convolution vtm_engine_convolution(const vtm_engine *engine, size_t number, const vtm_plan *typical);

/* Opens the streams of all replicas, which have their weights; `devices`: one number for each replica. */
vtm_status vtm_streams_open(vtm_engine *engine, int streams_a_replica, const int *devices, vtm_error *error);
void vtm_streams_close(vtm_engine *engine);

/* Brings an image (NULL: none) to where load_pixels finds it, and returns that place; NULL: there is nothing to load. A
 * picture that came as it was is resized on the way. */
const float *vtm_pixels_stage(const vtm_pixels *pixels, const vtm_engine *engine, const vtm_stream *stream,
                              float *staging);

#endif
