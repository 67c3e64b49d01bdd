/* Rows kept in memory and in a file without a name: what is put is there, and nothing is left behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "features/feature_rows.h"
#include "helpers/bits.h"
#include "helpers/scratch.h"

enum { ROWS = 100, FEATURES = 7, BYTES = ROWS * FEATURES * 4 };

static void check(vtm_feature_rows *rows) {
  float row[FEATURES];
  double got[FEATURES];
  for (size_t i = 0; i < FEATURES * ROWS; i++) expect_same_bits(rows->values[i], 0);
  for (size_t i = 0; i < ROWS; i += 3) {
    for (size_t k = 0; k < FEATURES; k++) row[k] = (float)(i * 10 + k);
    vtm_feature_rows_put(rows, i, row);
  }
  for (size_t i = 0; i < ROWS; i++)
    for (size_t k = 0; k < FEATURES; k++)
      expect_same_bits(rows->values[i * FEATURES + k], i % 3 == 0 ? (float)(i * 10 + k) : 0);
  for (size_t i = 0; i < ROWS; i++) assert_int_equal(vtm_feature_rows_has(rows, i), i % 3 == 0);
  vtm_feature_rows_get(rows, 33, got);
  for (size_t k = 0; k < FEATURES; k++) expect_same_bits(got[k], (double)(330 + k));
}

static void test_memory_then_file(void **state) {
  (void)state;
  vtm_feature_rows in_memory;
  vtm_feature_rows in_file;
  vtm_error error = {0};
  size_t budget = BYTES + 10;
  assert_int_equal(setenv("TMPDIR", scratch_folder, 1), 0);
  assert_int_equal(vtm_feature_rows_open(ROWS, FEATURES, &budget, &in_memory, &error), VTM_OK);
  assert_int_equal(budget, 10);
  assert_int_equal(vtm_feature_rows_open(ROWS, FEATURES, &budget, &in_file, &error), VTM_OK);
  assert_int_equal(budget, 10);
  assert_int_equal(scratch_count("vtonmetrics-"), 0); /* it has no name */
  check(&in_memory);
  check(&in_file);
  vtm_feature_rows_close(&in_memory);
  vtm_feature_rows_close(&in_file);
  assert_null(in_file.values);
  vtm_feature_rows_close(&in_file);
}

/* Rows of a file keep their precision. */
static void test_rows_of_a_file(void **state) {
  (void)state;
  enum { COUNT = 3, LENGTH = 2 };
  static const double values[COUNT * LENGTH] = {0.1, 1e300, 0.2, -2, 0.3, 3};
  static const float floats[COUNT * LENGTH] = {0.1F, 1, 0.2F, -2, 0.3F, 3};
  static const size_t order[COUNT] = {2, 0, 1};
  static const size_t places[2] = {0, 2};
  const vtm_tensor wide = {.dtype = VTM_FLOAT64, .rank = 2, .shape = {COUNT, LENGTH}, .data = values};
  const vtm_tensor narrow = {.dtype = VTM_FLOAT32, .rank = 2, .shape = {COUNT, LENGTH}, .data = floats};
  vtm_feature_rows rows;
  vtm_error error = {0};
  double row[LENGTH];
  vtm_feature_rows_of_file(&narrow, order, COUNT, "n.npz", &rows);
  vtm_feature_rows_get(&rows, 0, row);
  assert_true(row[0] == (double)0.3F && row[1] == 3);
  vtm_feature_rows_of_file(&wide, order, COUNT, "w.npz", &rows);
  assert_true(vtm_feature_rows_has(&rows, 1));
  vtm_feature_rows_get(&rows, 1, row);
  assert_true(row[0] == 0.1 && row[1] == 1e300);
  const vtm_feature_set set = {&rows, places, 2};
  const vtm_error inner = {.status = VTM_ERROR_NUMERIC, .message = "is no number"};
  assert_int_equal(vtm_feature_set_fail(&set, 1, &inner, &error), VTM_ERROR_NUMERIC);
  assert_string_equal(error.message, "w.npz: row 1: is no number");
  vtm_feature_rows_close(&rows);
}

static void test_no_room(void **state) {
  (void)state;
  vtm_feature_rows rows;
  vtm_error error = {0};
  size_t budget = 0;
  assert_int_equal(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
  assert_int_equal(vtm_feature_rows_open(ROWS, FEATURES, &budget, &rows, &error), VTM_ERROR_IO);
  assert_string_equal(error.message,
                      "/nowhere/at/all: cannot keep 1 MB of features there: No such file or directory; set TMPDIR to a "
                      "folder with room for them");
  assert_null(rows.values);
  assert_int_equal(vtm_feature_rows_open(SIZE_MAX / 4, FEATURES, &budget, &rows, &error), VTM_ERROR_MEMORY);
  vtm_feature_rows_close(&rows);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows_of_a_file), cmocka_unit_test(test_memory_then_file),
                                     cmocka_unit_test(test_no_room)};
  return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
