/* The whole of lpips: pairs, sizes, several models, broken input, bits, and the figures of the reference. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "helpers/bits.h"
#include "helpers/folders.h"

enum { IMAGES = 5, LAYERS = 5 };

static int setup(void **state) {
  if (folders_setup(state) != 0) return -1;
  folders_pictures("ref", IMAGES, 1);
  folders_pictures("a", IMAGES, 2);
  folders_pictures("b", IMAGES - 2, 3);
  folders_picture("b", "other", 48, 64, 9);
  return 0;
}

static folders_run pair(const char *reference, const char *generated, const char *size) {
  folders_run run = {.metric = "lpips", .reference = folders_path(reference), .generated = {folders_path(generated)}};
  if (size != NULL) run.options[0] = (folders_option){"size", size};
  return run;
}

static void test_result(void **state) {
  (void)state;
  const folders_run run = pair("ref", "a", NULL);
  vtm_result *result = folders_must_score(&run);
  const vtm_score_row *row = &result->rows[0];
  assert_string_equal(result->label, "LPIPS(alex)");
  assert_int_equal(row->image_count, IMAGES);
  assert_int_equal(row->layer_count, LAYERS);
  assert_int_equal(row->term_count, 3);
  double sum = 0;
  double squares = 0;
  for (size_t i = 0; i < IMAGES; i++) {
    char stem[16];
    double layers = 0;
    (void)snprintf(stem, sizeof(stem), "p%02d", (int)i);
    assert_string_equal(row->images[i].name, stem);
    for (size_t k = 0; k < LAYERS; k++) layers += row->images[i].layers[k];
    expect_same_bits(layers, row->images[i].value);
    assert_true(layers > 0);
    sum += layers;
  }
  for (size_t i = 0; i < IMAGES; i++) squares += pow(row->images[i].value - sum / IMAGES, 2);
  expect_same_bits(row->value, sum / IMAGES);
  assert_string_equal(row->terms[2].name, "std");
  assert_true(fabs(row->terms[2].value - sqrt(squares / (IMAGES - 1))) < 1e-12);
  vtm_result_destroy(result);
}

static void test_same_image_is_zero(void **state) {
  (void)state;
  const char *const sizes[] = {"256", "native", "96x128", "64"};
  for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
    const folders_run run = pair("ref", "ref", sizes[i]);
    vtm_result *result = folders_must_score(&run);
    expect_same_bits(result->rows[0].value, 0);
    vtm_result_destroy(result);
  }
}

static void test_several_models(void **state) {
  (void)state;
  const folders_run run = {.metric = "lpips",
                           .reference = folders_path("ref"),
                           .generated = {folders_path("b"), folders_path("a"), folders_path("b/../a")}};
  const folders_run single_a = pair("ref", "a", NULL);
  const folders_run single_b = pair("ref", "b", NULL);
  vtm_result *result = folders_must_score(&run);
  vtm_result *a = folders_must_score(&single_a);
  vtm_result *b = folders_must_score(&single_b);
  expect_same_bits(result->rows[0].value, b->rows[0].value);
  expect_same_bits(result->rows[1].value, a->rows[0].value);
  expect_same_bits(result->rows[2].value, a->rows[0].value);
  assert_int_equal(result->rows[0].image_count, IMAGES - 2);
  assert_string_equal(result->rows[1].name, result->rows[1].path); /* two folders of one last part */
  assert_true(folders_has_line(result->rows[0].warnings, result->rows[0].warning_count,
                               "2 of 5 photographs have no result, for example p03.ppm"));
  assert_true(folders_has_line(result->rows[0].warnings, result->rows[0].warning_count,
                               "1 of 4 results has no photograph, for example other.ppm"));
  vtm_result_destroy(result);
  vtm_result_destroy(a);
  vtm_result_destroy(b);
}

static void test_bits(void **state) {
  (void)state;
  const int threads[] = {1, 2, 3, 7};
  const char *const batches[] = {"1", "2", "5", "16"};
  folders_run run = pair("ref", "a", "native");
  vtm_result *expected = folders_must_score(&run);
  for (size_t i = 0; i < 4; i++) {
    run.threads = threads[i];
    run.options[1] = (folders_option){"batch", batches[i]};
    vtm_result *result = folders_must_score(&run);
    for (size_t k = 0; k < IMAGES; k++)
      assert_memory_equal(result->rows[0].images[k].layers, expected->rows[0].images[k].layers,
                          LAYERS * sizeof(double));
    vtm_result_destroy(result);
  }
  vtm_result_destroy(expected);
}

static void test_unlike_sizes(void **state) {
  (void)state;
  char broken[4096];
  vtm_error error;
  folders_pictures("odd", IMAGES, 4);
  folders_picture("odd", "p01", 50, 64, 1);
  folders_picture("odd", "p03", 48, 70, 1);
  folders_run run = pair("ref", "odd", "native");
  assert_null(folders_score(&run, &error, broken, sizeof(broken)));
  assert_int_equal(error.status, VTM_ERROR_DATA);
  assert_non_null(strstr(error.message, "2 pairs of different sizes"));
  assert_non_null(strstr(broken, "odd/p01.ppm: is 50x64, but the reference p01.ppm is 48x64"));
  assert_non_null(strstr(broken, "odd/p03.ppm: is 48x70"));
  run.options[0].value = "48x64";
  vtm_result_destroy(folders_must_score(&run));
}

