#include "nn/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "nn/streams.h"

/* From the host's memory, which is freed, to the replica's. `values`: padded, as vtm_pad_to_block does. */
static vtm_status move_to_replica(const vtm_engine *engine, const vtm_weight_replica *replica, int channels,
                                  float **values, vtm_error *error) {
  const size_t bytes = vtm_padded_count(channels) * sizeof(**values);
  const vtm_queue_functions *queues = engine->backend->queues;
  float *host = *values;
  void *memory = NULL;
  *values = NULL;
  vtm_status status = queues->allocate(replica->queue, bytes, &memory, error);
  if (status == VTM_OK) {
    *values = memory;
    queues->upload(replica->queue, memory, host, bytes);
    status = queues->wait(replica->queue, error);
  }
  free(host);
  return status;
}

/* Moves the bias to the pooling that follows; the convolution's own becomes zero. */
static vtm_status move_bias_behind_pooling(const vtm_engine *engine, const vtm_weight_replica *replica, size_t step,
                                           float *bias, vtm_error *error) {
  const int channels = engine->graph.steps[step].layer->channels;
  float **pool_bias = &replica->biases[step + 1];
  *pool_bias = vtm_pad_to_block(bias, channels, error);
  if (*pool_bias == NULL) return VTM_ERROR_MEMORY;
  memset(bias, 0, (size_t)channels * sizeof(*bias));
  return move_to_replica(engine, replica, channels, pool_bias, error);
}

/* Convolutions are loaded and packed in parallel; each has an error of its own, and the first in the network's order
 * is reported. */
typedef struct load_job {
  const vtm_engine *engine;
  const vtm_weight_replica *replica;
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
  if (vtm_layer_is_pooling(step->layer)) return;
  float *weights = NULL;
  float *bias = NULL;
  error->status = vtm_load_convolution(engine->graph.network, step, job->lookup, &weights, &bias, error);
  if (error->status != VTM_OK) return;
  if (step->linear) error->status = move_bias_behind_pooling(engine, job->replica, number, bias, error);
  vtm_convolution shape = vtm_engine_convolution(engine, number, job->typical);
  shape.queue = job->replica->queue;
  if (error->status == VTM_OK)
    job->replica->convolutions[number] = engine->backend->pack_convolution(&shape, weights, bias, error);
  free(weights);
  free(bias);
}

/* A device queue is single-threaded: load serially on devices. */
static vtm_status load_convolutions(vtm_engine *engine, const vtm_weight_replica *replica, vtm_pool *pool,
                                    const vtm_tensor_lookup *lookup, vtm_error *error) {
  const int size = engine->graph.network->typical_size;
  const size_t steps = engine->graph.step_count;
  vtm_plan typical;
  vtm_status status = vtm_plan_create(&engine->graph, engine->backend, 1, size, size, &typical, error);
  if (status != VTM_OK) return status;
  load_job job = {engine, replica, lookup, &typical, vtm_allocate(steps, sizeof(vtm_error), error)};
  if (job.errors == NULL) {
    status = VTM_ERROR_MEMORY;
  } else if (pool != NULL && engine->backend->streams == 0) {
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

static vtm_status load_linear(vtm_engine *engine, const vtm_weight_replica *replica, const vtm_tensor_lookup *lookup,
                              vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < engine->graph.network->tap_count && status == VTM_OK; i++) {
    const int channels = engine->graph.maps[engine->graph.taps[i]].channels;
    status = vtm_load_linear(i, channels, lookup, &replica->linear[i], error);
    if (status == VTM_OK) status = move_to_replica(engine, replica, channels, &replica->linear[i], error);
  }
  return status;
}

static vtm_status open_replica(vtm_engine *engine, vtm_weight_replica *replica, int device, vtm_pool *pool,
                               const vtm_tensor_lookup *lookup, vtm_error *error) {
  vtm_status status = engine->backend->queues->open(device, engine->backend->precision, &replica->queue, error);
  if (status != VTM_OK) return status;
  replica->convolutions = vtm_allocate(engine->graph.step_count, sizeof(vtm_packed_convolution *), error);
  replica->biases = vtm_allocate(engine->graph.step_count, sizeof(float *), error);
  replica->linear = vtm_allocate(engine->graph.network->tap_count, sizeof(float *), error);
  if (replica->convolutions == NULL || replica->biases == NULL || replica->linear == NULL) return VTM_ERROR_MEMORY;
  status = load_convolutions(engine, replica, pool, lookup, error);
  return status == VTM_OK ? load_linear(engine, replica, lookup, error) : status;
}

/* `arrays` may be NULL. */
static void free_values(const vtm_engine *engine, const vtm_weight_replica *replica, float **arrays, size_t count) {
  for (size_t i = 0; arrays != NULL && i < count; i++) engine->backend->queues->release(replica->queue, arrays[i]);
  free(arrays);
}

static void close_replica(const vtm_engine *engine, vtm_weight_replica *replica) {
  for (size_t i = 0; replica->convolutions != NULL && i < engine->graph.step_count; i++)
    engine->backend->free_convolution(replica->convolutions[i]);
  free(replica->convolutions);
  free_values(engine, replica, replica->biases, engine->graph.step_count);
  free_values(engine, replica, replica->linear, engine->graph.network->tap_count);
  engine->backend->queues->close(replica->queue);
}

static vtm_status open_replicas(vtm_engine *engine, const vtm_compute *compute, vtm_pool *pool,
                                const vtm_tensor_lookup *lookup, vtm_error *error) {
  engine->replica_count = compute->device_count;
  engine->replicas = vtm_allocate(engine->replica_count, sizeof(*engine->replicas), error);
  if (engine->replicas == NULL) return VTM_ERROR_MEMORY;
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < engine->replica_count && status == VTM_OK; i++)
    status = open_replica(engine, &engine->replicas[i], compute->devices[i], pool, lookup, error);
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
  engine->record = options->record;
  for (int c = 0; c < 3; c++) {
    engine->scale[c] = (float)options->scaling->scale[c];
    engine->shift[c] = (float)options->scaling->shift[c];
  }
  const int threads = pool != NULL ? vtm_pool_threads(pool) : 1;
  vtm_status status = vtm_graph_create(network, &engine->graph, error);
  if (options->exact) engine->graph.reduced_step = engine->graph.step_count;
  if (engine->backend->fixed_batch) engine->graph.tail = 0;
  if (status == VTM_OK) status = vtm_check_network(network, lookup, error);
  if (status == VTM_OK) status = open_replicas(engine, compute, pool, lookup, error);
  if (status == VTM_OK)
    status = vtm_streams_open(engine, engine->backend->streams > 0 ? engine->backend->streams : threads,
                              compute->devices, error);
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
  const vtm_backend *backend = vtm_compute_of(context, known).backend;
  return exact ? backend->exact_form : backend->convolution_forms;
}

void vtm_engine_destroy(vtm_engine *engine) {
  if (engine == NULL) return;
  vtm_streams_close(engine);
  for (size_t i = 0; engine->replicas != NULL && i < engine->replica_count; i++)
    close_replica(engine, &engine->replicas[i]);
  free(engine->replicas);
  vtm_graph_free(&engine->graph);
  free(engine);
}

const vtm_network *vtm_engine_network(const vtm_engine *engine) { return engine->graph.network; }
