/* Folding rows into a triangle gives the covariance that two passes over all rows give, in bounded memory. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "golden/features.h"
#include "stats/moments.h"

enum { FEATURES = 70 };

static vtm_pool *pool;

static int open_pool(void **state) {
  (void)state;
  vtm_error error = {0};
  return vtm_pool_create(3, &pool, &error) == VTM_OK ? 0 : -1;
}

static int close_pool(void **state) {
  (void)state;
  vtm_pool_destroy(pool);
  return 0;
}

/* A mean a million times the spread: sums of squares would lose all digits. */
static void row_of(size_t row, double *values) {
  golden_row(9, row, FEATURES, values);
  for (size_t k = 0; k < FEATURES; k++) values[k] += 1e6 * (double)(k % 6 + 1);
}

static void check_against_two_passes(size_t n) {
  vtm_error error = {0};
  vtm_moments *moments = NULL;
  vtm_gaussian gaussian;
  double values[FEATURES];
  long double mean[FEATURES] = {0};
  long double scatter[FEATURES][FEATURES] = {{0}};
  assert_int_equal(vtm_moments_create(pool, FEATURES, &moments, &error), VTM_OK);
  for (size_t i = 0; i < n; i++) {
    row_of(i, values);
    assert_int_equal(vtm_moments_add(moments, values, &error), VTM_OK);
    for (size_t k = 0; k < FEATURES; k++) mean[k] += (long double)values[k] / (long double)n;
  }
  for (size_t i = 0; i < n; i++) {
    row_of(i, values);
    for (size_t j = 0; j < FEATURES; j++)
      for (size_t k = 0; k < FEATURES; k++)
        scatter[j][k] += ((long double)values[j] - mean[j]) * ((long double)values[k] - mean[k]);
  }
  assert_int_equal(vtm_moments_gaussian(moments, &gaussian, &error), VTM_OK);
  assert_int_equal(gaussian.n, n);
  double trace = 0;
  for (size_t j = 0; j < FEATURES; j++) {
    assert_true(fabs(gaussian.mean[j] - (double)mean[j]) <= 1e-15 * fabs((double)mean[j]));
    for (size_t k = 0; k < FEATURES; k++) {
      double product = 0;
      for (size_t r = 0; r < gaussian.rank; r++)
        product += gaussian.factor[r * FEATURES + j] * gaussian.factor[r * FEATURES + k];
      const double expected = (double)scatter[j][k] / (double)(n - 1);
      if (fabs(product - expected) > 1e-9) fail_msg("n %zu [%zu][%zu]: %.17g, not %.17g", n, j, k, product, expected);
      if (j == k) trace += product;
    }
  }
  assert_true(fabs(trace - gaussian.trace) < 1e-12);
  vtm_gaussian_free(&gaussian);
  vtm_moments_destroy(moments);
}

static void test_folding(void **state) {
  (void)state;
  const size_t counts[] = {2, 3, FEATURES, FEATURES + 1, 100, 2047, 2048, 2049, 4096, 4097, 10000};
  for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) check_against_two_passes(counts[i]);
}

static void test_refusals(void **state) {
  (void)state;
  vtm_error error = {0};
  vtm_moments *moments = NULL;
  vtm_gaussian gaussian;
  assert_int_equal(vtm_moments_create(pool, 0, &moments, &error), VTM_ERROR_LIMIT);
  assert_int_equal(vtm_moments_create(pool, 2, &moments, &error), VTM_OK);
  assert_int_equal(vtm_moments_add(moments, (const double[]){1, NAN}, &error), VTM_ERROR_NUMERIC);
  assert_non_null(strstr(error.message, "feature 1 is not a number"));
  assert_int_equal(vtm_moments_add(moments, (const double[]){-INFINITY, 1}, &error), VTM_ERROR_NUMERIC);
  assert_non_null(strstr(error.message, "feature 0 is infinite"));
  assert_int_equal(vtm_moments_count(moments), 0);
  assert_int_equal(vtm_moments_add(moments, (const double[]){1, 1}, &error), VTM_OK);
  assert_int_equal(vtm_moments_gaussian(moments, &gaussian, &error), VTM_ERROR_DATA);
  assert_non_null(strstr(error.message, "1 image:"));
  vtm_moments_destroy(moments);
  vtm_moments_destroy(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_folding),
      cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, open_pool, close_pool);
}
