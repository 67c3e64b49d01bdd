/* A network's table resolved for running: maps and steps by number, sizes for one image size, and one
 * arena in which maps whose lives do not overlap share memory. */
#ifndef VTM_NN_GRAPH_H
#define VTM_NN_GRAPH_H

#include "backend/backend.h"
#include "nn/tables.h"

typedef struct vtm_graph_map {
  const char *name;
  int channels, border;
  size_t first_step, last_step; /* written first, read last */
} vtm_graph_map;

/* An average and a 1x1 convolution may change places, and the one that comes second has fewer channels to work on when
 * it is the average: sum over a window of (W x) = W (sum over the window of x). Bias and ReLU then come after the
 * average. So a pair of such layers stands in the graph as a `linear` convolution and a pooling behind it. */
typedef struct vtm_graph_step {
  const vtm_layer *layer;
  int input, output; /* maps */
  int in_channels, first_channel;
  vtm_pool_kind pool; /* of a pooling */
  bool linear;        /* a convolution without its bias and ReLU, which the next step adds */
} vtm_graph_step;

/* Map 0 is the image. Taps and features live to the end. */
typedef struct vtm_graph {
  const vtm_network *network;
  vtm_graph_map *maps;
  size_t map_count;
  vtm_graph_step *steps; /* one for each layer, in the table's order */
  size_t step_count;
  size_t reduced_step; /* the first step whose factors may be rounded to 16 bits; step_count: none */
  size_t tail;         /* the first step that takes several images together; step_count: none */
  int features;        /* map, -1: none */
  int *taps;           /* tap_count maps */
} vtm_graph;

vtm_status vtm_graph_create(const vtm_network *network, vtm_graph *graph, vtm_error *error);
void vtm_graph_free(vtm_graph *graph);

/* Whether the tail reads the map, or whoever runs the network: it is there for each image of a batch. */
bool vtm_graph_is_batched(const vtm_graph *graph, const vtm_graph_map *map);

/* Sizes and offsets for one image size and number of images at once. */
typedef struct vtm_plan {
  int images, width, height;
  vtm_map *maps;   /* data is NULL: see offsets */
  size_t *offsets; /* bytes into the arena, multiples of 64 */
  size_t arena_bytes;
} vtm_plan;

/* An image too small for the network is VTM_ERROR_DATA and says the smallest size. */
vtm_status vtm_plan_create(const vtm_graph *graph, const vtm_backend *backend, int images, int width, int height,
                           vtm_plan *plan, vtm_error *error);
void vtm_plan_free(vtm_plan *plan);

/* The convolution of a step that is one; `typical`: the plan for images of the network's typical size. */
vtm_convolution vtm_graph_convolution(const vtm_graph_step *step, const vtm_plan *typical);

#endif
