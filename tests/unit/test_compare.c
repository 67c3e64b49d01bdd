/* vtm_compare: the bits of vtm_score, names of models, and people whom not all models have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "helpers/folders.h"
#include "vtonmetrics/compare.h"

enum { PEOPLE = 6, MODELS = 2 };

typedef struct fixture {
  vtm_context *context;
  vtm_settings *settings[2];
  const char *models[MODELS];
} fixture;

static void open_fixture(fixture *f) {
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = 2};
  assert_int_equal(vtm_context_create(&options, &f->context, NULL), VTM_OK);
  assert_int_equal(vtm_settings_create("fid", &f->settings[0], NULL), VTM_OK);
  assert_int_equal(vtm_settings_set(f->settings[0], "protocol", "alexnet", NULL), VTM_OK);
  assert_int_equal(vtm_settings_create("lpips", &f->settings[1], NULL), VTM_OK);
  f->models[0] = folders_path("GAN");
  f->models[1] = folders_path("LADI");
}

static void close_fixture(fixture *f) {
  vtm_settings_destroy(f->settings[0]);
  vtm_settings_destroy(f->settings[1]);
  vtm_context_destroy(f->context);
}

static vtm_status compare(const fixture *f, const char *const *names, vtm_compare_people people,
                          vtm_comparison **comparison, vtm_error *error) {
  const vtm_compare_request request = {.struct_size = sizeof(request),
                                       .reference = folders_path("image"),
                                       .generated = f->models,
                                       .names = names,
                                       .count = MODELS,
                                       .settings = (const vtm_settings *const *)f->settings,
                                       .metric_count = 2,
                                       .people = people};
  return vtm_compare(f->context, &request, comparison, error);
}

/* Also with the people restricted: `alone` is a folder with only those. */
static void expect_bits(const fixture *f, const vtm_comparison *comparison, const char *alone) {
  for (size_t m = 0; m < 2; m++) {
    vtm_result *result = NULL;
    assert_int_equal(vtm_score(f->context, f->settings[m], alone, f->models, MODELS, &result, NULL), VTM_OK);
    for (size_t i = 0; i < MODELS; i++) {
      assert_memory_equal(&comparison->results[m]->rows[i].value, &result->rows[i].value, sizeof(double));
      assert_int_equal(comparison->results[m]->rows[i].n_generated, result->rows[i].n_generated);
    }
    vtm_result_destroy(result);
  }
}

static void test_bits_and_names(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f);
  static const char *const names[] = {NULL, "ours"};
  static const char *const alike[] = {NULL, "GAN"};
  vtm_comparison *comparison = NULL;
  vtm_error error = {0};
  assert_int_equal(compare(&f, names, VTM_COMPARE_COMMON, &comparison, &error), VTM_OK);
  assert_int_equal(comparison->note_count, 0);
  assert_string_equal(comparison->results[0]->rows[0].name, "GAN");
  assert_string_equal(comparison->results[1]->rows[1].name, "ours");
  expect_bits(&f, comparison, folders_path("image"));
  vtm_comparison_destroy(comparison);
  assert_int_equal(compare(&f, alike, VTM_COMPARE_COMMON, &comparison, &error), VTM_ERROR_USAGE);
  assert_non_null(strstr(error.message, "two models are called GAN"));
  assert_null(comparison);
  close_fixture(&f);
}

/* Names are last parts, or paths where two have one last part; the same path twice is one name twice. */
static void test_folders_of_one_name(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f);
  char path[FOLDERS_PATH];
  char other[FOLDERS_PATH];
  (void)snprintf(path, sizeof(path), "%s", folders_path("GAN"));
  (void)snprintf(other, sizeof(other), "%s", folders_path("image/../GAN"));
  const char *models[2] = {path, path};
  char reference[FOLDERS_PATH];
  (void)snprintf(reference, sizeof(reference), "%s", folders_path("image"));
  vtm_comparison *comparison = NULL;
  vtm_error error = {0};
  vtm_compare_request request = {.struct_size = sizeof(request),
                                 .reference = reference,
                                 .generated = models,
                                 .count = 2,
                                 .settings = (const vtm_settings *const *)f.settings,
                                 .metric_count = 1};
  assert_int_equal(vtm_compare(f.context, &request, &comparison, &error), VTM_ERROR_USAGE);
  assert_non_null(strstr(error.message, "GAN: give each a name of its own"));
  models[1] = other;
  assert_int_equal(vtm_compare(f.context, &request, &comparison, &error), VTM_OK);
  const vtm_result *result = vtm_comparison_result(comparison, 0);
  assert_string_not_equal(vtm_result_row(result, 0)->name, vtm_result_row(result, 1)->name);
  vtm_comparison_destroy(comparison);
  close_fixture(&f);
}

static void test_unknown_people(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f);
  vtm_comparison *comparison = NULL;
  vtm_error error = {0};
  static const int values[] = {7, -1, 2};
  for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
    const vtm_compare_people people = (vtm_compare_people)values[i];
    assert_int_equal(compare(&f, NULL, people, &comparison, &error), VTM_ERROR_UNSUPPORTED);
    assert_null(comparison);
  }
  close_fixture(&f);
}

static void test_people(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f);
  vtm_comparison *comparison = NULL;
  vtm_error error = {0};
  assert_int_equal(remove(folders_path("GAN/p00.ppm")), 0);
  assert_int_equal(remove(folders_path("LADI/p01.ppm")), 0);
  for (int i = 2; i < PEOPLE; i++) { /* the same photographs, but for the two */
    char stem[16];
    (void)snprintf(stem, sizeof(stem), "p%02d", i);
    folders_picture("common", stem, 48, 64, 1000 + (uint64_t)i);
  }
  assert_int_equal(compare(&f, NULL, VTM_COMPARE_COMMON, &comparison, &error), VTM_OK);
  assert_int_equal(comparison->note_count, 1);
  assert_string_equal(comparison->notes[0], "4 of 6 people are compared: those of whom all 2 models have a result");
  expect_bits(&f, comparison, folders_path("common"));
  vtm_comparison_destroy(comparison);
  assert_int_equal(compare(&f, NULL, VTM_COMPARE_EACH, &comparison, &error), VTM_OK);
  assert_non_null(strstr(comparison->notes[0], "only 4 of 6"));
  expect_bits(&f, comparison, folders_path("image"));
  vtm_comparison_destroy(comparison);
  for (int i = 1; i < PEOPLE; i++) {
    char name[32];
    (void)snprintf(name, sizeof(name), "%s/p%02d.ppm", i % 2 ? "GAN" : "LADI", i);
    assert_int_equal(remove(folders_path(name)), 0);
  }
  assert_int_equal(compare(&f, NULL, VTM_COMPARE_COMMON, &comparison, &error), VTM_ERROR_DATA);
  assert_non_null(strstr(error.message, "of no person do all 2 models have a result"));
  close_fixture(&f);
}

static int setup(void **state) {
  if (folders_setup(state) != 0) return -1;
  folders_pictures("image", PEOPLE, 1);
  folders_pictures("GAN", PEOPLE, 2);
  folders_pictures("LADI", PEOPLE, 3);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_bits_and_names), cmocka_unit_test(test_folders_of_one_name),
                                     cmocka_unit_test(test_unknown_people), cmocka_unit_test(test_people)};
  return cmocka_run_group_tests(tests, setup, folders_teardown);
}
