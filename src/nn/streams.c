#include "nn/streams.h"

#include <stdint.h>
#include <stdlib.h>

#include "backend/host.h"
#include "base/error.h"
#include "base/memory.h"

enum {
  LARGEST_BATCH = 4096, /* whatever is asked for */
  MOST_PICTURE_ROOM = 32 << 20,
  PICTURE_SHARE = 16 /* of a stream's memory */
};

/* ---- opening and closing ---- */

/* To be called before memory or recording are freed: work may still be in flight, even if its result was never
 * requested. */
static vtm_status wait_for_pending_work(const vtm_engine *engine, const vtm_stream *stream,
                                        const vtm_activations *activations, vtm_error *error) {
  return activations->plan.width != 0 ? engine->backend->queues->wait(stream->queue, error) : VTM_OK;
}

static void clear_activations(const vtm_engine *engine, const vtm_stream *stream, vtm_activations *activations) {
  const vtm_queue_functions *queues = engine->backend->queues;
  (void)wait_for_pending_work(engine, stream, activations, NULL);
  queues->free_recording(activations->recording);
  queues->release(stream->queue, activations->arena);
  vtm_engine_release_host(engine, activations->host_results);
  vtm_plan_free(&activations->plan);
  free(activations->batch_maps);
  free((void *)activations->images);
  *activations = (vtm_activations){0};
}

static vtm_status open_stream(vtm_engine *engine, vtm_stream *stream, int sharers, int device, vtm_error *error) {
  const vtm_queue_functions *queues = engine->backend->queues;
  size_t bytes = 0;
  vtm_status status = queues->open(device, engine->backend->precision, &stream->queue, error);
  if (status == VTM_OK) status = queues->budget(stream->queue, sharers, &bytes, error);
  if (status != VTM_OK) return status;
  /* the least of all, so that every device runs batches of the same size: another size may round differently */
  if (bytes < engine->budget) engine->budget = bytes;
  return VTM_OK;
}

/* One picture at a time: on a queue the next one's copy comes after this one's resize. Where this memory is not to be
 * had, images come resized. */
static void open_picture_room(vtm_engine *engine) {
  const vtm_queue_functions *queues = engine->backend->queues;
  const size_t share = engine->budget / PICTURE_SHARE / 64 * 64;
  const size_t bytes = share < MOST_PICTURE_ROOM ? share : MOST_PICTURE_ROOM;
  if (queues->resample == NULL) return;
  for (int i = 0; i < engine->stream_count; i++) {
    void *memory = NULL;
    if (queues->allocate(engine->streams[i].queue, bytes, &memory, NULL) != VTM_OK) return;
    engine->streams[i].picture = memory;
  }
  engine->picture_room = bytes;
  engine->budget -= bytes;
}

vtm_status vtm_streams_open(vtm_engine *engine, int streams_a_replica, const int *devices, vtm_error *error) {
  const int count = streams_a_replica * (int)engine->replica_count;
  atomic_store(&engine->limit, LARGEST_BATCH);
  engine->reported_limit = LARGEST_BATCH;
  engine->budget = SIZE_MAX;
  engine->streams = vtm_allocate((size_t)count, sizeof(*engine->streams), error);
  if (engine->streams == NULL) return VTM_ERROR_MEMORY;
  engine->stream_count = count;
  vtm_status status = VTM_OK;
  for (int i = 0; i < count && status == VTM_OK; i++) {
    engine->streams[i].replica = &engine->replicas[i / streams_a_replica];
    status = open_stream(engine, &engine->streams[i], streams_a_replica, devices[i / streams_a_replica], error);
  }
  if (status == VTM_OK) open_picture_room(engine);
  return status;
}

void vtm_streams_close(vtm_engine *engine) {
  const vtm_queue_functions *queues = engine->backend->queues;
  for (int i = 0; engine->streams != NULL && i < engine->stream_count; i++) {
    vtm_stream *stream = &engine->streams[i];
    for (int s = 0; s < VTM_SLOTS; s++) clear_activations(engine, stream, &stream->activations[s]);
    queues->release(stream->queue, stream->picture);
    queues->close(stream->queue);
  }
  free(engine->streams);
}

int vtm_engine_streams(const vtm_engine *engine) { return engine->stream_count; }

bool vtm_engine_batch_is_fixed(const vtm_engine *engine) { return engine->backend->fixed_batch; }

/* Without an engine memory of the host is that of a processor. */
static const vtm_queue_functions *queues_of(const vtm_engine *engine) {
  return engine != NULL ? engine->backend->queues : &vtm_host_queues;
}

