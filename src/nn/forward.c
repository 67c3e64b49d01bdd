#include "nn/forward.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "nn/streams.h"

static void run_pool(const vtm_backend *backend, const vtm_graph_step *step, const float *bias, const vtm_map *input,
                     vtm_map *output) {
  const vtm_pooling pooling = {.kernel = step->layer->kernel_height,
                               .stride = step->layer->stride,
                               .pad = step->layer->pad_height,
                               .count_pad = step->pool == VTM_AVERAGE_WITH_PAD,
                               .bias = bias};
  if (step->pool == VTM_MAXIMUM)
    backend->max_pool(&pooling, input, output, step->first_channel);
  else
    backend->average_pool(&pooling, input, output, step->first_channel);
}

static void run_steps(const vtm_engine *engine, const vtm_stream *stream, const vtm_activations *activations,
                      vtm_map *maps, size_t first, size_t end) {
  for (size_t i = first; i < end; i++) {
    const vtm_graph_step *step = &engine->graph.steps[i];
    if (vtm_layer_is_pooling(step->layer))
      run_pool(engine->backend, step, stream->replica->biases[i], &maps[step->input], &maps[step->output]);
    else
      engine->backend->convolve(stream->replica->convolutions[i], &maps[step->input], &maps[step->output],
                                step->first_channel, activations->scratch);
    if (stream->observer != NULL)
      stream->observer->done(stream->observer->user, i, &maps[step->input], &maps[step->output]);
  }
}

/* The maps as the head sees them that runs image `n`: those of a batch are this image's. */
static void show_image(const vtm_engine *engine, const vtm_activations *activations, size_t n) {
  for (size_t i = 0; i < engine->graph.map_count; i++) {
    activations->batch_maps[i] = activations->plan.maps[i];
    if (!vtm_graph_is_batched(&engine->graph, &engine->graph.maps[i])) continue;
    activations->batch_maps[i].images = 1;
    activations->batch_maps[i].data += n * engine->backend->map_bytes(&activations->batch_maps[i]) / sizeof(float);
  }
}

/* The maps as the tail sees them. */
static void show_batch(const vtm_engine *engine, const vtm_activations *activations, size_t count) {
  for (size_t i = 0; i < engine->graph.map_count; i++) {
    activations->batch_maps[i] = activations->plan.maps[i];
    if (vtm_graph_is_batched(&engine->graph, &engine->graph.maps[i])) activations->batch_maps[i].images = (int)count;
  }
}

/* Each image by itself up to the tail, so that its maps stay in the cache; then all together, up to the last that is
 * there. With fixed batches all is tail, and all images are there. */
static void run_batch(const vtm_engine *engine, const vtm_stream *stream, const vtm_activations *activations) {
  const vtm_graph *graph = &engine->graph;
  const bool batched = vtm_graph_is_batched(graph, &graph->maps[0]);
  size_t count = 0;
  for (size_t n = 0; n < (size_t)activations->plan.images; n++) {
    if (activations->images[n] == NULL) continue;
    engine->backend->load_pixels(activations->images[n], engine->scale, engine->shift, &activations->plan.maps[0],
                                 batched ? (int)n : 0);
    if (graph->tail > 0) show_image(engine, activations, n);
    run_steps(engine, stream, activations, activations->batch_maps, 0, graph->tail);
    count = n + 1;
  }
  show_batch(engine, activations, count);
  if (count > 0) run_steps(engine, stream, activations, activations->batch_maps, graph->tail, graph->step_count);
}

/* The first run of a plan loads what the device needs for it, which a recording may not; the second is recorded, and
 * played from then on. Where it cannot be recorded it is done each time. */
static void record_second_run(vtm_engine *engine, const vtm_stream *stream, vtm_activations *activations) {
  const vtm_queue_functions *queues = engine->backend->queues;
  if (!engine->record || activations->runs++ != 1) return;
  if (queues->begin_recording(stream->queue)) {
    run_batch(engine, stream, activations);
    activations->recording = queues->end_recording(stream->queue);
  }
  (void)atomic_fetch_add(activations->recording != NULL ? &engine->recordings : &engine->failed_recordings, 1);
}

