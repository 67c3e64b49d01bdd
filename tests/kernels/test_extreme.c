/* Values beyond all measure on every instruction set: what is not a number, and what no float can hold, never turns
 * into a number that looks right. */
#include "kernels/backends.h"

enum { CHANNELS = 32, SIDE = 7, PLANE = SIDE * SIDE };

typedef void backend_check(const vtm_backend *backend);

static void on_every_backend(backend_check *check) {
  const vtm_backend *backends[MAX_BACKENDS];
  bf16_backend bf16[MAX_BF16_BACKENDS];
  const size_t count = usable_backends(backends);
  const size_t bf16_count = bf16_backends(bf16);
  for (size_t i = 0; i < count; i++) check(backends[i]);
  for (size_t i = 0; i < bf16_count; i++) check(bf16[i].backend);
}

/* CHANNELS channels, each `gain` times the mean of an image of ones in which one pixel is `odd`. */
static vtm_map map_with_pixel(const vtm_backend *backend, float odd, size_t at, float gain) {
  float pixels[PLANE * 3];
  float weights[CHANNELS * 3 + CHANNELS] = {0};
  for (size_t i = 0; i < PLANE * 3; i++) pixels[i] = i / 3 == at ? odd : 1;
  for (size_t i = 0; i < (size_t)CHANNELS * 3; i++) weights[i] = gain / 3;
  vtm_map image = new_map(backend, 1, 3, SIDE, SIDE, 0);
  float *in_place = new_memory(backend, sizeof(pixels));
  write_memory(backend, in_place, pixels, sizeof(pixels));
  backend->load_pixels(in_place, (const float[]){1, 1, 1}, (const float[]){0, 0, 0}, &image, 0);
  wait_for(backend);
  free_memory(backend, in_place);
  vtm_map map = new_map(backend, 1, CHANNELS, SIDE, SIDE, 1);
  const vtm_convolution shape = {
      .in_channels = 3, .out_channels = CHANNELS, .kernel_height = 1, .kernel_width = 1, .stride = 1, .relu = true};
  convolve_once(backend, &shape, weights, weights + (size_t)CHANNELS * 3, &image, &map, 0);
  free_map(backend, &image);
  return map;
}

/* Kernels that multiply neighbours by zero may spread what is not a number. */
static void expect_not_finite_near(const vtm_backend *backend, const vtm_map *map, int row, int column, int reach) {
  float values[CHANNELS * PLANE];
  backend->read_map(map, 0, values);
  for (int i = 0; i < CHANNELS * PLANE; i++) {
    const bool near = abs(i % PLANE / SIDE - row) <= reach && abs(i % SIDE - column) <= reach;
    if (near && isfinite(values[i])) {
      print_error("%s: value %d is %g\n", backend->name, i, (double)values[i]);
      fail();
    }
  }
}

/* Also one that is not a number in the middle of a window, before and behind others. */
static void check_convolution_and_pools(const vtm_backend *backend) {
  const float odd[] = {NAN, INFINITY, 3e38F};
  const vtm_pooling pooling = {.kernel = 3, .stride = 1, .pad = 1};
  for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++)
    for (int at = 0; at < PLANE; at += 8) {
      vtm_map map = map_with_pixel(backend, odd[i], (size_t)at, 100);
      expect_not_finite_near(backend, &map, at / SIDE, at % SIDE, 0);
      vtm_map pooled = new_map(backend, 1, CHANNELS, SIDE, SIDE, 0);
      backend->average_pool(&pooling, &map, &pooled, 0);
      expect_not_finite_near(backend, &pooled, at / SIDE, at % SIDE, 1);
      backend->max_pool(&pooling, &map, &pooled, 0);
      expect_not_finite_near(backend, &pooled, at / SIDE, at % SIDE, 1);
      free_map(backend, &pooled);
      free_map(backend, &map);
    }
}

static void test_convolution_and_pools(void **state) {
  (void)state;
  print_backends();
  on_every_backend(check_convolution_and_pools);
}

static double distance_of(const vtm_backend *backend, const vtm_map *a, const vtm_map *b) {
  float weights[CHANNELS];
  double distance = 0;
  for (size_t i = 0; i < CHANNELS; i++) weights[i] = 1;
  float *in_place = new_memory(backend, sizeof(weights));
  double *result = new_memory(backend, sizeof(distance));
  write_memory(backend, in_place, weights, sizeof(weights));
  backend->lpips_distances(a, b, in_place, result, 1);
  read_memory(backend, &distance, result, sizeof(distance));
  free_memory(backend, in_place);
  free_memory(backend, result);
  return distance;
}

/* A vector whose square overflows is not the zero vector, of which the distance to its like would be 0. */
static void check_lpips(const vtm_backend *backend) {
  const float odd[] = {NAN, INFINITY, 1e30F};
  vtm_map ones = map_with_pixel(backend, 1, 0, 1);
  assert_true(distance_of(backend, &ones, &ones) == 0);
  for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
    vtm_map map = map_with_pixel(backend, odd[i], 24, 1);
    assert_true(!isfinite(distance_of(backend, &map, &ones)));
    assert_true(!isfinite(distance_of(backend, &ones, &map)));
    assert_true(!isfinite(distance_of(backend, &map, &map)));
    free_map(backend, &map);
  }
  free_map(backend, &ones);
}

static void test_lpips(void **state) {
  (void)state;
  on_every_backend(check_lpips);
}

static void check_means(const vtm_backend *backend) {
  vtm_map map = map_with_pixel(backend, NAN, 48, 1);
  float means[CHANNELS] = {0};
  float *memory = new_memory(backend, sizeof(means));
  backend->channel_means(&map, memory);
  read_memory(backend, means, memory, sizeof(means));
  for (size_t i = 0; i < CHANNELS; i++) assert_true(isnan(means[i]));
  free_memory(backend, memory);
  free_map(backend, &map);
}

static void test_means(void **state) {
  (void)state;
  on_every_backend(check_means);
}

static int run(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_convolution_and_pools),
      cmocka_unit_test(test_lpips),
      cmocka_unit_test(test_means),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void) { return run_on_backends(run); }
