/* The whole of fid with the embedded AlexNet: matching, several models, saved statistics, broken input, and
 * bits that depend on neither threads nor batches. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "helpers/bits.h"
#include "helpers/folders.h"

#define ALEXNET \
  { "protocol", "alexnet" }

enum { IMAGES = 6 };

static int setup(void **state) {
  if (folders_setup(state) != 0) return -1;
  folders_pictures("ref", IMAGES, 1);
  folders_pictures("a", IMAGES, 2);
  folders_pictures("b", IMAGES - 2, 3);
  folders_pictures("b_and_more", IMAGES - 2, 3);
  folders_picture("b_and_more", "other", 40, 40, 9);
  folders_pictures("ref_of_b", IMAGES - 2, 1);
  return 0;
}

static double value_of(const folders_run *run) {
  vtm_result *result = folders_must_score(run);
  assert_int_equal(result->row_count, 1);
  const double value = result->rows[0].value;
  vtm_result_destroy(result);
  return value;
}

static folders_run pair(const char *reference, const char *generated) {
  return (folders_run){.metric = "fid",
                       .options = {ALEXNET},
                       .reference = folders_path(reference),
                       .generated = {folders_path(generated)}};
}

static void test_result(void **state) {
  (void)state;
  const folders_run run = pair("ref", "a");
  vtm_result *result = folders_must_score(&run);
  const vtm_score_row *row = &result->rows[0];
  assert_string_equal(result->metric, "fid");
  assert_string_equal(result->label, "FD(alexnet)");
  assert_true(result->lower_is_better);
  assert_string_equal(result->reference, run.reference);
  assert_string_equal(row->name, "a");
  assert_string_equal(row->path, run.generated[0]);
  assert_int_equal(row->n_reference, IMAGES);
  assert_int_equal(row->n_generated, IMAGES);
  assert_int_equal(row->term_count, 2);
  assert_string_equal(row->terms[0].name, "mean");
  assert_string_equal(row->terms[1].name, "covariance");
  assert_true(row->value > 0);
  expect_same_bits(row->value, row->terms[0].value + row->terms[1].value);
  assert_true(folders_has_line(result->notes, result->note_count, "matched images only: 6 of 6"));
  assert_true(folders_has_line(result->notes, result->note_count, "cannot be compared"));
  assert_true(folders_has_line(result->warnings, result->warning_count, "rank 5"));
  size_t found = 0;
  const char *const fingerprint[] = {"decoder",        "resize",    "network", "weights",
                                     "weights_sha256", "precision", "device"};
  for (size_t k = 0; k < sizeof(fingerprint) / sizeof(*fingerprint); k++)
    for (size_t i = 0; i < result->protocol_count; i++)
      if (strcmp(result->protocol[i].name, fingerprint[k]) == 0 && result->protocol[i].text[0] != '\0') found++;
  assert_int_equal(found, sizeof(fingerprint) / sizeof(*fingerprint));
  vtm_result_destroy(result);
}

static void test_with_itself(void **state) {
  (void)state;
  const folders_run run = pair("ref", "ref");
  const double value = value_of(&run);
  assert_true(value >= 0 && value < 1e-12);
}

static void test_matched_images_only(void **state) {
  (void)state;
  const folders_run matched = pair("ref", "b_and_more");
  const folders_run exact = pair("ref_of_b", "b");
  folders_run all = pair("ref", "b_and_more");
  all.options[1] = (folders_option){"all-images", "true"};
  vtm_result *result = folders_must_score(&matched);
  assert_true(
      folders_has_line(result->notes, result->note_count, "matched images only: 4 of 6 photographs, 4 of 5 results"));
  assert_int_equal(result->rows[0].n_reference, IMAGES - 2);
  expect_same_bits(result->rows[0].value, value_of(&exact));
  assert_true(result->rows[0].value != value_of(&all));
  vtm_result_destroy(result);
  result = folders_must_score(&all);
  assert_int_equal(result->rows[0].n_reference, IMAGES);
  assert_int_equal(result->rows[0].n_generated, IMAGES - 1);
  vtm_result_destroy(result);
}

/* One run over several models gives the bits of a run for each, also where they need other references. */
static void test_several_models(void **state) {
  (void)state;
  const folders_run run = {.metric = "fid",
                           .options = {ALEXNET},
                           .reference = folders_path("ref"),
                           .generated = {folders_path("b"), folders_path("a"), folders_path("ref")}};
  const char *const names[] = {"b", "a", "ref"};
  vtm_result *result = folders_must_score(&run);
  assert_int_equal(result->row_count, 3);
  for (size_t i = 0; i < 3; i++) {
    const folders_run single = pair("ref", names[i]);
    assert_string_equal(result->rows[i].name, names[i]);
    expect_same_bits(result->rows[i].value, value_of(&single));
  }
  assert_true(folders_has_line(result->notes, result->note_count, "b: matched images only: 4 of 6"));
  vtm_result_destroy(result);
}

