/* Statistics that are none are refused, and say why; distances that are known without computing. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "helpers/bits.h"
#include "stats/frechet.h"

static void expect_refused(const double *mean, const double *covariance, size_t features, vtm_status status,
                           const char *message_part) {
  vtm_gaussian gaussian;
  vtm_error error = {0};
  assert_int_equal(
      vtm_gaussian_from_covariance("ref.npz", mean, covariance, features, VTM_COVARIANCE_FLOAT64, &gaussian, &error),
      status);
  assert_null(gaussian.factor);
  assert_int_equal(strncmp(error.message, "ref.npz: ", 9), 0);
  if (strstr(error.message, message_part) == NULL) fail_msg("\"%s\" lacks \"%s\"", error.message, message_part);
}

static void test_refused_statistics(void **state) {
  (void)state;
  const double mean[2] = {0, 0};
  const double bad_mean[2] = {0, NAN};
  const double unit[4] = {1, 0, 0, 1};
  expect_refused(bad_mean, unit, 2, VTM_ERROR_NUMERIC, "mu[1]");
  expect_refused(mean, (const double[]){1, INFINITY, INFINITY, 1}, 2, VTM_ERROR_NUMERIC, "sigma[0][1]");
  expect_refused(mean, (const double[]){1, 0.25, 0.5, 1}, 2, VTM_ERROR_DATA,
                 "sigma[1][0] is 0.5 but sigma[0][1] is 0.25");
  expect_refused(mean, (const double[]){1, 2, 2, 1}, 2, VTM_ERROR_DATA, "smallest eigenvalue is -1");
  expect_refused(mean, (const double[]){-1, 0, 0, -2}, 2, VTM_ERROR_DATA, "smallest eigenvalue is -2");
  expect_refused(mean, unit, 0, VTM_ERROR_LIMIT, "0 features");
  expect_refused(mean, unit, VTM_MAX_FEATURES + 1, VTM_ERROR_LIMIT, "allowed are");
}

/* One variance is slightly negative, as where products are summed in float32. */
static void test_float32(void **state) {
  (void)state;
  const double mean[2] = {0, 0};
  static const struct {
    double negative, inexactness;
    vtm_status in_float64, in_float32;
  } cases[] = {
      {1e-8, 0, VTM_OK, VTM_OK}, {1e-5, 1e-5, VTM_ERROR_DATA, VTM_OK}, {1e-3, 0, VTM_ERROR_DATA, VTM_ERROR_DATA}};
  for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
    const double covariance[4] = {2, 0, 0, -2 * cases[i].negative};
    const double asymmetric[4] = {2, cases[i].negative, -cases[i].negative, 2};
    for (vtm_covariance_type type = VTM_COVARIANCE_FLOAT64; type <= VTM_COVARIANCE_FLOAT32; type++) {
      const vtm_status expected = type == VTM_COVARIANCE_FLOAT64 ? cases[i].in_float64 : cases[i].in_float32;
      const double *const both[] = {covariance, asymmetric};
      for (size_t k = 0; k < 2; k++) {
        vtm_gaussian gaussian;
        assert_int_equal(vtm_gaussian_from_covariance("s", mean, both[k], 2, type, &gaussian, NULL), expected);
        if (expected == VTM_OK) assert_true(fabs(gaussian.inexactness - cases[i].inexactness) < 1e-12);
        vtm_gaussian_free(&gaussian);
      }
    }
  }
}

static vtm_frechet distance_of(const double *mean_a, const double *a, const double *mean_b, const double *b,
                               size_t features) {
  vtm_pool *pool = NULL;
  vtm_error error = {0};
  vtm_gaussian first;
  vtm_gaussian second;
  vtm_frechet distance;
  assert_int_equal(vtm_pool_create(1, &pool, &error), VTM_OK);
  assert_int_equal(vtm_gaussian_from_covariance("a", mean_a, a, features, VTM_COVARIANCE_FLOAT64, &first, &error),
                   VTM_OK);
  assert_int_equal(vtm_gaussian_from_covariance("b", mean_b, b, features, VTM_COVARIANCE_FLOAT64, &second, &error),
                   VTM_OK);
  assert_int_equal(vtm_frechet_distance(pool, &first, &second, &distance, &error), VTM_OK);
  vtm_gaussian_free(&first);
  vtm_gaussian_free(&second);
  vtm_pool_destroy(pool);
  return distance;
}

static void test_known_distances(void **state) {
  (void)state;
  const double zero[2] = {0, 0};
  const double shifted[2] = {3, 4};
  const double none[4] = {0};
  /* diagonal covariances: sum of (root of one - root of the other)^2 */
  vtm_frechet distance = distance_of(zero, (const double[]){4, 0, 0, 9}, shifted, (const double[]){1, 0, 0, 25}, 2);
  assert_true(fabs(distance.mean - 25) < 1e-12);
  assert_true(fabs(distance.covariance - 5) < 1e-12);
  /* no spread at all */
  distance = distance_of(zero, none, shifted, none, 2);
  expect_same_bits(distance.mean, 25);
  expect_same_bits(distance.covariance, 0);
  /* perpendicular lines have nothing in common; a rounding error below zero is zero */
  distance = distance_of(zero, (const double[]){1, 0, 0, -1e-12}, zero, (const double[]){-1e-12, 0, 0, 1}, 2);
  assert_true(fabs(distance.value - 2) < 1e-9);
  /* with itself */
  const double full[4] = {2, 0.5, 0.5, 1};
  distance = distance_of(shifted, full, shifted, full, 2);
  assert_true(distance.value >= 0 && distance.value < 1e-14);
}

static void test_unlike_sizes(void **state) {
  (void)state;
  vtm_pool *pool = NULL;
  vtm_error error = {0};
  vtm_frechet distance;
  const vtm_gaussian a = {.features = 2};
  const vtm_gaussian b = {.features = 3};
  assert_int_equal(vtm_pool_create(1, &pool, &error), VTM_OK);
  assert_int_equal(vtm_frechet_distance(pool, &a, &b, &distance, &error), VTM_ERROR_DATA);
  assert_non_null(strstr(error.message, "2 features, the other 3"));
  vtm_pool_destroy(pool);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_refused_statistics),
      cmocka_unit_test(test_float32),
      cmocka_unit_test(test_known_distances),
      cmocka_unit_test(test_unlike_sizes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
