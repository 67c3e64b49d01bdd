#include "nn/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "nn/lanes.h"

/* From the host's memory, which is freed, to the place. `values`: filled up, as vtm_fill_up does. */
static vtm_status move_to_place(const vtm_engine *engine, const vtm_place *place, int channels, float **values,
                                vtm_error *error) {
  const size_t bytes = vtm_filled_up(channels) * sizeof(**values);
  const vtm_queue_functions *queues = engine->backend->queues;
  float *host = *values;
  void *memory = NULL;
  *values = NULL;
  vtm_status status = queues->allocate(place->queue, bytes, &memory, error);
  if (status == VTM_OK) {
    *values = memory;
    queues->upload(place->queue, memory, host, bytes);
    status = queues->wait(place->queue, error);
  }
  free(host);
  return status;
}

/* The bias goes to the pooling behind the convolution, which is left with zeros. */
static vtm_status hand_on_bias(const vtm_engine *engine, const vtm_place *place, size_t step, float *bias,
                               vtm_error *error) {
  const int channels = engine->graph.steps[step].layer->channels;
  float **pool_bias = &place->biases[step + 1];
  *pool_bias = vtm_fill_up(bias, channels, error);
  if (*pool_bias == NULL) return VTM_ERROR_MEMORY;
  memset(bias, 0, (size_t)channels * sizeof(*bias));
  return move_to_place(engine, place, channels, pool_bias, error);
}

/* Convolutions are loaded and packed side by side; each has an error of its own, and the first in the network's
 * order is told. */
typedef struct load_job {
  const vtm_engine *engine;
  const vtm_place *place;
  const vtm_tensor_lookup *lookup;
  const vtm_plan *typical; /* for images of the network's typical size */
  vtm_error *errors;
} load_job;

vtm_convolution vtm_engine_convolution(const vtm_engine *engine, size_t number, const vtm_plan *typical) {
  vtm_convolution shape = vtm_graph_convolution(&engine->graph.steps[number], typical);
  shape.exact = engine->exact;
  shape.candidate = engine->candidate;
  shape.typical_images = number < engine->graph.tail ? 1 : engine->backend->batch;
  return shape;
}

static void load_step(void *user, size_t number, int thread) {
  (void)thread;
  const load_job *job = user;
  const vtm_engine *engine = job->engine;
  const vtm_graph_step *step = &engine->graph.steps[number];
  vtm_error *error = &job->errors[number];
  if (step->layer->name == NULL) return;
  float *weights = NULL;
  float *bias = NULL;
  error->status = vtm_load_convolution(engine->graph.network, step, job->lookup, &weights, &bias, error);
  if (error->status != VTM_OK) return;
  if (step->linear) error->status = hand_on_bias(engine, job->place, number, bias, error);
  vtm_convolution shape = vtm_engine_convolution(engine, number, job->typical);
  shape.queue = job->place->queue;
  if (error->status == VTM_OK)
    job->place->convolutions[number] = engine->backend->pack_convolution(&shape, weights, bias, error);
  free(weights);
  free(bias);
}

/* The queue of a device is single-threaded: there one thread loads. */
static vtm_status load_convolutions(vtm_engine *engine, const vtm_place *place, vtm_pool *pool,
                                    const vtm_tensor_lookup *lookup, vtm_error *error) {
  const int size = engine->graph.network->typical_size;
  const size_t steps = engine->graph.step_count;
  vtm_plan typical;
  vtm_status status = vtm_plan_create(&engine->graph, engine->backend, 1, size, size, &typical, error);
  if (status != VTM_OK) return status;
  load_job job = {engine, place, lookup, &typical, vtm_allocate(steps, sizeof(vtm_error), error)};
  if (job.errors == NULL) {
    status = VTM_ERROR_MEMORY;
  } else if (pool != NULL && engine->backend->lanes == 0) {
    vtm_pool_run(pool, steps, load_step, &job);
  } else {
    for (size_t i = 0; i < steps && (i == 0 || job.errors[i - 1].status == VTM_OK); i++) load_step(&job, i, 0);
  }
  for (size_t i = 0; job.errors != NULL && i < steps && status == VTM_OK; i++)
    if (job.errors[i].status != VTM_OK) status = vtm_fail(error, job.errors[i].status, "%s", job.errors[i].message);
  free(job.errors);
  vtm_plan_free(&typical);
  return status;
}

static vtm_status load_linear(vtm_engine *engine, const vtm_place *place, const vtm_tensor_lookup *lookup,
                              vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < engine->graph.network->tap_count && status == VTM_OK; i++) {
    const int channels = engine->graph.maps[engine->graph.taps[i]].channels;
    status = vtm_load_linear(i, channels, lookup, &place->linear[i], error);
    if (status == VTM_OK) status = move_to_place(engine, place, channels, &place->linear[i], error);
  }
  return status;
}

static vtm_status open_place(vtm_engine *engine, vtm_place *place, int device, vtm_pool *pool,
                             const vtm_tensor_lookup *lookup, vtm_error *error) {
  vtm_status status = engine->backend->queues->open(device, engine->backend->precision, &place->queue, error);
  if (status != VTM_OK) return status;
  place->convolutions = vtm_allocate(engine->graph.step_count, sizeof(vtm_packed_convolution *), error);
  place->biases = vtm_allocate(engine->graph.step_count, sizeof(float *), error);
  place->linear = vtm_allocate(engine->graph.network->tap_count, sizeof(float *), error);
  if (place->convolutions == NULL || place->biases == NULL || place->linear == NULL) return VTM_ERROR_MEMORY;
  status = load_convolutions(engine, place, pool, lookup, error);
  return status == VTM_OK ? load_linear(engine, place, lookup, error) : status;
}

