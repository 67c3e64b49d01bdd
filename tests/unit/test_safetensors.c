#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "helpers/scratch.h"
#include "vtonmetrics/weights.h"

/* A file of `claimed` header bytes (0: the true number), the header, and `data_size` bytes 0, 1, 2 ... */
static const char *write_file(uint64_t claimed, const char *header, size_t data_size) {
  static uint8_t bytes[4096];
  const size_t length = strlen(header);
  const uint64_t size = claimed != 0 ? claimed : length;
  for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)(size >> (8 * i));
  memcpy(bytes + 8, header, length);
  for (size_t i = 0; i < data_size; i++) bytes[8 + length + i] = (uint8_t)i;
  return scratch_write("file.safetensors", bytes, 8 + length + data_size);
}

static void expect(uint64_t claimed, const char *header, size_t data_size, vtm_status status, const char *says) {
  const char *path = write_file(claimed, header, data_size);
  vtm_weights *weights = NULL;
  vtm_error error = {0};
  const vtm_status got = vtm_weights_open(path, &weights, &error);
  if (got != status || strstr(error.message, says) == NULL) fail_msg("%s: %d '%s'", header, (int)got, error.message);
  vtm_weights_destroy(weights);
}

static void reads(void **state) {
  (void)state;
  const char *path = write_file(0,
                                "{\"__metadata__\":{\"format\":\"pt\"},\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_"
                                "offsets\":[0,3]},\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[3,7]}}  ",
                                7);
  vtm_weights *weights = NULL;
  assert_int_equal(vtm_weights_open(path, &weights, NULL), VTM_OK);
  assert_int_equal(vtm_weights_count(weights), 2);
  assert_string_equal(vtm_weights_at(weights, 0)->name, "b");
  assert_null(vtm_weights_at(weights, 2));
  const vtm_tensor *a = vtm_weights_find(weights, "a");
  assert_int_equal(a->rank, 0);
  assert_int_equal(a->count, 1);
  assert_int_equal((uintptr_t)a->data % sizeof(float), 0); /* was copied: it lies at an odd offset */
  assert_memory_equal(a->data, ((const uint8_t[]){3, 4, 5, 6}), 4);
  assert_null(vtm_weights_find(weights, "c"));
  vtm_weights_destroy(weights);
}

#define ENTRY(dtype, shape, offsets) \
  "{\"a\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}}"

static void refuses_headers(void **state) {
  (void)state;
  expect((uint64_t)1 << 60, "{}", 0, VTM_ERROR_FORMAT, "says its header has 1152921504606846976 bytes");
  expect(UINT64_MAX, "{}", 0, VTM_ERROR_FORMAT, "says its header has");
  expect(3, "{}", 0, VTM_ERROR_FORMAT, "says its header has 3 bytes");
  expect(0, "{\"a\":", 0, VTM_ERROR_FORMAT, "not a JSON object");
  expect(0, "{\"a\":1}", 0, VTM_ERROR_FORMAT, "is not an object");
  expect(0, ENTRY("F32", "[1]", "[0,4]"), 3, VTM_ERROR_FORMAT, "truncated or damaged");
  expect(0, ENTRY("F32", "[1]", "[0,4]"), 5, VTM_ERROR_FORMAT, "1 bytes follow the last tensor");
  expect(0, ENTRY("F32", "[2]", "[0,4]"), 4, VTM_ERROR_FORMAT, "needs 8 bytes, its data_offsets give 4");
  expect(0, ENTRY("F32", "[1]", "[4,0]"), 4, VTM_ERROR_FORMAT, "no valid data_offsets");
  expect(0, ENTRY("F32", "[1]", "[-4,0]"), 4, VTM_ERROR_FORMAT, "no valid data_offsets");
  expect(0, ENTRY("F32", "[1]", "[0,1e300]"), 4, VTM_ERROR_FORMAT, "no valid data_offsets");
  expect(0, ENTRY("F32", "[1]", "[0]"), 4, VTM_ERROR_FORMAT, "no valid data_offsets");
  expect(0, ENTRY("F32", "[-1]", "[0,4]"), 4, VTM_ERROR_FORMAT, "impossible shape");
  expect(0, ENTRY("F32", "[0.5]", "[0,4]"), 4, VTM_ERROR_FORMAT, "impossible shape");
  expect(0, ENTRY("F32", "[4294967296,4294967296]", "[0,4]"), 4, VTM_ERROR_FORMAT, "impossible shape");
  expect(0, ENTRY("F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]"), 4, VTM_ERROR_FORMAT, "impossible shape");
  expect(0, ENTRY("C64", "[1]", "[0,8]"), 8, VTM_ERROR_UNSUPPORTED, "dtype 'C64'");
}

static void refuses_overlaps(void **state) {
  (void)state;
  expect(0,
         "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
         "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]}}",
         6, VTM_ERROR_FORMAT, "'a' and 'b' overlap");
  expect(0,
         "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
         "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[4,6]}}",
         6, VTM_ERROR_FORMAT, "bytes 2 to 4 of the data belong to no tensor");
  expect(0,
         "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
         "\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}",
         4, VTM_ERROR_FORMAT, "two tensors named 'a'");
}

