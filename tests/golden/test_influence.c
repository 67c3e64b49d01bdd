/* The standard error of a Frechet distance and of the difference of two: against values computed elsewhere from n x n
 * matrices, against leaving out one image after the other, and through the whole of fid with saved features. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "golden/features.h"
#include "helpers/bits.h"
#include "helpers/feature_files.h"
#include "stats/inference.h"
#include "stats/influence.h"
#include "stats/moments.h"
#include "stats/spread.h"

typedef struct golden_influence {
  uint64_t seed_a;
  size_t n_a;
  uint64_t seed_b;
  size_t n_b, features;
  double value, matched_error, unmatched_error; /* matched: 0 when n_a is not n_b */
  double of_a[2], of_b[2];                      /* what the first and the last row add */
} golden_influence;

typedef struct golden_difference {
  uint64_t seed, seed_a, seed_b;
  size_t n, features;
  double value, matched_error, unmatched_error;
} golden_difference;

/* Features of float64 that lie `offset` from zero. */
typedef struct golden_offset {
  double offset;
  uint64_t seed, seed_a;
  size_t n, features;
  double fid, fid_error, kid, kid_error;
} golden_offset;

#include "golden/influence_values.h"

enum {
  CASES = sizeof(golden_influences) / sizeof(*golden_influences),
  DIFFERENCES = sizeof(golden_differences) / sizeof(*golden_differences)
};

static const double tolerance = 1e-7; /* relative: the rows are float32, what was computed from them is not */

static void expect_within(double value, double expected, double relative) {
  if (!(fabs(value - expected) <= relative * fabs(expected))) fail_msg("%.17g is not %.17g", value, expected);
}

static void expect_near(double value, double expected) { expect_within(value, expected, tolerance); }

static float *rows_of(uint64_t seed, size_t n, size_t features) {
  float *rows = calloc(n * features, sizeof(*rows));
  double *row = calloc(features, sizeof(*row));
  assert_true(rows != NULL && row != NULL);
  for (size_t i = 0; i < n; i++) {
    golden_row(seed, i, features, row);
    for (size_t k = 0; k < features; k++) rows[i * features + k] = (float)row[k];
  }
  free(row);
  return rows;
}

/* of all rows but `left_out` */
static vtm_gaussian fit(vtm_pool *pool, const float *rows, size_t n, size_t features, size_t left_out) {
  vtm_error error = {0};
  vtm_moments *moments = NULL;
  vtm_gaussian gaussian = {0};
  double *row = calloc(features, sizeof(*row));
  assert_non_null(row);
  assert_int_equal(vtm_moments_create(pool, features, &moments, &error), VTM_OK);
  for (size_t i = 0; i < n; i++) {
    if (i == left_out) continue;
    for (size_t k = 0; k < features; k++) row[k] = (double)rows[i * features + k];
    assert_int_equal(vtm_moments_add(moments, row, &error), VTM_OK);
  }
  assert_int_equal(vtm_moments_gaussian(moments, &gaussian, &error), VTM_OK);
  vtm_moments_destroy(moments);
  free(row);
  return gaussian;
}

typedef struct float_rows {
  const float *values;
  size_t features;
} float_rows;

static void read_floats(const void *rows, size_t i, double *row) {
  const float_rows *floats = rows;
  for (size_t k = 0; k < floats->features; k++) row[k] = (double)floats->values[i * floats->features + k];
}

typedef struct measured {
  size_t n_a, n_b;
  double *of_a, *of_b;
} measured;

static measured measure(int threads, const float *a, size_t n_a, const float *b, size_t n_b, size_t features) {
  vtm_pool *pool = NULL;
  vtm_error error = {0};
  assert_int_equal(vtm_pool_create(threads, &pool, &error), VTM_OK);
  vtm_gaussian first = fit(pool, a, n_a, features, SIZE_MAX);
  vtm_gaussian second = fit(pool, b, n_b, features, SIZE_MAX);
  const float_rows rows_a = {a, features};
  const float_rows rows_b = {b, features};
  const vtm_sample x = {&first, &rows_a, read_floats};
  const vtm_sample y = {&second, &rows_b, read_floats};
  const measured made = {n_a, n_b, calloc(n_a, sizeof(double)), calloc(n_b, sizeof(double))};
  assert_true(made.of_a != NULL && made.of_b != NULL);
  assert_int_equal(vtm_frechet_influences(pool, &x, &y, made.of_a, made.of_b, &error), VTM_OK);
  vtm_pool_destroy(pool);
  vtm_gaussian_free(&first);
  vtm_gaussian_free(&second);
  return made;
}

