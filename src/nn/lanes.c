#include "nn/lanes.h"

#include <stdint.h>
#include <stdlib.h>

#include "backend/host.h"
#include "base/error.h"
#include "base/memory.h"

enum {
  LARGEST_BATCH = 4096, /* whatever is asked for */
  MOST_PICTURE_ROOM = 32 << 20,
  PICTURE_SHARE = 16 /* of a lane's memory */
};

/* ---- opening and closing ---- */

/* Before a slot's memory and recording go: a run may be on its way there whose result nobody wanted. */
static vtm_status settle(const vtm_engine *engine, const vtm_lane *lane, const vtm_slot *slot, vtm_error *error) {
  return slot->plan.width != 0 ? engine->backend->queues->wait(lane->queue, error) : VTM_OK;
}

static void clear_slot(const vtm_engine *engine, const vtm_lane *lane, vtm_slot *slot) {
  const vtm_queue_functions *queues = engine->backend->queues;
  (void)settle(engine, lane, slot, NULL);
  queues->free_recording(slot->recording);
  queues->release(lane->queue, slot->arena);
  vtm_engine_release_host(engine, slot->host_results);
  vtm_plan_free(&slot->plan);
  free(slot->views);
  free((void *)slot->images);
  *slot = (vtm_slot){0};
}

static vtm_status open_lane(vtm_engine *engine, vtm_lane *lane, int sharers, int device, vtm_error *error) {
  const vtm_queue_functions *queues = engine->backend->queues;
  size_t bytes = 0;
  vtm_status status = queues->open(device, engine->backend->precision, &lane->queue, error);
  if (status == VTM_OK) status = queues->budget(lane->queue, sharers, &bytes, error);
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
  for (int i = 0; i < engine->lane_count; i++) {
    void *memory = NULL;
    if (queues->allocate(engine->lanes[i].queue, bytes, &memory, NULL) != VTM_OK) return;
    engine->lanes[i].picture = memory;
  }
  engine->picture_room = bytes;
  engine->budget -= bytes;
}

vtm_status vtm_lanes_open(vtm_engine *engine, int lanes_a_place, const int *devices, vtm_error *error) {
  const int count = lanes_a_place * (int)engine->place_count;
  atomic_store(&engine->limit, LARGEST_BATCH);
  engine->told_limit = LARGEST_BATCH;
  engine->budget = SIZE_MAX;
  engine->lanes = vtm_allocate((size_t)count, sizeof(*engine->lanes), error);
  if (engine->lanes == NULL) return VTM_ERROR_MEMORY;
  engine->lane_count = count;
  vtm_status status = VTM_OK;
  for (int i = 0; i < count && status == VTM_OK; i++) {
    engine->lanes[i].place = &engine->places[i / lanes_a_place];
    status = open_lane(engine, &engine->lanes[i], lanes_a_place, devices[i / lanes_a_place], error);
  }
  if (status == VTM_OK) open_picture_room(engine);
  return status;
}

void vtm_lanes_close(vtm_engine *engine) {
  const vtm_queue_functions *queues = engine->backend->queues;
  for (int i = 0; engine->lanes != NULL && i < engine->lane_count; i++) {
    vtm_lane *lane = &engine->lanes[i];
    for (int s = 0; s < VTM_SLOTS; s++) clear_slot(engine, lane, &lane->slots[s]);
    queues->release(lane->queue, lane->picture);
    queues->close(lane->queue);
  }
  free(engine->lanes);
}

int vtm_engine_lanes(const vtm_engine *engine) { return engine->lane_count; }

int vtm_engine_lane_for(const vtm_engine *engine, size_t portion, int thread) {
  return engine->backend->lanes > 0 ? (int)portion : thread;
}

bool vtm_engine_batch_is_fixed(const vtm_engine *engine) { return engine->backend->fixed_batch; }

