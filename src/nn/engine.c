#include "nn/engine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "nn/forward.h"

/* The maps of one image. */
typedef struct slot {
  vtm_plan plan; /* width 0: none yet */
  char *arena;
  size_t arena_bytes;
  float *scratch; /* of the convolutions, at the arena's end */
} slot;

struct vtm_engine {
  const vtm_backend *backend;
  vtm_graph graph;
  vtm_packed_convolution **convolutions; /* one for each step; NULL for pooling */
  float **linear;                        /* one for each tap */
  float scale[3], shift[3];
  bool exact;
  int threads;
  slot *slots; /* threads x VTM_SLOTS */
};

/* Convolutions are loaded and packed side by side; each has an error of its own, and the first in the network's
 * order is told. */
typedef struct load_job {
  vtm_engine *engine;
  const vtm_tensor_lookup *lookup;
  const vtm_plan *typical; /* for images of the network's typical size */
  bool exact;
  vtm_error *errors;
} load_job;

static void load_step(void *user, size_t number, int thread) {
  (void)thread;
  const load_job *job = user;
  vtm_engine *engine = job->engine;
  const vtm_graph_step *step = &engine->graph.steps[number];
  vtm_error *error = &job->errors[number];
  if (step->layer->name == NULL) return;
  float *weights = NULL;
  float *bias = NULL;
  error->status = vtm_load_convolution(engine->graph.network, step, job->lookup, &weights, &bias, error);
  if (error->status != VTM_OK) return;
  vtm_convolution shape = vtm_graph_convolution(step, job->typical);
  shape.exact = job->exact;
  engine->convolutions[number] = engine->backend->pack_convolution(&shape, weights, bias, error);
  free(weights);
  free(bias);
}

static vtm_status load_convolutions(vtm_engine *engine, vtm_pool *pool, bool exact, const vtm_tensor_lookup *lookup,
                                    vtm_error *error) {
  const int size = engine->graph.network->typical_size;
  const size_t steps = engine->graph.step_count;
  vtm_plan typical;
  vtm_status status = vtm_plan_create(&engine->graph, engine->backend, size, size, &typical, error);
  if (status != VTM_OK) return status;
  load_job job = {engine, lookup, &typical, exact, vtm_allocate(steps, sizeof(vtm_error), error)};
  if (job.errors == NULL) {
    status = VTM_ERROR_MEMORY;
  } else if (pool != NULL) {
    vtm_pool_run(pool, steps, load_step, &job);
  } else {
    for (size_t i = 0; i < steps; i++) load_step(&job, i, 0);
  }
  for (size_t i = 0; i < steps && status == VTM_OK; i++)
    if (job.errors[i].status != VTM_OK) status = vtm_fail(error, job.errors[i].status, "%s", job.errors[i].message);
  free(job.errors);
  vtm_plan_free(&typical);
  return status;
}

static vtm_status load_linear(vtm_engine *engine, const vtm_tensor_lookup *lookup, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < engine->graph.network->tap_count && status == VTM_OK; i++)
    status = vtm_load_linear(i, engine->graph.maps[engine->graph.taps[i]].channels, lookup, &engine->linear[i], error);
  return status;
}

vtm_status vtm_engine_create_from(const vtm_backend *backend, vtm_pool *pool, const vtm_network *network,
                                  const vtm_tensor_lookup *lookup, const vtm_engine_options *options,
                                  vtm_engine **engine_out, vtm_error *error) {
  *engine_out = NULL;
  vtm_engine *engine = vtm_allocate(1, sizeof(*engine), error);
  if (engine == NULL) return VTM_ERROR_MEMORY;
  engine->backend = backend;
  engine->threads = pool != NULL ? vtm_pool_threads(pool) : 1;
  engine->exact = options->exact;
  for (int c = 0; c < 3; c++) {
    engine->scale[c] = (float)options->scaling->scale[c];
    engine->shift[c] = (float)options->scaling->shift[c];
  }
  vtm_status status = vtm_graph_create(network, &engine->graph, error);
  if (status == VTM_OK) {
    engine->convolutions = vtm_allocate(engine->graph.step_count, sizeof(vtm_packed_convolution *), error);
    engine->linear = vtm_allocate(network->tap_count, sizeof(float *), error);
    engine->slots = vtm_allocate((size_t)engine->threads * VTM_SLOTS, sizeof(slot), error);
    if (engine->convolutions == NULL || engine->linear == NULL || engine->slots == NULL) status = VTM_ERROR_MEMORY;
  }
  if (status == VTM_OK) status = vtm_check_network(network, lookup, error);
  if (status == VTM_OK) status = load_convolutions(engine, pool, options->exact, lookup, error);
  if (status == VTM_OK) status = load_linear(engine, lookup, error);
  if (status != VTM_OK) {
    vtm_engine_destroy(engine);
    return status;
  }
  *engine_out = engine;
  return VTM_OK;
}

vtm_status vtm_engine_create(vtm_context *context, const vtm_network *network, const vtm_weights *weights,
                             const vtm_engine_options *options, vtm_engine **engine, vtm_error *error) {
  const vtm_tensor_lookup lookup = vtm_lookup_in(weights);
  return vtm_engine_create_from(vtm_backend_cpu(context->cpu_features), context->pool, network, &lookup, options,
                                engine, error);
}

const char *vtm_engine_convolution(const vtm_engine *engine) {
  return engine->exact ? "direct" : engine->backend->convolution_forms;
}