static vtm_queue *queue_of(const vtm_engine *engine) { return engine != NULL ? engine->replicas[0].queue : NULL; }

void *vtm_engine_allocate_host(const vtm_engine *engine, size_t bytes, vtm_error *error) {
  return queues_of(engine)->allocate_host(queue_of(engine), bytes, error);
}

void vtm_engine_release_host(const vtm_engine *engine, void *memory) {
  queues_of(engine)->release_host(queue_of(engine), memory);
}

size_t vtm_engine_batch(const vtm_engine *engine) { return (size_t)engine->backend->batch; }

size_t vtm_engine_poll_batch_limit(vtm_engine *engine) {
  const int limit = atomic_load(&engine->limit);
  if (limit == engine->reported_limit) return 0;
  engine->reported_limit = limit;
  return (size_t)limit;
}

void vtm_engine_count_recordings(const vtm_engine *engine, int *made, int *failed) {
  *made = atomic_load(&engine->recordings);
  *failed = atomic_load(&engine->failed_recordings);
}

/* ---- memory ---- */

static size_t round_up(size_t bytes) { return (bytes + 63) / 64 * 64; }

static size_t pixel_bytes(int width, int height) { return (size_t)width * (size_t)height * 3 * sizeof(float); }

static size_t result_bytes(const vtm_engine *engine, const vtm_plan *plan) {
  const vtm_network *network = engine->graph.network;
  return (size_t)plan->images * (network->feature_count * sizeof(float) + network->tap_count * sizeof(double));
}

/* All convolutions share one piece of scratch memory. */
static vtm_status find_scratch(const vtm_engine *engine, const vtm_stream *stream, const vtm_plan *plan, size_t *most,
                               vtm_error *error) {
  *most = 0;
  for (size_t i = 0; i < engine->graph.step_count; i++) {
    vtm_packed_convolution *convolution = stream->replica->convolutions[i];
    const vtm_graph_step *step = &engine->graph.steps[i];
    size_t bytes = 0;
    if (convolution == NULL) continue;
    const vtm_status status = engine->backend->prepare_convolution(
        convolution, &plan->maps[step->input], &plan->maps[step->output], step->first_channel, &bytes, error);
    if (status != VTM_OK) return status;
    if (bytes > *most) *most = bytes;
  }
  return VTM_OK;
}

/* Ensures that the arena has at least `bytes`. */
static vtm_status reserve_arena(const vtm_engine *engine, const vtm_stream *stream, vtm_activations *activations,
                                size_t bytes, vtm_error *error) {
  const vtm_queue_functions *queues = engine->backend->queues;
  if (bytes <= activations->arena_bytes) return VTM_OK;
  void *memory = NULL;
  queues->release(stream->queue, activations->arena);
  activations->arena = NULL;
  activations->arena_bytes = 0;
  const vtm_status status = queues->allocate(stream->queue, bytes, &memory, error);
  if (status != VTM_OK) return status;
  activations->arena = memory;
  activations->arena_bytes = bytes;
  return VTM_OK;
}

/* What activations have beside their arena, in the host's memory. */
static vtm_status reserve_host(const vtm_engine *engine, vtm_activations *activations, const vtm_plan *plan,
                               vtm_error *error) {
  vtm_engine_release_host(engine, activations->host_results);
  free(activations->batch_maps);
  free((void *)activations->images);
  activations->host_results = vtm_engine_allocate_host(engine, result_bytes(engine, plan), error);
  activations->batch_maps = vtm_allocate(engine->graph.map_count, sizeof(*activations->batch_maps), error);
  activations->images = vtm_allocate((size_t)plan->images, sizeof(*activations->images), error);
  return activations->host_results != NULL && activations->batch_maps != NULL && activations->images != NULL
             ? VTM_OK
             : VTM_ERROR_MEMORY;
}

static vtm_status set_memory(const vtm_engine *engine, const vtm_stream *stream, vtm_activations *activations,
                             vtm_plan *plan, vtm_error *error) {
  size_t scratch = 0;
  for (size_t i = 0; i < engine->graph.map_count; i++) plan->maps[i].queue = stream->queue;
  vtm_status status = find_scratch(engine, stream, plan, &scratch, error);
  if (status != VTM_OK) return status;
  const size_t staging = plan->arena_bytes + round_up(scratch);
  const size_t image = engine->backend->queues->staging_bytes(pixel_bytes(plan->width, plan->height));
  const size_t results = staging + round_up((size_t)plan->images * image);
  status = reserve_arena(engine, stream, activations, results + result_bytes(engine, plan), error);
  if (status == VTM_ERROR_MEMORY)
    return vtm_fail(error, status, "no memory for the network's maps of %d image%s of %d x %d: %zu bytes", plan->images,
                    plan->images == 1 ? "" : "s", plan->width, plan->height, results);
  if (status != VTM_OK) return status;
  for (size_t i = 0; i < engine->graph.map_count; i++)
    plan->maps[i].data = (float *)(void *)(activations->arena + plan->offsets[i]);
  activations->scratch = (float *)(void *)(activations->arena + plan->arena_bytes);
  activations->staging = activations->arena + staging;
  activations->staging_bytes = image;
  activations->results = (double *)(void *)(activations->arena + results);
  return reserve_host(engine, activations, plan, error);
}

