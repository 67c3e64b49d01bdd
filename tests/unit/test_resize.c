/* Resized pixels against Pillow's, torch's and TensorFlow 1's (made by scripts/golden/pixels.py), with
 * every instruction-set path switched on and off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cpu.h"
#include "base/hash.h"
#include "helpers/bits.h"
#include "image/resize.h"

#define GOLDEN TESTS_DIR "/golden/pixels/"

static const char *const cpu_masks[] = {NULL, "avx512", "avx2"};
enum { CPU_MASKS = sizeof(cpu_masks) / sizeof(*cpu_masks) };

/* The noise of scripts/golden/pixels.py. */
static vtm_image draw_pattern(int width, int height, unsigned seed) {
  const size_t samples = (size_t)width * (size_t)height * 3;
  vtm_image image = {.width = width, .height = height, .pixels = malloc(samples)};
  assert_non_null(image.pixels);
  for (size_t i = 0; i < samples; i++) {
    uint32_t n = (uint32_t)i * 2654435761u + seed * 40503u;
    n = (n ^ n >> 15) * 2246822519u;
    const uint8_t value = (uint8_t)(n ^ n >> 13);
    image.pixels[i] = seed % 2 ? (value >= 128 ? 255 : 0) : value;
  }
  return image;
}

static vtm_resizer *make_resizer(vtm_resize_filter filter, bool pillow13, const char *mask) {
  unsigned features = 0;
  vtm_resizer *resizer = NULL;
  vtm_error error = {0};
  assert_int_equal(vtm_cpu_features(mask, &features, &error), VTM_OK);
  assert_int_equal(vtm_resizer_create_for(filter, pillow13, features, &resizer, &error), VTM_OK);
  return resizer;
}

static void hash_rounded(const float *values, size_t count, char digest[VTM_SHA256_TEXT]) {
  uint8_t *bytes = malloc(count);
  assert_non_null(bytes);
  for (size_t i = 0; i < count; i++) {
    bytes[i] = (uint8_t)values[i];
    expect_same_bits((float)bytes[i], values[i]);
  }
  assert_int_equal(vtm_sha256_bytes(bytes, count, digest, NULL), VTM_OK);
  free(bytes);
}

static vtm_resize_filter filter_by_name(const char *name) {
  if (strcmp(name, "bilinear") == 0) return VTM_RESIZE_PILLOW_BILINEAR;
  if (strcmp(name, "bicubic") == 0) return VTM_RESIZE_PILLOW_BICUBIC;
  assert_string_equal(name, "lanczos");
  return VTM_RESIZE_PILLOW_LANCZOS;
}

typedef struct golden_resize {
  unsigned seed;
  int from_w, from_h, w, h;
  char filter[16], order[8], digest[VTM_SHA256_TEXT];
} golden_resize;

static void check_golden(const golden_resize *golden, const vtm_image *source, const char *mask, float *out) {
  vtm_resizer *resizer = make_resizer(filter_by_name(golden->filter), strcmp(golden->order, "new") == 0, mask);
  vtm_error error = {0};
  assert_int_equal(vtm_resizer_run(resizer, source, golden->w, golden->h, out, &error), VTM_OK);
  char digest[VTM_SHA256_TEXT];
  hash_rounded(out, (size_t)golden->w * (size_t)golden->h * 3, digest);
  if (strcmp(digest, golden->digest) != 0)
    fail_msg("%s, order %s, %dx%d to %dx%d, without %s: pixels differ from Pillow's", golden->filter, golden->order,
             golden->from_w, golden->from_h, golden->w, golden->h, mask ? mask : "nothing");
  vtm_resizer_destroy(resizer);
}

static void test_equals_pillow(void **state) {
  (void)state;
  FILE *table = fopen(GOLDEN "resize.txt", "r");
  assert_non_null(table);
  golden_resize golden = {0};
  vtm_image source = {0};
  unsigned seed = 0;
  int lines = 0;
  while (fscanf(table, "%u %d %d %d %d %15s %7s %64s", &golden.seed, &golden.from_w, &golden.from_h, &golden.w,
                &golden.h, golden.filter, golden.order, golden.digest) == 8) {
    if (golden.seed != seed || golden.from_w != source.width || golden.from_h != source.height) {
      vtm_image_clear(&source);
      source = draw_pattern(golden.from_w, golden.from_h, golden.seed);
      seed = golden.seed;
    }
    float *out = malloc((size_t)golden.w * (size_t)golden.h * 3 * sizeof(float));
    assert_non_null(out);
    for (int i = 0; i < CPU_MASKS; i++) check_golden(&golden, &source, cpu_masks[i], out);
    free(out);
    lines++;
  }
  assert_true(feof(table));
  (void)fclose(table);
  vtm_image_clear(&source);
  assert_true(lines > 100);
}

