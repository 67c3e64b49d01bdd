/* Intervals of means, effective numbers of people and the sign-flip test against values computed elsewhere; and what
 * they do with values that are all alike. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/random.h"
#include "golden/features.h"
#include "helpers/bits.h"
#include "stats/inference.h"
#include "stats/spread.h"

/* Values are a uniform number to the power, less the offset. */
typedef struct golden_inference {
  uint64_t seed;
  size_t n;
  double power, offset, low, high, lower, higher, standard_error, effective, p; /* lower, higher: of 45 intervals */
} golden_inference;

#include "golden/inference_values.h"

static double sampled_p(const double *values, size_t count, uint64_t seed) {
  const vtm_sign_flip test = vtm_sign_flip_start(values, count, seed, VTM_PATTERNS);
  return vtm_sign_flip_p(&test);
}

static void test_random_numbers(void **state) {
  (void)state;
  vtm_random random = vtm_random_start(1);
  for (size_t i = 0; i < sizeof(golden_random) / sizeof(*golden_random); i++)
    assert_true(vtm_random_next(&random) == golden_random[i]);
}

static void test_against_plain_formulas(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(golden_inferences) / sizeof(*golden_inferences); i++) {
    const golden_inference *golden = &golden_inferences[i];
    double *values = calloc(golden->n, sizeof(*values));
    double mean;
    assert_non_null(values);
    for (size_t k = 0; k < golden->n; k++)
      values[k] = pow(golden_uniform(golden->seed, k), golden->power) - golden->offset;
    const vtm_interval interval = vtm_interval_of_mean(values, golden->n, 0.05);
    assert_true(fabs(interval.low - golden->low) < 1e-9 * golden->standard_error);
    assert_true(fabs(interval.high - golden->high) < 1e-9 * golden->standard_error);
    assert_true(fabs(interval.standard_error - golden->standard_error) < 1e-12);
    const vtm_interval wider = vtm_interval_of_mean(values, golden->n, 0.05 / 45);
    assert_true(fabs(wider.low - golden->lower) < 1e-9 * golden->standard_error);
    assert_true(fabs(wider.high - golden->higher) < 1e-9 * golden->standard_error);
    const vtm_spread spread = vtm_spread_of_mean(values, golden->n, &mean);
    assert_true(fabs(spread.effective - golden->effective) < 1e-9 * golden->effective);
    assert_true(fabs(sampled_p(values, golden->n, golden->seed) - golden->p) < 1e-12);
    free(values);
  }
}

static void test_values_alike(void **state) {
  (void)state;
  const double zeros[12] = {0};
  double tenths[12];
  double mean;
  for (size_t i = 0; i < 12; i++) tenths[i] = 0.1;
  vtm_interval interval = vtm_interval_of_mean(zeros, 12, 0.05);
  expect_same_bits(interval.low, 0);
  expect_same_bits(interval.high, 0);
  expect_same_bits(interval.standard_error, 0);
  expect_same_bits(sampled_p(zeros, 12, 1), 1);
  interval = vtm_interval_of_mean(tenths, 12, 0.05);
  assert_true(fabs(interval.low - 0.1) < 1e-15 && fabs(interval.high - 0.1) < 1e-15);
  /* 2 of 4096 patterns are as far from zero */
  expect_same_bits(sampled_p(tenths, 12, 1), 2.0 / 4096);
  const vtm_spread spread = vtm_spread_of_mean(tenths, 12, &mean);
  assert_true(spread.effective >= 12 && !vtm_spread_is_of_few(&spread));
}

/* With all signs turned an interval is turned, to the last bit; without skewness it is Student's; whatever is skewed,
 * its ends are no farther than half as far again. */
static void test_intervals_turned(void **state) {
  (void)state;
  for (int k = -50; k <= 50; k++)
    for (size_t freedom = 9; freedom < 1000; freedom *= 3)
      for (double miss = 0.05; miss > 1e-5; miss /= 20) {
        const double skewness = k / 20.0;
        const vtm_interval one = vtm_interval_of(3, 4, skewness, miss, freedom);
        const vtm_interval other = vtm_interval_of(-3, 4, -skewness, miss, freedom);
        const double half = 2 * vtm_student_t(miss, freedom);
        expect_same_bits(one.low, -other.high);
        expect_same_bits(one.high, -other.low);
        assert_true(3 - one.low >= half - 1e-12 && one.high - 3 >= half - 1e-12);
        assert_true(3 - one.low <= 1.5 * half && one.high - 3 <= 1.5 * half);
        if (k == 0) expect_same_bits(one.low, 3 - half);
        if (k == 0) expect_same_bits(one.high, 3 + half);
        if (k > 0) assert_true(one.high - 3 > 3 - one.low);
      }
}