static void test_bits(void **state) {
  (void)state;
  const int threads[] = {1, 2, 3, 7};
  const char *const batches[] = {"16", "1", "2", "5"};
  folders_run run = pair("ref", "a");
  const double expected = value_of(&run);
  for (size_t i = 0; i < 4; i++) {
    run.threads = threads[i];
    run.options[1] = (folders_option){"batch", batches[i]};
    expect_same_bits(value_of(&run), expected);
  }
}

static void test_saved(void **state) {
  (void)state;
  folders_run run = pair("ref", "a");
  const double expected = value_of(&run);
  const folders_run save = {
      .metric = "fid",
      .options = {ALEXNET, {"save-stats", folders_path("stats.npz")}, {"save-features", folders_path("features.npz")}},
      .reference = folders_path("ref")};
  vtm_result *result = folders_must_score(&save);
  assert_int_equal(result->row_count, 0);
  assert_true(folders_has_line(result->notes, result->note_count, "statistics of 6 images"));
  vtm_result_destroy(result);
  run.reference = folders_path("features.npz");
  expect_same_bits(value_of(&run), expected);
  run.reference = folders_path("stats.npz");
  assert_true(fabs(value_of(&run) - expected) <= 1e-9 * expected);
  result = folders_must_score(&run);
  assert_int_equal(result->rows[0].n_reference, IMAGES);
  assert_true(folders_has_line(result->notes, result->note_count, "all images"));
  vtm_result_destroy(result);
  /* both sides saved: no network is run; names still match */
  run = (folders_run){.metric = "fid",
                      .options = {ALEXNET},
                      .reference = folders_path("stats.npz"),
                      .generated = {folders_path("features.npz")}};
  assert_true(value_of(&run) < 1e-9);
  run = pair("features.npz", "b");
  const folders_run direct = pair("ref", "b");
  expect_same_bits(value_of(&run), value_of(&direct));
  /* made with other pixels and another network */
  run.options[0].value = "torchvision";
  folders_must_fail(&run, VTM_ERROR_DATA, "--protocol alexnet");
  /* saved in a run with a model: the images that took part */
  run = pair("ref", "b");
  run.options[1] = (folders_option){"save-stats", folders_path("of_b.npz")};
  (void)value_of(&run);
  run = pair("of_b.npz", "b");
  assert_true(fabs(value_of(&run) - value_of(&direct)) <= 1e-9);
}

static void write_statistics(const char *name, const double *mu, size_t mu_count, const double *sigma, size_t rows,
                             size_t columns) {
  vtm_error error = {0};
  const vtm_tensor tensors[] = {
      {.name = "sigma",
       .dtype = VTM_FLOAT64,
       .rank = 2,
       .shape = {(int64_t)rows, (int64_t)columns},
       .count = rows * columns,
       .data = sigma},
      {.name = "mu", .dtype = VTM_FLOAT64, .rank = 1, .shape = {(int64_t)mu_count}, .count = mu_count, .data = mu}};
  if (vtm_npz_write(folders_path(name), tensors, mu != NULL ? 2 : 1, &error) != VTM_OK) fail_msg("%s", error.message);
}