/* Makes room, unless it fits already. */
static vtm_status fit_activations(const vtm_engine *engine, const vtm_stream *stream, vtm_activations *activations,
                                  int images, int width, int height, vtm_error *error) {
  if (activations->plan.width == width && activations->plan.height == height && activations->plan.images == images)
    return VTM_OK;
  vtm_status status = wait_for_pending_work(engine, stream, activations, error);
  engine->backend->queues->free_recording(activations->recording);
  activations->recording = NULL;
  activations->runs = 0;
  vtm_plan_free(&activations->plan);
  if (status != VTM_OK) return status;
  vtm_plan plan;
  status = vtm_plan_create(&engine->graph, engine->backend, images, width, height, &plan, error);
  if (status != VTM_OK) return status;
  status = set_memory(engine, stream, activations, &plan, error);
  if (status == VTM_OK)
    activations->plan = plan;
  else
    vtm_plan_free(&plan);
  return status;
}

/* Feature networks need one slot, LPIPS networks both. */
static int first_slot(const vtm_engine *engine) {
  return engine->graph.network->tap_count > 0 ? VTM_SLOT_REFERENCE : VTM_SLOT_OTHER;
}

/* Kernels count the values of a map in 31 bits. */
static size_t most_of_maps(const vtm_plan *plan, size_t map_count) {
  size_t most = INT32_MAX;
  for (size_t i = 0; i < map_count; i++) {
    const vtm_map *map = &plan->maps[i];
    const size_t values = (size_t)map->channels * (size_t)map->height * (size_t)map->width;
    if (values > 0 && INT32_MAX / values < most) most = INT32_MAX / values;
  }
  return most;
}

/* How many images of this size the stream's share of memory holds. */
static vtm_status plan_batch(const vtm_engine *engine, size_t wanted, int width, int height, int *images,
                             vtm_error *error) {
  vtm_plan plan;
  const vtm_status status = vtm_plan_create(&engine->graph, engine->backend, 1, width, height, &plan, error);
  if (status != VTM_OK) return status;
  const size_t each = (plan.arena_bytes + pixel_bytes(width, height) + result_bytes(engine, &plan)) *
                      (size_t)(VTM_SLOTS - first_slot(engine));
  const size_t counted = most_of_maps(&plan, engine->graph.map_count);
  vtm_plan_free(&plan);
  size_t most = engine->budget / each;
  if (most > counted) most = counted;
  if (most > wanted) most = wanted;
  *images = most > 0 ? (int)most : 1;
  return VTM_OK;
}

static vtm_status fit_all_activations(const vtm_engine *engine, vtm_stream *stream, int images, int width, int height,
                                      vtm_error *error) {
  vtm_status status = VTM_OK;
  for (int s = first_slot(engine); s < VTM_SLOTS && status == VTM_OK; s++)
    status = fit_activations(engine, stream, &stream->activations[s], images, width, height, error);
  return status;
}

vtm_status vtm_forward_fit(vtm_engine *engine, int stream_number, size_t wanted, int width, int height, size_t *room,
                           vtm_error *error) {
  vtm_stream *stream = &engine->streams[stream_number];
  *room = 1;
  int images = 1;
  vtm_status status = plan_batch(engine, wanted, width, height, &images, error);
  while (status == VTM_OK) {
    int limit = atomic_load(&engine->limit);
    if (images > limit) images = limit;
    status = fit_all_activations(engine, stream, images, width, height, error);
    if (status != VTM_ERROR_MEMORY || images == 1) break;
    for (int s = 0; s < VTM_SLOTS; s++) clear_activations(engine, stream, &stream->activations[s]);
    while (limit > images / 2 && !atomic_compare_exchange_weak(&engine->limit, &limit, images / 2)) {
    }
    status = VTM_OK;
  }
  *room = (size_t)images;
  return status;
}