/* One of forty adds nearly all, two add the same, all add as much; in numbers whose fourth powers are none. */
static void test_few(void **state) {
  (void)state;
  double parts[40];
  for (int exponent = -150; exponent <= 150; exponent += 50) {
    const double unit = pow(10, exponent);
    for (size_t i = 0; i < 40; i++) parts[i] = unit * (i % 2 == 0 ? 1 : -1);
    vtm_spread spread = vtm_spread_of(parts, 40);
    assert_true(fabs(spread.effective - 40) < 1e-9 && fabs(spread.skewness) < 1e-9 && !vtm_spread_is_of_few(&spread));
    parts[3] *= 50;
    spread = vtm_spread_of(parts, 40);
    assert_true(spread.effective > 1 && spread.effective < 1.1 && vtm_spread_is_of_few(&spread));
    parts[4] *= 50;
    spread = vtm_spread_of(parts, 40);
    assert_true(spread.effective > 2 && spread.effective < 2.1 && vtm_spread_is_of_few(&spread));
    spread = vtm_spread_of(parts + 3, 10); /* of ten people two are not few */
    assert_true(spread.effective > 2 && spread.effective < 2.1 && !vtm_spread_is_of_few(&spread));
  }
}

/* Drawn on in steps or at once, the same; and where it ends up lies where it said it would. */
static void test_drawing_on(void **state) {
  (void)state;
  double values[14];
  for (size_t i = 0; i < 14; i++) values[i] = golden_uniform(3, i) - 0.25;
  double exact = 0;
  for (unsigned pattern = 0; pattern < 1u << 14; pattern++) {
    double sum = 0;
    double flipped = 0;
    for (size_t i = 0; i < 14; i++) sum += values[i];
    for (size_t i = 0; i < 14; i++) flipped += pattern >> i & 1 ? -values[i] : values[i];
    exact += fabs(flipped) >= fabs(sum) - 1e-12 ? 1.0 / (1 << 14) : 0;
  }
  for (uint64_t seed = 1; seed <= 20; seed++) {
    vtm_sign_flip steps = vtm_sign_flip_start(values, 14, seed, 1000);
    double low;
    double high;
    vtm_sign_flip_range(&steps, &low, &high);
    assert_true(low <= exact && exact <= high);
    vtm_sign_flip_continue(&steps, values, 14, 1500);
    vtm_sign_flip_continue(&steps, values, 14, 40000);
    vtm_sign_flip_range(&steps, &low, &high);
    assert_true(low <= exact && exact <= high && high - low < 0.02);
    const vtm_sign_flip once = vtm_sign_flip_start(values, 14, seed, 40000);
    expect_same_bits(vtm_sign_flip_p(&steps), vtm_sign_flip_p(&once));
  }
}

/* Tables of Student's t. */
static void test_student(void **state) {
  (void)state;
  static const struct {
    size_t freedom;
    double t, p;
  } known[] = {{1, 12.7062047364, 0.05},   {2, 4.30265272991, 0.05},      {3, 5.8409093097, 0.01},
               {4, 2.7764451052, 0.05},    {9, 2.26215716280, 0.05},      {23, 2.06865761042, 0.05},
               {109, 1.98196748927, 0.05}, {1000000, 1.95996635683, 0.05}};
  for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
    assert_true(fabs(vtm_student_p(known[i].t, known[i].freedom) - known[i].p) < 1e-8);
  for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
    assert_true(known[i].p < 0.05 || fabs(vtm_student_t(0.05, known[i].freedom) - known[i].t) < 1e-8);
  expect_same_bits(vtm_student_p(0, 5), 1);
  assert_true(vtm_student_p(-3, 5) == vtm_student_p(3, 5) && vtm_student_p(1e9, 100) < 1e-12);
}

static void test_number_of_patterns(void **state) {
  (void)state;
  assert_int_equal(vtm_first_patterns(10), 10000);
  assert_int_equal(vtm_first_patterns(4000), 10000);
  assert_int_equal(vtm_first_patterns(20000), 2000);
  assert_int_equal(vtm_first_patterns(1000000), 1000);
}

static void test_holm(void **state) {
  (void)state;
  vtm_error error = {0};
  double p[] = {0.01, 0.04, 0.03, 0.5, 0.9};
  const double expected[] = {0.05, 0.12, 0.12, 1, 1};
  assert_int_equal(vtm_holm(p, 5, &error), VTM_OK);
  for (size_t i = 0; i < 5; i++) assert_true(fabs(p[i] - expected[i]) < 1e-12);
  double one = 0.02;
  assert_int_equal(vtm_holm(&one, 1, &error), VTM_OK);
  expect_same_bits(one, 0.02);
  assert_int_equal(vtm_holm(&one, 0, &error), VTM_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_random_numbers),
      cmocka_unit_test(test_against_plain_formulas),
      cmocka_unit_test(test_values_alike),
      cmocka_unit_test(test_number_of_patterns),
      cmocka_unit_test(test_intervals_turned),
      cmocka_unit_test(test_few),
      cmocka_unit_test(test_holm),
      cmocka_unit_test(test_drawing_on),
      cmocka_unit_test(test_student),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