static void round_trip(void **state) {
  (void)state;
  const float floats[] = {1.5F, -2.0F, 0.25F, 8.0F};
  const int64_t counter = -9;
  const uint8_t odd[] = {1, 2, 3};
  const vtm_tensor tensors[] = {
      {"\"quoted\" \xc3\xbc", VTM_UINT8, 1, {3}, 3, odd},
      {"kernel", VTM_FLOAT32, 4, {1, 2, 1, 2}, 4, floats},
      {"counter", VTM_INT64, 0, {0}, 1, &counter},
  };
  const char *path = scratch("out.safetensors");
  vtm_error error = {0};
  if (vtm_safetensors_write(path, tensors, 3, &error) != VTM_OK) fail_msg("%s", error.message);
  vtm_weights *weights = NULL;
  if (vtm_weights_open(path, &weights, &error) != VTM_OK) fail_msg("%s", error.message);
  for (size_t i = 0; i < 3; i++) {
    const vtm_tensor *read = vtm_weights_find(weights, tensors[i].name);
    assert_non_null(read);
    assert_int_equal(read->dtype, tensors[i].dtype);
    assert_int_equal(read->rank, tensors[i].rank);
    assert_memory_equal(read->shape, tensors[i].shape, sizeof(int64_t) * (size_t)read->rank);
    assert_memory_equal(read->data, tensors[i].data, read->count * vtm_dtype_size(read->dtype));
  }
  vtm_weights_destroy(weights);
}

static void writes_whole_or_not(void **state) {
  (void)state;
  const float value = 1.0F;
  const char *const word = "word";
  const vtm_tensor same[] = {{"a", VTM_FLOAT32, 0, {0}, 1, &value}, {"a", VTM_FLOAT32, 0, {0}, 1, &value}};
  const vtm_tensor text = {"a", VTM_TEXT, 0, {0}, 1, &word};
  vtm_error error = {0};
  assert_int_equal(vtm_safetensors_write(scratch("never"), same, 2, &error), VTM_ERROR_USAGE);
  assert_int_equal(vtm_safetensors_write(scratch("never"), &text, 1, &error), VTM_ERROR_UNSUPPORTED);
  assert_int_equal(vtm_safetensors_write(scratch("no/folder"), same, 1, &error), VTM_ERROR_NOT_FOUND);
  assert_int_equal(vtm_safetensors_write("/dev/full", same, 1, &error), VTM_ERROR_IO);
  assert_int_equal(scratch_count("never"), 0);
}

/* What no reader would take is not written, in either format. */
static void refuses_to_write(void **state) {
  (void)state;
  static const float values[4] = {1, 2, 3, 4};
  static const char *const texts[2] = {"a", NULL};
  static const vtm_tensor good = {"good", VTM_FLOAT32, 2, {2, 2}, 4, values};
  vtm_tensor bad[] = {good, good, good, good, good, good, good, good, good, good, good, good, good};
  enum { COUNT = sizeof(bad) / sizeof(*bad) };
  bad[0].count = 3;
  bad[1].count = 5;
  bad[2].rank = 9;
  bad[3].rank = -1;
  bad[4].shape[0] = bad[4].shape[1] = -2;
  bad[5].shape[0] = bad[5].shape[1] = INT64_MAX;
  bad[6].name = NULL;
  bad[7].name = "";
  bad[8].name = "\xff";
  bad[9].data = NULL;
  bad[10].dtype = (vtm_dtype)11;
  bad[11].dtype = (vtm_dtype)-1;
  bad[12] = (vtm_tensor){"texts", VTM_TEXT, 1, {2}, 2, texts};
  for (size_t i = 0; i < COUNT; i++) {
    const vtm_tensor both[2] = {good, bad[i]};
    vtm_error error = {0};
    assert_int_equal(vtm_safetensors_write(scratch("refused"), both, 2, &error), VTM_ERROR_USAGE);
    assert_non_null(strstr(error.message, "refused: "));
    assert_int_equal(vtm_npz_write(scratch("refused"), both, 2, &error), VTM_ERROR_USAGE);
    assert_non_null(strstr(error.message, "refused: "));
  }
  vtm_tensor reserved = good;
  reserved.name = "__metadata__";
  assert_int_equal(vtm_safetensors_write(scratch("refused"), &reserved, 1, NULL), VTM_ERROR_USAGE);
  assert_int_equal(scratch_count("refused"), 0);
  assert_string_equal(vtm_dtype_name((vtm_dtype)11), "unknown");
  assert_int_equal(vtm_dtype_size((vtm_dtype)-1), 0);
}

/* A name of as many bytes as a file may have, in either kind of letters. */
static void writes_long_names(void **state) {
  (void)state;
  static const float value = 1;
  static const vtm_tensor tensor = {"a", VTM_FLOAT32, 0, {0}, 1, &value};
  char name[256];
  vtm_error error = {0};
  memset(name, 'a', 255);
  name[255] = '\0';
  if (vtm_safetensors_write(scratch(name), &tensor, 1, &error) != VTM_OK) fail_msg("%s", error.message);
  for (size_t i = 0; i < 255; i += 3) memcpy(name + i, "\xe6\x97\xa5", 3);
  if (vtm_safetensors_write(scratch(name), &tensor, 1, &error) != VTM_OK) fail_msg("%s", error.message);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads),
      cmocka_unit_test(refuses_headers),
      cmocka_unit_test(refuses_overlaps),
      cmocka_unit_test(refuses_to_write),
      cmocka_unit_test(writes_long_names),
      cmocka_unit_test(round_trip),
      cmocka_unit_test(writes_whole_or_not),
  };
  return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
