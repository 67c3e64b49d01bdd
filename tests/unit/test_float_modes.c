/* Numbers at both ends of float32: denormals are zero in a network's threads and nowhere else, and activations that
 * overflow are an error, on every instruction set and in every precision. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cpu.h"
#include "helpers/one_network.h"
#include "helpers/seeded_engine.h"

enum { SIZE = 63, ITEMS = 3, FEATURES = 256 };

static const char *const masks[] = {"", "amx", "avx512", "avx2", "neon"};

/* Parameters whose names begin with `name` are `gain` times the usual ones. */
static void open_scaled(seeded_engine *f, const char *network, const char *name, float gain, const char *mask,
                        vtm_precision precision) {
  seeded_make_weights(f, network);
  for (size_t i = 0; i < f->weights.count; i++) {
    const vtm_tensor *tensor = &f->weights.tensors[i];
    float *values = (float *)(uintptr_t)tensor->data;
    if (strncmp(tensor->name, name, strlen(name)) != 0) continue;
    for (size_t j = 0; j < tensor->count; j++) values[j] *= gain;
  }
  seeded_open_engine(f, network, 2, mask, precision);
}

/* 1: half the smallest normal number is more than zero here. */
static int has_denormals(void) {
  volatile float smallest = FLT_MIN;
  volatile float half = smallest / 2;
  return half > 0 && half * 2 == FLT_MIN;
}

static vtm_status load(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error) {
  (void)thread;
  int *without = user;
  if (!has_denormals()) __atomic_fetch_add(without, 1, __ATOMIC_RELAXED);
  float *values = vtm_pixels_resize(pixels, SIZE, SIZE, error);
  if (values == NULL) return VTM_ERROR_MEMORY;
  uint64_t seed = item + 1;
  for (size_t i = 0; i < (size_t)SIZE * SIZE * 3; i++) values[i] = vtm_seeded_uniform(&seed, 0, 255);
  return VTM_OK;
}

typedef struct seen {
  size_t zeros, others, errors;
} seen;

static vtm_status look(void *user, size_t item, const float *features, const vtm_error *item_error, vtm_error *error) {
  (void)item;
  (void)error;
  seen *s = user;
  assert_true(has_denormals());
  if (features == NULL) assert_int_equal(item_error->status, VTM_ERROR_NUMERIC);
  s->errors += features == NULL;
  for (size_t i = 0; features != NULL && i < FEATURES; i++) {
    s->zeros += fpclassify(features[i]) == FP_ZERO;
    s->others += fpclassify(features[i]) != FP_ZERO;
  }
  return VTM_OK;
}

static seen run_features(const char *name, float gain, const char *mask, vtm_precision precision) {
  seeded_engine f;
  seen s = {0};
  int without = 0;
  open_scaled(&f, "alexnet", name, gain, mask, precision);
  const vtm_source source = {.load = load, .user = &without, .count = ITEMS};
  assert_int_equal(one_run_features(f.context, f.engine, &source, 2, look, &s, NULL), VTM_OK);
  assert_int_equal(without, 0);
  assert_true(has_denormals());
  seeded_close(&f);
  return s;
}

/* The last layer's outputs are denormal in float32. */
static void test_denormals(void **state) {
  (void)state;
  for (size_t m = 0; m < sizeof(masks) / sizeof(*masks); m++) {
    seen s = run_features("features.10", 1e-41F, masks[m], VTM_PRECISION_F32);
    assert_int_equal(s.others, 0);
    assert_int_equal(s.zeros, (size_t)ITEMS * FEATURES);
    s = run_features("features.10", 1e-30F, masks[m], VTM_PRECISION_F32);
    assert_true(s.others > 0);
  }
}

typedef void network_check(const char *network, float gain, const char *mask, vtm_precision precision);

/* bf16 where the processor multiplies it; in plain C it takes too long. */
static void on_every_set(network_check *check, const char *network, float gain) {
  unsigned features = 0;
  assert_int_equal(vtm_cpu_features(NULL, &features, NULL), VTM_OK);
  for (size_t m = 0; m < sizeof(masks) / sizeof(*masks); m++) check(network, gain, masks[m], VTM_PRECISION_F32);
  if (!(features & VTM_CPU_AMX)) return;
  check(network, gain, NULL, VTM_PRECISION_BF16X3);
  check(network, gain, NULL, VTM_PRECISION_BF16);
}

static void expect_feature_errors(const char *network, float gain, const char *mask, vtm_precision precision) {
  (void)network;
  assert_int_equal(run_features("features", gain, mask, precision).errors, ITEMS);
}

static void test_features_overflow(void **state) {
  (void)state;
  on_every_set(expect_feature_errors, "alexnet", 1e12F);
}

static vtm_status look_at_pair(void *user, size_t group, size_t model, const double *layers,
                               const vtm_error *item_error, vtm_error *error) {
  (void)group;
  (void)error;
  size_t *errors = user;
  assert_int_equal(model, 0);
  assert_null(layers);
  assert_int_equal(item_error->status, VTM_ERROR_NUMERIC);
  ++*errors;
  return VTM_OK;
}

static void expect_pair_errors(const char *network, float gain, const char *mask, vtm_precision precision) {
  seeded_engine f;
  size_t errors = 0;
  int without = 0;
  open_scaled(&f, network, "features", gain, mask, precision);
  const vtm_source source = {.load = load, .user = &without, .count = ITEMS};
  assert_int_equal(one_run_lpips(f.context, f.engine, &source, 1, 2, look_at_pair, &errors, NULL), VTM_OK);
  assert_int_equal(errors, ITEMS);
  seeded_close(&f);
}

/* At 1e5 all activations are finite, and only their squares are not: LPIPS would be 0. */
static void test_lpips_overflows(void **state) {
  (void)state;
  on_every_set(expect_pair_errors, "lpips-alex", 1e5F);
  on_every_set(expect_pair_errors, "lpips-alex", 1e12F);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_denormals),
      cmocka_unit_test(test_features_overflow),
      cmocka_unit_test(test_lpips_overflows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
