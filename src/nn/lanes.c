#include "nn/lanes.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

enum {
  LARGEST_BATCH = 4096 /* whatever is asked for */,
  CPU_LANE_BYTES = 128 << 20, /* for a lane's maps; one image may take more */
  MEMORY_SHARE = 90,          /* per cent of a device's free memory; the rest is for scratch memory and others */
  MOST_PICTURE_ROOM = 32 << 20,
  PICTURE_SHARE = 16 /* of a lane's memory */
};

/* ---- opening and closing ---- */

/* Before a slot's memory and recording go: a run may be on its way there whose result nobody wanted. */
static vtm_status settle(const vtm_engine *engine, const vtm_lane *lane, const vtm_slot *slot, vtm_error *error) {
  if (lane->queue == NULL || slot->plan.width == 0) return VTM_OK;
  return engine->backend->device->wait(lane->queue, error);
}

static void clear_slot(const vtm_engine *engine, const vtm_lane *lane, vtm_slot *slot) {
  const vtm_device_functions *device = engine->backend->device;
  (void)settle(engine, lane, slot, NULL);
  if (device != NULL) {
    device->free_recording(slot->recording);
    device->release(lane->queue, slot->arena);
    vtm_engine_release_host(engine, slot->host_results);
  } else {
    free(slot->arena);
  }
  vtm_plan_free(&slot->plan);
  free(slot->views);
  *slot = (vtm_slot){0};
}

static vtm_status open_device_lane(vtm_engine *engine, vtm_lane *lane, int device_lanes, int device, vtm_error *error) {
  size_t bytes = 0;
  vtm_status status = engine->backend->device->open_queue(device, engine->backend->precision, &lane->queue, error);
  if (status == VTM_OK) status = engine->backend->device->free_bytes(lane->queue, &bytes, error);
  if (status != VTM_OK) return status;
  bytes = bytes / 100 * MEMORY_SHARE / (size_t)device_lanes;
  /* the least of all, so that every device runs batches of the same size: another size may round differently */
  if (engine->budget == 0 || bytes < engine->budget) engine->budget = bytes;
  return VTM_OK;
}

/* One picture at a time: on a queue the next one's copy comes after this one's resize. Where this memory is not to be
 * had, images come resized. */
static void open_picture_room(vtm_engine *engine) {
  const vtm_device_functions *device = engine->backend->device;
  const size_t share = engine->budget / PICTURE_SHARE / 64 * 64;
  const size_t bytes = share < MOST_PICTURE_ROOM ? share : MOST_PICTURE_ROOM;
  for (int i = 0; i < engine->lane_count; i++) {
    void *memory = NULL;
    if (device->allocate(engine->lanes[i].queue, bytes, &memory, NULL) != VTM_OK) return;
    engine->lanes[i].picture = memory;
  }
  engine->picture_room = bytes;
  engine->budget -= bytes;
}

vtm_status vtm_lanes_open(vtm_engine *engine, int lanes_a_place, const int *devices, vtm_error *error) {
  const bool device = engine->backend->device != NULL;
  const int count = lanes_a_place * (int)engine->place_count;
  atomic_store(&engine->limit, LARGEST_BATCH);
  engine->told_limit = LARGEST_BATCH;
  engine->lanes = vtm_allocate((size_t)count, sizeof(*engine->lanes), error);
  if (engine->lanes == NULL) return VTM_ERROR_MEMORY;
  engine->lane_count = count;
  if (!device) engine->budget = CPU_LANE_BYTES;
  vtm_status status = VTM_OK;
  for (int i = 0; i < count && status == VTM_OK; i++) {
    vtm_lane *lane = &engine->lanes[i];
    lane->place = &engine->places[i / lanes_a_place];
    if (device) status = open_device_lane(engine, lane, lanes_a_place, devices[i / lanes_a_place], error);
  }
  if (status == VTM_OK && device && engine->backend->device->resample != NULL) open_picture_room(engine);
  return status;
}

void vtm_lanes_close(vtm_engine *engine) {
  for (int i = 0; engine->lanes != NULL && i < engine->lane_count; i++) {
    vtm_lane *lane = &engine->lanes[i];
    for (int s = 0; s < VTM_SLOTS; s++) clear_slot(engine, lane, &lane->slots[s]);
    if (engine->backend->device == NULL) continue;
    engine->backend->device->release(lane->queue, lane->picture);
    engine->backend->device->close_queue(lane->queue);
  }
  free(engine->lanes);
}

int vtm_engine_lanes(const vtm_engine *engine) { return engine->lane_count; }

bool vtm_engine_on_device(const vtm_engine *engine) { return engine->backend->device != NULL; }

size_t vtm_engine_picture_room(const vtm_engine *engine) { return engine != NULL ? engine->picture_room : 0; }

void *vtm_engine_allocate_host(const vtm_engine *engine, size_t bytes, vtm_error *error) {
  if (engine == NULL || engine->backend->device == NULL) return vtm_allocate_aligned(bytes, 1, error);
  return engine->backend->device->allocate_host(engine->places[0].queue, bytes, error);
}