static void forget(measured *made) {
  free(made->of_a);
  free(made->of_b);
}

static double matched_error(const measured *made) {
  double squares = 0;
  for (size_t i = 0; i < made->n_a; i++) squares += (made->of_a[i] + made->of_b[i]) * (made->of_a[i] + made->of_b[i]);
  return sqrt(squares);
}

static double unmatched_error(const measured *made) {
  double squares = 0;
  for (size_t i = 0; i < made->n_a; i++) squares += made->of_a[i] * made->of_a[i];
  for (size_t i = 0; i < made->n_b; i++) squares += made->of_b[i] * made->of_b[i];
  return sqrt(squares);
}

static void test_against_plain_formulas(void **state) {
  (void)state;
  for (size_t i = 0; i < CASES; i++) {
    const golden_influence *golden = &golden_influences[i];
    float *a = rows_of(golden->seed_a, golden->n_a, golden->features);
    float *b = rows_of(golden->seed_b, golden->n_b, golden->features);
    measured made = measure(2, a, golden->n_a, b, golden->n_b, golden->features);
    expect_near(made.of_a[0], golden->of_a[0]);
    expect_near(made.of_a[golden->n_a - 1], golden->of_a[1]);
    expect_near(made.of_b[0], golden->of_b[0]);
    expect_near(made.of_b[golden->n_b - 1], golden->of_b[1]);
    if (golden->n_a == golden->n_b) expect_near(matched_error(&made), golden->matched_error);
    expect_near(unmatched_error(&made), golden->unmatched_error);
    forget(&made);
    free(a);
    free(b);
  }
}

static void test_bits_of_threads(void **state) {
  (void)state;
  enum { N = 200, D = 80 };
  float *a = rows_of(1, N, D);
  float *b = rows_of(2, N, D);
  measured one = measure(1, a, N, b, N, D);
  for (int threads = 2; threads <= 5; threads++) {
    measured many = measure(threads, a, N, b, N, D);
    assert_memory_equal(one.of_a, many.of_a, N * sizeof(double));
    assert_memory_equal(one.of_b, many.of_b, N * sizeof(double));
    forget(&many);
  }
  forget(&one);
  free(a);
  free(b);
}

/* The square root of the sum of squares of (n - 1) / n (value without pair i less the mean of these). */
static double delete_one_error(const float *a, const float *b, size_t n, size_t features) {
  vtm_pool *pool = NULL;
  vtm_error error = {0};
  double *values = calloc(n, sizeof(*values));
  double mean = 0;
  double squares = 0;
  assert_non_null(values);
  assert_int_equal(vtm_pool_create(1, &pool, &error), VTM_OK);
  for (size_t i = 0; i < n; i++) {
    vtm_frechet distance;
    vtm_gaussian first = fit(pool, a, n, features, i);
    vtm_gaussian second = fit(pool, b, n, features, i);
    assert_int_equal(vtm_frechet_distance(pool, &first, &second, &distance, &error), VTM_OK);
    mean += (values[i] = distance.value) / (double)n;
    vtm_gaussian_free(&first);
    vtm_gaussian_free(&second);
  }
  for (size_t i = 0; i < n; i++) squares += (values[i] - mean) * (values[i] - mean);
  vtm_pool_destroy(pool);
  free(values);
  return sqrt(squares * (double)(n - 1) / (double)n);
}

static void test_against_leaving_out_one(void **state) {
  (void)state;
  const struct {
    size_t n, features;
    double within; /* relative: the one is a derivative, the other a difference */
  } cases[] = {{110, 16, 0.02}, {110, 64, 0.05}, {40, 96, 0.10}};
  for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
    float *a = rows_of(21, cases[i].n, cases[i].features);
    float *b = rows_of(22, cases[i].n, cases[i].features);
    measured made = measure(1, a, cases[i].n, b, cases[i].n, cases[i].features);
    const double quick = matched_error(&made);
    const double slow = delete_one_error(a, b, cases[i].n, cases[i].features);
    if (!(fabs(quick - slow) <= cases[i].within * slow)) fail_msg("case %zu: %g, by leaving out %g", i, quick, slow);
    forget(&made);
    free(a);
    free(b);
  }
}

static void save(const char *name, uint64_t seed, size_t first, size_t count, size_t features) {
  float *rows = rows_of(seed, first + count, features);
  feature_file(name, rows + first * features, first, count, features);
  free(rows);
}

