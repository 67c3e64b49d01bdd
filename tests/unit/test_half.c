/* Halves: all of them there and back, and values between them to the nearest, ties to even. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend/cuda/half.h"
#include "helpers/bits.h"

/* Of the positive halves but infinity, from the definition. */
static double value_of(unsigned half) {
  const unsigned exponent = half >> 10;
  const double mantissa = half & 0x3ff;
  return exponent == 0 ? ldexp(mantissa, -24) : ldexp(1024 + mantissa, (int)exponent - 25);
}

static void test_all_halves(void **state) {
  (void)state;
  for (unsigned half = 0; half < 0x7c00; half++) {
    expect_same_bits((double)vtm_half_value((vtm_half)half), value_of(half));
    expect_same_bits((double)vtm_half_value((vtm_half)(half | 0x8000)), -value_of(half));
    assert_int_equal(vtm_half_of((float)value_of(half)), half);
    assert_int_equal(vtm_half_of(-(float)value_of(half)), half | 0x8000);
  }
}

static void test_rounding(void **state) {
  (void)state;
  for (unsigned half = 0; half < 0x7bff; half++) {
    const float middle = (float)((value_of(half) + value_of(half + 1)) / 2);
    assert_int_equal(vtm_half_of(middle), half % 2 == 0 ? half : half + 1);
    assert_int_equal(vtm_half_of(nextafterf(middle, 0)), half);
    assert_int_equal(vtm_half_of(nextafterf(middle, INFINITY)), half + 1);
  }
}

static void test_ends(void **state) {
  (void)state;
  assert_int_equal(vtm_half_of(65504), 0x7bff);
  assert_int_equal(vtm_half_of(65519.99F), 0x7bff);
  assert_int_equal(vtm_half_of(65520), 0x7c00);
  assert_int_equal(vtm_half_of(1e30F), 0x7c00);
  assert_int_equal(vtm_half_of(-INFINITY), 0xfc00);
  assert_int_equal(vtm_half_of(1e-30F), 0);
  assert_true(isnan(vtm_half_value(vtm_half_of(NAN))));
  assert_true(isinf(vtm_half_value(0x7c00)) && vtm_half_value(0xfc00) < 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_halves), cmocka_unit_test(test_rounding),
                                     cmocka_unit_test(test_ends)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
