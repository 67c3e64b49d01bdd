#include "backend/host.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { LANE_BYTES = 128 << 20 }; /* one image may take more */

static vtm_status open_queue(int device, vtm_precision precision, vtm_queue **queue, vtm_error *error) {
  (void)device;
  (void)precision;
  (void)error;
  *queue = NULL;
  return VTM_OK;
}

static void close_queue(vtm_queue *queue) { (void)queue; }

/* ---- memory ---- */

static vtm_status budget(vtm_queue *queue, int sharers, size_t *bytes, vtm_error *error) {
  (void)queue;
  (void)sharers;
  (void)error;
  *bytes = LANE_BYTES;
  return VTM_OK;
}

static void *allocate_host(vtm_queue *queue, size_t bytes, vtm_error *error) {
  (void)queue;
  return vtm_allocate_aligned(bytes, 1, error);
}

static vtm_status allocate(vtm_queue *queue, size_t bytes, void **memory, vtm_error *error) {
  *memory = allocate_host(queue, bytes, error);
  return *memory != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

static void release(vtm_queue *queue, void *memory) {
  (void)queue;
  free(memory);
}

static void copy(vtm_queue *queue, void *to, const void *from, size_t bytes) {
  (void)queue;
  memcpy(to, from, bytes);
}

/* ---- images: load_pixels takes them where they are ---- */

static size_t staging_bytes(size_t image_bytes) {
  (void)image_bytes;
  return 0;
}

static const float *stage(vtm_queue *queue, const float *image, size_t image_bytes, float *staging) {
  (void)queue;
  (void)image_bytes;
  (void)staging;
  return image;
}

/* ---- order ---- */

static bool begin_recording(vtm_queue *queue) {
  (void)queue;
  return false;
}

static vtm_recording *end_recording(vtm_queue *queue) {
  (void)queue;
  return NULL;
}

static void play(vtm_queue *queue, vtm_recording *recording) {
  (void)queue;
  (void)recording;
}

static void free_recording(vtm_recording *recording) { (void)recording; }

static vtm_status wait_for(vtm_queue *queue, vtm_error *error) {
  (void)queue;
  (void)error;
  return VTM_OK;
}

const vtm_queue_functions vtm_host_queues = {
    .open = open_queue,
    .close = close_queue,
    .budget = budget,
    .allocate = allocate,
    .release = release,
    .allocate_host = allocate_host,
    .release_host = release,
    .upload = copy,
    .download = copy,
    .staging_bytes = staging_bytes,
    .stage = stage,
    .begin_recording = begin_recording,
    .end_recording = end_recording,
    .play = play,
    .free_recording = free_recording,
    .wait = wait_for,
};

void vtm_host_free_convolution(vtm_packed_convolution *convolution) { free(convolution); }
