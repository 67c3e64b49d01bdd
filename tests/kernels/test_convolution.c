/* Every instruction set's convolution against the plain C reference: each shape of the networks, odd
 * channels, one pixel, borders on either side, outputs in the middle of a wider map. */
#include "kernels/backends.h"

/* Of the largest value. Direct: sums of up to 5,000 float products in another order than the reference's double;
 * rounding grows like the root of the length, to about 1e-6. Cook-Toom forms round more, as cook_toom.h says. */
static const double direct_tolerance = 5e-6;
static const double fast_tolerance = 1e-4;

typedef struct test_case {
  vtm_convolution shape;
  int height, width;
  int border;                     /* of the output */
  int first_channel, more_behind; /* channels of the output before and after the part written */
} test_case;

static vtm_map convolve_random(const vtm_backend *backend, const test_case *t, const float *weights, const float *bias,
                               uint64_t seed) {
  const vtm_convolution *shape = &t->shape;
  const int height = vtm_window_size(t->height, shape->kernel_height, shape->stride, shape->pad_height);
  const int width = vtm_window_size(t->width, shape->kernel_width, shape->stride, shape->pad_width);
  assert_true(height > 0 && width > 0);
  const int border = shape->pad_height > shape->pad_width ? shape->pad_height : shape->pad_width;
  vtm_map input = new_map(backend, 2, shape->in_channels, t->height, t->width, border);
  fill_map(backend, &input, seed);
  vtm_map output =
      new_map(backend, 2, t->first_channel + shape->out_channels + t->more_behind, height, width, t->border);
  convolve_once(backend, shape, weights, bias, &input, &output, t->first_channel);
  free_map(backend, &input);
  return output;
}

static void compare(const vtm_backend *backend, const test_case *t, const vtm_map *truth, const float *weights,
                    const float *bias, double tolerance, uint64_t seed) {
  const vtm_convolution *shape = &t->shape;
  vtm_map output = convolve_random(backend, t, weights, bias, seed);
  const double worst =
      map_difference(&vtm_backend_reference, truth, backend, &output, t->first_channel, shape->out_channels);
  if (!(worst < tolerance)) {
    print_error("%s%s: %d -> %d channels, kernel %dx%d stride %d pad %d,%d on %dx%d: off by %g\n", backend->name,
                shape->exact ? ", exact" : "", shape->in_channels, shape->out_channels, shape->kernel_height,
                shape->kernel_width, shape->stride, shape->pad_height, shape->pad_width, t->height, t->width, worst);
    fail();
  }
  free_map(backend, &output);
}

/* The forms that are not chosen. */
static void check_candidates(const vtm_backend *backend, const test_case *given, const vtm_map *truth,
                             const float *weights, const float *bias, uint64_t seed) {
  vtm_candidate list[VTM_MOST_CANDIDATES];
  test_case t = *given;
  const int count = backend->candidates != NULL ? backend->candidates(&t.shape, list) : 0;
  for (t.shape.candidate = 2; t.shape.candidate <= count; t.shape.candidate++)
    compare(backend, &t, truth, weights, bias, fast_tolerance, seed);
}

