/* Rows kept in memory and in a file without a name: what is put is there, and nothing is left behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "helpers/bits.h"
#include "helpers/scratch.h"
#include "metrics/kept_rows.h"

enum { ROWS = 100, FEATURES = 7, BYTES = ROWS * FEATURES * 4 };

static void check(vtm_kept_rows *rows) {
  double row[FEATURES];
  for (size_t i = 0; i < FEATURES * ROWS; i++) expect_same_bits(rows->values[i], 0);
  for (size_t i = 0; i < ROWS; i += 3) {
    for (size_t k = 0; k < FEATURES; k++) row[k] = (double)(i * 10 + k);
    vtm_kept_rows_put(rows, i, row);
  }
  for (size_t i = 0; i < ROWS; i++)
    for (size_t k = 0; k < FEATURES; k++)
      expect_same_bits(rows->values[i * FEATURES + k], (i % 3 == 0 ? (float)(i * 10 + k) : 0));
}

static void test_memory_then_file(void **state) {
  (void)state;
  vtm_kept_rows in_memory;
  vtm_kept_rows in_file;
  vtm_error error = {0};
  size_t budget = BYTES + 10;
  assert_int_equal(setenv("TMPDIR", scratch_folder, 1), 0);
  assert_int_equal(vtm_kept_rows_open(ROWS, FEATURES, &budget, &in_memory, &error), VTM_OK);
  assert_int_equal(budget, 10);
  assert_int_equal(vtm_kept_rows_open(ROWS, FEATURES, &budget, &in_file, &error), VTM_OK);
  assert_int_equal(budget, 10);
  assert_int_equal(scratch_count("vtonmetrics-"), 0); /* it has no name */
  check(&in_memory);
  check(&in_file);
  vtm_kept_rows_close(&in_memory);
  vtm_kept_rows_close(&in_file);
  assert_null(in_file.values);
  vtm_kept_rows_close(&in_file);
  vtm_kept_rows_put(&in_file, 5, NULL); /* nothing is kept */
}

static void test_no_room(void **state) {
  (void)state;
  vtm_kept_rows rows;
  vtm_error error = {0};
  size_t budget = 0;
  assert_int_equal(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
  assert_int_equal(vtm_kept_rows_open(ROWS, FEATURES, &budget, &rows, &error), VTM_ERROR_IO);
  assert_string_equal(error.message,
                      "/nowhere/at/all: cannot keep 1 MB of features there: No such file or directory; set TMPDIR to a "
                      "folder with room for them");
  assert_null(rows.values);
  assert_int_equal(vtm_kept_rows_open(SIZE_MAX / 4, FEATURES, &budget, &rows, &error), VTM_ERROR_MEMORY);
  vtm_kept_rows_close(&rows);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory_then_file), cmocka_unit_test(test_no_room)};
  return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
