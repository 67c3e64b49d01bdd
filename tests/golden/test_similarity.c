/* SSIM and MS-SSIM against the tools whose definitions they are, on pictures of a formula. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "features/structural_similarity.h"

enum { TORCHMETRICS, TORCHMETRICS_F32, TORCHMETRICS_1_4_1, SKIMAGE, PYIQA, MS_TORCHMETRICS, MS_PYIQA, TOOLS };

typedef struct similarity_case {
  int width, height, seed, amplitude; /* see draw_level */
  double values[TOOLS];               /* NAN: the tool refuses the size */
} similarity_case;

#include "golden/similarity_values.h"

enum { CASES = sizeof(similarity_cases) / sizeof(*similarity_cases) };

/* torchmetrics' window is in the precision of its input, and cov = E(xy) - E(x)E(y) cancels in float32; pyiqa has a
 * window of float32. */
static const struct {
  const char *name;
  const vtm_pixel_measure *measure;
  double tolerance;
} tools[TOOLS] = {{"torchmetrics", &vtm_ssim_torchmetrics, 1e-11},
                  {"torchmetrics on float32", &vtm_ssim_torchmetrics, 2e-5},
                  {"torchmetrics 1.4.1", &vtm_ssim_torchmetrics_1_4_1, 1e-11},
                  {"skimage", &vtm_ssim_skimage, 1e-11},
                  {"pyiqa", &vtm_ssim_pyiqa, 1e-6},
                  {"MS-SSIM of torchmetrics", &vtm_ms_ssim_torchmetrics, 1e-6},
                  {"MS-SSIM of pyiqa", &vtm_ms_ssim_pyiqa, 3e-6}};

static uint32_t mix(uint32_t x) {
  x = (x ^ (x >> 16)) * 0x7feb352dU;
  x = (x ^ (x >> 15)) * 0x846ca68bU;
  return x ^ (x >> 16);
}

/* As draw() of scripts/golden/similarity.py. */
static int draw_level(const similarity_case *c, int x, int y, int channel, bool other) {
  const uint32_t number = (uint32_t)((y * c->width + x) * 3 + channel) + (uint32_t)c->seed * 1000003U;
  int wave = (x * 5 + y * (c->seed % 5) + channel * 60) % 512;
  wave = wave > 255 ? 511 - wave : wave;
  const int first = (wave * 3 + (int)(mix(number) % 256)) / 4;
  if (c->amplitude == -1) return other ? 255 : 0;
  if (c->amplitude == -2) return 0;
  if (c->amplitude == -3) return other ? 255 - first : first;
  if (!other) return first;
  const int second = first + (int)(mix(number + 500000001U) % (uint32_t)(2 * c->amplitude + 1)) - c->amplitude;
  return second < 0 ? 0 : second > 255 ? 255 : second;
}

static float *draw(const similarity_case *c, bool other) {
  float *pixels = malloc((size_t)c->width * (size_t)c->height * 3 * sizeof(*pixels));
  assert_non_null(pixels);
  for (int y = 0; y < c->height; y++)
    for (int x = 0; x < c->width; x++)
      for (int k = 0; k < 3; k++) pixels[(y * c->width + x) * 3 + k] = (float)draw_level(c, x, y, k, other);
  return pixels;
}

static void check_tool(const similarity_case *c, int tool, const float *a, const float *b) {
  vtm_error error = {0};
  double value = NAN;
  const vtm_status status = tools[tool].measure->compare(a, b, c->width, c->height, &value, &error);
  const double expected = c->values[tool];
  if (isnan(expected)) {
    if (status != VTM_ERROR_DATA) fail_msg("%s of %dx%d is not refused", tools[tool].name, c->width, c->height);
  } else if (status != VTM_OK || !(fabs(value - expected) <= tools[tool].tolerance)) {
    fail_msg("%s of %dx%d: %.17g, not %.17g %s", tools[tool].name, c->width, c->height, value, expected, error.message);
  }
}

static void test_tools(void **state) {
  (void)state;
  for (int i = 0; i < CASES; i++) {
    float *a = draw(&similarity_cases[i], false);
    float *b = draw(&similarity_cases[i], true);
    for (int t = 0; t < TOOLS; t++) check_tool(&similarity_cases[i], t, a, b);
    for (int t = 0; t < TOOLS; t++) check_tool(&similarity_cases[i], t, b, a); /* they know no first and second */
    free(a);
    free(b);
  }
}

static void test_too_small(void **state) {
  (void)state;
  static const float pixels[3 * 40 * 10];
  double value = 0;
  vtm_error error = {0};
  assert_int_equal(vtm_ssim_skimage.compare(pixels, pixels, 40, 10, &value, &error), VTM_ERROR_DATA);
  assert_string_equal(error.message, "is 40 x 10, smaller than the 11 x 11 that this measure needs");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_tools), cmocka_unit_test(test_too_small)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
