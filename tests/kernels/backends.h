/* What every kernel test needs: the backends that this machine can run, maps of random values, and the
 * comparison with the plain C reference.
 *
 * With VTM_TEST_DEVICE=cuda in the environment the device is tested instead of the processor, in the precision
 * VTM_TEST_PRECISION, and the tests are skipped where there is none. */
#ifndef VTM_TESTS_BACKENDS_H
#define VTM_TESTS_BACKENDS_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backend/backend.h"
#include "backend/cpu/instruction_sets.h"
#include "backend/device.h"
#include "base/context.h"
#include "base/cpu.h"
#include "helpers/guarded.h"
#include "nn/seeded.h"

enum { MAX_BACKENDS = 5, MAX_BF16_BACKENDS = 5 };

static const vtm_backend *device_backend; /* NULL: the processor is tested */
static vtm_queue *device_queue;

/* Whether this set is to be tested: VTM_TEST_SET names one ("amx", ..., "portable"); without it all are. */
static inline bool is_tested_set(const char *name) {
  const char *wanted = getenv("VTM_TEST_SET");
  return wanted == NULL || strcmp(wanted, name) == 0;
}

/* Each instruction set that is there, best first; or the device. */
static inline size_t usable_backends(const vtm_backend *backends[MAX_BACKENDS]) {
  static const char *const masks[] = {"", "amx", "avx512", "avx2", "neon"};
  if (device_backend != NULL) {
    backends[0] = device_backend;
    return 1;
  }
  size_t count = 0;
  for (size_t i = 0; i < sizeof(masks) / sizeof(*masks); i++) {
    unsigned features = 0;
    assert_int_equal(vtm_cpu_features(masks[i], &features, NULL), VTM_OK);
    const vtm_backend *backend = vtm_backend_cpu(features, VTM_PRECISION_F32);
    bool seen = !is_tested_set(vtm_cpu_name(features));
    for (size_t j = 0; j < count; j++) seen = seen || backends[j] == backend;
    if (!seen) backends[count++] = backend;
  }
  return count;
}

/* The backends that multiply in bf16, in plain C and, where the processor has it, on AMX: with how far a layer may
 * be off, of the largest value. Sums of thousands of products whose factors are rounded to 8 or 16 bits. */
typedef struct bf16_backend {
  const vtm_backend *backend;
  double tolerance;
  bool in_c;
} bf16_backend;

static inline size_t bf16_backends(bf16_backend backends[MAX_BF16_BACKENDS]) {
  static const double bf16_tolerance = 2e-2;
  static const double bf16x3_tolerance = 5e-5;
  static const double bf16x6_tolerance = 5e-6;
  size_t count = 0;
  unsigned features = 0;
  if (device_backend != NULL) return 0;
  assert_int_equal(vtm_cpu_features(NULL, &features, NULL), VTM_OK);
  if (is_tested_set("portable")) {
    backends[count++] = (bf16_backend){&vtm_backend_portable_bf16, bf16_tolerance, true};
    backends[count++] = (bf16_backend){&vtm_backend_portable_bf16x3, bf16x3_tolerance, true};
    backends[count++] = (bf16_backend){&vtm_backend_portable_bf16x6, bf16x6_tolerance, true};
  }
  if (is_tested_set("amx") && (features & VTM_CPU_AMX)) {
    backends[count++] = (bf16_backend){vtm_backend_cpu(features, VTM_PRECISION_BF16), bf16_tolerance, false};
    backends[count++] = (bf16_backend){vtm_backend_cpu(features, VTM_PRECISION_BF16X3), bf16x3_tolerance, false};
  }
  return count;
}

/* Said aloud, so that a log shows what was tested. */
static inline void print_backends(void) {
  const vtm_backend *backends[MAX_BACKENDS];
  const size_t count = usable_backends(backends);
  for (size_t i = 0; i < count; i++)
    (void)printf("tested: %s, %s\n", backends[i]->name, backends[i]->convolution_forms);
}