/* Every instruction set, direct and in the form that the backend chooses for a map of this size. */
static void check_case(const test_case *given, uint64_t seed) {
  test_case t = *given;
  vtm_convolution *shape = &t.shape;
  const size_t outputs = (size_t)shape->out_channels;
  const size_t weights =
      outputs * (size_t)shape->in_channels * (size_t)shape->kernel_height * (size_t)shape->kernel_width;
  float *values = malloc((weights + outputs) * sizeof(float));
  assert_non_null(values);
  uint64_t random = seed;
  for (size_t i = 0; i < weights + outputs; i++) values[i] = vtm_seeded_uniform(&random, -1, 1);
  vtm_map truth = convolve_random(&vtm_backend_reference, &t, values, values + weights, seed + 1);
  shape->typical_height = truth.height;
  shape->typical_width = truth.width;
  const vtm_backend *backends[MAX_BACKENDS];
  const size_t count = usable_backends(backends);
  for (size_t b = 0; b < count; b++) {
    if (backends[b]->precision != VTM_PRECISION_F32) {
      compare(backends[b], &t, &truth, values, values + weights, tolerance_of(backends[b], 0), seed + 1);
      continue;
    }
    shape->exact = true;
    compare(backends[b], &t, &truth, values, values + weights, direct_tolerance, seed + 1);
    shape->exact = false;
    compare(backends[b], &t, &truth, values, values + weights, fast_tolerance, seed + 1);
    check_candidates(backends[b], &t, &truth, values, values + weights, seed + 1);
    shape->reduced = reduced_maps = true;
    compare(backends[b], &t, &truth, values, values + weights, fast_tolerance, seed + 1);
    reduced_maps = false; /* factors only: the last maps before the others */
    compare(backends[b], &t, &truth, values, values + weights, fast_tolerance, seed + 1);
    shape->reduced = false;
  }
  bf16_backend bf16[MAX_BF16_BACKENDS];
  const size_t bf16_count = bf16_backends(bf16);
  /* In plain C large layers take minutes; small ones go the same way. */
  const double products = (double)weights * truth.height * truth.width;
  for (size_t b = 0; b < bf16_count; b++)
    if (products < 2e6 || !bf16[b].in_c)
      compare(bf16[b].backend, &t, &truth, values, values + weights, bf16[b].tolerance, seed + 1);
  free(values);
  free_map(&vtm_backend_reference, &truth);
}

#define CONVOLUTION(IN, OUT, KERNEL_HEIGHT, KERNEL_WIDTH, STRIDE, PAD_HEIGHT, PAD_WIDTH, RELU)            \
  {                                                                                                       \
    .in_channels = IN, .out_channels = OUT, .kernel_height = KERNEL_HEIGHT, .kernel_width = KERNEL_WIDTH, \
    .stride = STRIDE, .pad_height = PAD_HEIGHT, .pad_width = PAD_WIDTH, .relu = RELU                      \
  }

