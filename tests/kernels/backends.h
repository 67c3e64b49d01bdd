/* What every kernel test needs: the backends that this processor can run, maps of random values, and the
 * comparison with the plain C reference. */
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
#include "base/cpu.h"
#include "base/memory.h"
#include "helpers/seeded.h"

enum { MAX_BACKENDS = 3 };

/* Each instruction set that is there, best first. */
static inline size_t usable_backends(const vtm_backend *backends[MAX_BACKENDS]) {
  static const char *const masks[MAX_BACKENDS] = {"", "avx512", "avx512,avx2"};
  size_t count = 0;
  for (size_t i = 0; i < MAX_BACKENDS; i++) {
    unsigned features = 0;
    assert_int_equal(vtm_cpu_features(masks[i], &features, NULL), VTM_OK);
    const vtm_backend *backend = vtm_backend_cpu(features);
    bool seen = false;
    for (size_t j = 0; j < count; j++) seen = seen || backends[j] == backend;
    if (!seen) backends[count++] = backend;
  }
  return count;
}

/* Said aloud, so that a log shows what was tested. */
static inline void print_backends(void) {
  const vtm_backend *backends[MAX_BACKENDS];
  const size_t count = usable_backends(backends);
  for (size_t i = 0; i < count; i++) (void)printf("tested: %s\n", backends[i]->name);
  if (count < MAX_BACKENDS)
    (void)printf("skipped: %zu instruction sets that this processor lacks\n", MAX_BACKENDS - count);
}

/* A map whose memory ends at a guard that nothing may touch. */
enum { GUARD = 64 };
static const float guard_value = 12345.0F;

static inline vtm_map new_map(const vtm_backend *backend, int images, int channels, int height, int width, int border) {
  vtm_map map = {.images = images, .channels = channels, .height = height, .width = width, .border = border};
  const size_t count = backend->map_bytes(&map) / sizeof(float);
  map.data = vtm_allocate_aligned(count + GUARD, sizeof(float), NULL);
  assert_non_null(map.data);
  for (size_t i = 0; i < count; i++) map.data[i] = NAN; /* an op that leaves a hole shows */
  for (size_t i = 0; i < GUARD; i++) map.data[count + i] = guard_value;
  return map;
}

static inline void free_map(const vtm_backend *backend, vtm_map *map) {
  const size_t count = backend->map_bytes(map) / sizeof(float);
  for (size_t i = 0; i < GUARD; i++) assert_true(map->data[count + i] == guard_value);
  free(map->data);
}

/* Random pixels, -1 .. 1, into a map of 3 channels. */
static inline void fill_image(const vtm_backend *backend, vtm_map *map, uint64_t seed) {
  const size_t count = (size_t)map->height * (size_t)map->width * 3;
  float *values = malloc(count * sizeof(float));
  assert_non_null(values);
  const float scale[3] = {1, 0.5F, 2};
  const float shift[3] = {0, 0.25F, -0.5F};
  for (int n = 0; n < map->images; n++) {
    for (size_t i = 0; i < count; i++) values[i] = seeded_uniform(&seed, -1, 1);
    backend->load_pixels(values, scale, shift, map, n);
  }
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
  for (size_t i = 0; i < channels * 4; i++) weights[i] = seeded_uniform(&seed, -1, 1);
  const vtm_convolution shape = {
      .in_channels = 3, .out_channels = map->channels, .kernel_height = 1, .kernel_width = 1, .stride = 1};
  vtm_packed_convolution *packed = backend->pack_convolution(&shape, weights, weights + channels * 3, NULL);
  assert_non_null(packed);
  backend->convolve(packed, &image, map, 0, NULL);
  free(packed);
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