/* main of such a test: 77 where the device or instruction set to be tested is not there. */
static inline int run_on_backends(int (*run)(void)) {
  const char *wanted = getenv("VTM_TEST_DEVICE");
  const vtm_context_options options = {.struct_size = sizeof(options), .device = wanted};
  vtm_context *context = NULL;
  vtm_precision precision = VTM_PRECISION_F32;
  vtm_error error = {0};
  const vtm_backend *backends[MAX_BACKENDS];
  if (wanted == NULL && usable_backends(backends) > 0) return run();
  if (wanted == NULL) {
    (void)printf("skipped: this processor has no %s\n", getenv("VTM_TEST_SET"));
    return 77;
  }
  if (vtm_context_create(&options, &context, &error) != VTM_OK ||
      vtm_precision_choose(context, getenv("VTM_TEST_PRECISION"), &precision, &error) != VTM_OK) {
    (void)printf("skipped: %s\n", error.message);
    vtm_context_destroy(context);
    return 77;
  }
  device_backend = &context->choice->module->backends[precision];
  int result = 1;
  if (device_backend->queues->open(context->choice->devices[0], precision, &device_queue, &error) == VTM_OK)
    result = run();
  else
    (void)printf("%s\n", error.message);
  device_backend->queues->close(device_queue);
  vtm_context_destroy(context);
  return result;
}

static inline bool is_on_device(const vtm_backend *backend) { return backend == device_backend; }

static inline vtm_queue *queue_of(const vtm_backend *backend) { return is_on_device(backend) ? device_queue : NULL; }

/* How far a backend may be off: in float32 as a test says; where factors have 11 bits, each is rounded by 2^-12 of
 * itself or less, an fp16 map again by as much, and errors add up like the root of their number. */
static inline double tolerance_of(const vtm_backend *backend, double in_float32) {
  return backend->precision == VTM_PRECISION_F32 ? in_float32 : 2e-3;
}

/* Memory where the backend's maps lie; on a processor between pages that nothing may touch. */
static inline void *new_memory(const vtm_backend *backend, size_t bytes) {
  void *memory = NULL;
  if (!is_on_device(backend))
    memory = guarded_allocate(bytes);
  else
    assert_int_equal(backend->queues->allocate(device_queue, bytes, &memory, NULL), VTM_OK);
  assert_non_null(memory);
  return memory;
}

static inline void free_memory(const vtm_backend *backend, void *memory) {
  if (!is_on_device(backend))
    assert_true(guarded_free(memory));
  else
    backend->queues->release(device_queue, memory);
}

static inline void wait_for(const vtm_backend *backend) {
  assert_int_equal(backend->queues->wait(queue_of(backend), NULL), VTM_OK);
}

static inline void write_memory(const vtm_backend *backend, void *to, const void *values, size_t bytes) {
  backend->queues->upload(queue_of(backend), to, values, bytes);
  wait_for(backend);
}

static inline void read_memory(const vtm_backend *backend, void *values, const void *from, size_t bytes) {
  backend->queues->download(queue_of(backend), values, from, bytes);
  wait_for(backend);
}

/* A map on a device ends at values that nothing may touch. */
enum { MOST_GUARDS = 64 };
static inline size_t guards_of(const vtm_backend *backend) { return is_on_device(backend) ? MOST_GUARDS : 0; }
static const float guard_value = 12345.0F;

static bool reduced_maps; /* of maps made from now on: values may be rounded to 16 bits */

static inline vtm_map new_map(const vtm_backend *backend, int images, int channels, int height, int width, int border) {
  vtm_map map = {.images = images,
                 .channels = channels,
                 .height = height,
                 .width = width,
                 .border = border,
                 .queue = queue_of(backend),
                 .reduced = reduced_maps};
  const size_t count = backend->map_bytes(&map) / sizeof(float);
  const size_t guards = guards_of(backend);
  float *values = malloc((count + guards) * sizeof(float));
  assert_non_null(values);
  for (size_t i = 0; i < count; i++) values[i] = NAN; /* an op that leaves a hole shows */
  for (size_t i = 0; i < guards; i++) values[count + i] = guard_value;
  map.data = new_memory(backend, (count + guards) * sizeof(float));
  write_memory(backend, map.data, values, (count + guards) * sizeof(float));
  free(values);
  return map;
}