static void test_broken_images(void **state) {
  (void)state;
  char broken[4096];
  vtm_error error;
  folders_pictures("ref_broken", IMAGES, 1);
  folders_pictures("a_broken", IMAGES, 2);
  folders_write("ref_broken/p02.ppm", "", 0);
  folders_write("a_broken/p00.ppm", "no image", 8);
  folders_run run = pair("ref_broken", "a_broken", NULL);
  assert_null(folders_score(&run, &error, broken, sizeof(broken)));
  assert_non_null(strstr(error.message, "2 images cannot be used"));
  assert_non_null(strstr(broken, "ref_broken/p02.ppm: "));
  assert_non_null(strstr(broken, "a_broken/p00.ppm: "));
  run.options[0] = (folders_option){"skip-broken", "true"};
  const folders_run sound = pair("ref", "a", NULL);
  vtm_result *result = folders_must_score(&run);
  vtm_result *expected = folders_must_score(&sound);
  const size_t kept[] = {1, 3, 4};
  assert_int_equal(result->rows[0].image_count, 3);
  for (size_t i = 0; i < 3; i++)
    expect_same_bits(result->rows[0].images[i].value, expected->rows[0].images[kept[i]].value);
  assert_true(folders_has_line(result->warnings, result->warning_count, "ref_broken/p02.ppm"));
  assert_true(folders_has_line(result->rows[0].warnings, result->rows[0].warning_count, "a_broken/p00.ppm"));
  vtm_result_destroy(result);
  vtm_result_destroy(expected);
}

static void test_refused_input(void **state) {
  (void)state;
  const char *const sizes[] = {"",          "0",   "-256",  "256x", "x256", "256x256x3",
                               "256 x 256", "1e3", "99999", "huge", "256x0"};
  for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
    const folders_run run = pair("ref", "a", sizes[i]);
    folders_must_fail(&run, VTM_ERROR_USAGE, "--size: ");
  }
  folders_run run = pair("ref", "a", "16");
  folders_must_fail(&run, VTM_ERROR_USAGE, "--size: 16x16 is too small");
  run = pair("ref", "a.npz", NULL);
  folders_must_fail(&run, VTM_ERROR_USAGE, "LPIPS compares images");
  folders_picture("tiny", "p00", 8, 8, 1);
  run = pair("tiny", "tiny", "native");
  folders_must_fail(&run, VTM_ERROR_DATA, "tiny/p00.ppm: ");
  run = pair("ref", "a", NULL);
  run.generated[0] = NULL;
  folders_must_fail(&run, VTM_ERROR_USAGE, "a folder of results is needed");
}

/* ---- the reference's figures, where its data is at hand ---- */

static bool has_shared(void) {
  if (access(SHARED_DIR "/data/tryon28/image", R_OK) == 0) return true;
  print_message("skipped: %s is not there\n", SHARED_DIR "/data");
  return false;
}

static void test_published_example(void **state) {
  (void)state;
  if (!has_shared()) skip();
  const char *const names[] = {"ex_p0", "ex_p1"};
  const double expected[] = {0.7218807, 0.1375656};
  for (size_t i = 0; i < 2; i++) {
    char file[FOLDERS_PATH];
    (void)mkdir(folders_path("example"), 0777);
    (void)mkdir(folders_path(names[i]), 0777);
    (void)snprintf(file, sizeof(file), "%s/e.png", names[i]);
    char source[FOLDERS_PATH];
    (void)snprintf(source, sizeof(source), SHARED_DIR "/data/lpips-example/%s.png", names[i]);
    char *absolute = realpath(source, NULL);
    char *reference = realpath(SHARED_DIR "/data/lpips-example/ex_ref.png", NULL);
    assert_true(absolute != NULL && reference != NULL);
    assert_int_equal(symlink(absolute, folders_path(file)), 0);
    (void)symlink(reference, folders_path("example/e.png"));
    const folders_run run = pair("example", names[i], "native");
    vtm_result *result = folders_must_score(&run);
    assert_true(fabs(result->rows[0].value - expected[i]) < 1e-6);
    vtm_result_destroy(result);
    free(absolute);
    free(reference);
  }
}

static void test_tryon28(void **state) {
  (void)state;
  if (!has_shared()) skip();
  const double expected[] = {0.2154066, 0.0184205, 0.1249276};
  const folders_run run = {.metric = "lpips",
                           .reference = SHARED_DIR "/data/tryon28/image",
                           .generated = {SHARED_DIR "/data/tryon28/GAN", SHARED_DIR "/data/tryon28/LADI",
                                         SHARED_DIR "/data/tryon28/PROMPT"}};
  vtm_result *result = folders_must_score(&run);
  for (size_t i = 0; i < 3; i++) assert_true(fabs(result->rows[i].value - expected[i]) < 1e-6);
  vtm_result_destroy(result);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_result),         cmocka_unit_test(test_same_image_is_zero),
      cmocka_unit_test(test_several_models), cmocka_unit_test(test_bits),
      cmocka_unit_test(test_unlike_sizes),   cmocka_unit_test(test_broken_images),
      cmocka_unit_test(test_refused_input),  cmocka_unit_test(test_published_example),
      cmocka_unit_test(test_tryon28),
  };
  return cmocka_run_group_tests(tests, setup, folders_teardown);
}
