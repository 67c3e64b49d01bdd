/* KID against its definition in plain loops, over numbers of rows around a tile; its interval against the jackknife
 * that leaves people out one by one; the same bits for any number of threads. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "helpers/bits.h"
#include "helpers/feature_files.h"

enum { FEATURES = 5 };

static float *make_rows(uint64_t seed, size_t count, double shift) {
  float *rows = calloc(count * FEATURES, sizeof(*rows));
  assert_non_null(rows);
  vtm_random random = vtm_random_start(seed);
  for (size_t i = 0; i < count * FEATURES; i++)
    rows[i] = (float)((double)(vtm_random_next(&random) >> 11) * 0x1p-53 * 2 - 1 + shift);
  return rows;
}

static double kernel(const float *x, const float *y) {
  double product = 0;
  for (size_t k = 0; k < FEATURES; k++) product += (double)x[k] * (double)y[k];
  return pow(product / FEATURES + 1, 3);
}

/* Without row `left_out` of x and of y; SIZE_MAX: of all rows. */
static double plain_kid(const float *x, size_t m, const float *y, size_t n, size_t left_out) {
  double within_x = 0;
  double within_y = 0;
  double across = 0;
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < m; j++)
      if (i != j && i != left_out && j != left_out) within_x += kernel(x + i * FEATURES, x + j * FEATURES);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      if (i != j && i != left_out && j != left_out) within_y += kernel(y + i * FEATURES, y + j * FEATURES);
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++)
      if (i != left_out && j != left_out) across += kernel(x + i * FEATURES, y + j * FEATURES);
  const double a = (double)m - (left_out != SIZE_MAX);
  const double b = (double)n - (left_out != SIZE_MAX);
  return within_x / (a * (a - 1)) + within_y / (b * (b - 1)) - 2 * across / (a * b);
}

static void expect_kid(size_t m, size_t n) {
  float *x = make_rows(m, m, 0);
  float *y = make_rows(1000 + n, n, 0.2);
  const char *const generated[] = {"y.npz"};
  feature_file("x.npz", x, 0, m, FEATURES);
  feature_file("y.npz", y, 50000, n, FEATURES);
  const double expected = plain_kid(x, m, y, n, SIZE_MAX);
  vtm_result *one = feature_files_measure("kid", 1, false, "x.npz", generated, 1);
  vtm_result *three = feature_files_measure("kid", 3, false, "x.npz", generated, 1);
  if (fabs(one->rows[0].value - expected) > 1e-12)
    fail_msg("%zu, %zu: %.17g, not %.17g", m, n, one->rows[0].value, expected);
  expect_same_bits(one->rows[0].value, three->rows[0].value);
  assert_int_equal(one->rows[0].interval != NULL, m >= 10 && n >= 10);
  if (one->rows[0].interval != NULL) expect_same_bits(one->rows[0].interval->low, three->rows[0].interval->low);
  assert_string_equal(one->label, "KD(alexnet)");
  assert_string_equal(one->rows[0].terms[0].name, "x1000");
  expect_same_bits(one->rows[0].terms[0].value, 1000 * one->rows[0].value);
  vtm_result_destroy(one);
  vtm_result_destroy(three);
  free(x);
  free(y);
}

static void test_definition(void **state) {
  (void)state;
  expect_kid(2, 2);
  expect_kid(2, 9);
  expect_kid(17, 300);
  expect_kid(256, 256);
  expect_kid(257, 512);
  expect_kid(511, 255);
}

/* Of matched images a person is what is left out. */
static void test_interval(void **state) {
  (void)state;
  enum { N = 120 };
  float *x = make_rows(1, N, 0);
  float *y = make_rows(2, N, 0.3);
  const char *const generated[] = {"b.npz"};
  for (size_t i = 0; i < (size_t)N * FEATURES; i++) y[i] += 0.5F * x[i];
  feature_file("a.npz", x, 0, N, FEATURES);
  feature_file("b.npz", y, 0, N, FEATURES);
  double values[N];
  double mean = 0;
  double variance = 0;
  for (size_t i = 0; i < N; i++) mean += values[i] = plain_kid(x, N, y, N, i);
  mean /= N;
  for (size_t i = 0; i < N; i++) variance += (values[i] - mean) * (values[i] - mean) * (N - 1) / N;
  vtm_result *result = feature_files_measure("kid", 2, true, "a.npz", generated, 1);
  const vtm_score_row *row = &result->rows[0];
  assert_non_null(row->interval);
  const double ratio = row->interval->standard_error / sqrt(variance);
  if (fabs(ratio - 1) > 0.03) fail_msg("standard error: %.4f of the jackknife's", ratio);
  double sum = 0;
  assert_int_equal(row->influence_count, N);
  for (size_t i = 0; i < N; i++) sum += row->influences[i].value;
  assert_true(fabs(sum) < 1e-12);
  vtm_result_destroy(result);
  free(x);
  free(y);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_definition), cmocka_unit_test(test_interval)};
  return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
