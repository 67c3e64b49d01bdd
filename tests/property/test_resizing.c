/* Every resize over random sizes against its library's formula, an output sample at a time: bit-equal where sums are of
 * integers or their order is the library's (Pillow, TensorFlow 1), else to a tolerance (torch). The resizers are kept
 * from case to case, so that tables of the case before show; every set of instructions has its own. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cpu.h"
#include "helpers/random_cases.h"
#include "image/resize.h"

enum { FILTERS = VTM_RESIZE_TF1_BILINEAR + 1, ORDERS = 2, MOST = 96 };
static const char *const masks[] = {NULL, "avx512", "avx2"};
enum { MASKS = sizeof(masks) / sizeof(*masks) };

typedef struct sizes {
  int from_width, from_height, width, height;
} sizes;

typedef struct task {
  vtm_resize_filter filter;
  bool pillow13;
  sizes sizes;
  const vtm_image *image;
} task;

/* ---- Pillow: Resample.c ---- */

static double triangle(double x) { return fabs(x) < 1 ? 1 - fabs(x) : 0; }

static double keys(double x) {
  const double a = -0.5;
  x = fabs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

static double sinc(double x) { return x == 0 ? 1 : sin(x * M_PI) / (x * M_PI); }

static double lanczos(double x) { return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0; }

typedef struct window {
  int first, count;
  double weights[8 * MOST];
} window;

/* The samples of an axis of `in` that output sample i is made of. */
static void make_window(vtm_resize_filter filter, int in, int out, int i, window *w) {
  double (*const weigh)(double) = filter == VTM_RESIZE_PILLOW_BILINEAR  ? triangle
                                  : filter == VTM_RESIZE_PILLOW_LANCZOS ? lanczos
                                                                        : keys;
  const double radius = filter == VTM_RESIZE_PILLOW_BILINEAR ? 1 : filter == VTM_RESIZE_PILLOW_LANCZOS ? 3 : 2;
  const double scale = (double)in / out;
  const double stretch = scale > 1 ? scale : 1;
  const double center = (i + 0.5) * scale;
  const int first = (int)(center - radius * stretch + 0.5);
  const int end = (int)(center + radius * stretch + 0.5);
  double sum = 0;
  w->first = first > 0 ? first : 0;
  w->count = (end < in ? end : in) - w->first;
  for (int k = 0; k < w->count; k++) sum += w->weights[k] = weigh((k + w->first - center + 0.5) * (1 / stretch));
  for (int k = 0; k < w->count; k++) w->weights[k] /= sum;
}

static int clip(int value) { return value < 0 ? 0 : value > 255 ? 255 : value; }

/* One pass' sum: 22 bits of fraction, half a level to round, shifted down; or double, kept as float32. */
typedef double (*sample_reader)(const task *t, int x, int y, int c);

static double sum_window(const task *t, const window *w, sample_reader read, bool along_x, int x, int y, int c) {
  const bool fixed = t->filter != VTM_RESIZE_PILLOW_BICUBIC_FLOAT;
  int32_t whole = 1 << 21;
  double sum = 0;
  for (int k = 0; k < w->count; k++) {
    const double value = read(t, along_x ? w->first + k : x, along_x ? y : w->first + k, c);
    const double scaled = w->weights[k] * (1 << 22);
    whole += (int32_t)value * (int32_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    sum += value * w->weights[k];
  }
  return fixed ? clip(whole >> 22) : (double)(float)sum;
}

static double source_at(const task *t, int x, int y, int c) {
  return t->image->pixels[(y * t->image->width + x) * 3 + c];
}

static double across(const task *t, sample_reader read, int x, int y, int c) {
  window w;
  if (t->sizes.width == t->sizes.from_width) return read(t, x, y, c);
  make_window(t->filter, t->sizes.from_width, t->sizes.width, x, &w);
  return sum_window(t, &w, read, true, x, y, c);
}

static double down(const task *t, sample_reader read, int x, int y, int c) {
  window w;
  if (t->sizes.height == t->sizes.from_height) return read(t, x, y, c);
  make_window(t->filter, t->sizes.from_height, t->sizes.height, y, &w);
  return sum_window(t, &w, read, false, x, y, c);
}

static double across_source(const task *t, int x, int y, int c) { return across(t, source_at, x, y, c); }
static double down_source(const task *t, int x, int y, int c) { return down(t, source_at, x, y, c); }

/* Pillow 13: by which of the two passes more samples go first, in pixels. */
static double pillow_at(const task *t, int x, int y, int c) {
  const sizes *s = &t->sizes;
  const bool vertical_first = t->pillow13 && t->filter != VTM_RESIZE_PILLOW_BICUBIC_FLOAT &&
                              s->height < s->from_height && s->from_height - s->height > 2 * (s->from_width - s->width);
  const double value = vertical_first ? across(t, down_source, x, y, c) : down(t, across_source, x, y, c);
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/* ---- two neighbours ---- */

typedef struct neighbours {
  int low, high;
  float t; /* of the higher one */
} neighbours;

/* torch: ATen's area_pixel_compute_source_index; TensorFlow 1: compute_interpolation_weights. Positions are float32 in
 * both. */
static neighbours find_neighbours(bool torch, int in, int out, int i) {
  const float scale = (float)in / (float)out;
  float position = torch ? scale * ((float)i + 0.5f) - 0.5f : (float)i * scale;
  if (position < 0) position = 0;
  const int low = (int)floorf(position);
  if (low >= in - 1) return (neighbours){in - 1, in - 1, 0};
  return (neighbours){low, low + 1, position - (float)low};
}

static double torch_at(const task *t, int x, int y, int c) {
  const neighbours h = find_neighbours(true, t->sizes.from_width, t->sizes.width, x);
  const neighbours v = find_neighbours(true, t->sizes.from_height, t->sizes.height, y);
  const double top = source_at(t, h.low, v.low, c) * (1 - (double)h.t) + source_at(t, h.high, v.low, c) * (double)h.t;
  const double bottom =
      source_at(t, h.low, v.high, c) * (1 - (double)h.t) + source_at(t, h.high, v.high, c) * (double)h.t;
  return top * (1 - (double)v.t) + bottom * (double)v.t;
}

static double tf1_at(const task *t, int x, int y, int c) {
  const neighbours h = find_neighbours(false, t->sizes.from_width, t->sizes.width, x);
  const neighbours v = find_neighbours(false, t->sizes.from_height, t->sizes.height, y);
  const float corners[4] = {(float)source_at(t, h.low, v.low, c), (float)source_at(t, h.high, v.low, c),
                            (float)source_at(t, h.low, v.high, c), (float)source_at(t, h.high, v.high, c)};
  const float top = corners[0] + (corners[1] - corners[0]) * h.t;
  const float bottom = corners[2] + (corners[3] - corners[2]) * h.t;
  return (double)(top + (bottom - top) * v.t);
}

/* ---- cases ---- */

static double expected_at(const task *t, int x, int y, int c) {
  if (t->filter == VTM_RESIZE_NONE) return source_at(t, x, y, c);
  if (t->filter == VTM_RESIZE_TORCH_BILINEAR) return torch_at(t, x, y, c);
  if (t->filter == VTM_RESIZE_TF1_BILINEAR) return tf1_at(t, x, y, c);
  return pillow_at(t, x, y, c);
}

/* torch: three sums of two products in float32, each off by 2^-24 of up to 255 a few times. */
static double tolerance(vtm_resize_filter filter) {
  return filter == VTM_RESIZE_TORCH_BILINEAR ? 255 * 8 * 0x1p-24 : 0;
}

static vtm_resizer *make_resizer(vtm_resize_filter filter, bool pillow13, const char *mask) {
  unsigned features = 0;
  vtm_resizer *resizer = NULL;
  assert_int_equal(vtm_cpu_features(mask, &features, NULL), VTM_OK);
  assert_int_equal(vtm_resizer_create_for(filter, pillow13, features, &resizer, NULL), VTM_OK);
  return resizer;
}

/* Values at a stroke: the memory is exactly as large as it has to be, for sanitizers. */
static vtm_image draw(const sizes *s, uint64_t seed) {
  random_case random = {seed, seed};
  const size_t bytes = (size_t)s->from_width * (size_t)s->from_height * 3;
  vtm_image image = {.width = s->from_width, .height = s->from_height, .pixels = malloc(bytes)};
  const bool hard = random_one_in(&random, 3); /* black and white: sums leave 0..255 */
  assert_non_null(image.pixels);
  for (size_t i = 0; i < bytes; i++) {
    const uint8_t value = (uint8_t)(random_bits(&random) >> 32);
    image.pixels[i] = hard ? (value < 128 ? 0 : 255) : value;
  }
  return image;
}

/* Whether the resizer gives what the formula gives; else *where says how it does not. */
static bool is_right(vtm_resizer *resizer, task *t, uint64_t seed, char where[160]) {
  const sizes *s = &t->sizes;
  vtm_image image = draw(s, seed);
  const size_t samples = (size_t)s->width * (size_t)s->height * 3;
  float *values = malloc(samples * sizeof(*values));
  bool good = true;
  t->image = &image;
  assert_non_null(values);
  assert_int_equal(vtm_resizer_run(resizer, &image, s->width, s->height, values, NULL), VTM_OK);
  for (size_t i = 0; i < samples && good; i++) {
    const int x = (int)(i / 3) % s->width;
    const int y = (int)(i / 3) / s->width;
    const double expected = expected_at(t, x, y, (int)(i % 3));
    good = fabs((double)values[i] - expected) <= tolerance(t->filter);
    if (!good)
      (void)snprintf(where, 160, "x %d, y %d, channel %d: %.9g, not %.9g", x, y, (int)(i % 3), (double)values[i],
                     expected);
  }
  free(values);
  vtm_image_clear(&image);
  return good;
}

static bool fails_anew(task *t, const char *mask, uint64_t seed, char where[160]) {
  vtm_resizer *fresh = make_resizer(t->filter, t->pillow13, mask);
  const bool fails = !is_right(fresh, t, seed, where);
  vtm_resizer_destroy(fresh);
  return fails;
}

/* Makes the sizes smaller as long as a new resizer fails: halves, then one less. */
static void make_smaller(task *t, const char *mask, uint64_t seed, char where[160]) {
  for (int way = 0, kept = 0; kept < 8; way = (way + 1) % 8) {
    char other[160];
    task less = *t;
    int *const sides[] = {&less.sizes.from_width, &less.sizes.from_height, &less.sizes.width, &less.sizes.height};
    int *side = sides[way % 4];
    *side = way < 4 ? *side / 2 : *side - 1;
    kept++;
    if (*side < 1 || t->filter == VTM_RESIZE_NONE || !fails_anew(&less, mask, seed, other)) continue;
    *t = less;
    memcpy(where, other, sizeof(other));
    kept = 0;
  }
}

static void fail_with(const task *failed, const char *mask, uint64_t seed, const sizes *before, char where[160]) {
  task t = *failed;
  const bool anew = fails_anew(&t, mask, seed, where);
  if (anew) make_smaller(&t, mask, seed, where);
  const sizes *s = &t.sizes;
  fail_msg(
      "VTM_SEED=%llu: filter %d%s, instructions less %s, %d x %d to %d x %d: %s%s (case before: %d x %d to %d x %d)",
      (unsigned long long)seed, (int)t.filter, t.pillow13 ? " in Pillow 13's order" : "", mask != NULL ? mask : "none",
      s->from_width, s->from_height, s->width, s->height, where,
      anew ? ", made smaller" : ", but a new resizer is right", before->from_width, before->from_height, before->width,
      before->height);
}

/* Small ones, to whole multiples, and as before, for one axis or both: tables are kept for a pair of sizes. */
static sizes make_sizes(random_case *random, const sizes *before) {
  const int most = random_one_in(random, 3) ? 7 : random_one_in(random, 4) ? MOST : 40;
  sizes s = {random_between(random, 1, most), random_between(random, 1, most), random_between(random, 1, most),
             random_between(random, 1, most)};
  if (random_one_in(random, 4)) s.from_width = before->from_width;
  if (random_one_in(random, 4)) s.from_height = before->from_height;
  if (random_one_in(random, 4)) s.width = before->width;
  if (random_one_in(random, 4)) s.height = before->height;
  if (random_one_in(random, 6)) s.width = s.from_width;
  if (random_one_in(random, 6)) s.height = s.from_height;
  return s;
}

static void test_sizes(void **state) {
  static vtm_resizer *resizers[FILTERS][ORDERS][MASKS];
  sizes before = {1, 1, 1, 1};
  (void)state;
  for (int i = 0; i < FILTERS * ORDERS * MASKS; i++)
    (&resizers[0][0][0])[i] =
        make_resizer((vtm_resize_filter)(i / MASKS / ORDERS), i / MASKS % ORDERS == 1, masks[i % MASKS]);
  const uint64_t rounds = random_rounds(600);
  for (uint64_t round = 0; round < rounds; round++) {
    random_case random = random_start(round);
    task t = {.filter = (vtm_resize_filter)random_between(&random, 0, FILTERS - 1),
              .pillow13 = random_one_in(&random, 2),
              .sizes = make_sizes(&random, &before)};
    if (t.filter == VTM_RESIZE_NONE) {
      t.sizes.width = t.sizes.from_width;
      t.sizes.height = t.sizes.from_height;
    }
    for (int mask = 0; mask < MASKS; mask++) {
      char where[160];
      vtm_resizer *resizer = resizers[t.filter][t.pillow13][mask];
      vtm_resampling tables;
      if (random_one_in(&random, 4)) /* what a device is told leaves the resizer as it was */
        (void)vtm_resizer_describe(resizer, before.from_width, before.from_height, before.width, before.height,
                                   &tables);
      if (!is_right(resizer, &t, random.seed, where)) fail_with(&t, masks[mask], random.seed, &before, where);
    }
    before = t.sizes;
  }
  for (int i = 0; i < FILTERS * ORDERS * MASKS; i++) vtm_resizer_destroy((&resizers[0][0][0])[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_sizes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
