/* PSNR and MSE against their definition in plain loops over the decoded pictures. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vtonmetrics/vtonmetrics.h"

#include "helpers/bits.h"
#include "helpers/folders.h"

enum { IMAGES = 5 };

static int setup(void **state) {
  const int result = folders_setup(state);
  folders_pictures("ref", IMAGES, 1);
  folders_pictures("a", IMAGES, 2);
  return result;
}

static folders_run pair(const char *metric, const char *reference, const char *generated) {
  return (folders_run){
      .metric = metric, .reference = folders_path(reference), .generated = {folders_path(generated), NULL}};
}

static double plain_error(size_t image) {
  char names[2][64];
  vtm_image images[2] = {{0}};
  double sum = 0;
  (void)snprintf(names[0], sizeof(names[0]), "ref/p%02zu.ppm", image);
  (void)snprintf(names[1], sizeof(names[1]), "a/p%02zu.ppm", image);
  for (size_t i = 0; i < 2; i++)
    assert_int_equal(vtm_image_read(folders_path(names[i]), NULL, &images[i], NULL), VTM_OK);
  const size_t count = (size_t)images[0].width * (size_t)images[0].height * 3;
  for (size_t i = 0; i < count; i++) {
    const int difference = images[0].pixels[i] - images[1].pixels[i];
    sum += difference * difference;
  }
  for (size_t i = 0; i < 2; i++) vtm_image_clear(&images[i]);
  return sum / (double)count;
}

static void test_definition(void **state) {
  (void)state;
  const folders_run psnr = pair("psnr", "ref", "a");
  const folders_run mse = pair("mse", "ref", "a");
  vtm_result *decibels = folders_must_score(&psnr);
  vtm_result *errors = folders_must_score(&mse);
  double mean = 0;
  assert_false(decibels->lower_is_better);
  assert_true(errors->lower_is_better);
  assert_string_equal(decibels->label, "PSNR");
  assert_int_equal(decibels->rows[0].image_count, IMAGES);
  assert_int_equal(decibels->rows[0].layer_count, 0);
  for (size_t i = 0; i < IMAGES; i++) {
    const double error = plain_error(i);
    expect_same_bits(errors->rows[0].images[i].value, error / 65025);
    expect_same_bits(decibels->rows[0].images[i].value, 10 * log10(65025 / error));
    mean += decibels->rows[0].images[i].value;
  }
  expect_same_bits(decibels->rows[0].value, mean / IMAGES);
  vtm_result_destroy(decibels);
  vtm_result_destroy(errors);
}

static void test_equal_pictures(void **state) {
  (void)state;
  folders_pictures("same", IMAGES, 2);
  folders_picture("same", "p01", 48, 64, 1001); /* as in ref */
  const folders_run run = pair("psnr", "ref", "same");
  vtm_result *result = folders_must_score(&run);
  assert_true(isinf(result->rows[0].images[1].value) && isinf(result->rows[0].value) && result->rows[0].value > 0);
  assert_int_equal(folders_has_line(result->rows[0].warnings, result->rows[0].warning_count,
                                    "1 of 5 pairs are equal pixel for pixel"),
                   1);
  vtm_result_destroy(result);
}

static void test_sizes(void **state) {
  (void)state;
  folders_pictures("other", IMAGES, 2);
  folders_picture("other", "p03", 24, 32, 1);
  folders_run run = pair("mse", "ref", "other");
  folders_must_fail(&run, VTM_ERROR_DATA, "1 pair of different sizes");
  run.options[0] = (folders_option){"size", "33x17"};
  vtm_result *result = folders_must_score(&run);
  assert_true(result->rows[0].value > 0);
  vtm_result_destroy(result);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_definition), cmocka_unit_test(test_equal_pictures),
                                     cmocka_unit_test(test_sizes)};
  return cmocka_run_group_tests(tests, setup, folders_teardown);
}
