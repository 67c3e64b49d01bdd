/* Whole networks against PyTorch in double precision, on seeded weights and images
 * (scripts/golden/networks.py), with each instruction set that this processor has. */
#include "helpers/bits.h"
#include "kernels/backends.h"
#include "nn/forward.h"

/* rms and largest error over the features' standard deviation: what direct float32 convolution is allowed; the
 * faster forms would be allowed five times as much, but do not need it */
static const double rms_bound = 3e-5;
static const double max_bound = 5e-4;

/* what a device may add to the processor's error */
static const double device_rms_bound = 2e-4;
static const double device_max_bound = 1e-3;

enum { MAX_VALUES = 4096 };

typedef struct golden {
  size_t count;
  size_t index[MAX_VALUES];
  double value[MAX_VALUES];
} golden;

static void read_golden(const char *network, golden *values) {
  const char *folder = getenv("VTM_TESTS_DIR"); /* where the source lies elsewhere than when this was built */
  char path[4096];
  (void)snprintf(path, sizeof(path), "%s/golden/networks.txt", folder != NULL ? folder : TESTS_DIR);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  values->count = 0;
  char line[256];
  while (fgets(line, sizeof(line), file) != NULL) {
    char *rest = strchr(line, ' ');
    assert_non_null(rest);
    if ((size_t)(rest - line) != strlen(network) || memcmp(line, network, strlen(network)) != 0) continue;
    assert_true(values->count < MAX_VALUES);
    values->index[values->count] = strtoul(rest, &rest, 10);
    values->value[values->count++] = strtod(rest, NULL);
  }
  (void)fclose(file);
  assert_true(values->count > 0);
}

static void make_image(vtm_pixels *pixels, int size, uint64_t seed) {
  float *values = vtm_pixels_resize(pixels, size, size, NULL);
  assert_non_null(values);
  for (size_t i = 0; i < (size_t)size * (size_t)size * 3; i++) values[i] = vtm_seeded_uniform(&seed, 0, 255);
}

static vtm_engine *make_engine(const vtm_backend *backend, const char *network, bool exact,
                               vtm_seeded_weights *weights) {
  const vtm_input_scaling scaling = {{2.0 / 255, 2.0 / 255, 2.0 / 255}, {-1, -1, -1}};
  const vtm_engine_options options = {.scaling = &scaling, .exact = exact};
  const vtm_tensor_lookup lookup = vtm_seeded_lookup(weights);
  vtm_engine *engine = NULL;
  vtm_error error = {0};
  if (vtm_engine_create_from(backend, NULL, vtm_network_find(network), &lookup, &options, &engine, &error) != VTM_OK)
    fail_msg("%s", error.message);
  return engine;
}

static void compare(const char *backend, const char *form, const char *network, const golden *truth,
                    const float *features) {
  double mean = 0;
  double square = 0;
  for (size_t i = 0; i < truth->count; i++) {
    mean += truth->value[i] / (double)truth->count;
    square += truth->value[i] * truth->value[i] / (double)truth->count;
  }
  const double deviation = sqrt(square - mean * mean);
  double sum = 0;
  double worst = 0;
  for (size_t i = 0; i < truth->count; i++) {
    const double difference = fabs((double)features[truth->index[i]] - truth->value[i]) / deviation;
    sum += difference * difference;
    if (!(difference <= worst)) worst = difference;
  }
  const double rms = sqrt(sum / (double)truth->count);
  (void)printf("%s, %s, %s: rms %.2g, max %.2g of the features' standard deviation\n", network, backend, form, rms,
               worst);
  assert_true(rms < (device_backend != NULL ? device_rms_bound : rms_bound));
  assert_true(worst < (device_backend != NULL ? device_max_bound : max_bound));
}

static void check_features(const char *network, int size) {
  golden *truth = malloc(sizeof(*truth));
  assert_non_null(truth);
  read_golden(network, truth);
  vtm_seeded_weights weights;
  assert_int_equal(vtm_seeded_create(vtm_network_find(network), 1, &weights, NULL), VTM_OK);
  vtm_pixels pixels = {0};
  make_image(&pixels, size, 5);
  const vtm_backend *backends[MAX_BACKENDS];
  const size_t count = usable_backends(backends);
  for (size_t b = 0; b < count; b++) {
    for (int exact = 0; exact < 2; exact++) {
      vtm_engine *engine = make_engine(backends[b], network, exact == 1, &weights);
      float features[2048];
      assert_int_equal(vtm_forward(engine, 0, VTM_SLOT_OTHER, &pixels, NULL), VTM_OK);
      assert_int_equal(vtm_forward_features(engine, 0, VTM_SLOT_OTHER, features, NULL), VTM_OK);
      compare(backends[b]->name, exact == 1 ? "exact" : "fast", network, truth, features);
      vtm_engine_destroy(engine);
    }
  }
  vtm_pixels_free(&pixels);
  vtm_seeded_free(&weights);
  free(truth);
}

static void test_inception_v3(void **state) {
  (void)state;
  check_features("inception-v3", 299);
}

static void test_inception_fid(void **state) {
  (void)state;
  check_features("inception-fid", 299);
}

static void test_alexnet(void **state) {
  (void)state;
  check_features("alexnet", 256);
}

static void test_lpips(void **state) {
  (void)state;
  static golden truth;
  read_golden("lpips-alex", &truth);
  vtm_seeded_weights weights;
  assert_int_equal(vtm_seeded_create(vtm_network_find("lpips-alex"), 1, &weights, NULL), VTM_OK);
  vtm_pixels reference = {0};
  vtm_pixels other = {0};
  make_image(&reference, 256, 5);
  make_image(&other, 256, 6);
  const vtm_backend *backends[MAX_BACKENDS];
  const size_t count = usable_backends(backends);
  static const double tolerances[] = {5e-6, 1e-6}; /* of a layer; of a pair 1e-5 is allowed */
  for (size_t b = 0; b < count * 2; b++) {
    const bool exact = b % 2 == 1;
    vtm_engine *engine = make_engine(backends[b / 2], "lpips-alex", exact, &weights);
    double layers[5];
    assert_int_equal(vtm_forward(engine, 0, VTM_SLOT_REFERENCE, &reference, NULL), VTM_OK);
    assert_int_equal(vtm_forward(engine, 0, VTM_SLOT_OTHER, &other, NULL), VTM_OK);
    assert_int_equal(vtm_forward_lpips(engine, 0, layers, NULL), VTM_OK);
    for (size_t i = 0; i < truth.count; i++) assert_true(fabs(layers[i] - truth.value[i]) < tolerances[exact]);
    assert_int_equal(vtm_forward(engine, 0, VTM_SLOT_OTHER, &reference, NULL), VTM_OK);
    assert_int_equal(vtm_forward_lpips(engine, 0, layers, NULL), VTM_OK);
    for (size_t i = 0; i < truth.count; i++) expect_same_bits(layers[i], 0);
    vtm_engine_destroy(engine);
  }
  vtm_pixels_free(&reference);
  vtm_pixels_free(&other);
  vtm_seeded_free(&weights);
}

static int run(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_inception_v3),
      cmocka_unit_test(test_inception_fid),
      cmocka_unit_test(test_alexnet),
      cmocka_unit_test(test_lpips),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void) { return run_on_backends(run); }
