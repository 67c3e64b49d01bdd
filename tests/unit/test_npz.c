#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "helpers/bits.h"
#include "helpers/scratch.h"
#include "weights/npz_writer.h"

static vtm_weights *must_open(const char *path) {
  vtm_weights *weights = NULL;
  vtm_error error = {0};
  if (vtm_weights_open(path, &weights, &error) != VTM_OK) fail_msg("%s", error.message);
  return weights;
}

static void round_trip(void **state) {
  (void)state;
  const double mu[] = {0.5, -1.25, 1e300};
  const float features[] = {1, 2, 3, 4, 5, 6};
  const int64_t n = 28;
  const char *const names[] = {"00001_00", "gr\xc3\xbcn \xf0\x9f\x91\x95", ""};
  const vtm_tensor tensors[] = {{"mu", VTM_FLOAT64, 1, {3}, 3, mu},
                                {"features", VTM_FLOAT32, 2, {2, 3}, 6, features},
                                {"n", VTM_INT64, 0, {0}, 1, &n},
                                {"names", VTM_TEXT, 1, {3}, 3, names},
                                {"none", VTM_FLOAT32, 2, {0, 4}, 0, features}};
  vtm_error error = {0};
  if (vtm_npz_write(scratch("out.npz"), tensors, 5, &error) != VTM_OK) fail_msg("%s", error.message);
  vtm_weights *weights = must_open(scratch("out.npz"));
  assert_string_equal(vtm_weights_format(weights), "npz");
  assert_int_equal(vtm_weights_count(weights), 5);
  assert_memory_equal(vtm_weights_find(weights, "mu")->data, mu, sizeof(mu));
  assert_memory_equal(vtm_weights_find(weights, "features")->data, features, sizeof(features));
  assert_int_equal(vtm_weights_find(weights, "features")->shape[1], 3);
  assert_int_equal(*(const int64_t *)vtm_weights_find(weights, "n")->data, 28);
  assert_int_equal(vtm_weights_find(weights, "none")->shape[1], 4);
  const char *const *read = vtm_weights_find(weights, "names")->data;
  for (size_t i = 0; i < 3; i++) assert_string_equal(read[i], names[i]);
  vtm_weights_destroy(weights);
  assert_int_equal(scratch_count("out.npz"), 1); /* no temporary is left */
}

/* Names of files may be any bytes. */
static void bytes_that_are_no_text(void **state) {
  (void)state;
  const char *const names[] = {"ok", "latin-1 \xfc"};
  const vtm_tensor tensor = {"names", VTM_TEXT, 1, {2}, 2, names};
  assert_int_equal(vtm_npz_write(scratch("bytes.npz"), &tensor, 1, NULL), VTM_OK);
  vtm_weights *weights = must_open(scratch("bytes.npz"));
  const char *const *read = vtm_weights_find(weights, "names")->data;
  for (size_t i = 0; i < 2; i++) assert_string_equal(read[i], names[i]);
  vtm_weights_destroy(weights);
}

static void rows(void **state) {
  (void)state;
  enum { ROWS = 1000, COLUMNS = 7 };
  vtm_npz_writer *writer = NULL;
  const double mu = 3.5;
  const vtm_tensor small = {"mu", VTM_FLOAT64, 0, {0}, 1, &mu};
  assert_int_equal(vtm_npz_writer_open(scratch("rows.npz"), &writer, NULL), VTM_OK);
  assert_int_equal(vtm_npz_writer_begin_rows(writer, "features", VTM_FLOAT32, COLUMNS, NULL), VTM_OK);
  for (int row = 0; row < ROWS; row++) {
    float line[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) line[i] = (float)(row * COLUMNS + i);
    assert_int_equal(vtm_npz_writer_rows(writer, line, 1, NULL), VTM_OK);
  }
  assert_int_equal(vtm_npz_writer_add(writer, &small, NULL), VTM_OK);
  assert_int_equal(vtm_npz_writer_begin_rows(writer, "nothing", VTM_FLOAT64, 4, NULL), VTM_OK);
  assert_int_equal(vtm_npz_writer_begin_rows(writer, "features", VTM_FLOAT64, 4, NULL), VTM_ERROR_USAGE);
  assert_int_equal(scratch_count("rows"), 1); /* the output's temporary; that of the rows has no name */
  vtm_error error = {0};
  if (vtm_npz_writer_commit(writer, &error) != VTM_OK) fail_msg("%s", error.message);
  vtm_weights *weights = must_open(scratch("rows.npz"));
  const vtm_tensor *features = vtm_weights_find(weights, "features");
  assert_int_equal(features->shape[0], ROWS);
  assert_int_equal(features->shape[1], COLUMNS);
  for (size_t i = 0; i < features->count; i++) expect_same_bits(((const float *)features->data)[i], (float)i);
  assert_int_equal(vtm_weights_find(weights, "nothing")->shape[0], 0);
  expect_same_bits(*(const double *)vtm_weights_find(weights, "mu")->data, 3.5);
  vtm_weights_destroy(weights);
  assert_int_equal(vtm_npz_writer_open(scratch("never.npz"), &writer, NULL), VTM_OK);
  assert_int_equal(vtm_npz_writer_begin_rows(writer, "features", VTM_FLOAT32, COLUMNS, NULL), VTM_OK);
  vtm_npz_writer_discard(writer);
  assert_int_equal(scratch_count("never"), 0);
}