/* Of a difference: Student's. */
static void expect_interval(const vtm_interval *interval, double value, double error, size_t n) {
  assert_non_null(interval);
  const double half = vtm_student_t(0.05, n - 1) * error;
  expect_near(interval->standard_error, error);
  expect_near(interval->low, value - half);
  expect_near(interval->high, value + half);
}

/* Of a row: as of a mean of values that are skewed like its influences. */
static void expect_row_interval(const vtm_interval *interval, double value, double error, const double *parts,
                                size_t count, size_t n) {
  assert_non_null(interval);
  double squares = 0;
  double cubes = 0;
  for (size_t i = 0; i < count; i++) {
    squares += parts[i] * parts[i];
    cubes += parts[i] * parts[i] * parts[i];
  }
  const vtm_interval expected = vtm_interval_of(value, error * error, cubes / pow(squares, 1.5), 0.05, n - 1);
  expect_near(interval->standard_error, error);
  expect_near(interval->low, fmax(0, expected.low));
  expect_near(interval->high, expected.high);
}

static void test_rows_and_differences(void **state) {
  (void)state;
  const char *const models[] = {"a.npz", "b.npz"};
  for (size_t i = 0; i < DIFFERENCES; i++)
    for (int matched = 0; matched < 2; matched++) {
      const golden_difference *golden = &golden_differences[i];
      save("x.npz", golden->seed, 0, golden->n, golden->features);
      save("a.npz", golden->seed_a, 0, golden->n, golden->features);
      save("b.npz", golden->seed_b, 0, golden->n, golden->features);
      vtm_result *result = feature_files_score(2, matched != 0, "x.npz", models, 2);
      assert_int_equal(result->difference_count, 1);
      const vtm_difference *difference = &result->differences[0];
      assert_int_equal(difference->n, matched != 0 ? golden->n : 0);
      const double error = matched != 0 ? golden->matched_error : golden->unmatched_error;
      assert_true(fabs(difference->p - vtm_student_p(golden->value / error, golden->n - 1)) < 1e-9);
      expect_near(difference->value, golden->value);
      expect_interval(difference->interval, golden->value, error, golden->n);
      assert_int_equal(difference->verdict, golden->value < 0 ? VTM_VERDICT_AHEAD : VTM_VERDICT_BEHIND);
      vtm_result_destroy(result);
    }
}

static void test_influences_of_a_row(void **state) {
  (void)state;
  const golden_influence *golden = &golden_influences[0];
  enum { PARTS = 30 };
  const char *const model = "b.npz";
  assert_true(golden->n_a == PARTS && golden->n_b == PARTS);
  save("x.npz", golden->seed_a, 0, golden->n_a, golden->features);
  save("b.npz", golden->seed_b, 0, golden->n_b, golden->features);
  vtm_result *result = feature_files_score(2, true, "x.npz", &model, 1);
  const vtm_score_row *row = &result->rows[0];
  expect_near(row->value, golden->value);
  double parts[2 * PARTS];
  for (size_t i = 0; i < golden->n_a; i++) parts[i] = row->influences[i].value;
  expect_row_interval(row->interval, golden->value, golden->matched_error, parts, golden->n_a, golden->n_a);
  assert_int_equal(row->influence_count, golden->n_a);
  assert_string_equal(row->influences[0].name, "p00000");
  expect_near(row->influences[0].value, golden->of_a[0] + golden->of_b[0]);
  expect_near(row->influences[golden->n_a - 1].value, golden->of_a[1] + golden->of_b[1]);
  assert_int_equal(result->difference_count, 0);
  vtm_result_destroy(result);
  result = feature_files_score(2, false, "x.npz", &model, 1);
  float *a = rows_of(golden->seed_a, golden->n_a, golden->features);
  float *b = rows_of(golden->seed_b, golden->n_b, golden->features);
  measured made = measure(1, a, golden->n_a, b, golden->n_b, golden->features);
  memcpy(parts, made.of_a, PARTS * sizeof(*parts));
  memcpy(parts + PARTS, made.of_b, PARTS * sizeof(*parts));
  expect_row_interval(result->rows[0].interval, golden->value, golden->unmatched_error, parts, 2 * PARTS, PARTS);
  forget(&made);
  free(a);
  free(b);
  assert_int_equal(result->rows[0].influence_count, 0);
  vtm_result_destroy(result);
}

static void save_with_offset(const char *name, uint64_t seed, const golden_offset *golden) {
  double *rows = calloc(golden->n * golden->features, sizeof(*rows));
  assert_non_null(rows);
  for (size_t i = 0; i < golden->n; i++) {
    double *row = rows + i * golden->features;
    golden_row(seed, i, golden->features, row);
    for (size_t k = 0; k < golden->features; k++) row[k] = (double)(float)row[k] + golden->offset;
  }
  feature_file_of_doubles(name, rows, golden->n, golden->features);
  free(rows);
}