/* Tolerance: a few units in the last place of float32 at 255, of which the golden text keeps 7 digits. */
static void test_float_filters(void **state) {
  (void)state;
  const double tolerance = 1e-4;
  FILE *table = fopen(GOLDEN "resize_float.txt", "r");
  assert_non_null(table);
  unsigned seed = 0;
  int from_w, from_h, w, h, filter, lines = 0;
  while (fscanf(table, "%u %d %d %d %d %d", &seed, &from_w, &from_h, &w, &h, &filter) == 6) {
    vtm_image source = draw_pattern(from_w, from_h, seed);
    const size_t count = (size_t)w * (size_t)h * 3;
    float *out = malloc(count * sizeof(*out)), *expected = malloc(count * sizeof(*expected));
    assert_true(out != NULL && expected != NULL);
    for (size_t i = 0; i < count; i++) assert_int_equal(fscanf(table, "%f", &expected[i]), 1);
    for (int m = 0; m < CPU_MASKS; m++) {
      vtm_resizer *resizer = make_resizer((vtm_resize_filter)filter, false, cpu_masks[m]);
      assert_int_equal(vtm_resizer_run(resizer, &source, w, h, out, NULL), VTM_OK);
      for (size_t i = 0; i < count; i++) {
        const double off = (double)out[i] - (double)expected[i];
        if (!(off <= tolerance && off >= -tolerance))
          fail_msg("filter %d, %dx%d to %dx%d, sample %zu: %.7g instead of %.7g", filter, from_w, from_h, w, h, i,
                   (double)out[i], (double)expected[i]);
      }
      vtm_resizer_destroy(resizer);
    }
    free(out);
    free(expected);
    vtm_image_clear(&source);
    lines++;
  }
  assert_true(feof(table));
  (void)fclose(table);
  assert_true(lines >= 18);
}

/* A resizer that served other sizes before gives the same bits as a fresh one. */
static void test_reuse(void **state) {
  (void)state;
  static const int sizes[][4] = {{31, 40, 17, 9}, {5, 3, 64, 64}, {31, 40, 17, 9},
                                 {9, 40, 17, 9},  {9, 20, 17, 9}, {200, 1, 3, 2}};
  enum { LARGEST = 64 * 64 * 3 };
  for (int filter = VTM_RESIZE_PILLOW_BILINEAR; filter <= VTM_RESIZE_TF1_BILINEAR; filter++) {
    vtm_resizer *used = make_resizer((vtm_resize_filter)filter, true, NULL);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
      vtm_image source = draw_pattern(sizes[i][0], sizes[i][1], 4);
      static float a[LARGEST], b[LARGEST];
      const size_t bytes = (size_t)sizes[i][2] * (size_t)sizes[i][3] * 3 * sizeof(float);
      vtm_resizer *fresh = make_resizer((vtm_resize_filter)filter, true, NULL);
      assert_int_equal(vtm_resizer_run(used, &source, sizes[i][2], sizes[i][3], a, NULL), VTM_OK);
      assert_int_equal(vtm_resizer_run(fresh, &source, sizes[i][2], sizes[i][3], b, NULL), VTM_OK);
      assert_memory_equal(a, b, bytes);
      vtm_resizer_destroy(fresh);
      vtm_image_clear(&source);
    }
    vtm_resizer_destroy(used);
  }
}

static void test_keeping_the_size(void **state) {
  (void)state;
  vtm_image source = draw_pattern(4, 3, 2);
  vtm_resizer *resizer = NULL;
  vtm_error error = {0};
  float out[4 * 3 * 3];
  assert_int_equal(vtm_resizer_create(VTM_RESIZE_NONE, false, &resizer, &error), VTM_OK);
  assert_int_equal(vtm_resizer_run(resizer, &source, 4, 3, out, &error), VTM_OK);
  for (int i = 0; i < 4 * 3 * 3; i++) expect_same_bits(out[i], (float)source.pixels[i]);
  assert_int_equal(vtm_resizer_run(resizer, &source, 3, 4, out, &error), VTM_ERROR_USAGE);
  assert_non_null(strstr(error.message, "4 x 3"));
  vtm_resizer_destroy(resizer);
  vtm_image_clear(&source);
}

static void test_refusals(void **state) {
  (void)state;
  vtm_image source = draw_pattern(4, 3, 2);
  vtm_resizer *resizer = NULL;
  vtm_error error = {0};
  float out[1];
  assert_int_equal(vtm_resizer_create((vtm_resize_filter)99, false, &resizer, &error), VTM_ERROR_UNSUPPORTED);
  assert_null(resizer);
  assert_int_equal(vtm_resizer_create(VTM_RESIZE_PILLOW_BICUBIC, false, &resizer, &error), VTM_OK);
  assert_int_equal(vtm_resizer_run(resizer, &source, 0, 1, out, &error), VTM_ERROR_USAGE);
  assert_int_equal(vtm_resizer_run(resizer, &source, 1, -1, out, &error), VTM_ERROR_USAGE);
  vtm_image_clear(&source);
  assert_int_equal(vtm_resizer_run(resizer, &source, 1, 1, out, &error), VTM_ERROR_USAGE);
  vtm_resizer_destroy(resizer);
  vtm_resizer_destroy(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_equals_pillow),    cmocka_unit_test(test_float_filters), cmocka_unit_test(test_reuse),
      cmocka_unit_test(test_keeping_the_size), cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
