/* How fast this machine runs a network, layer by layer, the error of each layer against double precision, and what the
 * threads do while a folder of images is computed. */
#ifndef VTONMETRICS_TOOLS_BENCH_H
#define VTONMETRICS_TOOLS_BENCH_H

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
  double seconds; /* how long to measure; with `forms`, for each form as long again */
  bool forms;     /* measure each form that there is for a layer */
} vtm_bench_options;

/* A form in which a convolution can be computed. */
enum { VTM_BENCH_WORKS = 4 };
typedef struct vtm_bench_form {
  const char *name;
  bool chosen;
  double seconds;               /* per image on one thread */
  double modelled;              /* the time that the cost model expects; 0: not known */
  double error;                 /* see vtm_bench_layer */
  double work[VTM_BENCH_WORKS]; /* terms of the cost model: products, register tiles, transform terms, weight bytes */
} vtm_bench_form;

typedef struct vtm_bench_layer {
  const char *name; /* of the weights; "pool" for pooling */
  int in_channels, out_channels, kernel_height, kernel_width, stride;
  int height, width;           /* of the output */
  const char *form;            /* "" for pooling */
  double gflop;                /* of direct convolution: two for each product; 0 for pooling */
  double seconds;              /* per image on one thread, the best of all rounds */
  double share;                /* of all layers' time */
  double peak_share;           /* products per second, as a share of the thread's peak; 0: not known */
  const vtm_bench_form *forms; /* NULL: not measured, or only one */
  size_t form_count;
  double error; /* rms of 200 outputs against double precision on the same input, over their standard deviation */
} vtm_bench_layer;

typedef struct vtm_bench {
  const char *network, *precision;
  double peak;    /* products per second that one thread can form; 0: not known */
  double seconds; /* per image on one thread: the sum of all layers */
  const vtm_bench_layer *layers;
  size_t layer_count;
} vtm_bench;

/* On the processor, on one thread of the context. On success the caller owns *bench, and all it points to. */
VTM_API vtm_status vtm_bench_layers(vtm_context *context, const vtm_bench_options *options, vtm_bench **bench,
                                    vtm_error *error);
VTM_API void vtm_bench_destroy(vtm_bench *bench); /* NULL is allowed */

/* ---- a folder of images ---- */

typedef enum vtm_bench_activity {
  VTM_BENCH_DECODE = 0,  /* reading a file and decoding it */
  VTM_BENCH_RESIZE = 1,  /* or, where a GPU resizes, handing it the picture */
  VTM_BENCH_FORWARD = 2, /* the network, for one or a few images */
  VTM_BENCH_ACTIVITIES = 3
} vtm_bench_activity;

VTM_API const char *vtm_bench_activity_name(vtm_bench_activity activity); /* "decode"; static storage */

typedef struct vtm_bench_span {
  int thread;
  vtm_bench_activity activity;
  double start, end; /* seconds since the run began */
} vtm_bench_span;

typedef struct vtm_bench_thread {
  double seconds[VTM_BENCH_ACTIVITIES];
  double waiting; /* the rest of the run */
} vtm_bench_thread;

typedef struct vtm_bench_pipeline_options {
  const char *network;   /* as in vtm_bench_options; images are resized to its size as Pillow does, bilinearly */
  const char *precision; /* NULL: "f32" */
  bool exact;
  const char *folder;
} vtm_bench_pipeline_options;

typedef struct vtm_bench_pipeline {
  const char *network, *precision, *folder;
  size_t images;
  double packing; /* seconds to make the network ready, before the run begins */
  double first;   /* seconds of the run until the first images are computed */
  double seconds; /* the whole run */
  const vtm_bench_thread *threads;
  size_t thread_count;
  const vtm_bench_span *spans; /* by thread, then time */
  size_t span_count;
} vtm_bench_pipeline;

/* All images of a folder through a network with made-up weights, as `vtonmetrics fid` runs them. An image that cannot
 * be read is the error of the run. On success the caller owns *bench, and all it points to; names live as long as those
 * in the options. */
VTM_API vtm_status vtm_bench_folder(vtm_context *context, const vtm_bench_pipeline_options *options,
                                    vtm_bench_pipeline **bench, vtm_error *error);
VTM_API void vtm_bench_pipeline_destroy(vtm_bench_pipeline *bench); /* NULL is allowed */

#ifdef __cplusplus
}
#endif
#endif