static void cannot_write(void **state) {
  (void)state;
  static float many[1 << 16];
  const vtm_tensor big = {"a", VTM_FLOAT32, 1, {1 << 16}, 1 << 16, many};
  const vtm_tensor brain = {"a", VTM_BFLOAT16, 1, {2}, 2, many};
  vtm_error error = {0};
  assert_int_equal(vtm_npz_write("/dev/full", &big, 1, &error), VTM_ERROR_IO);
  assert_non_null(strstr(error.message, "/dev/full: cannot write"));
  assert_int_equal(vtm_npz_write(scratch("no/folder.npz"), &big, 1, &error), VTM_ERROR_NOT_FOUND);
  assert_int_equal(vtm_npz_write(scratch("never.npz"), &brain, 1, &error), VTM_ERROR_UNSUPPORTED);
  assert_int_equal(vtm_npz_write(scratch("never.npz"), &big, 0, &error), VTM_ERROR_USAGE);
  assert_int_equal(scratch_count("never"), 0);
}

/* A .npy of version 1.0 with this dictionary and `size` zero bytes behind it. */
static void expect_npy(const char *dictionary, size_t size, vtm_status status, const char *says) {
  static uint8_t bytes[1024];
  const size_t length = strlen(dictionary);
  memset(bytes, 0, sizeof(bytes));
  memcpy(bytes, "\x93NUMPY\x01\x00", 8);
  bytes[8] = (uint8_t)length;
  bytes[9] = (uint8_t)(length >> 8);
  memcpy(bytes + 10, dictionary, length);
  vtm_weights *weights = NULL;
  vtm_error error = {0};
  const vtm_status got = vtm_weights_open(scratch_write("array.npy", bytes, 10 + length + size), &weights, &error);
  if (got != status || strstr(error.message, says) == NULL)
    fail_msg("%s: %d '%s'", dictionary, (int)got, error.message);
  vtm_weights_destroy(weights);
}

static void hostile_arrays(void **state) {
  (void)state;
#define NPY(descr, shape) "{'descr': '" descr "', 'fortran_order': False, 'shape': " shape ", }"
  expect_npy(NPY("<f4", "(2, 3)"), 24, VTM_OK, "");
  expect_npy("{'shape': (2L,), \"descr\": '|u1', 'fortran_order': True}", 2, VTM_OK, ""); /* as Python 2 wrote it */
  expect_npy(NPY("<f4", "(2, 3)"), 23, VTM_ERROR_FORMAT, "needs 24 bytes, 23 are there");
  expect_npy(NPY("<f4", "(2, 3)"), 25, VTM_ERROR_FORMAT, "needs 24 bytes, 25 are there");
  expect_npy(NPY("<f4", "(4294967296, 4294967296)"), 0, VTM_ERROR_FORMAT, "impossible shape");
  expect_npy(NPY("<f4", "(99999999999999999999999,)"), 0, VTM_ERROR_FORMAT, "shape");
  expect_npy(NPY("<f4", "(-1,)"), 0, VTM_ERROR_FORMAT, "shape");
  expect_npy(NPY("<f4", "(1,1,1,1,1,1,1,1,1)"), 4, VTM_ERROR_FORMAT, "more than 8 sides");
  expect_npy(NPY("|O", "(1,)"), 8, VTM_ERROR_UNSUPPORTED, "holds Python objects (pickle): refused");
  expect_npy(NPY(">f8", "(1,)"), 8, VTM_OK, "");
  expect_npy(NPY("<U99999999", "(1,)"), 8, VTM_ERROR_UNSUPPORTED, "dtype");
  expect_npy(NPY("<U0", "(1000000000000,)"), 0, VTM_ERROR_LIMIT, "refused");
  expect_npy(NPY("", "(1,)"), 8, VTM_ERROR_UNSUPPORTED, "dtype ''");
  expect_npy("{'descr': '<f4'}", 4, VTM_ERROR_FORMAT, "a key is missing");
  expect_npy("{'descr': '<f4', 'descr': '<f4'}", 4, VTM_ERROR_FORMAT, "given twice");
  expect_npy("{'descr': ('<f4', __import__('os')), }", 4, VTM_ERROR_FORMAT, "descr");
  expect_npy("import os", 4, VTM_ERROR_FORMAT, "malformed");
  expect_npy("", 0, VTM_ERROR_FORMAT, "");
}

static void strangers(void **state) {
  (void)state;
  typedef struct stranger {
    const char *content, *says;
  } stranger;
  const stranger files[] = {{"", "is empty"},
                            {"<!DOCTYPE html><title>404</title>", "is a web page"},
                            {"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"},
                            {"\xff\xd8\xff\xe0 jpeg", "is a JPEG image"},
                            {"just text", "not in any of the known formats"},
                            {"PK\x03\x04 and no more", "truncated or damaged"}};
  for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
    vtm_weights *weights = NULL;
    vtm_error error = {0};
    const char *path = scratch_write("stranger", files[i].content, strlen(files[i].content));
    assert_int_equal(vtm_weights_open(path, &weights, &error), VTM_ERROR_FORMAT);
    if (strstr(error.message, files[i].says) == NULL) fail_msg("%s", error.message);
  }
  vtm_weights *weights = NULL;
  assert_int_equal(vtm_weights_open(scratch("absent"), &weights, NULL), VTM_ERROR_NOT_FOUND);
  assert_int_equal(vtm_weights_open("/tmp", &weights, NULL), VTM_ERROR_IO);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(round_trip),   cmocka_unit_test(bytes_that_are_no_text), cmocka_unit_test(rows),
      cmocka_unit_test(cannot_write), cmocka_unit_test(hostile_arrays),         cmocka_unit_test(strangers),
  };
  return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
