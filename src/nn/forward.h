/* Running an engine, for the batch runner, benchmarks and tests. */
#ifndef VTM_NN_FORWARD_H
#define VTM_NN_FORWARD_H

#include "backend/device.h"
#include "base/thread_pool.h"
#include "nn/engine.h"
#include "nn/parameters.h"
#include "nn/runner.h"

/* vtm_engine_create with tensors from anywhere and a backend of choice; without a pool, for one thread. */
vtm_status vtm_engine_create_on(const vtm_compute *compute, vtm_pool *pool, const vtm_network *network,
                                const vtm_tensor_lookup *lookup, const vtm_engine_options *options, vtm_engine **engine,
                                vtm_error *error);
/* The same on the processor, or on the first device. */
vtm_status vtm_engine_create_from(const vtm_backend *backend, vtm_pool *pool, const vtm_network *network,
                                  const vtm_tensor_lookup *lookup, const vtm_engine_options *options,
                                  vtm_engine **engine, vtm_error *error);

/* What computes side by side, each used by one thread at a time. */
int vtm_engine_streams(const vtm_engine *engine);
/* Whether a stream always runs as many images as it has room for, since another number may round differently. */
bool vtm_engine_batch_is_fixed(const vtm_engine *engine);
/* Memory of the host for images, suited to the engine's device (NULL: none); from any thread. */
void *vtm_engine_allocate_host(const vtm_engine *engine, size_t bytes, vtm_error *error);
void vtm_engine_release_host(const vtm_engine *engine, void *memory);
/* Images that a stream usually runs at once. */
size_t vtm_engine_batch(const vtm_engine *engine);
/* The number of images at once to which lack of memory has forced the streams since the last call; 0: no news. From
 * one thread only. */
size_t vtm_engine_poll_batch_limit(vtm_engine *engine);

/* How many recordings were made, and could not be, when vtm_engine_options asked for some. */
void vtm_engine_count_recordings(const vtm_engine *engine, int *made, int *failed);

/* Each stream has two slots, so that the maps of two images (or batches) can be alive at once. */
enum { VTM_SLOT_REFERENCE, VTM_SLOT_OTHER, VTM_SLOTS };

/* Runs one image; its maps stay in the stream's slot until the next run there. Allocates only when the
 * image's size differs from the slot's last. */
vtm_status vtm_forward(vtm_engine *engine, int stream, int slot, const vtm_pixels *pixels, vtm_error *error);

/* Of the slot's last image; NaN or infinity is VTM_ERROR_NUMERIC. */
vtm_status vtm_forward_features(vtm_engine *engine, int stream, int slot, float *features, vtm_error *error);

/* LPIPS layers of the images in the stream's two slots, which must be of one size. */
vtm_status vtm_forward_lpips(vtm_engine *engine, int stream, double *layers, vtm_error *error);

/* ---- the same for several images of one size ---- */

/* Makes room for `wanted` images of this size in all slots that the network needs, and says for how many there is: as
 * many as the stream's share of memory holds, and half as many, and again, when memory runs out. */
vtm_status vtm_forward_fit(vtm_engine *engine, int stream, size_t wanted, int width, int height, size_t *room,
                           vtm_error *error);

/* Runs `count` images, at most as many as there is room for; output slots of NULL entries are undefined. */
vtm_status vtm_forward_batch(vtm_engine *engine, int stream, int slot, const vtm_pixels *const *images, size_t count,
                             vtm_error *error);

/* To results[i], unless it is NULL: vtm_network_features floats of image i, or vtm_network_taps doubles of pair i. What
 * was not requested is not written outside the stream. Values are not checked: see vtm_check_features. */
vtm_status vtm_forward_batch_features(vtm_engine *engine, int stream, int slot, void *const *results, size_t count,
                                      vtm_error *error);
vtm_status vtm_forward_batch_lpips(vtm_engine *engine, int stream, void *const *results, size_t count,
                                   vtm_error *error);

/* Blocks until the stream no longer reads any image memory, also after a batch whose results nobody requested. */
vtm_status vtm_forward_wait(vtm_engine *engine, int stream, vtm_error *error);

/* NaN or infinity among one image's features, or one pair's layers, is VTM_ERROR_NUMERIC. */
vtm_status vtm_check_features(const vtm_engine *engine, const float *features, vtm_error *error);
vtm_status vtm_check_layers(const vtm_engine *engine, const double *layers, vtm_error *error);

#endif
