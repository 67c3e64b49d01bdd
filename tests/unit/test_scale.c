/* Axes and rounding of charts. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/scale.h"

typedef struct scale_case {
  double low, high;
  int wanted;
  double expected_low, expected_high, expected_step;
  int decimals;
} scale_case;

static void test_ticks_are_round_and_cover_the_values(void **state) {
  (void)state;
  static const scale_case cases[] = {
      {0, 9.3, 4, 0, 10, 5, 0},           {0, 60, 4, 0, 60, 20, 0},       {0, 0.2977, 4, 0, 0.3, 0.1, 1},
      {0, 0.0003, 4, 0, 0.0003, 1e-4, 4}, {-2, 7, 4, -5, 10, 5, 0},       {12, 13, 4, 12, 13, 0.5, 1},
      {0, 1e6, 4, 0, 1e6, 5e5, 0},        {0, 20, 4, 0, 20, 5, 0},        {0, 0, 4, 0, 1, 0.5, 1},
      {NAN, 1, 4, 0, 1, 0.5, 1},          {0, INFINITY, 4, 0, 1, 0.5, 1}, {3, 2, 4, 0, 1, 0.5, 1},
  };
  for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
    const scale_case *c = &cases[i];
    const vtm_scale scale = vtm_scale_make(c->low, c->high, c->wanted);
    if (fabs(scale.low - c->expected_low) > 1e-9 || fabs(scale.high - c->expected_high) > 1e-9 ||
        fabs(scale.step / c->expected_step - 1) > 1e-9 || scale.decimals != c->decimals)
      fail_msg("%g .. %g gives %g .. %g by %g with %d decimals", c->low, c->high, scale.low, scale.high, scale.step,
               scale.decimals);
    assert_true(vtm_scale_ticks(&scale) >= 2 && vtm_scale_ticks(&scale) <= 8);
  }
}

static void test_decimals_follow_the_intervals(void **state) {
  (void)state;
  const vtm_interval wide = {26, 32, 1.5}, narrow = {0.05, 0.054, 0.001};
  vtm_score_row rows[2] = {{.value = 29.123, .interval = &wide}, {.value = 0.052}};
  const vtm_result result = {.rows = rows, .row_count = 2};
  assert_int_equal(vtm_value_decimals(&result), 1); /* 29.1 +- 3.0 */
  rows[1].interval = &narrow;
  assert_int_equal(vtm_value_decimals(&result), 4); /* 0.0520 +- 0.0020 */
  rows[0].interval = rows[1].interval = NULL;
  assert_int_equal(vtm_value_decimals(&result), 2); /* 29.12 */
  rows[0].value = NAN;
  assert_int_equal(vtm_value_decimals(&result), 5);
  assert_int_equal(vtm_two_digits(0.0123), 3);
  assert_int_equal(vtm_two_digits(1e-12), 6);
  assert_int_equal(vtm_two_digits(INFINITY), 0);
}

static void test_quantiles(void **state) {
  (void)state;
  const double sorted[] = {1, 2, 4, 8};
  assert_true(fabs(vtm_quantile(sorted, 4, 0) - 1) < 1e-12);
  assert_true(fabs(vtm_quantile(sorted, 4, 0.5) - 3) < 1e-12);
  assert_true(fabs(vtm_quantile(sorted, 4, 1) - 8) < 1e-12);
  assert_true(fabs(vtm_quantile(sorted, 1, 0.7) - 1) < 1e-12);
  assert_true(isnan(vtm_quantile(sorted, 0, 0.5)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ticks_are_round_and_cover_the_values),
      cmocka_unit_test(test_decimals_follow_the_intervals),
      cmocka_unit_test(test_quantiles),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