static void test_hostile_statistics(void **state) {
  (void)state;
  const double mu[2] = {0, 0};
  const double unit[4] = {1, 0, 0, 1};
  folders_run run = pair("good.npz", "bad.npz");
  write_statistics("good.npz", mu, 2, unit, 2, 2);
  write_statistics("bad.npz", unit, 2, unit, 2, 2);
  vtm_result *result = folders_must_score(&run);
  assert_true(fabs(result->rows[0].value - 1) < 1e-12);
  assert_int_equal(result->warning_count, 2);
  assert_true(folders_has_line(result->warnings, result->warning_count, "good.npz: origin unknown"));
  assert_true(folders_has_line(result->warnings, result->warning_count, "bad.npz: origin unknown"));
  vtm_result_destroy(result);
  write_statistics("bad.npz", NULL, 0, unit, 2, 2);
  folders_must_fail(&run, VTM_ERROR_FORMAT, "bad.npz: has no 'mu'");
  write_statistics("bad.npz", mu, 2, unit, 4, 1);
  folders_must_fail(&run, VTM_ERROR_FORMAT, "'mu' has 2 values but 'sigma' is 4 x 1");
  write_statistics("bad.npz", mu, 1, unit, 2, 2);
  folders_must_fail(&run, VTM_ERROR_FORMAT, "'mu' has 1 values but 'sigma' is 2 x 2");
  write_statistics("bad.npz", mu, 1, unit, 1, 1);
  folders_must_fail(&run, VTM_ERROR_DATA, "bad.npz: has 1 features");
  write_statistics("bad.npz", mu, 2, (const double[]){1, 0.5, -0.5, 1}, 2, 2);
  folders_must_fail(&run, VTM_ERROR_DATA, "bad.npz: sigma is no covariance: it is not symmetric");
  write_statistics("bad.npz", mu, 2, (const double[]){1, 3, 3, 1}, 2, 2);
  folders_must_fail(&run, VTM_ERROR_DATA, "bad.npz: sigma is no covariance: its smallest eigenvalue is -2");
  write_statistics("bad.npz", mu, 2, (const double[]){1, NAN, NAN, 1}, 2, 2);
  folders_must_fail(&run, VTM_ERROR_NUMERIC, "bad.npz: sigma[0][1]");
  write_statistics("bad.npz", (const double[]){0, -INFINITY}, 2, unit, 2, 2);
  folders_must_fail(&run, VTM_ERROR_NUMERIC, "bad.npz: mu[1]");
  run = pair("good.npz", "a");
  folders_must_fail(&run, VTM_ERROR_DATA, "good.npz: has 2 features, the network of --protocol alexnet gives 256");
  run.options[1] = (folders_option){"save-stats", folders_path("again.npz")};
  folders_must_fail(&run, VTM_ERROR_USAGE, "holds statistics already");
}

/* As they were written before files had a version, and as a later program may write them. */
static void test_versions_of_files(void **state) {
  (void)state;
  static const double mu[2] = {0, 0};
  static const double unit[4] = {1, 0, 0, 1};
  static const char *const protocol = "alexnet";
  const int64_t versions[] = {1, 3, 4, 2, 0};
  for (size_t i = 0; i < 5; i++) {
    vtm_error error = {0};
    const vtm_tensor tensors[] = {
        {.name = "sigma", .dtype = VTM_FLOAT64, .rank = 2, .shape = {2, 2}, .count = 4, .data = unit},
        {.name = "mu", .dtype = VTM_FLOAT64, .rank = 1, .shape = {2}, .count = 2, .data = mu},
        {.name = "protocol", .dtype = VTM_TEXT, .rank = 1, .shape = {1}, .count = 1, .data = &protocol},
        {.name = "version", .dtype = VTM_INT64, .rank = 0, .count = 1, .data = &versions[i]}};
    if (vtm_npz_write(folders_path("old.npz"), tensors, i < 4 ? 4 : 3, &error) != VTM_OK) fail_msg("%s", error.message);
    const folders_run run = pair("old.npz", "old.npz");
    if (i == 1)
      expect_same_bits(value_of(&run), 0);
    else if (i == 2)
      folders_must_fail(&run, VTM_ERROR_UNSUPPORTED, "old.npz: was saved by a later vtonmetrics");
    else
      folders_must_fail(&run, VTM_ERROR_DATA, "old.npz: was saved by an early vtonmetrics");
  }
}

