/* Files that PyTorch, NumPy and the safetensors library wrote (scripts/golden/weights.py). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "helpers/bits.h"
#include "vtonmetrics/weights.h"

static vtm_weights *open_golden(const char *name) {
  char path[512];
  vtm_weights *weights = NULL;
  vtm_error error = {0};
  (void)snprintf(path, sizeof(path), "%s/golden/weights/%s", TESTS_DIR, name);
  if (vtm_weights_open(path, &weights, &error) != VTM_OK) fail_msg("%s", error.message);
  return weights;
}

static const vtm_tensor *get(const vtm_weights *weights, const char *name, vtm_dtype dtype, int rank,
                             const int64_t *shape) {
  const vtm_tensor *tensor = vtm_weights_find(weights, name);
  if (tensor == NULL) fail_msg("%s: no %s", vtm_weights_path(weights), name);
  assert_int_equal(tensor->dtype, dtype);
  assert_int_equal(tensor->rank, rank);
  for (int i = 0; i < rank; i++) assert_int_equal(tensor->shape[i], shape[i]);
  assert_int_equal((uintptr_t)tensor->data % vtm_dtype_size(dtype), 0);
  return tensor;
}

#define SHAPE(...) \
  (const int64_t[]) { __VA_ARGS__ }

static void check_floats(const vtm_weights *weights, const char *name, int rank, const int64_t *shape, size_t count,
                         float first, float step) {
  const vtm_tensor *tensor = get(weights, name, VTM_FLOAT32, rank, shape);
  assert_int_equal(tensor->count, count);
  for (size_t i = 0; i < count; i++)
    if (((const float *)tensor->data)[i] != first + step * (float)i)
      fail_msg("%s: %s[%zu] is %g", vtm_weights_path(weights), name, i, (double)((const float *)tensor->data)[i]);
}

static void check_bytes(const vtm_weights *weights, const char *name, vtm_dtype dtype, int64_t count,
                        const void *expected) {
  const vtm_tensor *tensor = get(weights, name, dtype, 1, &count);
  assert_memory_equal(tensor->data, expected, (size_t)count * vtm_dtype_size(dtype));
}

static void check_state(const char *file, const char *format) {
  vtm_weights *weights = open_golden(file);
  assert_string_equal(vtm_weights_format(weights), format);
  assert_int_equal(vtm_weights_count(weights), 17);
  check_floats(weights, "contiguous", 3, SHAPE(2, 3, 4), 24, -3.0F, 0.25F);
  check_floats(weights, "strided", 1, SHAPE(12), 12, 1.0F, 2.0F);
  check_floats(weights, "channels_last", 4, SHAPE(1, 2, 3, 4), 24, 0.0F, 1.0F);
  check_floats(weights, "shared_head", 1, SHAPE(4), 4, 0.0F, 1.0F);
  check_floats(weights, "shared_tail", 1, SHAPE(6), 6, 4.0F, 1.0F);
  check_floats(weights, "parameter", 1, SHAPE(2), 2, 1.5F, -4.0F);
  check_floats(weights, "empty", 2, SHAPE(0, 3), 0, 0.0F, 0.0F);
  const float *transposed = get(weights, "transposed", VTM_FLOAT32, 2, SHAPE(4, 3))->data;
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < 3; j++) expect_same_bits(transposed[i * 3 + j], (float)(j * 4 + i));
  check_bytes(weights, "float16", VTM_FLOAT16, 3, (const uint16_t[]){0x3800, 0xbc00, 0x7bff});
  check_bytes(weights, "bfloat16", VTM_BFLOAT16, 3, (const uint16_t[]){0x3f00, 0xbf80, 0x4040});
  check_bytes(weights, "float64", VTM_FLOAT64, 2, (const double[]){0.1, 1e300});
  check_bytes(weights, "int32", VTM_INT32, 2, (const int32_t[]){-5, 6});
  check_bytes(weights, "int16", VTM_INT16, 1, (const int16_t[]){-300});
  check_bytes(weights, "int8", VTM_INT8, 1, (const int8_t[]){-7});
  check_bytes(weights, "uint8", VTM_UINT8, 1, (const uint8_t[]){200});
  check_bytes(weights, "bool", VTM_BOOL, 2, (const uint8_t[]){1, 0});
  assert_int_equal(*(const int64_t *)get(weights, "int64", VTM_INT64, 0, NULL)->data, 7);
  assert_int_equal(strlen(vtm_weights_sha256(weights)), 64);
  vtm_weights_destroy(weights);
}

static void torch_and_safetensors(void **state) {
  (void)state;
  check_state("zip.pth", "torch-zip");
  check_state("zip_protocol4.pth", "torch-zip");
  check_state("deflated.pth", "torch-zip");
  check_state("legacy.pth", "torch-pickle");
  check_state("legacy_protocol4.pth", "torch-pickle");
  check_state("library.safetensors", "safetensors");
}

/* Epoch and optimizer beside the state dict; module metadata; a rank 0 counter. */
static void checkpoints(void **state) {
  (void)state;
  const char *const files[] = {"checkpoint.pth", "checkpoint_legacy.pth"};
  for (size_t i = 0; i < 2; i++) {
    vtm_weights *weights = open_golden(files[i]);
    assert_int_equal(vtm_weights_count(weights), 7);
    check_floats(weights, "0.weight", 4, SHAPE(2, 1, 3, 3), 18, 0.0F, 1.0F);
    assert_int_equal(*(const int64_t *)get(weights, "1.num_batches_tracked", VTM_INT64, 0, NULL)->data, 1);
    assert_null(vtm_weights_find(weights, "epoch"));
    vtm_weights_destroy(weights);
  }
}

