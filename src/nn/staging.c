/* Pixels that wait for a network, in memory that suits its device. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "nn/streams.h"

/* The next quarter of a power of two. */
static size_t round_up(size_t bytes) {
  size_t step = 1;
  while (step * 8 <= bytes) step *= 2;
  return (bytes + step - 1) / step * step;
}

/* Page-locking takes time: memory that has grown once grows in steps. */
static bool reserve(vtm_pixels *pixels, size_t bytes, vtm_error *error) {
  if (bytes <= pixels->capacity && pixels->memory != NULL) return true;
  if (pixels->memory != NULL) bytes = round_up(bytes);
  vtm_engine_release_host(pixels->engine, pixels->memory);
  pixels->capacity = 0;
  pixels->memory = vtm_engine_allocate_host(pixels->engine, bytes, error);
  if (pixels->memory != NULL) pixels->capacity = bytes;
  return pixels->memory != NULL;
}

float *vtm_pixels_resize(vtm_pixels *pixels, int width, int height, vtm_error *error) {
  size_t bytes = 0;
  pixels->values = NULL;
  if (width < 0 || height < 0 || !vtm_multiply((size_t)width, (size_t)height, &bytes) ||
      !vtm_multiply(bytes, 3 * sizeof(float), &bytes)) {
    (void)vtm_fail(error, VTM_ERROR_LIMIT, "%d x %d pixels are too many", width, height);
    return NULL;
  }
  if (!reserve(pixels, bytes, error)) return NULL;
  pixels->width = width;
  pixels->height = height;
  return pixels->values = pixels->memory;
}

void vtm_pixels_free(vtm_pixels *pixels) {
  vtm_engine_release_host(pixels->engine, pixels->memory);
  *pixels = (vtm_pixels){0};
}

/* ---- a picture with its tables, in one block, so that one copy brings all to the device ---- */

/* Hundreds of pictures wait in page-locked memory. Larger pictures are resized on the CPU: decoding dominates, and the
 * result is smaller to hold. */
enum { LARGEST_BLOCK = 8 << 20, PART_ALIGNMENT = 64 };

enum { X_WINDOWS, X_WEIGHTS, Y_WINDOWS, Y_WEIGHTS, TABLES };

typedef struct layout {
  size_t sizes[TABLES], offsets[TABLES];
  size_t bytes;
} layout;

/* The picture comes first. */
static layout lay_out(const vtm_resampling *resampling) {
  layout l = {.bytes = (size_t)resampling->x.in * (size_t)resampling->y.in * 3};
  l.sizes[X_WINDOWS] = vtm_resampling_window_bytes(&resampling->x);
  l.sizes[X_WEIGHTS] = vtm_resampling_weight_bytes(resampling, &resampling->x);
  l.sizes[Y_WINDOWS] = vtm_resampling_window_bytes(&resampling->y);
  l.sizes[Y_WEIGHTS] = vtm_resampling_weight_bytes(resampling, &resampling->y);
  for (int i = 0; i < TABLES; i++) {
    l.offsets[i] = (l.bytes + PART_ALIGNMENT - 1) / PART_ALIGNMENT * PART_ALIGNMENT;
    l.bytes = l.offsets[i] + l.sizes[i];
  }
  return l;
}

/* The resampling of a block that starts at `base`, wherever that is. */
static vtm_resampling point_into(const vtm_resampling *resampling, const layout *l, const char *base) {
  vtm_resampling made = *resampling;
  made.picture = (const uint8_t *)base;
  if (made.x.windows != NULL) {
    made.x.windows = (const vtm_window *)(const void *)(base + l->offsets[X_WINDOWS]);
    made.x.weights = base + l->offsets[X_WEIGHTS];
  }
  if (made.y.windows != NULL) {
    made.y.windows = (const vtm_window *)(const void *)(base + l->offsets[Y_WINDOWS]);
    made.y.weights = base + l->offsets[Y_WEIGHTS];
  }
  return made;
}

/* Where a picture is resized: by the queue of its engine when that can, and has room for it (a block of `block` bytes
 * and `between` more) as the page-locked memory has; else here, before it comes. */
static bool is_resized_by_queue(const vtm_pixels *pixels, size_t block, size_t between) {
  const size_t room = pixels->engine != NULL ? pixels->engine->picture_room : 0;
  return room > 0 && block <= LARGEST_BLOCK && block + between <= room;
}

bool vtm_pixels_take_pictures(const vtm_pixels *pixels) { return is_resized_by_queue(pixels, 0, 0); }

uint8_t *vtm_pixels_hold(vtm_pixels *pixels, const vtm_resampling *resampling) {
  const layout l = lay_out(resampling);
  const void *tables[TABLES] = {resampling->x.windows, resampling->x.weights, resampling->y.windows,
                                resampling->y.weights};
  const size_t between = vtm_resampling_between_bytes(resampling) + PART_ALIGNMENT;
  if (!is_resized_by_queue(pixels, l.bytes, between) || !reserve(pixels, l.bytes, NULL)) return NULL;
  for (int i = 0; i < TABLES; i++)
    if (l.sizes[i] > 0) memcpy((char *)pixels->memory + l.offsets[i], tables[i], l.sizes[i]);
  pixels->values = NULL;
  pixels->resampling = point_into(resampling, &l, pixels->memory);
  pixels->width = resampling->x.out;
  pixels->height = resampling->y.out;
  return pixels->memory;
}

const float *vtm_pixels_stage(const vtm_pixels *pixels, const vtm_engine *engine, const vtm_stream *stream,
                              float *staging) {
  const vtm_queue_functions *queues = engine->backend->queues;
  if (pixels == NULL) return queues->stage(stream->queue, NULL, 0, staging);
  if (pixels->values != NULL)
    return queues->stage(stream->queue, pixels->values,
                         (size_t)pixels->width * (size_t)pixels->height * 3 * sizeof(float), staging);
  const layout l = lay_out(&pixels->resampling);
  const vtm_resampling there = point_into(&pixels->resampling, &l, stream->picture);
  const size_t between = (l.bytes + PART_ALIGNMENT - 1) / PART_ALIGNMENT * PART_ALIGNMENT;
  queues->upload(stream->queue, stream->picture, pixels->memory, l.bytes);
  queues->resample(stream->queue, &there, stream->picture + between, staging);
  return staging;
}
