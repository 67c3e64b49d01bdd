/* Queues and convolutions of the module where CUDA and cuDNN are inconvenient: over a device that is not there, which
 * does as they do (tests/fake_cuda). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backend/cuda/module.h"
#include "fake_cuda/fake.h"

enum { CHANNELS = 32, VALUES = 1000 };

static const vtm_backend *backend = &vtm_backends_cuda[VTM_PRECISION_F32];

static vtm_queue *open_queue(const char *faults) {
  vtm_queue *queue = NULL;
  assert_int_equal(setenv("VTM_FAKE_CUDA", faults, 1), 0);
  assert_int_equal(backend->queues->open(0, VTM_PRECISION_F32, &queue, NULL), VTM_OK);
  return queue;
}

static void expect(vtm_status status, vtm_status wanted, const vtm_error *error, const char *message) {
  if (status != wanted || strstr(error->message, message) == NULL)
    fail_msg("%d '%s' instead of %d '%s'", (int)status, error->message, (int)wanted, message);
}

/* ---- a convolution of one image to 32 channels ---- */

typedef struct layer {
  vtm_packed_convolution *packed;
  vtm_map input, output;
  size_t scratch_bytes;
  void *scratch;
} layer;

static vtm_map new_map(vtm_queue *queue, int channels, int side) {
  vtm_map map = {.images = 1, .channels = channels, .height = side, .width = side, .queue = queue};
  void *memory = NULL;
  assert_int_equal(vtm_cuda_allocate(queue, backend->map_bytes(&map), &memory, NULL), VTM_OK);
  map.data = memory;
  return map;
}

static layer make_layer(vtm_queue *queue, int kernel, int side) {
  static const float weights[CHANNELS * CHANNELS * 9];
  const vtm_convolution shape = {.in_channels = CHANNELS,
                                 .out_channels = CHANNELS,
                                 .kernel_height = kernel,
                                 .kernel_width = kernel,
                                 .stride = 1,
                                 .pad_height = kernel / 2,
                                 .pad_width = kernel / 2,
                                 .queue = queue};
  layer made = {.packed = backend->pack_convolution(&shape, weights, weights, NULL)};
  assert_non_null(made.packed);
  made.input = new_map(queue, CHANNELS, side);
  made.output = new_map(queue, CHANNELS, side);
  return made;
}

static vtm_status prepare(layer *l, vtm_error *error) {
  return backend->prepare_convolution(l->packed, &l->input, &l->output, 0, &l->scratch_bytes, error);
}

static vtm_status convolve(layer *l, vtm_error *error) {
  vtm_queue *queue = l->output.queue;
  assert_int_equal(vtm_cuda_allocate(queue, l->scratch_bytes, &l->scratch, NULL), VTM_OK);
  assert_non_null(l->scratch);
  backend->convolve(l->packed, &l->input, &l->output, 0, l->scratch);
  return vtm_cuda_wait(queue, error);
}

static void free_layer(layer *l) {
  vtm_queue *queue = l->output.queue;
  vtm_cuda_release(queue, l->scratch);
  vtm_cuda_release(queue, l->input.data);
  vtm_cuda_release(queue, l->output.data);
  backend->free_convolution(l->packed);
}

/* ---- memory ---- */

/* A plan without workspace asks for no scratch memory, and CUDA has NULL for 0 bytes. */
static void test_no_scratch(void **state) {
  (void)state;
  vtm_queue *queue = open_queue("workspace=0");
  layer l = make_layer(queue, 3, 5);
  assert_int_equal(prepare(&l, NULL), VTM_OK);
  assert_int_equal(l.scratch_bytes, 0);
  assert_int_equal(convolve(&l, NULL), VTM_OK);
  free_layer(&l);
  vtm_cuda_close_queue(queue);
}

/* What cuDNN takes for itself is not counted as free; a full device is short of memory, whatever cuDNN calls that. */
static void test_handles(void **state) {
  (void)state;
  size_t without = 0;
  size_t with = 0;
  vtm_error error = {0};
  vtm_queue *queue = open_queue("memory=1000000");
  assert_int_equal(backend->queues->budget(queue, 1, &without, NULL), VTM_OK);
  vtm_cuda_close_queue(queue);
  queue = open_queue("memory=1000000,handle=500000");
  assert_int_equal(backend->queues->budget(queue, 1, &with, NULL), VTM_OK);
  assert_true(with <= without - 400000);
  vtm_cuda_close_queue(queue);
  queue = open_queue("memory=1000,handle=2000");
  expect(backend->queues->budget(queue, 1, &with, &error), VTM_ERROR_MEMORY, &error,
         "cuda:0: out of memory: starting cuDNN: cuDNN says CUDNN_STATUS_INTERNAL_ERROR");
  vtm_cuda_close_queue(queue);
}