static void numpy_archives(void **state) {
  (void)state;
  const char *const files[] = {"numpy.npz", "numpy_compressed.npz"};
  for (size_t i = 0; i < 2; i++) {
    vtm_weights *weights = open_golden(files[i]);
    assert_string_equal(vtm_weights_format(weights), "npz");
    check_floats(weights, "c_float32", 3, SHAPE(2, 3, 4), 24, -3.0F, 0.25F);
    check_floats(weights, "fortran_3d", 3, SHAPE(2, 3, 4), 24, 0.0F, 1.0F);
    check_floats(weights, "empty", 2, SHAPE(0, 5), 0, 0.0F, 0.0F);
    const double *doubles = get(weights, "fortran_float64", VTM_FLOAT64, 2, SHAPE(3, 4))->data;
    for (int k = 0; k < 12; k++) expect_same_bits(doubles[k], k);
    assert_true(*(const double *)get(weights, "scalar", VTM_FLOAT64, 0, NULL)->data == 2.5);
    check_bytes(weights, "int64", VTM_INT64, 2, (const int64_t[]){1, -2});
    const char *const *names = get(weights, "names", VTM_TEXT, 1, SHAPE(3))->data;
    assert_string_equal(names[0], "00003_00");
    assert_string_equal(names[1], "gr\xc3\xbcn \xf0\x9f\x91\x95");
    assert_string_equal(names[2], "");
    const char *const *bytes = get(weights, "bytes", VTM_TEXT, 1, SHAPE(2))->data;
    assert_string_equal(bytes[0], "abc");
    assert_string_equal(bytes[1], "d");
    vtm_weights_destroy(weights);
  }
  vtm_weights *weights = open_golden("numpy.npy");
  check_floats(weights, "array", 3, SHAPE(2, 3, 4), 24, -3.0F, 0.25F);
  vtm_weights_destroy(weights);
}