static const test_case cases[] = {
    /* height, width, border, first channel, more behind */
    {CONVOLUTION(3, 32, 3, 3, 2, 0, 0, true), 23, 31, 0, 0, 0},   /* Inception's first */
    {CONVOLUTION(3, 64, 11, 11, 4, 2, 2, true), 67, 43, 2, 0, 0}, /* AlexNet's first */
    {CONVOLUTION(3, 16, 5, 5, 3, 1, 1, false), 19, 20, 0, 0, 0},  /* a step without a kernel of its own */
    {CONVOLUTION(3, 40, 13, 12, 8, 3, 3, true), 61, 57, 1, 0, 0}, /* whole lines of a row, and what is left of it */
    {CONVOLUTION(3, 16, 2, 23, 5, 0, 1, false), 9, 70, 0, 0, 0},
    {CONVOLUTION(3, 33, 3, 11, 1, 1, 5, true), 1, 9, 2, 0, 0},
    {CONVOLUTION(3, 16, 1, 32, 7, 0, 0, false), 1, 250, 0, 0, 0}, /* nothing is left */
    {CONVOLUTION(33, 70, 5, 4, 3, 2, 1, true), 40, 38, 0, 32, 0},
    {CONVOLUTION(32, 32, 3, 3, 1, 0, 0, true), 17, 29, 1, 0, 0},
    {CONVOLUTION(64, 80, 1, 1, 1, 0, 0, true), 13, 13, 0, 0, 0},
    {CONVOLUTION(64, 80, 1, 1, 1, 0, 0, true), 13, 13, 3, 0, 0}, /* one long line into a map with a border */
    {CONVOLUTION(192, 48, 1, 1, 1, 0, 0, true), 9, 7, 2, 0, 0},
    {CONVOLUTION(48, 64, 5, 5, 1, 2, 2, true), 11, 9, 0, 64, 96},
    {CONVOLUTION(96, 96, 3, 3, 2, 0, 0, true), 17, 17, 0, 384, 288},
    {CONVOLUTION(128, 128, 1, 7, 1, 0, 3, true), 17, 17, 3, 0, 0},
    {CONVOLUTION(128, 192, 7, 1, 1, 3, 0, true), 17, 17, 0, 192, 384},
    {CONVOLUTION(384, 384, 1, 3, 1, 0, 1, true), 8, 8, 0, 320, 16},
    {CONVOLUTION(448, 384, 3, 3, 1, 1, 1, true), 8, 8, 1, 0, 0},
    {CONVOLUTION(16, 16, 1, 1, 1, 0, 0, false), 1, 1, 0, 0, 0}, /* one pixel */
    {CONVOLUTION(16, 16, 3, 3, 1, 1, 1, false), 1, 1, 1, 0, 0},
    {CONVOLUTION(16, 16, 3, 3, 1, 1, 1, false), 1, 40, 0, 0, 0},
    {CONVOLUTION(16, 16, 3, 3, 1, 1, 1, false), 40, 1, 0, 0, 0},
    {CONVOLUTION(17, 5, 3, 3, 1, 1, 1, true), 6, 5, 1, 0, 0}, /* odd channels */
    {CONVOLUTION(5, 33, 2, 2, 1, 0, 0, true), 6, 5, 0, 32, 0},
    {CONVOLUTION(1, 1, 1, 1, 1, 0, 0, false), 3, 3, 0, 0, 0},
    {CONVOLUTION(31, 47, 4, 2, 2, 1, 1, false), 12, 15, 2, 0, 0},
    {CONVOLUTION(20, 100, 1, 1, 2, 0, 0, true), 15, 14, 1, 32, 0},
    /* large enough for the Cook-Toom forms, with whole and cut tiles */
    {CONVOLUTION(64, 96, 3, 3, 1, 1, 1, true), 35, 35, 1, 0, 0},
    {CONVOLUTION(32, 64, 3, 3, 1, 1, 1, true), 33, 50, 0, 32, 16},
    {CONVOLUTION(80, 192, 3, 3, 1, 0, 0, true), 30, 27, 0, 0, 0},
    {CONVOLUTION(20, 20, 3, 3, 1, 1, 1, false), 13, 61, 2, 0, 0},
    {CONVOLUTION(48, 64, 5, 5, 1, 2, 2, true), 35, 35, 0, 64, 96},
    {CONVOLUTION(64, 192, 5, 5, 1, 2, 2, true), 31, 31, 1, 0, 0},
    {CONVOLUTION(33, 17, 5, 5, 1, 0, 1, false), 22, 21, 0, 0, 0},
    {CONVOLUTION(160, 192, 1, 7, 1, 0, 3, true), 17, 17, 3, 192, 0},
    {CONVOLUTION(192, 160, 7, 1, 1, 3, 0, true), 17, 17, 0, 0, 0},
    {CONVOLUTION(17, 18, 7, 1, 1, 0, 0, false), 40, 9, 1, 0, 0},
    {CONVOLUTION(18, 17, 1, 7, 1, 0, 0, false), 9, 40, 1, 0, 0},
};

/* Of one image, without its borders. */
static double products_of(const test_case *t) {
  const vtm_convolution *shape = &t->shape;
  const double outputs = (double)vtm_window_size(t->height, shape->kernel_height, shape->stride, shape->pad_height) *
                         vtm_window_size(t->width, shape->kernel_width, shape->stride, shape->pad_width) *
                         shape->out_channels;
  return outputs * shape->in_channels * shape->kernel_height * shape->kernel_width;
}

/* VTM_TEST_PRODUCTS leaves larger layers out: where every precision computes in plain C, one of them is enough. */
static void test_against_reference(void **state) {
  (void)state;
  const char *text = getenv("VTM_TEST_PRODUCTS");
  const double most = text != NULL ? strtod(text, NULL) : INFINITY;
  print_backends();
  for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
    if (products_of(&cases[i]) <= most) check_case(&cases[i], 100 + i);
}

static int random_between(uint64_t *state, int low, int high) {
  return low + (int)(vtm_seeded_next(state) % (uint64_t)(high - low + 1));
}