void vtm_engine_destroy(vtm_engine *engine) {
  if (engine == NULL) return;
  for (size_t i = 0; engine->convolutions != NULL && i < engine->graph.step_count; i++) free(engine->convolutions[i]);
  for (size_t i = 0; engine->linear != NULL && i < engine->graph.network->tap_count; i++) free(engine->linear[i]);
  for (size_t i = 0; engine->slots != NULL && i < (size_t)engine->threads * VTM_SLOTS; i++) {
    vtm_plan_free(&engine->slots[i].plan);
    free(engine->slots[i].arena);
  }
  free(engine->convolutions);
  free(engine->linear);
  free(engine->slots);
  vtm_graph_free(&engine->graph);
  free(engine);
}

const vtm_network *vtm_engine_network(const vtm_engine *engine) { return engine->graph.network; }

static slot *slot_of(vtm_engine *engine, int thread, int which) { return &engine->slots[thread * VTM_SLOTS + which]; }

static size_t scratch_bytes(const vtm_engine *engine, const vtm_plan *plan) {
  size_t most = 0;
  for (size_t i = 0; i < engine->graph.step_count; i++) {
    if (engine->convolutions[i] == NULL) continue;
    const size_t bytes =
        engine->backend->scratch_bytes(engine->convolutions[i], &plan->maps[engine->graph.steps[i].output]);
    if (bytes > most) most = bytes;
  }
  return most;
}

static vtm_status fit_slot(vtm_engine *engine, slot *to, int width, int height, vtm_error *error) {
  if (to->plan.width == width && to->plan.height == height) return VTM_OK;
  vtm_plan_free(&to->plan);
  vtm_plan plan;
  const vtm_status status = vtm_plan_create(&engine->graph, engine->backend, width, height, &plan, error);
  if (status != VTM_OK) return status;
  const size_t bytes = plan.arena_bytes + scratch_bytes(engine, &plan);
  if (bytes > to->arena_bytes) {
    free(to->arena);
    to->arena_bytes = 0;
    to->arena = vtm_allocate_aligned(bytes, 1, error);
    if (to->arena == NULL) {
      vtm_plan_free(&plan);
      return vtm_fail(error, VTM_ERROR_MEMORY, "no memory for the network's maps of an image of %d x %d: %zu bytes",
                      width, height, bytes);
    }
    to->arena_bytes = bytes;
  }
  for (size_t i = 0; i < engine->graph.map_count; i++)
    plan.maps[i].data = (float *)(void *)(to->arena + plan.offsets[i]);
  to->scratch = (float *)(void *)(to->arena + plan.arena_bytes);
  to->plan = plan;
  return VTM_OK;
}

static void run_pool(const vtm_engine *engine, const vtm_layer *layer, const vtm_map *input, vtm_map *output,
                     int first_channel) {
  vtm_pooling pooling = {.kernel = layer->kernel_height, .stride = layer->stride, .pad = layer->pad_height};
  vtm_branch_pool kind = VTM_MAXIMUM;
  if (layer->kind == VTM_LAYER_BRANCH_POOL) kind = engine->graph.network->branch_pool;
  if (layer->kind == VTM_LAYER_LAST_BRANCH_POOL) kind = engine->graph.network->last_branch_pool;
  pooling.count_pad = kind == VTM_AVERAGE_WITH_PAD;
  if (kind == VTM_MAXIMUM)
    engine->backend->max_pool(&pooling, input, output, first_channel);
  else
    engine->backend->average_pool(&pooling, input, output, first_channel);
}

vtm_status vtm_forward(vtm_engine *engine, int thread, int which, const vtm_pixels *pixels, vtm_error *error) {
  slot *to = slot_of(engine, thread, which);
  const vtm_status status = fit_slot(engine, to, pixels->width, pixels->height, error);
  if (status != VTM_OK) return status;
  vtm_map *maps = to->plan.maps;
  engine->backend->load_pixels(pixels->values, engine->scale, engine->shift, &maps[0], 0);
  for (size_t i = 0; i < engine->graph.step_count; i++) {
    const vtm_graph_step *step = &engine->graph.steps[i];
    if (engine->convolutions[i] != NULL)
      engine->backend->convolve(engine->convolutions[i], &maps[step->input], &maps[step->output], step->first_channel,
                                to->scratch);
    else
      run_pool(engine, step->layer, &maps[step->input], &maps[step->output], step->first_channel);
  }
  return VTM_OK;
}

vtm_status vtm_forward_features(vtm_engine *engine, int thread, int which, float *features, vtm_error *error) {
  engine->backend->channel_means(&slot_of(engine, thread, which)->plan.maps[engine->graph.features], features);
  for (size_t i = 0; i < engine->graph.network->feature_count; i++)
    if (!isfinite(features[i]))
      return vtm_fail(error, VTM_ERROR_NUMERIC, "feature %zu is %s: the weights do not fit the network or are damaged",
                      i, isnan(features[i]) ? "NaN" : "infinite");
  return VTM_OK;
}

vtm_status vtm_forward_lpips(vtm_engine *engine, int thread, double *layers, vtm_error *error) {
  const vtm_plan *a = &slot_of(engine, thread, VTM_SLOT_REFERENCE)->plan;
  const vtm_plan *b = &slot_of(engine, thread, VTM_SLOT_OTHER)->plan;
  if (a->width != b->width || a->height != b->height)
    return vtm_fail(error, VTM_ERROR_DATA,
                    "is %d x %d, its reference %d x %d: sizes must be equal; --size 256 resizes both", b->width,
                    b->height, a->width, a->height);
  for (size_t i = 0; i < engine->graph.network->tap_count; i++) {
    const int tap = engine->graph.taps[i];
    layers[i] = engine->backend->lpips_distance(&a->maps[tap], &b->maps[tap], 0, engine->linear[i]);
    if (!isfinite(layers[i]))
      return vtm_fail(error, VTM_ERROR_NUMERIC, "LPIPS layer %zu is not a finite number: the weights are damaged",
                      i + 1);
  }
  return VTM_OK;
}