void vtm_engine_release_host(const vtm_engine *engine, void *memory) {
  if (engine == NULL || engine->backend->device == NULL)
    free(memory);
  else
    engine->backend->device->release_host(engine->places[0].queue, memory);
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

static size_t pixel_bytes(const vtm_plan *plan) {
  return (size_t)plan->images * (size_t)plan->width * (size_t)plan->height * 3 * sizeof(float);
}

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
    if (engine->backend->device != NULL) {
      const vtm_status status = engine->backend->device->prepare_convolution(
          convolution, &plan->maps[step->input], &plan->maps[step->output], step->first_channel, &bytes, error);
      if (status != VTM_OK) return status;
    } else {
      bytes = engine->backend->scratch_bytes(convolution, &plan->maps[step->output]);
    }
    if (bytes > *most) *most = bytes;
  }
  return VTM_OK;
}

/* At least `bytes`; what is there already may do. */
static vtm_status reserve_arena(const vtm_engine *engine, const vtm_lane *lane, vtm_slot *slot, size_t bytes,
                                vtm_error *error) {
  const vtm_device_functions *device = engine->backend->device;
  if (bytes <= slot->arena_bytes) return VTM_OK;
  void *memory = NULL;
  if (device != NULL) {
    device->release(lane->queue, slot->arena);
    slot->arena = NULL;
    slot->arena_bytes = 0;
    const vtm_status status = device->allocate(lane->queue, bytes, &memory, error);
    if (status != VTM_OK) return status;
  } else {
    free(slot->arena);
    slot->arena = NULL;
    slot->arena_bytes = 0;
    memory = vtm_allocate_aligned(bytes, 1, error);
    if (memory == NULL) return VTM_ERROR_MEMORY;
  }
  slot->arena = memory;
  slot->arena_bytes = bytes;
  if (device == NULL && slot->views == NULL)
    slot->views = vtm_allocate(engine->graph.map_count, sizeof(*slot->views), error);
  return device == NULL && slot->views == NULL ? VTM_ERROR_MEMORY : VTM_OK;
}

static vtm_status set_host_results(const vtm_engine *engine, vtm_slot *slot, size_t bytes, vtm_error *error) {
  if (engine->backend->device != NULL) {
    vtm_engine_release_host(engine, slot->host_results);
    slot->host_results = vtm_engine_allocate_host(engine, bytes, error);
  } else {
    slot->host_results = slot->results;
  }
  return slot->host_results != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

static vtm_status set_memory(const vtm_engine *engine, const vtm_lane *lane, vtm_slot *slot, vtm_plan *plan,
                             vtm_error *error) {
  size_t scratch = 0;
  for (size_t i = 0; i < engine->graph.map_count; i++) plan->maps[i].queue = lane->queue;
  vtm_status status = find_scratch(engine, lane, plan, &scratch, error);
  if (status != VTM_OK) return status;
  const size_t pixels = plan->arena_bytes + round_up(scratch);
  const size_t results = pixels + (lane->queue != NULL ? round_up(pixel_bytes(plan)) : 0);
  status = reserve_arena(engine, lane, slot, results + result_bytes(engine, plan), error);
  if (status == VTM_ERROR_MEMORY)
    return vtm_fail(error, status, "no memory for the network's maps of %d image%s of %d x %d: %zu bytes", plan->images,
                    plan->images == 1 ? "" : "s", plan->width, plan->height, results);
  if (status != VTM_OK) return status;
  for (size_t i = 0; i < engine->graph.map_count; i++)
    plan->maps[i].data = (float *)(void *)(slot->arena + plan->offsets[i]);
  slot->scratch = (float *)(void *)(slot->arena + plan->arena_bytes);
  slot->pixels = (float *)(void *)(slot->arena + pixels);
  slot->results = (double *)(void *)(slot->arena + results);
  return set_host_results(engine, slot, result_bytes(engine, plan), error);
}

vtm_status vtm_slot_fit(const vtm_engine *engine, const vtm_lane *lane, vtm_slot *slot, int images, int width,
                        int height, vtm_error *error) {
  if (slot->plan.width == width && slot->plan.height == height && slot->plan.images == images) return VTM_OK;
  vtm_status status = settle(engine, lane, slot, error);
  if (lane->queue != NULL) engine->backend->device->free_recording(slot->recording);
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

/* How many images of this size the lane's share of the device's memory holds. */
static vtm_status plan_batch(const vtm_engine *engine, size_t wanted, int width, int height, int *images,
                             vtm_error *error) {
  vtm_plan plan;
  const vtm_status status = vtm_plan_create(&engine->graph, engine->backend, 1, width, height, &plan, error);
  if (status != VTM_OK) return status;
  const size_t each =
      (plan.arena_bytes + pixel_bytes(&plan) + result_bytes(engine, &plan)) * (size_t)(VTM_SLOTS - first_slot(engine));
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
    status = vtm_slot_fit(engine, lane, &lane->slots[s], images, width, height, error);
  return status;
}

vtm_status vtm_forward_fit(vtm_engine *engine, int lane_number, size_t wanted, int width, int height, size_t *room,
                           vtm_error *error) {
  vtm_lane *lane = &engine->lanes[lane_number];
  *room = 1;
  int images = 1;
  vtm_status status = plan_batch(engine, wanted, width, height, &images, error);
  if (engine->backend->device == NULL) {
    *room = (size_t)images;
    return status;
  }
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
