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

/* All images of the slot's plan, whose pixels lie one behind the other on the device. */
static void run_whole_batch(const vtm_engine *engine, const vtm_lane *lane, const vtm_slot *slot) {
  const size_t each = (size_t)slot->plan.width * (size_t)slot->plan.height * 3;
  for (int n = 0; n < slot->plan.images; n++)
    engine->backend->load_pixels(slot->pixels + (size_t)n * each, engine->scale, engine->shift, &slot->plan.maps[0], n);
  run_steps(engine, lane, slot, slot->plan.maps, 0, engine->graph.step_count);
}

/* Each image by itself up to the tail, so that its maps stay in the cache; then all together. */
static void run_on_cpu(const vtm_engine *engine, const vtm_lane *lane, vtm_slot *slot, const vtm_pixels *const *images,
                       size_t count) {
  const vtm_graph *graph = &engine->graph;
  for (size_t n = 0; n < count; n++) {
    if (images[n] == NULL) continue;
    for (size_t i = 0; i < graph->map_count; i++) {
      slot->views[i] = slot->plan.maps[i];
      if (!vtm_graph_is_batched(graph, &graph->maps[i])) continue;
      slot->views[i].images = 1;
      slot->views[i].data += n * engine->backend->map_bytes(&slot->views[i]) / sizeof(float);
    }
    engine->backend->load_pixels(images[n]->values, engine->scale, engine->shift, &slot->views[0], 0);
    run_steps(engine, lane, slot, slot->views, 0, graph->tail);
  }
  for (size_t i = 0; i < graph->map_count; i++) {
    slot->views[i] = slot->plan.maps[i];
    if (vtm_graph_is_batched(graph, &graph->maps[i])) slot->views[i].images = (int)count;
  }
  run_steps(engine, lane, slot, slot->views, graph->tail, graph->step_count);
}

/* The steps are recorded the first time and played from then on; where they cannot be recorded they are run. */
static void run_on_device(const vtm_engine *engine, const vtm_lane *lane, vtm_slot *slot,
                          const vtm_pixels *const *images, size_t count) {
  const vtm_device_functions *device = engine->backend->device;
  const size_t each = (size_t)slot->plan.width * (size_t)slot->plan.height * 3;
  for (size_t i = 0; i < count; i++)
    if (images[i] != NULL) vtm_pixels_send(images[i], lane->queue, device, lane->picture, slot->pixels + i * each);
  if (!slot->recorded && device->begin_recording(lane->queue)) {
    run_whole_batch(engine, lane, slot);
    slot->recording = device->end_recording(lane->queue);
  }
  slot->recorded = true;
  if (slot->recording != NULL)
    device->play(lane->queue, slot->recording);
  else
    run_whole_batch(engine, lane, slot);
}

vtm_status vtm_forward_batch(vtm_engine *engine, int lane_number, int which, const vtm_pixels *const *images,
                             size_t count, vtm_error *error) {
  vtm_lane *lane = &engine->lanes[lane_number];
  vtm_slot *slot = &lane->slots[which];
  if (lane->queue != NULL) {
    run_on_device(engine, lane, slot, images, count);
    return VTM_OK;
  }
  const vtm_pixels *leader = NULL;
  for (size_t i = 0; i < count && leader == NULL; i++) leader = images[i];
  if (leader == NULL) return VTM_OK;
  const int room = (int)count > slot->plan.images ? (int)count : slot->plan.images;
  const vtm_status status = vtm_slot_fit(engine, lane, slot, room, leader->width, leader->height, error);
  if (status == VTM_OK) run_on_cpu(engine, lane, slot, images, count);
  return status;
}

/* An op makes the results of all images of a batch, also of those that are not there; they stay in the slot's own
 * memory, and only what was asked for leaves it. */
static vtm_status hand_out(const vtm_engine *engine, const vtm_lane *lane, const vtm_slot *slot, size_t size,
                           void *const *results, size_t count, vtm_error *error) {
  const vtm_device_functions *device = engine->backend->device;
  if (device != NULL) {
    device->download(lane->queue, slot->host_results, slot->results, count * size);
    const vtm_status status = device->wait(lane->queue, error);
    if (status != VTM_OK) return status;
  }
  for (size_t i = 0; i < count; i++)
    if (results[i] != NULL) memcpy(results[i], (const char *)slot->host_results + i * size, size);
  return VTM_OK;
}

static const vtm_map *maps_of(const vtm_lane *lane, const vtm_slot *slot) {
  return lane->queue != NULL ? slot->plan.maps : slot->views;
}

vtm_status vtm_forward_batch_features(vtm_engine *engine, int lane_number, int which, void *const *results,
                                      size_t count, vtm_error *error) {
  const vtm_lane *lane = &engine->lanes[lane_number];
  const vtm_slot *slot = &lane->slots[which];
  engine->backend->channel_means(&maps_of(lane, slot)[engine->graph.features], (float *)(void *)slot->results);
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
    engine->backend->lpips_distances(&maps_of(lane, a)[tap], &maps_of(lane, b)[tap], lane->place->linear[i],
                                     b->results + i, taps);
  }
  return hand_out(engine, lane, b, taps * sizeof(double), results, count, error);
}

vtm_status vtm_forward_wait(vtm_engine *engine, int lane, vtm_error *error) {
  vtm_queue *queue = engine->lanes[lane].queue;
  return queue != NULL ? engine->backend->device->wait(queue, error) : VTM_OK;
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