/* Numbers of float64 stay what they are, for the value and its interval: float32 knows nothing of 1e9 + 0.1. */
static void test_features_far_from_zero(void **state) {
  (void)state;
  const char *const model = "a.npz";
  for (size_t i = 0; i < sizeof(golden_offsets) / sizeof(*golden_offsets); i++) {
    const golden_offset *golden = &golden_offsets[i];
    save_with_offset("x.npz", golden->seed, golden);
    save_with_offset("a.npz", golden->seed_a, golden);
    vtm_result *result = feature_files_score(2, true, "x.npz", &model, 1);
    expect_within(result->rows[0].value, golden->fid, 1e-5);
    expect_within(result->rows[0].interval->standard_error, golden->fid_error, 1e-5);
    vtm_result_destroy(result);
    if (isnan(golden->kid)) continue; /* cubes of such numbers cancel in float64, too */
    result = feature_files_measure("kid", 2, true, "x.npz", &model, 1);
    expect_within(result->rows[0].value, golden->kid, 1e-5);
    expect_within(result->rows[0].interval->standard_error, golden->kid_error, 1e-5);
    vtm_result_destroy(result);
  }
}

static void expect_warning(const char *metric, bool matched, const char *expected) {
  const char *const model = "a.npz";
  vtm_result *result = feature_files_measure(metric, 1, matched, "x.npz", &model, 1);
  const vtm_score_row *row = &result->rows[0];
  size_t found = 0;
  for (size_t i = 0; i < row->warning_count; i++) {
    if (strstr(row->warnings[i], " of the variance of ") == NULL) continue;
    if (strstr(row->warnings[i], expected) == NULL) fail_msg("%s", row->warnings[i]);
    found++;
  }
  assert_int_equal(found, expected[0] != '\0');
  vtm_result_destroy(result);
}

/* One destroyed result makes the variance of a distance: it is named. */
static void test_few_people(void **state) {
  (void)state;
  enum { N = 40, D = 8, AT = 7 };
  const char *const metrics[] = {"fid", "kid"};
  save("x.npz", 1, 0, N, D);
  save("a.npz", 2, 0, N, D);
  for (size_t i = 0; i < 2; i++) expect_warning(metrics[i], true, "");
  float *rows = rows_of(2, N, D);
  for (size_t k = 0; k < D; k++) rows[AT * D + k] = 40;
  feature_file("a.npz", rows, 0, N, D);
  for (size_t i = 0; i < 2; i++) {
    expect_warning(metrics[i], true, "1 of 40 people carries 9");
    expect_warning(metrics[i], true, "(p00007): ");
    expect_warning(metrics[i], false, "1 of 80 images carries 9");
    expect_warning(metrics[i], false, "(p00007): ");
  }
  free(rows);
}

/* Models with people of their own are compared on those they share, as if there were no others. */
static void test_unlike_people(void **state) {
  (void)state;
  enum { N = 60, FIRST = 20, D = 24 };
  const char *const models[] = {"a.npz", "b.npz"};
  save("x.npz", 1, 0, N, D);
  save("a.npz", 2, 0, N, D);
  save("b.npz", 3, FIRST, N - FIRST, D);
  vtm_result *all = feature_files_score(2, true, "x.npz", models, 2);
  save("x.npz", 1, FIRST, N - FIRST, D);
  save("a.npz", 2, FIRST, N - FIRST, D);
  vtm_result *common = feature_files_score(2, true, "x.npz", models, 2);
  assert_int_equal(all->rows[0].n_reference, N);
  assert_int_equal(all->difference_count, 1);
  const vtm_difference *difference = &all->differences[0];
  const vtm_difference *expected = &common->differences[0];
  assert_int_equal(difference->n, N - FIRST);
  expect_near(difference->value, expected->value);
  expect_near(difference->interval->standard_error, expected->interval->standard_error);
  assert_true(fabs(all->rows[0].value - common->rows[0].value) > 1e-3);
  expect_near(all->rows[1].interval->standard_error, common->rows[1].interval->standard_error);
  vtm_result_destroy(all);
  vtm_result_destroy(common);
}