/* No workspace is larger than a share of the device. */
static void test_large_workspace(void **state) {
  (void)state;
  vtm_error error = {0};
  vtm_queue *queue = open_queue("memory=15000");
  layer l = {.input = {.images = 1, .channels = CHANNELS, .height = 5, .width = 5, .queue = queue}};
  vtm_packed_convolution packed = {
      .shape = {.in_channels = CHANNELS, .out_channels = CHANNELS, .kernel_height = 3, .kernel_width = 3, .stride = 1}};
  l.output = l.input;
  l.packed = &packed;
  expect(prepare(&l, &error), VTM_ERROR_DEVICE, &error, "cuDNN has no engine of this precision");
  vtm_cuda_close_queue(queue);
}

/* Memory that cannot be page-locked is slower, and nothing else. */
static void test_host_memory(void **state) {
  (void)state;
  static const char *const faults[] = {"", "pinned=0"};
  for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
    vtm_queue *queue = open_queue(faults[i]);
    void *device = NULL;
    assert_int_equal(vtm_cuda_allocate(queue, VALUES, &device, NULL), VTM_OK);
    char *host = vtm_cuda_allocate_host(queue, VALUES, NULL);
    char *back = vtm_cuda_allocate_host(queue, VALUES, NULL);
    assert_non_null(host);
    assert_non_null(back);
    memset(host, 7, VALUES);
    memset(back, 0, VALUES);
    vtm_cuda_upload(queue, device, host, VALUES);
    vtm_cuda_download(queue, back, device, VALUES);
    assert_int_equal(back[VALUES - 1], i == 0 ? 0 : 7); /* beside the caller, if it is page-locked */
    assert_int_equal(vtm_cuda_wait(queue, NULL), VTM_OK);
    assert_memory_equal(host, back, VALUES);
    vtm_cuda_release_host(queue, host);
    vtm_cuda_release_host(queue, back);
    vtm_cuda_release(queue, device);
    vtm_cuda_close_queue(queue);
  }
  assert_true(fake_sleeps());
}

/* ---- plans ---- */

/* Sizes of images come and go, and what two of them share stays: a plan that was just prepared is there when it runs,
 * however long ago it was made. */
static void test_many_sizes(void **state) {
  (void)state;
  enum { SIZES = 700 };
  vtm_queue *queue = open_queue("");
  layer shared = make_layer(queue, 1, 3);
  layer other = make_layer(queue, 3, 4);
  for (int size = 1; size <= SIZES; size++) {
    assert_int_equal(prepare(&shared, NULL), VTM_OK);
    other.input.width = other.output.width = 5 + size;
    assert_int_equal(prepare(&other, NULL), VTM_OK);
    vtm_error error = {0};
    if (convolve(&shared, &error) != VTM_OK) fail_msg("size %d: %s", size, error.message);
    vtm_cuda_release(queue, shared.scratch);
    shared.scratch = NULL;
  }
  free_layer(&shared);
  free_layer(&other);
  vtm_cuda_close_queue(queue);
}

/* cuDNN's own words arrive, and memory is told from all else, since less of it may do. */
static void test_words_of_cudnn(void **state) {
  (void)state;
  vtm_error error = {0};
  vtm_queue *queue = open_queue("plan=1008");
  layer l = make_layer(queue, 3, 5);
  expect(prepare(&l, &error), VTM_ERROR_DEVICE, &error,
         "cuda:0: planning a convolution of 32 to 32 channels, kernel 3x3, on 1 images of 5x5: cuDNN says "
         "CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED: the fake was told so; run with --device cpu");
  assert_int_equal(setenv("VTM_FAKE_CUDA", "plan=4004", 1), 0);
  expect(prepare(&l, &error), VTM_ERROR_MEMORY, &error, "out of memory: planning a convolution");
  assert_int_equal(setenv("VTM_FAKE_CUDA", "execute=1", 1), 0);
  assert_int_equal(prepare(&l, NULL), VTM_OK);
  expect(convolve(&l, &error), VTM_ERROR_DEVICE, &error,
         "cuda:0: a convolution: cuDNN says CUDNN_STATUS_EXECUTION_FAILED: the fake was told so");
  vtm_cuda_release(queue, l.scratch);
  assert_int_equal(convolve(&l, NULL), VTM_OK); /* and the queue goes on */
  free_layer(&l);
  vtm_cuda_close_queue(queue);
}