vtm_status vtm_forward_batch(vtm_engine *engine, int stream_number, int which, const vtm_pixels *const *images,
                             size_t count, vtm_error *error) {
  (void)error;
  const vtm_queue_functions *queues = engine->backend->queues;
  const vtm_stream *stream = &engine->streams[stream_number];
  vtm_activations *activations = &engine->streams[stream_number].activations[which];
  for (size_t i = 0; i < (size_t)activations->plan.images; i++)
    activations->images[i] = vtm_pixels_stage(i < count ? images[i] : NULL, engine, stream,
                                              (float *)(void *)(activations->staging + i * activations->staging_bytes));
  record_second_run(engine, stream, activations);
  if (activations->recording != NULL)
    queues->play(stream->queue, activations->recording);
  else
    run_batch(engine, stream, activations);
  return VTM_OK;
}

/* An op makes the results of all images of a batch, also of those that are not there; they stay in the slot's own
 * memory, and only what was asked for leaves it. */
static vtm_status hand_out(const vtm_engine *engine, const vtm_stream *stream, const vtm_activations *activations,
                           size_t size, void *const *results, size_t count, vtm_error *error) {
  const vtm_queue_functions *queues = engine->backend->queues;
  queues->download(stream->queue, activations->host_results, activations->results, count * size);
  const vtm_status status = queues->wait(stream->queue, error);
  if (status != VTM_OK) return status;
  for (size_t i = 0; i < count; i++)
    if (results[i] != NULL) memcpy(results[i], (const char *)activations->host_results + i * size, size);
  return VTM_OK;
}

vtm_status vtm_forward_batch_features(vtm_engine *engine, int stream_number, int which, void *const *results,
                                      size_t count, vtm_error *error) {
  const vtm_stream *stream = &engine->streams[stream_number];
  const vtm_activations *activations = &stream->activations[which];
  engine->backend->channel_means(&activations->batch_maps[engine->graph.features],
                                 (float *)(void *)activations->results);
  return hand_out(engine, stream, activations, engine->graph.network->feature_count * sizeof(float), results, count,
                  error);
}

vtm_status vtm_forward_batch_lpips(vtm_engine *engine, int stream_number, void *const *results, size_t count,
                                   vtm_error *error) {
  const vtm_stream *stream = &engine->streams[stream_number];
  const vtm_activations *a = &stream->activations[VTM_SLOT_REFERENCE];
  const vtm_activations *b = &stream->activations[VTM_SLOT_OTHER];
  const size_t taps = engine->graph.network->tap_count;
  for (size_t i = 0; i < taps; i++) {
    const int tap = engine->graph.taps[i];
    engine->backend->lpips_distances(&a->batch_maps[tap], &b->batch_maps[tap], stream->replica->linear[i],
                                     b->results + i, taps);
  }
  return hand_out(engine, stream, b, taps * sizeof(double), results, count, error);
}

vtm_status vtm_forward_wait(vtm_engine *engine, int stream, vtm_error *error) {
  return engine->backend->queues->wait(engine->streams[stream].queue, error);
}

vtm_status vtm_check_features(const vtm_engine *engine, const float *features, vtm_error *error) {
  for (size_t i = 0; i < engine->graph.network->feature_count; i++)
    if (!isfinite(features[i]))
      return vtm_fail(error, VTM_ERROR_NUMERIC, "feature %zu is %s: the weights do not fit the network or are damaged",
                      i, isnan(features[i]) ? "NaN" : "infinite");
  return VTM_OK;
}

vtm_status vtm_check_layers(const vtm_engine *engine, const double *layers, vtm_error *error) {
  for (size_t i = 0; i < engine->graph.network->tap_count; i++)
    if (!isfinite(layers[i]))
      return vtm_fail(error, VTM_ERROR_NUMERIC, "LPIPS layer %zu is not a finite number: the weights are damaged",
                      i + 1);
  return VTM_OK;
}

/* ---- one image ---- */

vtm_status vtm_forward(vtm_engine *engine, int stream, int slot, const vtm_pixels *pixels, vtm_error *error) {
  size_t room = 0;
  const vtm_status status = vtm_forward_fit(engine, stream, 1, pixels->width, pixels->height, &room, error);
  return status == VTM_OK ? vtm_forward_batch(engine, stream, slot, &pixels, 1, error) : status;
}

vtm_status vtm_forward_features(vtm_engine *engine, int stream, int slot, float *features, vtm_error *error) {
  void *const results[] = {features};
  const vtm_status status = vtm_forward_batch_features(engine, stream, slot, results, 1, error);
  return status == VTM_OK ? vtm_check_features(engine, features, error) : status;
}

vtm_status vtm_forward_lpips(vtm_engine *engine, int stream, double *layers, vtm_error *error) {
  void *const results[] = {layers};
  const vtm_status status = vtm_forward_batch_lpips(engine, stream, results, 1, error);
  return status == VTM_OK ? vtm_check_layers(engine, layers, error) : status;
}
