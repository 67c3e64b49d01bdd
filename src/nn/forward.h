/* Running an engine on single images, for the batch runner, benchmarks and tests. */
#ifndef VTM_NN_FORWARD_H
#define VTM_NN_FORWARD_H

#include "base/thread_pool.h"
#include "nn/engine.h"
#include "nn/parameters.h"
#include "nn/runner.h"

/* vtm_engine_create with tensors from anywhere and a backend of choice; without a pool, for one thread. */
vtm_status vtm_engine_create_from(const vtm_backend *backend, vtm_pool *pool, const vtm_network *network,
                                  const vtm_tensor_lookup *lookup, const vtm_engine_options *options,
                                  vtm_engine **engine, vtm_error *error);

/* Each thread has two slots, so that the maps of two images can be alive at once. */
enum { VTM_SLOT_REFERENCE, VTM_SLOT_OTHER, VTM_SLOTS };

/* Runs one image; its maps stay in the thread's slot until the next run there. Allocates only when the
 * image's size differs from the slot's last. */
vtm_status vtm_forward(vtm_engine *engine, int thread, int slot, const vtm_pixels *pixels, vtm_error *error);

/* Of the slot's last image; NaN or infinity is VTM_ERROR_NUMERIC. */
vtm_status vtm_forward_features(vtm_engine *engine, int thread, int slot, float *features, vtm_error *error);

/* LPIPS layers of the images in the thread's two slots. Sizes that differ are VTM_ERROR_DATA. */
vtm_status vtm_forward_lpips(vtm_engine *engine, int thread, double *layers, vtm_error *error);

#endif