/* `arrays` may be NULL. */
static void free_values(const vtm_engine *engine, const vtm_place *place, float **arrays, size_t count) {
  for (size_t i = 0; arrays != NULL && i < count; i++) engine->backend->queues->release(place->queue, arrays[i]);
  free(arrays);
}

static void close_place(const vtm_engine *engine, vtm_place *place) {
  for (size_t i = 0; place->convolutions != NULL && i < engine->graph.step_count; i++)
    engine->backend->free_convolution(place->convolutions[i]);
  free(place->convolutions);
  free_values(engine, place, place->biases, engine->graph.step_count);
  free_values(engine, place, place->linear, engine->graph.network->tap_count);
  engine->backend->queues->close(place->queue);
}

static vtm_status open_places(vtm_engine *engine, const vtm_compute *compute, vtm_pool *pool,
                              const vtm_tensor_lookup *lookup, vtm_error *error) {
  engine->place_count = compute->device_count;
  engine->places = vtm_allocate(engine->place_count, sizeof(*engine->places), error);
  if (engine->places == NULL) return VTM_ERROR_MEMORY;
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < engine->place_count && status == VTM_OK; i++)
    status = open_place(engine, &engine->places[i], compute->devices[i], pool, lookup, error);
  return status;
}

vtm_status vtm_engine_create_on(const vtm_compute *compute, vtm_pool *pool, const vtm_network *network,
                                const vtm_tensor_lookup *lookup, const vtm_engine_options *options,
                                vtm_engine **engine_out, vtm_error *error) {
  *engine_out = NULL;
  vtm_engine *engine = vtm_allocate(1, sizeof(*engine), error);
  if (engine == NULL) return VTM_ERROR_MEMORY;
  engine->backend = compute->backend;
  engine->exact = options->exact;
  engine->candidate = options->candidate;
  for (int c = 0; c < 3; c++) {
    engine->scale[c] = (float)options->scaling->scale[c];
    engine->shift[c] = (float)options->scaling->shift[c];
  }
  const int threads = pool != NULL ? vtm_pool_threads(pool) : 1;
  vtm_status status = vtm_graph_create(network, &engine->graph, error);
  if (options->exact) engine->graph.halved = engine->graph.step_count;
  if (engine->backend->fixed_batch) engine->graph.tail = 0;
  if (status == VTM_OK) status = vtm_check_network(network, lookup, error);
  if (status == VTM_OK) status = open_places(engine, compute, pool, lookup, error);
  if (status == VTM_OK)
    status =
        vtm_lanes_open(engine, engine->backend->lanes > 0 ? engine->backend->lanes : threads, compute->devices, error);
  if (status != VTM_OK) {
    vtm_engine_destroy(engine);
    return status;
  }
  *engine_out = engine;
  return VTM_OK;
}

vtm_status vtm_engine_create_from(const vtm_backend *backend, vtm_pool *pool, const vtm_network *network,
                                  const vtm_tensor_lookup *lookup, const vtm_engine_options *options,
                                  vtm_engine **engine, vtm_error *error) {
  static const int first = 0;
  const vtm_compute compute = {.backend = backend, .devices = &first, .device_count = 1};
  return vtm_engine_create_on(&compute, pool, network, lookup, options, engine, error);
}

static const vtm_backend *backend_of(const vtm_context *context, vtm_precision precision) {
  const vtm_device_choice *choice = &context->choice;
  return choice->module != NULL ? &choice->module->backends[precision]
                                : vtm_backend_cpu(context->cpu_features, precision);
}

vtm_compute vtm_compute_of(const vtm_context *context, vtm_precision precision) {
  const vtm_device_choice *choice = &context->choice;
  return (vtm_compute){.backend = backend_of(context, precision),
                       .devices = choice->devices,
                       .device_count = choice->count > 0 ? (size_t)choice->count : 1};
}

vtm_status vtm_engine_create(vtm_context *context, const vtm_network *network, const vtm_weights *weights,
                             const vtm_engine_options *options, vtm_engine **engine, vtm_error *error) {
  const vtm_tensor_lookup lookup = vtm_lookup_in(weights);
  vtm_precision precision = VTM_PRECISION_F32;
  const vtm_status status = vtm_precision_choose(context, options->precision, &precision, error);
  if (status != VTM_OK) return status;
  const vtm_compute compute = vtm_compute_of(context, precision);
  return vtm_engine_create_on(&compute, context->pool, network, &lookup, options, engine, error);
}

vtm_status vtm_engine_check_precision(const vtm_context *context, const char *name, vtm_error *error) {
  vtm_precision precision = VTM_PRECISION_F32;
  return vtm_precision_choose(context, name, &precision, error);
}

const char *vtm_engine_forms(const vtm_context *context, const char *precision, bool exact) {
  vtm_precision known = VTM_PRECISION_F32;
  (void)vtm_precision_choose(context, precision, &known, NULL);
  const vtm_backend *backend = backend_of(context, known);
  return exact ? backend->exact_form : backend->convolution_forms;
}

void vtm_engine_destroy(vtm_engine *engine) {
  if (engine == NULL) return;
  vtm_lanes_close(engine);
  for (size_t i = 0; engine->places != NULL && i < engine->place_count; i++) close_place(engine, &engine->places[i]);
  free(engine->places);
  vtm_graph_free(&engine->graph);
  free(engine);
}

const vtm_network *vtm_engine_network(const vtm_engine *engine) { return engine->graph.network; }