static inline void free_map(const vtm_backend *backend, vtm_map *map) {
  const size_t count = backend->map_bytes(map) / sizeof(float);
  float guard[MOST_GUARDS];
  read_memory(backend, guard, map->data + count, guards_of(backend) * sizeof(float));
  for (size_t i = 0; i < guards_of(backend); i++) assert_true(guard[i] == guard_value);
  free_memory(backend, map->data);
}

/* Packs, convolves once and frees. */
static inline void convolve_once(const vtm_backend *backend, const vtm_convolution *given, const float *weights,
                                 const float *bias, const vtm_map *input, vtm_map *output, int first_channel) {
  vtm_convolution shape = *given;
  size_t bytes = 0;
  shape.queue = queue_of(backend);
  vtm_packed_convolution *packed = backend->pack_convolution(&shape, weights, bias, NULL);
  assert_non_null(packed);
  assert_int_equal(backend->prepare_convolution(packed, input, output, first_channel, &bytes, NULL), VTM_OK);
  float *scratch = new_memory(backend, bytes);
  backend->convolve(packed, input, output, first_channel, scratch);
  wait_for(backend);
  free_memory(backend, scratch);
  backend->free_convolution(packed);
}

/* Random pixels, -1 .. 1, into a map of 3 channels. */
static inline void fill_image(const vtm_backend *backend, vtm_map *map, uint64_t seed) {
  const size_t count = (size_t)map->height * (size_t)map->width * 3;
  float *values = malloc(count * sizeof(float));
  assert_non_null(values);
  float *pixels = new_memory(backend, count * sizeof(float));
  const float scale[3] = {1, 0.5F, 2};
  const float shift[3] = {0, 0.25F, -0.5F};
  for (int n = 0; n < map->images; n++) {
    for (size_t i = 0; i < count; i++) values[i] = vtm_seeded_uniform(&seed, -1, 1);
    write_memory(backend, pixels, values, count * sizeof(float));
    backend->load_pixels(pixels, scale, shift, map, n);
    wait_for(backend);
  }
  free_memory(backend, pixels);
  free(values);
}

/* Other maps are filled through a 1x1 convolution of an image, the one way in that every backend has: each
 * channel is a random mixture of the image's three. */
static inline void fill_map(const vtm_backend *backend, vtm_map *map, uint64_t seed) {
  if (map->channels == 3) {
    fill_image(backend, map, seed);
    return;
  }
  vtm_map image = new_map(backend, map->images, 3, map->height, map->width, 0);
  fill_image(backend, &image, seed);
  const size_t channels = (size_t)map->channels;
  float *weights = malloc(channels * 4 * sizeof(float));
  assert_non_null(weights);
  for (size_t i = 0; i < channels * 4; i++) weights[i] = vtm_seeded_uniform(&seed, -1, 1);
  const vtm_convolution shape = {.in_channels = 3,
                                 .out_channels = map->channels,
                                 .kernel_height = 1,
                                 .reduced = reduced_maps,
                                 .kernel_width = 1,
                                 .stride = 1};
  convolve_once(backend, &shape, weights, weights + channels * 3, &image, map, 0);
  free(weights);
  free_map(backend, &image);
}

/* Largest difference between some channels of two maps of different backends, over the largest value. */
static inline double map_difference(const vtm_backend *a, const vtm_map *map_a, const vtm_backend *b,
                                    const vtm_map *map_b, int first_channel, int channels) {
  const size_t plane = (size_t)map_a->height * (size_t)map_a->width;
  float *va = malloc(plane * (size_t)map_a->channels * sizeof(float));
  float *vb = malloc(plane * (size_t)map_b->channels * sizeof(float));
  assert_non_null(va);
  assert_non_null(vb);
  double worst = 0;
  double largest = 1e-30;
  for (int n = 0; n < map_a->images; n++) {
    a->read_map(map_a, n, va);
    b->read_map(map_b, n, vb);
    for (size_t i = plane * (size_t)first_channel; i < plane * (size_t)(first_channel + channels); i++) {
      const double difference = fabs((double)va[i] - (double)vb[i]);
      if (!(difference <= worst)) worst = isnan(difference) ? INFINITY : difference;
      if (fabs((double)va[i]) > largest) largest = fabs((double)va[i]);
    }
  }
  free(va);
  free(vb);
  return worst / largest;
}

#endif