/* Without an engine memory of the host is that of a processor. */
static const vtm_queue_functions *queues_of(const vtm_engine *engine) {
  return engine != NULL ? engine->backend->queues : &vtm_host_queues;
}

static vtm_queue *queue_of(const vtm_engine *engine) { return engine != NULL ? engine->places[0].queue : NULL; }

void *vtm_engine_allocate_host(const vtm_engine *engine, size_t bytes, vtm_error *error) {
  return queues_of(engine)->allocate_host(queue_of(engine), bytes, error);
}

void vtm_engine_release_host(const vtm_engine *engine, void *memory) {
  queues_of(engine)->release_host(queue_of(engine), memory);
}

size_t vtm_engine_batch(const vtm_engine *engine) { return (size_t)engine->backend->batch; }

size_t vtm_engine_take_notice(vtm_engine *engine) {
  const int limit = atomic_load(&engine->limit);
  if (limit == engine->told_limit) return 0;
  engine->told_limit = limit;
  return (size_t)limit;
}

/* ---- memory ---- */

static size_t round_up(size_t bytes) { return (bytes + 63) / 64 * 64; }

static size_t pixel_bytes(int width, int height) { return (size_t)width * (size_t)height * 3 * sizeof(float); }

static size_t result_bytes(const vtm_engine *engine, const vtm_plan *plan) {
  const vtm_network *network = engine->graph.network;
  return (size_t)plan->images * (network->feature_count * sizeof(float) + network->tap_count * sizeof(double));
}

