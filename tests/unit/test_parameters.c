/* A weights file that does not fit its network: each fault has its own message. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cpu.h"
#include "nn/forward.h"
#include "nn/seeded.h"

static vtm_tensor *find(vtm_seeded_weights *weights, const char *name) {
  for (size_t i = 0; i < weights->count; i++)
    if (strcmp(weights->tensors[i].name, name) == 0) return &weights->tensors[i];
  fail_msg("no tensor %s", name);
  return NULL;
}

static void expect(const char *network, vtm_seeded_weights *weights, vtm_status status, const char *part,
                   const char *other_part) {
  const vtm_input_scaling scaling = {{1, 1, 1}, {0, 0, 0}};
  const vtm_engine_options options = {.scaling = &scaling};
  const vtm_tensor_lookup lookup = vtm_seeded_lookup(weights);
  vtm_engine *engine = NULL;
  vtm_error error = {0};
  const vtm_status got = vtm_engine_create_from(&vtm_backend_reference, NULL, vtm_network_find(network), &lookup,
                                                &options, &engine, &error);
  vtm_engine_destroy(engine);
  assert_int_equal(got, status);
  if (part == NULL) return;
  if (strstr(error.message, part) == NULL || strstr(error.message, other_part) == NULL)
    fail_msg("'%s' lacks '%s' or '%s'", error.message, part, other_part);
}

static void test_as_it_should_be(void **state) {
  (void)state;
  vtm_seeded_weights weights;
  assert_int_equal(vtm_seeded_create(vtm_network_find("alexnet"), 1, &weights, NULL), VTM_OK);
  expect("alexnet", &weights, VTM_OK, NULL, NULL);
  vtm_seeded_free(&weights);
}

static void test_missing_tensor(void **state) {
  (void)state;
  vtm_seeded_weights weights;
  assert_int_equal(vtm_seeded_create(vtm_network_find("alexnet"), 1, &weights, NULL), VTM_OK);
  char *name = (char *)(uintptr_t)find(&weights, "features.6.bias")->name;
  name[0] = 'F';
  expect("alexnet", &weights, VTM_ERROR_FORMAT, "there is no tensor 'features.6.bias'", "AlexNet");
  name[0] = 'f';
  vtm_seeded_free(&weights);
}

static void test_wrong_shape(void **state) {
  (void)state;
  vtm_seeded_weights weights;
  assert_int_equal(vtm_seeded_create(vtm_network_find("alexnet"), 1, &weights, NULL), VTM_OK);
  find(&weights, "features.3.weight")->shape[1] = 65;
  expect("alexnet", &weights, VTM_ERROR_FORMAT, "'features.3.weight' has shape [192, 65, 5, 5]",
         "expected [192, 64, 5, 5]");
  find(&weights, "features.3.weight")->rank = 3;
  expect("alexnet", &weights, VTM_ERROR_FORMAT, "has shape [192, 65, 5]", "expected [192, 64, 5, 5]");
  vtm_seeded_free(&weights);
}

static void test_wrong_dtype(void **state) {
  (void)state;
  vtm_seeded_weights weights;
  assert_int_equal(vtm_seeded_create(vtm_network_find("alexnet"), 1, &weights, NULL), VTM_OK);
  find(&weights, "features.0.bias")->dtype = VTM_FLOAT16;
  expect("alexnet", &weights, VTM_ERROR_FORMAT, "'features.0.bias' is float16", "expected float32");
  vtm_seeded_free(&weights);
}

static void test_not_finite(void **state) {
  (void)state;
  vtm_seeded_weights weights;
  assert_int_equal(vtm_seeded_create(vtm_network_find("lpips-alex"), 1, &weights, NULL), VTM_OK);
  float *values = (float *)(uintptr_t)find(&weights, "lin3.model.1.weight")->data;
  values[17] = NAN;
  expect("lpips-alex", &weights, VTM_ERROR_NUMERIC, "'lin3.model.1.weight' holds NaN at element 17", "damaged");
  values[17] = INFINITY;
  expect("lpips-alex", &weights, VTM_ERROR_NUMERIC, "'lin3.model.1.weight' holds infinity at element 17", "damaged");
  vtm_seeded_free(&weights);
}

static void test_negative_variance(void **state) {
  (void)state;
  vtm_seeded_weights weights;
  assert_int_equal(vtm_seeded_create(vtm_network_find("inception-v3"), 1, &weights, NULL), VTM_OK);
  float *values = (float *)(uintptr_t)find(&weights, "Mixed_5b.branch1x1.bn.running_var")->data;
  values[3] = -1;
  expect("inception-v3", &weights, VTM_ERROR_NUMERIC, "'Mixed_5b.branch1x1.bn.running_var'",
         "negative variance at element 3");
  vtm_seeded_free(&weights);
}

/* Names and shapes of the two Inceptions are the same up to the classifier: loading one for the other would
 * give a number that looks right. */
static void test_the_other_inception(void **state) {
  (void)state;
  vtm_seeded_weights weights;
  assert_int_equal(vtm_seeded_create(vtm_network_find("inception-fid"), 1, &weights, NULL), VTM_OK);
  expect("inception-v3", &weights, VTM_ERROR_FORMAT, "this is the FID Inception (1008 classes)",
         "torchvision's Inception v3 (1000 classes) is needed");
  vtm_seeded_free(&weights);
  assert_int_equal(vtm_seeded_create(vtm_network_find("inception-v3"), 1, &weights, NULL), VTM_OK);
  expect("inception-fid", &weights, VTM_ERROR_FORMAT, "'fc.weight' has 1000 rows", "expected 1008");
  vtm_seeded_free(&weights);
}

static void test_another_network(void **state) {
  (void)state;
  vtm_seeded_weights weights;
  assert_int_equal(vtm_seeded_create(vtm_network_find("alexnet"), 1, &weights, NULL), VTM_OK);
  expect("inception-v3", &weights, VTM_ERROR_FORMAT, "this is an AlexNet (it has 'features.10.weight')",
         "no tensor 'fc.weight'");
  expect("lpips-alex", &weights, VTM_ERROR_FORMAT, "this is an AlexNet", "no tensor 'lin0.model.1.weight'");
  vtm_seeded_free(&weights);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_as_it_should_be),     cmocka_unit_test(test_missing_tensor),
      cmocka_unit_test(test_wrong_shape),         cmocka_unit_test(test_wrong_dtype),
      cmocka_unit_test(test_not_finite),          cmocka_unit_test(test_negative_variance),
      cmocka_unit_test(test_the_other_inception), cmocka_unit_test(test_another_network),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
