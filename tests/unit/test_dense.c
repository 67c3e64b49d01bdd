/* The linear algebra that is cut into panels and blocks, against plain sums and LAPACK on one thread, at sizes around
 * those of panels and blocks; and its bits for any number of threads. */
#include <lapacke.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "golden/features.h"
#include "stats/dense.h"

static const int thread_counts[] = {1, 2, 3, 5};
enum { POOLS = sizeof(thread_counts) / sizeof(*thread_counts) };

static vtm_pool *pools[POOLS];

static int open_pools(void **state) {
  (void)state;
  vtm_error error = {0};
  for (size_t i = 0; i < POOLS; i++)
    if (vtm_pool_create(thread_counts[i], &pools[i], &error) != VTM_OK) return -1;
  return 0;
}

static int close_pools(void **state) {
  (void)state;
  for (size_t i = 0; i < POOLS; i++) vtm_pool_destroy(pools[i]);
  return 0;
}

static double *numbers(size_t count) {
  double *values = calloc(count, sizeof(*values));
  assert_non_null(values);
  return values;
}

static double *copy_of(const double *values, size_t count) {
  double *copy = numbers(count);
  memcpy(copy, values, count * sizeof(*copy));
  return copy;
}

static double *random_numbers(uint64_t seed, size_t count) {
  double *values = numbers(count);
  for (size_t i = 0; i < count; i++) values[i] = golden_uniform(seed, i) - 0.5;
  return values;
}

/* ---- the QR update ---- */

/* sums (order x order) += rows' rows, rows being count x order by columns */
static void add_products(const double *rows, size_t count, size_t order, double *sums) {
  for (size_t j = 0; j < order; j++)
    for (size_t k = 0; k < order; k++)
      for (size_t i = 0; i < count; i++) sums[j * order + k] += rows[j * count + i] * rows[k * count + i];
}

static double *fold(vtm_pool *pool, const size_t *counts, size_t folds, size_t order) {
  double *triangle = numbers(order * order);
  vtm_error error = {0};
  for (size_t f = 0; f < folds; f++) {
    double *rows = random_numbers(f + 1, counts[f] * order);
    assert_int_equal(vtm_dense_qr_update(pool, triangle, order, rows, counts[f], &error), VTM_OK);
    free(rows);
  }
  return triangle;
}

static void check_folds(const size_t *counts, size_t folds, size_t order) {
  double *sums = numbers(order * order);
  double *squares = numbers(order * order);
  double *triangle = fold(pools[0], counts, folds, order);
  for (size_t f = 0; f < folds; f++) {
    double *rows = random_numbers(f + 1, counts[f] * order);
    add_products(rows, counts[f], order, sums);
    free(rows);
  }
  add_products(triangle, order, order, squares);
  for (size_t j = 0; j < order; j++)
    for (size_t i = 0; i < order; i++) {
      if (i > j && triangle[j * order + i] != 0) fail_msg("order %zu: (%zu, %zu) is below the diagonal", order, i, j);
      if (fabs(squares[j * order + i] - sums[j * order + i]) > 1e-12)
        fail_msg("order %zu: (%zu, %zu) of R'R is %.17g, not %.17g", order, i, j, squares[j * order + i],
                 sums[j * order + i]);
    }
  for (size_t p = 1; p < POOLS; p++) {
    double *again = fold(pools[p], counts, folds, order);
    assert_memory_equal(again, triangle, order * order * sizeof(*again));
    free(again);
  }
  free(triangle);
  free(squares);
  free(sums);
}

static void test_qr_update(void **state) {
  (void)state;
  const size_t orders[] = {1, 2, 63, 64, 65, 127, 128, 129, 192, 257, 330};
  for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++) {
    const size_t few_then_many[] = {1, orders[i] / 2 + 1, orders[i] + 3};
    const size_t many_then_few[] = {2 * orders[i], 1};
    check_folds(few_then_many, 3, orders[i]);
    check_folds(many_then_few, 2, orders[i]);
  }
}

/* ---- the sum of singular values ---- */

static double norm_of(vtm_pool *pool, const double *matrix, size_t rows, size_t columns) {
  double *overwritten = copy_of(matrix, rows * columns);
  double sum = NAN;
  vtm_error error = {0};
  assert_int_equal(vtm_dense_nuclear_norm(pool, overwritten, rows, columns, &sum, &error), VTM_OK);
  free(overwritten);
  return sum;
}