static test_case random_case(uint64_t *random) {
  test_case t = {0};
  t.shape.in_channels = random_between(random, 1, 50);
  t.shape.out_channels = random_between(random, 4, 70); /* 3 channels are an image */
  t.shape.kernel_height = random_between(random, 1, 5);
  t.shape.kernel_width = random_between(random, 1, 5);
  t.shape.stride = random_between(random, 1, random_between(random, 2, 8));
  t.shape.pad_height = random_between(random, 0, t.shape.kernel_height - 1);
  t.shape.pad_width = random_between(random, 0, t.shape.kernel_width - 1);
  t.shape.relu = random_between(random, 0, 1) == 1;
  t.height = random_between(random, 5, 24);
  t.width = random_between(random, 5, 40);
  t.border = random_between(random, 0, 3);
  t.first_channel = VTM_CHANNEL_BLOCK * random_between(random, 0, 2);
  return t;
}

static void test_random_shapes(void **state) {
  (void)state;
  uint64_t random = 7;
  for (uint64_t i = 0; i < 60; i++) {
    const test_case t = random_case(&random);
    check_case(&t, i);
  }
}

/* The border that a convolution writes is zero, so that the next one can read it as padding. */
static void test_border_is_zero(void **state) {
  (void)state;
  const vtm_backend *backends[MAX_BACKENDS];
  const size_t count = usable_backends(backends);
  for (size_t b = 0; b < count; b++) {
    vtm_map map = new_map(backends[b], 1, 16, 5, 4, 3);
    fill_map(backends[b], &map, 3);
    float inside[16 * 5 * 4];
    backends[b]->read_map(&map, 0, inside);
    /* moves the map by its border, so that a third of what comes out was border */
    enum { SIDE = 7, CORNER = 0 };
    float weights[16 * 16 * SIDE * SIDE + 16] = {0};
    for (size_t c = 0; c < 16; c++) weights[(c * 16 + c) * SIDE * SIDE + CORNER] = 1;
    const vtm_convolution shape = {.in_channels = 16,
                                   .out_channels = 16,
                                   .kernel_height = SIDE,
                                   .kernel_width = SIDE,
                                   .stride = 1,
                                   .pad_height = 3,
                                   .pad_width = 3};
    vtm_map moved = new_map(backends[b], 1, 16, 5, 4, 0);
    convolve_once(backends[b], &shape, weights, weights + 16 * 16 * SIDE * SIDE, &map, &moved, 0);
    float values[16 * 5 * 4];
    backends[b]->read_map(&moved, 0, values);
    for (size_t c = 0; c < 16; c++)
      for (size_t y = 0; y < 5; y++)
        for (size_t x = 0; x < 4; x++)
          if (y < 3 || x < 3)
            assert_true(values[(c * 5 + y) * 4 + x] == 0);
          else
            assert_true(fabsf(values[(c * 5 + y) * 4 + x] - inside[(c * 5 + y - 3) * 4 + x - 3]) <=
                        (float)tolerance_of(backends[b], 0));
    free_map(backends[b], &moved);
    free_map(backends[b], &map);
  }
}

/* A damaged number is not hidden: NaN in, NaN out, through ReLU too. */
static void test_nan_stays(void **state) {
  (void)state;
  const vtm_backend *backends[MAX_BACKENDS];
  const size_t count = usable_backends(backends);
  for (size_t b = 0; b < count; b++) {
    const vtm_convolution shape = {
        .in_channels = 16, .out_channels = 16, .kernel_height = 1, .kernel_width = 1, .stride = 1, .relu = true};
    float weights[16 * 16 + 16] = {0};
    weights[5 * 16] = NAN;
    vtm_map input = new_map(backends[b], 1, 16, 2, 2, 0);
    vtm_map output = new_map(backends[b], 1, 16, 2, 2, 0);
    fill_map(backends[b], &input, 3);
    convolve_once(backends[b], &shape, weights, weights + 16 * 16, &input, &output, 0);
    float values[16 * 4];
    backends[b]->read_map(&output, 0, values);
    assert_true(isnan(values[5 * 4]));
    assert_true(!isnan(values[4 * 4]));
    free_map(backends[b], &input);
    free_map(backends[b], &output);
  }
}

static int run(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_against_reference),
      cmocka_unit_test(test_random_shapes),
      cmocka_unit_test(test_border_is_zero),
      cmocka_unit_test(test_nan_stays),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void) { return run_on_backends(run); }
