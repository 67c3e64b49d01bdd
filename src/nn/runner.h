/* Runs a network over many images: loading (decode, resize) and inference share the context's threads.
 *
 * nn knows no files: a source loads images by number, a sink takes results. Results arrive on the calling
 * thread in rising order, and do not depend on the number of threads; on a processor not on the batch size either,
 * and on devices of one kind not on their number. */
#ifndef VTM_NN_RUNNER_H
#define VTM_NN_RUNNER_H

#include <stddef.h>

#include "nn/engine.h"

/* height x width x 3 floats in 0..255, RGB. The memory is kept from image to image. */
typedef struct vtm_pixels {
  float *values;
  int width, height; /* 0 x 0: absent */
  size_t capacity;
  const vtm_engine *engine; /* whose device will copy them, so that the memory suits it; NULL: none */
} vtm_pixels;

/* Makes room, sets width and height. NULL with *error set when out of memory. */
float *vtm_pixels_resize(vtm_pixels *pixels, int width, int height, vtm_error *error);
void vtm_pixels_free(vtm_pixels *pixels);

/* Loads item number `item`; called from worker threads in any order, `thread` < the context's threads.
 * On failure the run goes on, so that every broken image is found, and the sink is told. */
typedef struct vtm_source {
  vtm_status (*load)(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error);
  void *user;
  size_t count; /* items; for LPIPS: groups */
} vtm_source;

/* `features`: vtm_network_features() values, or NULL when the item failed with *item_error (NaN or
 * infinite features are such a failure). Returning other than VTM_OK stops the run with that status. */
typedef vtm_status (*vtm_features_sink)(void *user, size_t item, const float *features, const vtm_error *item_error,
                                        vtm_error *error);

/* `batch`: images (or groups) in flight at once, on a device in each of its lanes; 0: chosen. Progress is reported
 * under `stage` as items done of count. */
vtm_status vtm_run_features(vtm_context *context, vtm_engine *engine, const char *stage, const vtm_source *source,
                            size_t batch, vtm_features_sink sink, void *sink_user, vtm_error *error);

/* LPIPS of one reference image against up to `models` others. Item number of member m (0: the reference,
 * 1 .. models: the others) of group g is g * (models + 1) + m. A loader leaves pixels 0 x 0 for a member
 * that does not exist: it is skipped and the sink is not called for it. Members whose size differs
 * from the reference's fail with VTM_ERROR_DATA.
 * `layers`: vtm_network_taps() values whose sum is the distance, or NULL when the pair failed with
 * *item_error. A broken reference is told once, with model == VTM_REFERENCE, and its group is skipped. */
#define VTM_REFERENCE ((size_t)-1)
typedef vtm_status (*vtm_lpips_sink)(void *user, size_t group, size_t model, const double *layers,
                                     const vtm_error *item_error, vtm_error *error);

vtm_status vtm_run_lpips(vtm_context *context, vtm_engine *engine, const char *stage, const vtm_source *source,
                         size_t models, size_t batch, vtm_lpips_sink sink, void *sink_user, vtm_error *error);

#endif
