/* How fast this machine runs a network, layer by layer, and how far each layer is from the truth. */
#ifndef VTONMETRICS_BENCH_H
#define VTONMETRICS_BENCH_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/context.h"
#include "vtonmetrics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vtm_bench_options {
  const char *network;   /* "inception" at 299x299, "alexnet" at 256x256; made-up weights */
  const char *precision; /* as the metrics' option; NULL: "f32" */
  bool exact;
  double seconds; /* to measure for */
} vtm_bench_options;

typedef struct vtm_bench_layer {
  const char *name; /* of the weights; "pool" for pooling */
  int in_channels, out_channels, kernel_height, kernel_width, stride;
  int height, width; /* of the output */
  const char *form;  /* "" for pooling */
  double gflop;      /* of direct convolution: two for each product; 0 for pooling */
  double seconds;    /* an image on one thread, the best of all rounds */
  double share;      /* of all layers' time */
  double peak_share; /* products formed a second, of what the thread could form; 0: not known */
  double error;      /* rms of 200 outputs against double precision on the same input, over their standard deviation */
} vtm_bench_layer;

typedef struct vtm_bench {
  const char *network, *precision;
  double peak;    /* products a second of one thread, of the kind that convolutions use; 0: not known */
  double seconds; /* an image on one thread: the sum of all layers */
  const vtm_bench_layer *layers;
  size_t layer_count;
} vtm_bench;

/* On the processor, on one thread of the context. On success the caller owns *bench, and all it points to. */
VTM_API vtm_status vtm_bench_layers(vtm_context *context, const vtm_bench_options *options, vtm_bench **bench,
                                    vtm_error *error);
VTM_API void vtm_bench_destroy(vtm_bench *bench); /* NULL is allowed */

#ifdef __cplusplus
}
#endif
#endif