/* ---- order ---- */

/* After a failure, too, the caller may free what copies read. */
static void test_wait_after_failure(void **state) {
  (void)state;
  vtm_queue *queue = open_queue("execute=1");
  layer l = make_layer(queue, 1, 5);
  void *device = NULL;
  assert_int_equal(prepare(&l, NULL), VTM_OK);
  assert_int_equal(vtm_cuda_allocate(queue, VALUES, &device, NULL), VTM_OK);
  char *host = vtm_cuda_allocate_host(queue, VALUES, NULL);
  assert_non_null(host);
  memset(host, 7, VALUES);
  vtm_cuda_upload(queue, device, host, VALUES);
  assert_int_equal(convolve(&l, NULL), VTM_ERROR_DEVICE);
  assert_memory_equal(device, host, VALUES); /* the fake's memory is ordinary */
  vtm_cuda_release_host(queue, host);
  vtm_cuda_release(queue, device);
  free_layer(&l);
  vtm_cuda_close_queue(queue);
}

/* Once a device is lost all fails, in order, and everything can be given back. */
static void test_lost(void **state) {
  (void)state;
  vtm_error error = {0};
  void *memory = NULL;
  vtm_queue *queue = open_queue("");
  void *host = vtm_cuda_allocate_host(queue, VALUES, NULL);
  assert_int_equal(vtm_cuda_allocate(queue, VALUES, &memory, NULL), VTM_OK);
  assert_int_equal(setenv("VTM_FAKE_CUDA", "lose=2", 1), 0);
  vtm_cuda_upload(queue, memory, host, VALUES);
  assert_int_equal(vtm_cuda_wait(queue, NULL), VTM_OK);
  for (int i = 0; i < 3; i++)
    expect(vtm_cuda_wait(queue, &error), VTM_ERROR_DEVICE, &error, "unspecified launch failure");
  void *more = NULL;
  assert_int_equal(vtm_cuda_allocate(queue, VALUES, &more, NULL), VTM_ERROR_DEVICE);
  vtm_cuda_release_host(queue, host);
  vtm_cuda_release(queue, memory);
  vtm_cuda_close_queue(queue);
}

/* ---- recordings ---- */

static vtm_recording *record(layer *l) {
  vtm_queue *queue = l->output.queue;
  assert_true(vtm_cuda_begin_recording(queue));
  backend->convolve(l->packed, &l->input, &l->output, 0, l->scratch);
  return vtm_cuda_end_recording(queue);
}

/* The first run of a plan loads kernels, which spoils a recording and nothing else. */
static void test_recordings(void **state) {
  (void)state;
  vtm_queue *queue = open_queue("");
  layer l = make_layer(queue, 1, 5);
  assert_int_equal(prepare(&l, NULL), VTM_OK);
  assert_int_equal(vtm_cuda_allocate(queue, l.scratch_bytes, &l.scratch, NULL), VTM_OK);
  assert_null(record(&l));
  assert_int_equal(vtm_cuda_wait(queue, NULL), VTM_OK);
  vtm_recording *recording = record(&l);
  assert_non_null(recording);
  memset(l.output.data, 7, backend->map_bytes(&l.output));
  vtm_cuda_play(queue, recording);
  assert_int_equal(vtm_cuda_wait(queue, NULL), VTM_OK);
  float values[CHANNELS * 25];
  backend->read_map(&l.output, 0, values);
  vtm_cuda_free_recording(recording);
  free_layer(&l);
  vtm_cuda_close_queue(queue);
  queue = open_queue("record=0");
  assert_false(vtm_cuda_begin_recording(queue));
  assert_int_equal(vtm_cuda_wait(queue, NULL), VTM_OK);
  vtm_cuda_close_queue(queue);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_no_scratch),  cmocka_unit_test(test_handles),    cmocka_unit_test(test_large_workspace),
      cmocka_unit_test(test_host_memory), cmocka_unit_test(test_many_sizes), cmocka_unit_test(test_words_of_cudnn),
      cmocka_unit_test(test_lost),        cmocka_unit_test(test_recordings), cmocka_unit_test(test_wait_after_failure)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