static double norm_by_lapack(const double *matrix, size_t rows, size_t columns) {
  double *overwritten = copy_of(matrix, rows * columns);
  double *values = numbers(rows);
  const lapack_int code = LAPACKE_dgesdd(LAPACK_COL_MAJOR, 'N', (lapack_int)columns, (lapack_int)rows, overwritten,
                                         (lapack_int)columns, values, NULL, 1, NULL, 1);
  assert_int_equal(code, 0);
  double sum = 0;
  for (size_t i = 0; i < rows; i++) sum += values[i];
  free(values);
  free(overwritten);
  return sum;
}

static void check_norm(const double *matrix, size_t rows, size_t columns) {
  const double expected = norm_by_lapack(matrix, rows, columns);
  const double sum = norm_of(pools[0], matrix, rows, columns);
  if (!(fabs(sum - expected) <= 1e-13 * expected))
    fail_msg("%zu x %zu: the sum is %.17g, not %.17g", rows, columns, sum, expected);
  for (size_t p = 1; p < POOLS; p++) {
    const double again = norm_of(pools[p], matrix, rows, columns);
    assert_memory_equal(&again, &sum, sizeof(sum));
  }
}

static const size_t sizes[][2] = {{1, 1},     {1, 9},     {2, 2},     {3, 2000},  {31, 31},   {32, 32},   {33, 33},
                                  {32, 90},   {63, 64},   {64, 64},   {65, 65},   {95, 97},   {96, 96},   {127, 300},
                                  {128, 128}, {129, 131}, {160, 160}, {161, 162}, {193, 193}, {290, 290}, {300, 420}};

static void test_norms(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
    const size_t rows = sizes[i][0];
    const size_t columns = sizes[i][1] < rows ? rows : sizes[i][1];
    double *matrix = random_numbers(i + 1, rows * columns);
    check_norm(matrix, rows, columns);
    /* values that fall over 60 orders of magnitude; then of rank 3; then nothing */
    for (size_t r = 0; r < rows; r++)
      for (size_t c = 0; c < columns; c++) matrix[r * columns + c] *= exp2(-200.0 * (double)r / (double)rows);
    check_norm(matrix, rows, columns);
    for (size_t r = 3; r < rows; r++)
      for (size_t c = 0; c < columns; c++)
        matrix[r * columns + c] = matrix[r % 3 * columns + c] * (double)(r % 7) - matrix[c] * (double)(r % 5);
    check_norm(matrix, rows, columns);
    memset(matrix, 0, rows * columns * sizeof(*matrix));
    check_norm(matrix, rows, columns);
    free(matrix);
  }
}

static void test_norms_of_extreme_values(void **state) {
  (void)state;
  enum { ROWS = 70, COLUMNS = 75 };
  double *matrix = random_numbers(1, ROWS * COLUMNS);
  const double plain = norm_of(pools[1], matrix, ROWS, COLUMNS);
  const int powers[] = {-900, -500, 500, 900};
  for (size_t p = 0; p < sizeof(powers) / sizeof(*powers); p++) {
    double *scaled = copy_of(matrix, ROWS * COLUMNS);
    for (size_t i = 0; i < ROWS * COLUMNS; i++) scaled[i] = ldexp(scaled[i], powers[p]);
    const double sum = ldexp(norm_of(pools[1], scaled, ROWS, COLUMNS), -powers[p]);
    if (!(fabs(sum - plain) <= 1e-13 * plain)) fail_msg("times 2^%d: %.17g, not %.17g", powers[p], sum, plain);
    free(scaled);
  }
  const double wrong[] = {INFINITY, -INFINITY, NAN};
  for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
    double *broken = copy_of(matrix, ROWS * COLUMNS);
    broken[40 * COLUMNS + 50] = wrong[i];
    assert_true(isinf(norm_of(pools[1], broken, ROWS, COLUMNS)));
    free(broken);
  }
  free(matrix);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_qr_update),
      cmocka_unit_test(test_norms),
      cmocka_unit_test(test_norms_of_extreme_values),
  };
  return cmocka_run_group_tests(tests, open_pools, close_pools);
}