/* compare keeps those people whom all models have, of saved features as of folders. */
static void test_common_people_of_saved_features(void **state) {
  (void)state;
  enum { N = 40, FIRST = 15, D = 12, PATH = 512 };
  static char paths[3][PATH];
  const char *const names[] = {"x.npz", "a.npz", "b.npz"};
  const char *const models[] = {paths[1], paths[2]};
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = 2};
  vtm_error error = {0};
  vtm_context *context = NULL;
  vtm_settings *settings = NULL;
  vtm_comparison *comparison = NULL;
  save("x.npz", 1, 0, N, D);
  save("a.npz", 2, 0, N, D);
  save("b.npz", 3, FIRST, N - FIRST, D);
  for (size_t i = 0; i < 3; i++) (void)snprintf(paths[i], PATH, "%s", scratch(names[i]));
  assert_int_equal(vtm_context_create(&options, &context, &error), VTM_OK);
  assert_int_equal(vtm_settings_create("fid", &settings, &error), VTM_OK);
  assert_int_equal(vtm_settings_set(settings, "protocol", "alexnet", &error), VTM_OK);
  const vtm_compare_request request = {.struct_size = sizeof(request),
                                       .reference = paths[0],
                                       .generated = models,
                                       .count = 2,
                                       .settings = (const vtm_settings *const *)&settings,
                                       .metric_count = 1};
  if (vtm_compare(context, &request, &comparison, &error) != VTM_OK) fail_msg("%s", error.message);
  save("x.npz", 1, FIRST, N - FIRST, D);
  save("a.npz", 2, FIRST, N - FIRST, D);
  const char *const alone[] = {"a.npz", "b.npz"};
  vtm_result *expected = feature_files_score(2, true, "x.npz", alone, 2);
  for (size_t i = 0; i < 2; i++) {
    assert_int_equal(comparison->results[0]->rows[i].n_generated, N - FIRST);
    expect_near(comparison->results[0]->rows[i].value, expected->rows[i].value);
  }
  vtm_result_destroy(expected);
  vtm_comparison_destroy(comparison);
  vtm_settings_destroy(settings);
  vtm_context_destroy(context);
}

static void test_too_few(void **state) {
  (void)state;
  const char *const models[] = {"a.npz", "b.npz"};
  save("x.npz", 1, 0, 20, 8);
  save("a.npz", 2, 0, 20, 8);
  save("b.npz", 3, 0, 9, 8);
  vtm_result *result = feature_files_score(1, true, "x.npz", models, 2);
  assert_non_null(result->rows[0].interval);
  assert_null(result->rows[1].interval);
  assert_int_equal(result->differences[0].verdict, VTM_VERDICT_INCOMPARABLE);
  assert_string_equal(result->differences[0].why, "fewer than 10 people are in both");
  vtm_result_destroy(result);
  save("a.npz", 2, 0, 12, 8);
  save("b.npz", 3, 10, 10, 8); /* enough of its own, but few that both have */
  result = feature_files_score(1, true, "x.npz", models, 2);
  assert_true(result->rows[0].interval != NULL && result->rows[1].interval != NULL);
  assert_int_equal(result->differences[0].verdict, VTM_VERDICT_INCOMPARABLE);
  vtm_result_destroy(result);
}

/* Features that do not differ have no spread; those beyond single precision no interval. */
static void test_odd_features(void **state) {
  (void)state;
  enum { N = 12, D = 8 };
  const char *const model = "a.npz";
  float rows[N * D] = {0};
  feature_file("x.npz", rows, 0, N, D);
  feature_file("a.npz", rows, 0, N, D);
  vtm_result *result = feature_files_score(1, true, "x.npz", &model, 1);
  expect_same_bits(result->rows[0].interval->low, 0);
  expect_same_bits(result->rows[0].interval->high, 0);
  vtm_result_destroy(result);
  for (size_t i = 0; i < N * D; i++) rows[i] = i % 7 == 0 ? 2e38F : -1e38F;
  feature_file("a.npz", rows, 0, N, D);
  result = feature_files_score(1, true, "x.npz", &model, 1);
  assert_true(isfinite(result->rows[0].value));
  assert_true(result->rows[0].interval == NULL || isfinite(result->rows[0].interval->high));
  vtm_result_destroy(result);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_against_plain_formulas),
      cmocka_unit_test(test_bits_of_threads),
      cmocka_unit_test(test_against_leaving_out_one),
      cmocka_unit_test(test_rows_and_differences),
      cmocka_unit_test(test_influences_of_a_row),
      cmocka_unit_test(test_features_far_from_zero),
      cmocka_unit_test(test_few_people),
      cmocka_unit_test(test_unlike_people),
      cmocka_unit_test(test_common_people_of_saved_features),
      cmocka_unit_test(test_too_few),
      cmocka_unit_test(test_odd_features),
  };
  return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