static void test_statistics_of_float32(void **state) {
  (void)state;
  const double mu[2] = {0, 0};
  const folders_run run = pair("single.npz", "single.npz");
  write_statistics("single.npz", mu, 2, (const double[]){1, 0, 0, -0x1p-16}, 2, 2);
  vtm_result *result = folders_must_score(&run);
  assert_true(folders_has_line(result->warnings, result->warning_count,
                               "single.npz: sigma was summed in float32: it is off from a covariance by 2e-05"));
  vtm_result_destroy(result);
  write_statistics("single.npz", mu, 2, (const double[]){1, 0, 0, -1.1e-5}, 2, 2); /* no number of float32 */
  folders_must_fail(&run, VTM_ERROR_DATA, "single.npz: sigma is no covariance: its smallest eigenvalue is -1.1e-05");
}

static void test_number_of_images(void **state) {
  (void)state;
  static const double mu[2] = {0, 0};
  static const double unit[4] = {1, 0, 0, 1};
  const int64_t counts[] = {-3, 0, 1, 2};
  for (size_t i = 0; i < 4; i++) {
    vtm_error error = {0};
    const vtm_tensor tensors[] = {
        {.name = "sigma", .dtype = VTM_FLOAT64, .rank = 2, .shape = {2, 2}, .count = 4, .data = unit},
        {.name = "mu", .dtype = VTM_FLOAT64, .rank = 1, .shape = {2}, .count = 2, .data = mu},
        {.name = "n", .dtype = VTM_INT64, .rank = 0, .count = 1, .data = &counts[i]}};
    if (vtm_npz_write(folders_path("n.npz"), tensors, 3, &error) != VTM_OK) fail_msg("%s", error.message);
    const folders_run run = pair("n.npz", "n.npz");
    if (counts[i] < 2)
      folders_must_fail(&run, VTM_ERROR_DATA, "statistics are of 2 images at least");
    else
      expect_same_bits(value_of(&run), 0);
  }
}

static void write_features(vtm_dtype dtype, const void *data, int64_t rows, int64_t columns, const char *const *names,
                           size_t name_count) {
  vtm_error error = {0};
  const vtm_tensor tensors[] = {{.name = "features",
                                 .dtype = dtype,
                                 .rank = 2,
                                 .shape = {rows, columns},
                                 .count = (size_t)(rows * columns),
                                 .data = data},
                                {.name = "names",
                                 .dtype = VTM_TEXT,
                                 .rank = 1,
                                 .shape = {(int64_t)name_count},
                                 .count = name_count,
                                 .data = names}};
  if (vtm_npz_write(folders_path("rows.npz"), tensors, names != NULL ? 2 : 1, &error) != VTM_OK)
    fail_msg("%s", error.message);
}

/* clean-fid's file of features for KID; an array of another type beside them costs nothing, in their place it is named.
 */