static void types_of_numpy(void **state) {
  (void)state;
  vtm_weights *weights = open_golden("big_endian.npz");
  check_floats(weights, "f4", 1, SHAPE(3), 3, 0.0F, 1.0F);
  const double *doubles = get(weights, "f8", VTM_FLOAT64, 2, SHAPE(3, 2))->data;
  const double transposed[] = {0, 3, 1, 4, 2, 5};
  for (int k = 0; k < 6; k++) expect_same_bits(doubles[k], transposed[k]);
  assert_int_equal(*(const int64_t *)get(weights, "i8", VTM_INT64, 0, NULL)->data, 258);
  const char *const *text = get(weights, "text", VTM_TEXT, 1, SHAPE(2))->data;
  assert_string_equal(text[0], "ab");
  assert_string_equal(text[1], "\xc3\xbc");
  vtm_weights_destroy(weights);
  /* types that are not known here cost their own array only */
  weights = open_golden("odd_types.npz");
  assert_int_equal(vtm_weights_count(weights), 1);
  expect_same_bits(((const double *)get(weights, "good", VTM_FLOAT64, 1, SHAPE(2))->data)[1], 1);
  assert_string_equal(vtm_weights_passed_over(weights, 0), "u2: has dtype '<u2', which is not supported");
  assert_string_equal(vtm_weights_passed_over(weights, 4), "any: holds Python objects (pickle): refused");
  assert_null(vtm_weights_passed_over(weights, 5));
  vtm_weights_destroy(weights);
}

typedef struct refusal {
  const char *file;
  vtm_status status;
  const char *says;
} refusal;

static const refusal refusals[] = {
    {"refused_system.pth", VTM_ERROR_FORMAT, "names posix.system, which is not part of any tensor: refused"},
    {"refused_system_legacy.pth", VTM_ERROR_FORMAT, "names posix.system, which is not part of any tensor: refused"},
    {"refused_bare_pickle.pth", VTM_ERROR_FORMAT, "names posix.system"},
    {"refused_eval.pth", VTM_ERROR_FORMAT, "names __builtin__.eval"},
    {"refused_numpy.pth", VTM_ERROR_FORMAT, "multiarray._reconstruct"},
    {"refused_whole_model.pth", VTM_ERROR_FORMAT, "names torch.nn.modules.linear.Linear"},
    {"refused_loop.pth", VTM_ERROR_FORMAT, "holds a loop"},
    {"refused_deep.pth", VTM_ERROR_LIMIT, "nested more than 64 deep"},
    {"refused_half_zip.pth", VTM_ERROR_FORMAT, "truncated or damaged"},
    {"refused_big_endian.pth", VTM_ERROR_UNSUPPORTED, "big-endian"},
    {"refused_single_tensor.pth", VTM_ERROR_FORMAT, "a single tensor without a name"},
    {"refused_two_states.pth", VTM_ERROR_FORMAT, "several dictionaries of tensors"},
    {"refused_torchscript.pt", VTM_ERROR_FORMAT, "TorchScript"},

    {"refused_structured.npy", VTM_ERROR_UNSUPPORTED, "structured array"},
    {"refused_complex.npy", VTM_ERROR_UNSUPPORTED, "dtype '<c8'"},
    {"refused_objects.npz", VTM_ERROR_UNSUPPORTED, "o: holds Python objects (pickle): refused"},
    {"refused_plain_zip.zip", VTM_ERROR_FORMAT, "neither a PyTorch file"},
};

static void refused(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
    char path[512];
    vtm_weights *weights = NULL;
    vtm_error error = {0};
    (void)snprintf(path, sizeof(path), "%s/golden/weights/%s", TESTS_DIR, refusals[i].file);
    const vtm_status status = vtm_weights_open(path, &weights, &error);
    if (status != refusals[i].status || strstr(error.message, refusals[i].says) == NULL ||
        strncmp(error.message, path, strlen(path)) != 0)
      fail_msg("%s: status %d, '%s'", refusals[i].file, (int)status, error.message);
    assert_null(weights);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(torch_and_safetensors), cmocka_unit_test(checkpoints), cmocka_unit_test(numpy_archives),
      cmocka_unit_test(types_of_numpy),        cmocka_unit_test(refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