/* Scratch memory is shared by all convolutions of a slot. */
static vtm_status find_scratch(const vtm_engine *engine, const vtm_lane *lane, const vtm_plan *plan, size_t *most,
                               vtm_error *error) {
  *most = 0;
  for (size_t i = 0; i < engine->graph.step_count; i++) {
    vtm_packed_convolution *convolution = lane->place->convolutions[i];
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
static vtm_status reserve_arena(const vtm_engine *engine, const vtm_lane *lane, vtm_slot *slot, size_t bytes,
                                vtm_error *error) {
  const vtm_queue_functions *queues = engine->backend->queues;
  if (bytes <= slot->arena_bytes) return VTM_OK;
  void *memory = NULL;
  queues->release(lane->queue, slot->arena);
  slot->arena = NULL;
  slot->arena_bytes = 0;
  const vtm_status status = queues->allocate(lane->queue, bytes, &memory, error);
  if (status != VTM_OK) return status;
  slot->arena = memory;
  slot->arena_bytes = bytes;
  return VTM_OK;
}

/* What a slot has beside its arena, in the host's memory. */
static vtm_status reserve_host(const vtm_engine *engine, vtm_slot *slot, const vtm_plan *plan, vtm_error *error) {
  vtm_engine_release_host(engine, slot->host_results);
  free(slot->views);
  free((void *)slot->images);
  slot->host_results = vtm_engine_allocate_host(engine, result_bytes(engine, plan), error);
  slot->views = vtm_allocate(engine->graph.map_count, sizeof(*slot->views), error);
  slot->images = vtm_allocate((size_t)plan->images, sizeof(*slot->images), error);
  return slot->host_results != NULL && slot->views != NULL && slot->images != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

static vtm_status set_memory(const vtm_engine *engine, const vtm_lane *lane, vtm_slot *slot, vtm_plan *plan,
                             vtm_error *error) {
  size_t scratch = 0;
  for (size_t i = 0; i < engine->graph.map_count; i++) plan->maps[i].queue = lane->queue;
  vtm_status status = find_scratch(engine, lane, plan, &scratch, error);
  if (status != VTM_OK) return status;
  const size_t staging = plan->arena_bytes + round_up(scratch);
  const size_t image = engine->backend->queues->staging_bytes(pixel_bytes(plan->width, plan->height));
  const size_t results = staging + round_up((size_t)plan->images * image);
  status = reserve_arena(engine, lane, slot, results + result_bytes(engine, plan), error);
  if (status == VTM_ERROR_MEMORY)
    return vtm_fail(error, status, "no memory for the network's maps of %d image%s of %d x %d: %zu bytes", plan->images,
                    plan->images == 1 ? "" : "s", plan->width, plan->height, results);
  if (status != VTM_OK) return status;
  for (size_t i = 0; i < engine->graph.map_count; i++)
    plan->maps[i].data = (float *)(void *)(slot->arena + plan->offsets[i]);
  slot->scratch = (float *)(void *)(slot->arena + plan->arena_bytes);
  slot->staging = slot->arena + staging;
  slot->staging_bytes = image;
  slot->results = (double *)(void *)(slot->arena + results);
  return reserve_host(engine, slot, plan, error);
}

/* Makes room in one slot, unless it fits already. */
static vtm_status fit_slot(const vtm_engine *engine, const vtm_lane *lane, vtm_slot *slot, int images, int width,
                           int height, vtm_error *error) {
  if (slot->plan.width == width && slot->plan.height == height && slot->plan.images == images) return VTM_OK;
  vtm_status status = settle(engine, lane, slot, error);
  engine->backend->queues->free_recording(slot->recording);
  slot->recording = NULL;
  slot->recorded = false;
  vtm_plan_free(&slot->plan);
  if (status != VTM_OK) return status;
  vtm_plan plan;
  status = vtm_plan_create(&engine->graph, engine->backend, images, width, height, &plan, error);
  if (status != VTM_OK) return status;
  status = set_memory(engine, lane, slot, &plan, error);
  if (status == VTM_OK)
    slot->plan = plan;
  else
    vtm_plan_free(&plan);
  return status;
}

/* Feature networks need one slot, LPIPS networks both. */
static int first_slot(const vtm_engine *engine) {
  return engine->graph.network->tap_count > 0 ? VTM_SLOT_REFERENCE : VTM_SLOT_OTHER;
}

/* How many images of this size the lane's share of memory holds. */
static vtm_status plan_batch(const vtm_engine *engine, size_t wanted, int width, int height, int *images,
                             vtm_error *error) {
  vtm_plan plan;
  const vtm_status status = vtm_plan_create(&engine->graph, engine->backend, 1, width, height, &plan, error);
  if (status != VTM_OK) return status;
  const size_t each = (plan.arena_bytes + pixel_bytes(width, height) + result_bytes(engine, &plan)) *
                      (size_t)(VTM_SLOTS - first_slot(engine));
  vtm_plan_free(&plan);
  size_t most = engine->budget / each;
  if (most > wanted) most = wanted;
  *images = most > 0 ? (int)most : 1;
  return VTM_OK;
}

static vtm_status fit_all_slots(const vtm_engine *engine, vtm_lane *lane, int images, int width, int height,
                                vtm_error *error) {
  vtm_status status = VTM_OK;
  for (int s = first_slot(engine); s < VTM_SLOTS && status == VTM_OK; s++)
    status = fit_slot(engine, lane, &lane->slots[s], images, width, height, error);
  return status;
}

vtm_status vtm_forward_fit(vtm_engine *engine, int lane_number, size_t wanted, int width, int height, size_t *room,
                           vtm_error *error) {
  vtm_lane *lane = &engine->lanes[lane_number];
  *room = 1;
  int images = 1;
  vtm_status status = plan_batch(engine, wanted, width, height, &images, error);
  while (status == VTM_OK) {
    int limit = atomic_load(&engine->limit);
    if (images > limit) images = limit;
    status = fit_all_slots(engine, lane, images, width, height, error);
    if (status != VTM_ERROR_MEMORY || images == 1) break;
    for (int s = 0; s < VTM_SLOTS; s++) clear_slot(engine, lane, &lane->slots[s]);
    while (limit > images / 2 && !atomic_compare_exchange_weak(&engine->limit, &limit, images / 2)) {
    }
    status = VTM_OK;
  }
  *room = (size_t)images;
  return status;
}