static void test_feats(void **state) {
  (void)state;
  const double mu[2] = {0, 0};
  const double unit[4] = {1, 0, 0, 1};
  const double rows[6] = {1, 2, 3, 4, 5, 9};
  vtm_error error = {0};
  const vtm_tensor tensors[] = {
      {.name = "feats", .dtype = VTM_FLOAT64, .rank = 2, .shape = {3, 2}, .count = 6, .data = rows}};
  write_statistics("good.npz", mu, 2, unit, 2, 2);
  write_features(VTM_FLOAT64, rows, 3, 2, NULL, 0);
  folders_run run = pair("good.npz", "rows.npz");
  const double expected = value_of(&run);
  if (vtm_npz_write(folders_path("feats.npz"), tensors, 1, &error) != VTM_OK) fail_msg("%s", error.message);
  run = pair("good.npz", "feats.npz");
  expect_same_bits(value_of(&run), expected);
  run.generated[0] = TESTS_DIR "/golden/weights/odd_types.npz";
  folders_must_fail(&run, VTM_ERROR_FORMAT, "odd_types.npz: has no 'mu'");
}

static void test_features_from_files(void **state) {
  (void)state;
  const double mu[2] = {0, 0};
  const double unit[4] = {1, 0, 0, 1};
  const double rows[6] = {1, 2, 3, 4, 5, 9};
  write_statistics("good.npz", mu, 2, unit, 2, 2);
  const folders_run run = pair("good.npz", "rows.npz");
  write_features(VTM_FLOAT64, rows, 3, 2, NULL, 0);
  assert_true(value_of(&run) > 0);
  write_features(VTM_FLOAT64, rows, 3, 2, (const char *const[]){"x", "y"}, 2);
  folders_must_fail(&run, VTM_ERROR_FORMAT, "'features' has 3 rows but there are 2 'names'");
  write_features(VTM_FLOAT64, rows, 1, 2, NULL, 0);
  folders_must_fail(&run, VTM_ERROR_DATA, "rows.npz: 1 image can be used");
  write_features(VTM_INT64, (const int64_t[]){1, 2, 3, 4}, 2, 2, NULL, 0);
  folders_must_fail(&run, VTM_ERROR_FORMAT, "'features' holds int64");
  write_features(VTM_FLOAT32, (const float[]){1, 2, NAN, 4}, 2, 2, NULL, 0);
  folders_must_fail(&run, VTM_ERROR_NUMERIC, "rows.npz: row 1: feature 0 is not a number");
}

static void test_broken_images(void **state) {
  (void)state;
  char broken[4096];
  vtm_error error;
  folders_pictures("ref_broken", IMAGES, 1);
  folders_pictures("a_broken", IMAGES, 2);
  folders_write("ref_broken/p04.ppm", "P6\n48 64\n255\n", 13);
  folders_write("a_broken/p05.ppm", "no image", 8);
  folders_run run = pair("ref_broken", "a_broken");
  assert_null(folders_score(&run, &error, broken, sizeof(broken)));
  assert_non_null(strstr(error.message, "2 images cannot be used"));
  assert_non_null(strstr(broken, "ref_broken/p04.ppm: "));
  assert_non_null(strstr(broken, "a_broken/p05.ppm: "));
  run.options[1] = (folders_option){"skip-broken", "true"};
  vtm_result *result = folders_must_score(&run);
  folders_pictures("four", IMAGES - 2, 2);
  const folders_run sound = pair("ref", "four");
  assert_int_equal(result->rows[0].n_reference, IMAGES - 2);
  expect_same_bits(result->rows[0].value, value_of(&sound));
  assert_true(folders_has_line(result->warnings, result->warning_count, "ref_broken/p04.ppm"));
  assert_true(folders_has_line(result->rows[0].warnings, result->rows[0].warning_count, "a_broken/p05.ppm"));
  vtm_result_destroy(result);
  /* not enough is left */
  for (int i = 0; i < IMAGES - 1; i++) {
    char name[32];
    (void)snprintf(name, sizeof(name), "a_broken/p%02d.ppm", i);
    folders_write(name, "", 0);
  }
  folders_must_fail(&run, VTM_ERROR_DATA, "needs at least 2");
}

