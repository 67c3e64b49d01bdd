#include "nn/forward.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "nn/lanes.h"

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

static void run_steps(const vtm_engine *engine, const vtm_lane *lane, const vtm_slot *slot, vtm_map *maps, size_t first,
                      size_t end) {
  for (size_t i = first; i < end; i++) {
    const vtm_graph_step *step = &engine->graph.steps[i];
    if (lane->place->convolutions[i] != NULL)
      engine->backend->convolve(lane->place->convolutions[i], &maps[step->input], &maps[step->output],
                                step->first_channel, slot->scratch);
    else
      run_pool(engine->backend, step, lane->place->biases[i], &maps[step->input], &maps[step->output]);
    if (lane->observer != NULL) lane->observer->done(lane->observer->user, i, &maps[step->input], &maps[step->output]);
  }
}

/* The maps as the head sees them that runs image `n`: those of a batch are this image's. */
static void show_image(const vtm_engine *engine, const vtm_slot *slot, size_t n) {
  for (size_t i = 0; i < engine->graph.map_count; i++) {
    slot->views[i] = slot->plan.maps[i];
    if (!vtm_graph_is_batched(&engine->graph, &engine->graph.maps[i])) continue;
    slot->views[i].images = 1;
    slot->views[i].data += n * engine->backend->map_bytes(&slot->views[i]) / sizeof(float);
  }
}

/* The maps as the tail sees them. */
static void show_batch(const vtm_engine *engine, const vtm_slot *slot, size_t count) {
  for (size_t i = 0; i < engine->graph.map_count; i++) {
    slot->views[i] = slot->plan.maps[i];
    if (vtm_graph_is_batched(&engine->graph, &engine->graph.maps[i])) slot->views[i].images = (int)count;
  }
}

/* Each image by itself up to the tail, so that its maps stay in the cache; then all together, up to the last that is
 * there. With fixed batches all is tail, and all images are there. */
static void run_batch(const vtm_engine *engine, const vtm_lane *lane, const vtm_slot *slot) {
  const vtm_graph *graph = &engine->graph;
  const bool batched = vtm_graph_is_batched(graph, &graph->maps[0]);
  size_t count = 0;
  for (size_t n = 0; n < (size_t)slot->plan.images; n++) {
    if (slot->images[n] == NULL) continue;
    engine->backend->load_pixels(slot->images[n], engine->scale, engine->shift, &slot->plan.maps[0],
                                 batched ? (int)n : 0);
    if (graph->tail > 0) show_image(engine, slot, n);
    run_steps(engine, lane, slot, slot->views, 0, graph->tail);
    count = n + 1;
  }
  show_batch(engine, slot, count);
  if (count > 0) run_steps(engine, lane, slot, slot->views, graph->tail, graph->step_count);
}

/* A run is recorded the first time and played from then on; where it cannot be recorded it is done each time. */
vtm_status vtm_forward_batch(vtm_engine *engine, int lane_number, int which, const vtm_pixels *const *images,
                             size_t count, vtm_error *error) {
  (void)error;
  const vtm_queue_functions *queues = engine->backend->queues;
  const vtm_lane *lane = &engine->lanes[lane_number];
  vtm_slot *slot = &engine->lanes[lane_number].slots[which];
  for (size_t i = 0; i < (size_t)slot->plan.images; i++)
    slot->images[i] = vtm_pixels_stage(i < count ? images[i] : NULL, engine, lane,
                                       (float *)(void *)(slot->staging + i * slot->staging_bytes));
  if (!slot->recorded && queues->begin_recording(lane->queue)) {
    run_batch(engine, lane, slot);
    slot->recording = queues->end_recording(lane->queue);
  }
  slot->recorded = true;
  if (slot->recording != NULL)
    queues->play(lane->queue, slot->recording);
  else
    run_batch(engine, lane, slot);
  return VTM_OK;
}

/* An op makes the results of all images of a batch, also of those that are not there; they stay in the slot's own
 * memory, and only what was asked for leaves it. */
static vtm_status hand_out(const vtm_engine *engine, const vtm_lane *lane, const vtm_slot *slot, size_t size,
                           void *const *results, size_t count, vtm_error *error) {
  const vtm_queue_functions *queues = engine->backend->queues;
  queues->download(lane->queue, slot->host_results, slot->results, count * size);
  const vtm_status status = queues->wait(lane->queue, error);
  if (status != VTM_OK) return status;
  for (size_t i = 0; i < count; i++)
    if (results[i] != NULL) memcpy(results[i], (const char *)slot->host_results + i * size, size);
  return VTM_OK;
}

vtm_status vtm_forward_batch_features(vtm_engine *engine, int lane_number, int which, void *const *results,
                                      size_t count, vtm_error *error) {
  const vtm_lane *lane = &engine->lanes[lane_number];
  const vtm_slot *slot = &lane->slots[which];
  engine->backend->channel_means(&slot->views[engine->graph.features], (float *)(void *)slot->results);
  return hand_out(engine, lane, slot, engine->graph.network->feature_count * sizeof(float), results, count, error);
}

vtm_status vtm_forward_batch_lpips(vtm_engine *engine, int lane_number, void *const *results, size_t count,
                                   vtm_error *error) {
  const vtm_lane *lane = &engine->lanes[lane_number];
  const vtm_slot *a = &lane->slots[VTM_SLOT_REFERENCE];
  const vtm_slot *b = &lane->slots[VTM_SLOT_OTHER];
  const size_t taps = engine->graph.network->tap_count;
  for (size_t i = 0; i < taps; i++) {
    const int tap = engine->graph.taps[i];
    engine->backend->lpips_distances(&a->views[tap], &b->views[tap], lane->place->linear[i], b->results + i, taps);
  }
  return hand_out(engine, lane, b, taps * sizeof(double), results, count, error);
}

vtm_status vtm_forward_wait(vtm_engine *engine, int lane, vtm_error *error) {
  return engine->backend->queues->wait(engine->lanes[lane].queue, error);
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

vtm_status vtm_forward(vtm_engine *engine, int lane, int slot, const vtm_pixels *pixels, vtm_error *error) {
  size_t room = 0;
  const vtm_status status = vtm_forward_fit(engine, lane, 1, pixels->width, pixels->height, &room, error);
  return status == VTM_OK ? vtm_forward_batch(engine, lane, slot, &pixels, 1, error) : status;
}

vtm_status vtm_forward_features(vtm_engine *engine, int lane, int slot, float *features, vtm_error *error) {
  void *const results[] = {features};
  const vtm_status status = vtm_forward_batch_features(engine, lane, slot, results, 1, error);
  return status == VTM_OK ? vtm_check_features(engine, features, error) : status;
}

vtm_status vtm_forward_lpips(vtm_engine *engine, int lane, double *layers, vtm_error *error) {
  void *const results[] = {layers};
  const vtm_status status = vtm_forward_batch_lpips(engine, lane, results, 1, error);
  return status == VTM_OK ? vtm_check_layers(engine, layers, error) : status;
}
