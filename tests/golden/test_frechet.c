/* The Frechet distance against values computed elsewhere with more digits, from rows and from covariances,
 * n = 2 .. 5000, singular or not; and its bits for any number of threads. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "golden/features.h"
#include "stats/moments.h"

typedef struct golden_frechet {
  uint64_t seed_a;
  size_t n_a;
  uint64_t seed_b;
  size_t n_b, features;
  double mean, covariance;
} golden_frechet;

#include "golden/frechet_values.h"

enum { CASES = sizeof(golden_distances) / sizeof(*golden_distances), LARGE = 512 };

/* spec: 1e-9 relative against double-precision eigenvalues */
static const double tolerance = 1e-9;

static vtm_pool *pool_of(int threads) {
  vtm_pool *pool = NULL;
  vtm_error error = {0};
  assert_int_equal(vtm_pool_create(threads, &pool, &error), VTM_OK);
  return pool;
}

static vtm_gaussian fit(vtm_pool *pool, uint64_t seed, size_t n, size_t features) {
  vtm_error error = {0};
  vtm_moments *moments = NULL;
  vtm_gaussian gaussian = {0};
  double *row = calloc(features, sizeof(*row));
  assert_non_null(row);
  assert_int_equal(vtm_moments_create(pool, features, &moments, &error), VTM_OK);
  for (size_t i = 0; i < n; i++) {
    golden_row(seed, i, features, row);
    assert_int_equal(vtm_moments_add(moments, row, &error), VTM_OK);
  }
  assert_int_equal(vtm_moments_gaussian(moments, &gaussian, &error), VTM_OK);
  assert_int_equal(gaussian.n, n);
  vtm_moments_destroy(moments);
  free(row);
  return gaussian;
}

/* The same Gaussian, known by its covariance only. */
static vtm_gaussian through_covariance(vtm_pool *pool, const vtm_gaussian *gaussian) {
  vtm_error error = {0};
  vtm_gaussian other = {0};
  double *covariance = NULL;
  assert_int_equal(vtm_gaussian_covariance(pool, gaussian, &covariance, &error), VTM_OK);
  if (vtm_gaussian_from_covariance("test", gaussian->mean, covariance, gaussian->features, VTM_COVARIANCE_FLOAT64,
                                   &other, &error) != VTM_OK)
    fail_msg("%s", error.message);
  free(covariance);
  return other;
}

static void expect_distance(vtm_pool *pool, const golden_frechet *expected, const vtm_gaussian *a,
                            const vtm_gaussian *b, const char *form) {
  vtm_frechet distance;
  vtm_error error = {0};
  struct timespec start, end;
  (void)clock_gettime(CLOCK_MONOTONIC, &start);
  assert_int_equal(vtm_frechet_distance(pool, a, b, &distance, &error), VTM_OK);
  (void)clock_gettime(CLOCK_MONOTONIC, &end);
  const double value = expected->mean + expected->covariance;
  const double off = fabs(distance.value - value) / value;
  const double off_mean = fabs(distance.mean - expected->mean) / value;
  print_message("n %zu and %zu, d %zu, %s: relative error %.1e, %.3f s\n", expected->n_a, expected->n_b,
                expected->features, form, off,
                (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec));
  if (!(off <= tolerance) || !(off_mean <= tolerance))
    fail_msg("expected %.17g + %.17g, got %.17g + %.17g", expected->mean, expected->covariance, distance.mean,
             distance.covariance);
}

static void test_distances(void **state) {
  (void)state;
  vtm_pool *pool = pool_of(2);
  for (size_t i = 0; i < CASES; i++) {
    const golden_frechet *expected = &golden_distances[i];
    vtm_gaussian a = fit(pool, expected->seed_a, expected->n_a, expected->features);
    vtm_gaussian b = fit(pool, expected->seed_b, expected->n_b, expected->features);
    expect_distance(pool, expected, &a, &b, "rows");
    vtm_gaussian statistics_a = through_covariance(pool, &a);
    vtm_gaussian statistics_b = through_covariance(pool, &b);
    expect_distance(pool, expected, &statistics_a, &statistics_b, "statistics");
    if (expected->features < LARGE) expect_distance(pool, expected, &a, &statistics_b, "mixed");
    vtm_gaussian_free(&a);
    vtm_gaussian_free(&b);
    vtm_gaussian_free(&statistics_a);
    vtm_gaussian_free(&statistics_b);
  }
  vtm_pool_destroy(pool);
}

static void test_equal_bits_for_any_threads(void **state) {
  (void)state;
  const int thread_counts[] = {1, 2, 3, 5, 7};
  vtm_frechet first = {0};
  for (size_t t = 0; t < sizeof(thread_counts) / sizeof(*thread_counts); t++) {
    vtm_pool *pool = pool_of(thread_counts[t]);
    vtm_gaussian a = fit(pool, 5, 2200, 330); /* folded twice */
    vtm_gaussian b = fit(pool, 6, 300, 330);
    vtm_frechet distance;
    vtm_error error = {0};
    assert_int_equal(vtm_frechet_distance(pool, &a, &b, &distance, &error), VTM_OK);
    if (t == 0) first = distance;
    assert_memory_equal(&distance, &first, sizeof(first));
    vtm_gaussian_free(&a);
    vtm_gaussian_free(&b);
    vtm_pool_destroy(pool);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_distances),
      cmocka_unit_test(test_equal_bits_for_any_threads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
