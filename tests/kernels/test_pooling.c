/* Pooling, means and the LPIPS layer of every instruction set against the plain C reference. */
#include "kernels/backends.h"

typedef struct test_case {
  vtm_pooling pooling;
  int channels, height, width, border, first_channel;
} test_case;

static const test_case cases[] = {
    {{3, 2, 0, false, NULL}, 64, 15, 17, 0, 0},  {{3, 2, 0, true, NULL}, 192, 8, 9, 1, 0},
    {{3, 1, 1, true, NULL}, 32, 9, 9, 0, 64},    {{3, 1, 1, false, NULL}, 32, 9, 9, 2, 32},
    {{3, 1, 1, false, NULL}, 48, 1, 1, 0, 0},    {{3, 1, 1, true, NULL}, 48, 1, 7, 0, 0},
    {{2, 2, 0, false, NULL}, 20, 11, 10, 1, 32}, {{5, 3, 2, false, NULL}, 7, 13, 12, 0, 0},
    {{3, 2, 0, false, NULL}, 256, 3, 3, 2, 0},
};

typedef void pool_function(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output, int first_channel);

typedef enum pool_op { MAXIMUM, AVERAGE, BIASED_AVERAGE, POOL_OPS } pool_op;

enum { MOST_CHANNELS = 256 };

/* In the backend's memory. */
static float *make_bias(const vtm_backend *backend, int channels) {
  float values[MOST_CHANNELS] = {0};
  uint64_t random = 3;
  for (int c = 0; c < channels; c++) values[c] = vtm_seeded_uniform(&random, -1, 1);
  float *memory = new_memory(backend, sizeof(values));
  write_memory(backend, memory, values, sizeof(values));
  return memory;
}

static void check_pool(const vtm_backend *backend, const test_case *t, pool_op op) {
  const vtm_backend *const both[2] = {&vtm_backend_reference, backend};
  const int height = vtm_window_size(t->height, t->pooling.kernel, t->pooling.stride, t->pooling.pad);
  const int width = vtm_window_size(t->width, t->pooling.kernel, t->pooling.stride, t->pooling.pad);
  vtm_map outputs[2];
  float *biases[2];
  for (int i = 0; i < 2; i++) {
    vtm_map input = new_map(both[i], 2, t->channels, t->height, t->width, t->border);
    fill_map(both[i], &input, 11);
    outputs[i] = new_map(both[i], 2, t->first_channel + t->channels, height, width, t->border);
    pool_function *pool = op == MAXIMUM ? both[i]->max_pool : both[i]->average_pool;
    biases[i] = make_bias(both[i], t->channels);
    vtm_pooling pooling = t->pooling;
    pooling.bias = op == BIASED_AVERAGE ? biases[i] : NULL;
    pool(&pooling, &input, &outputs[i], t->first_channel);
    free_map(both[i], &input);
  }
  /* inputs differ by the rounding of the convolution that made them; pooling adds nothing of its own */
  const double worst = map_difference(both[0], &outputs[0], both[1], &outputs[1], t->first_channel, t->channels);
  if (!(worst < tolerance_of(backend, reduced_maps ? 2e-5 : 1e-6))) {
    print_error("%s: pool %d stride %d pad %d: off by %g\n", backend->name, t->pooling.kernel, t->pooling.stride,
                t->pooling.pad, worst);
    fail();
  }
  for (int i = 0; i < 2; i++) {
    free_map(both[i], &outputs[i]);
    free_memory(both[i], biases[i]);
  }
}

static void test_pools(void **state) {
  (void)state;
  if (!reduced_maps) print_backends();
  const vtm_backend *backends[MAX_BACKENDS];
  const size_t count = usable_backends(backends);
  for (size_t b = 0; b < count; b++)
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
      for (pool_op op = MAXIMUM; op < POOL_OPS; op++) check_pool(backends[b], &cases[i], op);
}

static void test_reduced_pools(void **state) {
  reduced_maps = true;
  test_pools(state);
  reduced_maps = false;
}

static void test_means(void **state) {
  (void)state;
  const vtm_backend *backends[MAX_BACKENDS];
  const size_t count = usable_backends(backends);
  for (size_t b = 0; b < count; b++) {
    const vtm_backend *const both[2] = {&vtm_backend_reference, backends[b]};
    float means[2][2 * 37] = {{0}};
    for (int i = 0; i < 2; i++) {
      vtm_map map = new_map(both[i], 2, 37, 8, 7, 1);
      fill_map(both[i], &map, 5);
      float *memory = new_memory(both[i], sizeof(means[i]));
      both[i]->channel_means(&map, memory);
      read_memory(both[i], means[i], memory, sizeof(means[i]));
      free_memory(both[i], memory);
      free_map(both[i], &map);
    }
    for (size_t i = 0; i < 2 * 37; i++)
      assert_true(fabs((double)means[0][i] - (double)means[1][i]) < tolerance_of(backends[b], 1e-6));
  }
}

static double random_lpips(const vtm_backend *backend, int channels, int height, int width, const float *weights) {
  vtm_map x = new_map(backend, 2, channels, height, width, 1);
  vtm_map y = new_map(backend, 2, channels, height, width, 1);
  fill_map(backend, &x, 21);
  fill_map(backend, &y, 22);
  double distances[2] = {0};
  const size_t bytes = (size_t)(channels + 15) / 16 * 16 * sizeof(float);
  double *memory = new_memory(backend, sizeof(distances));
  float *in_place = new_memory(backend, bytes);
  write_memory(backend, in_place, weights, bytes);
  backend->lpips_distances(&x, &x, in_place, memory, 1);
  read_memory(backend, distances, memory, sizeof(distances));
  assert_true(distances[0] == 0 && distances[1] == 0);
  backend->lpips_distances(&x, &y, in_place, memory, 1);
  read_memory(backend, distances, memory, sizeof(distances));
  free_memory(backend, in_place);
  free_memory(backend, memory);
  free_map(backend, &x);
  free_map(backend, &y);
  return distances[1];
}

static void test_lpips(void **state) {
  (void)state;
  const int shapes[][3] = {{64, 15, 17}, {192, 31, 31}, {256, 1, 1}, {20, 3, 33}, {384, 16, 16}};
  const vtm_backend *backends[MAX_BACKENDS];
  const size_t count = usable_backends(backends);
  for (size_t b = 0; b < count; b++)
    for (size_t s = 0; s < sizeof(shapes) / sizeof(*shapes); s++) {
      float weights[384] = {0};
      uint64_t random = s;
      for (int c = 0; c < shapes[s][0]; c++) weights[c] = vtm_seeded_uniform(&random, 0, 1);
      const double truth = random_lpips(&vtm_backend_reference, shapes[s][0], shapes[s][1], shapes[s][2], weights);
      const double distance = random_lpips(backends[b], shapes[s][0], shapes[s][1], shapes[s][2], weights);
      /* normalised in float32 as PyTorch does: 1e-6 of the value, a tenth of what a pair is held to */
      assert_true(fabs(distance - truth) < tolerance_of(backends[b], reduced_maps ? 2e-5 : 1e-6) * truth);
    }
}

static void test_reduced_lpips(void **state) {
  reduced_maps = true;
  test_lpips(state);
  reduced_maps = false;
}

static int run(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_pools), cmocka_unit_test(test_reduced_pools), cmocka_unit_test(test_means),
      cmocka_unit_test(test_lpips), cmocka_unit_test(test_reduced_lpips),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void) { return run_on_backends(run); }
