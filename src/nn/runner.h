/* Runs networks over many images: loading (decode, resize) and inference share the context's threads.
 *
 * nn knows no files: a source says what is known and loads the rest, a sink takes results. Results arrive on the
 * calling thread in rising order, and do not depend on the number of threads or on the batch size. */
#ifndef VTM_NN_RUNNER_H
#define VTM_NN_RUNNER_H

#include <stddef.h>

#include "base/resampling.h"
#include "nn/engine.h"
#include "nn/timeline.h"

/* height x width x 3 floats in 0..255, RGB, or a picture that the engine's device makes them of. The memory is kept
 * from image to image. */
typedef struct vtm_pixels {
  float *values;             /* NULL: there is a picture instead */
  vtm_resampling resampling; /* of it; all in `memory` */
  int width, height;         /* 0 x 0: none */
  void *memory;
  size_t capacity;          /* bytes */
  const vtm_engine *engine; /* whose device will copy them, so that the memory suits it; NULL: none */
  bool wanted;              /* said to a loader: this network needs them */
} vtm_pixels;

/* Makes room, sets width and height. NULL with *error set when out of memory. */
float *vtm_pixels_resize(vtm_pixels *pixels, int width, int height, vtm_error *error);
void vtm_pixels_free(vtm_pixels *pixels);

/* Whether the engine has a device that resizes. */
bool vtm_pixels_take_pictures(const vtm_pixels *pixels);
/* Makes room for a picture that is to be resized so, copies the tables, sets width and height. Returns where the
 * picture's 8-bit pixels go, or NULL: this one has to come resized, as it is too large for what is planned or memory is
 * short. */
uint8_t *vtm_pixels_hold(vtm_pixels *pixels, const vtm_resampling *resampling);

/* A comparison of two images, pixel by pixel, that needs no network. */
typedef struct vtm_pixel_measure {
  const char *name; /* for keys of the store */
  size_t values;    /* of a pair */
  /* Both images: height x width x 3 floats in 0..255. From any thread. VTM_ERROR_DATA: a size that it cannot take. */
  vtm_status (*compare)(const float *reference, const float *other, int width, int height, double *values,
                        vtm_error *error);
} vtm_pixel_measure;

/* Who looks at the images: a network with features describes each of them; one with taps (LPIPS), or a measure of
 * pixels, compares members 1, 2, ... of a group with its member 0, the reference, whose activations are computed once.
 */
typedef struct vtm_viewer {
  const vtm_network *network;
  /* Called on the calling thread, once, before the first image that is not known is loaded. The engine stays the
   * viewer's owner's. */
  vtm_status (*open)(void *user, vtm_engine **engine, vtm_error *error);
  void *user;
  const vtm_pixel_measure *measure; /* NULL: a network; else the others are not looked at */
  /* Of a network with features: a comparing viewer of the same run, whose network computes these features on its way
   * (see vtm_network_includes) and gets the same pixels. It computes for both: each image passes through it once, and
   * `open` and the pixels of this one are not used. NULL: none. */
  const struct vtm_viewer *host;
} vtm_viewer;

typedef enum vtm_recalled {
  VTM_NOT_KNOWN, /* to be loaded and computed */
  VTM_KNOWN,     /* the result was written */
  VTM_ABSENT     /* there is no such image: no result is wanted */
} vtm_recalled;

typedef struct vtm_source {
  size_t count;   /* groups of images */
  size_t members; /* images in a group: item number of member m of group g is g * members + m */
  /* Called on the calling thread, which has all others at its disposal, before groups from `first` on are asked for.
   * Returns the number of groups, counted from 0, that can be asked for then: more than `first`. NULL: all. */
  size_t (*prepare)(void *user, size_t first);
  /* Asked on the calling thread, in rising order of groups, before anything of the item is loaded, for each viewer; of
   * comparing ones for members 1, 2, ... only. `result`: vtm_network_features floats, vtm_network_taps doubles or a
   * measure's values. NULL: nothing is known. */
  vtm_recalled (*recall)(void *user, size_t item, size_t viewer, void *result);
  /* Fills the `wanted` ones of `pixels`, one for each viewer (never for one with a host); called from worker threads in
   * any order, `thread` < the context's threads. On failure the run goes on, so that every broken image is found, and
   * the sink is told. Pixels that are left 0 x 0 are those of an absent image. */
  vtm_status (*load)(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error);
  void *user;
} vtm_source;

/* What became of one image. A broken reference of a comparing viewer is told once, and its group skipped. */
typedef struct vtm_outcome {
  size_t group, member, viewer;
  const float *features; /* vtm_network_features of them */
  const double
      *layers; /* vtm_network_taps of them, whose sum is the distance to the reference; or a measure's values */
  const vtm_error
      *error; /* when both are NULL. NaN or infinity, and sizes that differ from the reference's, are failures */
  bool known; /* recalled, not computed now */
} vtm_outcome;

/* Returning other than VTM_OK stops the run with that status. */
typedef vtm_status (*vtm_sink)(void *user, const vtm_outcome *outcome, vtm_error *error);

typedef struct vtm_run {
  const vtm_viewer *viewers;
  size_t viewer_count;
  const char *stage; /* progress is reported under it, as groups done of source->count */
  const vtm_source *source;
  size_t batch; /* groups in flight at once, on a device in each of its lanes; 0: chosen */
  vtm_sink sink;
  void *sink_user;
  vtm_timeline *timeline; /* NULL: nothing is measured */
} vtm_run;

vtm_status vtm_run_networks(vtm_context *context, const vtm_run *run, vtm_error *error);

#endif