static void test_refused_input(void **state) {
  (void)state;
  folders_picture("single", "p01", 48, 64, 5);
  folders_picture("stranger", "q", 48, 64, 5);
  folders_run run = pair("ref", "single");
  folders_must_fail(&run, VTM_ERROR_DATA, "1 image with a partner in the other folder: a distance");
  run = pair("ref", "stranger");
  folders_must_fail(&run, VTM_ERROR_DATA, "stranger");
  run = pair("ref", "missing");
  folders_must_fail(&run, VTM_ERROR_NOT_FOUND, "missing");
  run = pair("ref", "missing.npz");
  folders_must_fail(&run, VTM_ERROR_NOT_FOUND, "missing.npz");
  run = pair("ref", "a");
  run.generated[0] = NULL;
  folders_must_fail(&run, VTM_ERROR_USAGE, "a folder of results is needed");
  run = pair("ref", "a");
  run.options[1] = (folders_option){"weights", folders_path("no.pth")};
  folders_must_fail(&run, VTM_ERROR_NOT_FOUND, "no.pth");
  run.options[1] = (folders_option){"max-pixels", "100"};
  folders_must_fail(&run, VTM_ERROR_LIMIT, "12 images cannot be used");
}

/* The embedded weights with the biases of the fourth convolution changed. */
static void write_weights(const char *name, float changed) {
  vtm_error error = {0};
  char *path = NULL;
  vtm_weights *weights = NULL;
  assert_int_equal(vtm_weights_locate("lpips-alex", &path, &error), VTM_OK);
  assert_int_equal(vtm_weights_open(path, &weights, &error), VTM_OK);
  const size_t count = vtm_weights_count(weights);
  vtm_tensor *tensors = calloc(count, sizeof(*tensors));
  assert_non_null(tensors);
  float *bias = NULL;
  for (size_t i = 0; i < count; i++) {
    tensors[i] = *vtm_weights_at(weights, i);
    if (strcmp(tensors[i].name, "features.8.bias") != 0) continue;
    bias = malloc(tensors[i].count * sizeof(float));
    assert_non_null(bias);
    memcpy(bias, tensors[i].data, tensors[i].count * sizeof(float));
    for (size_t k = 0; k < tensors[i].count; k++) bias[k] = changed;
    tensors[i].data = bias;
  }
  assert_non_null(bias);
  assert_int_equal(vtm_safetensors_write(folders_path(name), tensors, count, &error), VTM_OK);
  free(bias);
  free(tensors);
  vtm_weights_destroy(weights);
  vtm_free(path);
}

static void test_numbers_that_are_none(void **state) {
  (void)state;
  folders_run run = pair("ref", "a");
  run.options[1] = (folders_option){"weights", folders_path("bad.safetensors")};
  write_weights("bad.safetensors", NAN);
  folders_must_fail(&run, VTM_ERROR_NUMERIC, "bad.safetensors: tensor 'features.8.bias' holds NaN");
  /* finite weights, but the features overflow: the error names the image */
  write_weights("bad.safetensors", 3e38F);
  folders_must_fail(&run, VTM_ERROR_NUMERIC, "ref/p00.ppm: ");
  /* other weights than the published ones are said to be so */
  write_weights("bad.safetensors", 1);
  vtm_result *result = folders_must_score(&run);
  assert_true(folders_has_line(result->notes, result->note_count, "not the published file of lpips-alex"));
  vtm_result_destroy(result);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_result),
      cmocka_unit_test(test_with_itself),
      cmocka_unit_test(test_matched_images_only),
      cmocka_unit_test(test_several_models),
      cmocka_unit_test(test_bits),
      cmocka_unit_test(test_saved),
      cmocka_unit_test(test_hostile_statistics),
      cmocka_unit_test(test_versions_of_files),
      cmocka_unit_test(test_number_of_images),
      cmocka_unit_test(test_statistics_of_float32),
      cmocka_unit_test(test_features_from_files),
      cmocka_unit_test(test_feats),
      cmocka_unit_test(test_broken_images),
      cmocka_unit_test(test_refused_input),
      cmocka_unit_test(test_numbers_that_are_none),
  };
  return cmocka_run_group_tests(tests, setup, folders_teardown);
}
