/* Pictures in memory give the result that folders of them give, bit for bit: as bytes of files or as pixels, added by
 * several threads in any order, against a folder, against photographs in memory and against saved statistics, and again
 * in a second epoch. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vtonmetrics/vtonmetrics.h"

#include "helpers/bits.h"
#include "helpers/folders.h"

enum { IMAGES = 20, THREADS = 3, METRICS = 4 };

static int setup(void **state) {
  const int result = folders_setup(state);
  folders_pictures("ref", IMAGES + 2, 1);
  folders_pictures("a", IMAGES, 2);
  folders_pictures("b", IMAGES, 3);
  return result;
}

typedef struct bench {
  vtm_context *context;
  vtm_settings *settings[METRICS];
  size_t count;
} bench;

static bench make_bench(size_t count, bool all_images) {
  static const char *const metrics[METRICS] = {"fid", "kid", "lpips", "psnr"};
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = THREADS};
  bench made = {.count = count};
  vtm_error error = {0};
  assert_int_equal(vtm_context_create(&options, &made.context, &error), VTM_OK);
  for (size_t m = 0; m < count; m++) {
    assert_int_equal(vtm_settings_create(metrics[m], &made.settings[m], &error), VTM_OK);
    assert_int_equal(vtm_settings_set(made.settings[m], "interval", "true", &error), VTM_OK);
    assert_int_equal(vtm_settings_set(made.settings[m], "no-store", "true", &error), VTM_OK);
    if (m >= 2) continue;
    assert_int_equal(vtm_settings_set(made.settings[m], "protocol", "alexnet", &error), VTM_OK);
    if (all_images) assert_int_equal(vtm_settings_set(made.settings[m], "all-images", "true", &error), VTM_OK);
  }
  return made;
}

static void drop_bench(bench *made) {
  for (size_t m = 0; m < made->count; m++) vtm_settings_destroy(made->settings[m]);
  vtm_context_destroy(made->context);
}

static vtm_comparison *compare_folders(const bench *with, const char *reference, const char *folder) {
  char paths[2][FOLDERS_PATH];
  (void)snprintf(paths[0], sizeof(paths[0]), "%s", folders_path(reference));
  (void)snprintf(paths[1], sizeof(paths[1]), "%s", folders_path(folder));
  const char *generated[] = {paths[1]};
  vtm_comparison *made = NULL;
  vtm_error error = {0};
  const vtm_compare_request request = {.struct_size = sizeof(request),
                                       .reference = paths[0],
                                       .generated = generated,
                                       .count = 1,
                                       .settings = (const vtm_settings *const *)with->settings,
                                       .metric_count = with->count,
                                       .people = VTM_COMPARE_EACH};
  if (vtm_compare(with->context, &request, &made, &error) != VTM_OK) fail_msg("%s", error.message);
  return made;
}

/* ---- adding ---- */

typedef struct adder {
  vtm_scorer *scorer;
  const char *folder;
  size_t first, step, count;
  bool reference, encoded;
  pthread_t thread;
  vtm_status status;
  vtm_error error;
} adder;

static vtm_status add_one(const adder *job, size_t number, vtm_error *error) {
  char name[32];
  char path[FOLDERS_PATH];
  vtm_image image = {0};
  uint8_t bytes[48 * 64 * 3 + 64];
  (void)snprintf(name, sizeof(name), "p%02zu.ppm", number);
  (void)snprintf(path, sizeof(path), "%s/%s", job->folder, name);
  vtm_scorer_picture picture = {.struct_size = sizeof(picture), .name = name};
  FILE *file = fopen(path, "rb");
  if (file == NULL) return VTM_ERROR_NOT_FOUND;
  picture.encoded_size = fread(bytes, 1, sizeof(bytes), file);
  (void)fclose(file);
  if (job->encoded) {
    picture.encoded = bytes;
  } else {
    if (vtm_image_decode(bytes, picture.encoded_size, name, NULL, &image, error) != VTM_OK) return VTM_ERROR_DATA;
    picture.pixels = image.pixels;
    picture.width = image.width;
    picture.height = image.height;
  }
  const vtm_status status = job->reference ? vtm_scorer_add_reference(job->scorer, &picture, 1, error)
                                           : vtm_scorer_add(job->scorer, &picture, 1, error);
  vtm_image_clear(&image);
  return status;
}

static void *add_some(void *user) {
  adder *job = user;
  /* from the last to the first, so that nothing comes in the order of a folder */
  for (size_t i = job->count; i-- > 0 && job->status == VTM_OK;)
    if (i % job->step == job->first) job->status = add_one(job, i, &job->error);
  return NULL;
}

static void add_folder(vtm_scorer *scorer, const char *folder, size_t count, bool reference) {
  adder jobs[THREADS];
  char path[FOLDERS_PATH];
  (void)snprintf(path, sizeof(path), "%s", folders_path(folder));
  for (size_t t = 0; t < THREADS; t++) {
    jobs[t] = (adder){.scorer = scorer,
                      .folder = path,
                      .first = t,
                      .step = THREADS,
                      .count = count,
                      .reference = reference,
                      .encoded = t % 2 == 0};
    assert_int_equal(pthread_create(&jobs[t].thread, NULL, add_some, &jobs[t]), 0);
  }
  for (size_t t = 0; t < THREADS; t++) {
    assert_int_equal(pthread_join(jobs[t].thread, NULL), 0);
    if (jobs[t].status != VTM_OK) fail_msg("%s", jobs[t].error.message);
  }
}

/* ---- the same ---- */

static void expect_same_images(const vtm_image_score *a, const vtm_image_score *b, size_t count, size_t layers) {
  for (size_t i = 0; i < count; i++) {
    assert_string_equal(a[i].name, b[i].name);
    assert_string_equal(a[i].reference, b[i].reference);
    assert_string_equal(a[i].generated, b[i].generated);
    expect_same_bits(a[i].value, b[i].value);
    for (size_t k = 0; k < layers; k++) expect_same_bits(a[i].layers[k], b[i].layers[k]);
  }
}

static void expect_same_result(const vtm_result *a, const vtm_result *b) {
  const vtm_score_row *x = &a->rows[0];
  const vtm_score_row *y = &b->rows[0];
  assert_string_equal(a->label, b->label);
  expect_same_bits(x->value, y->value);
  assert_int_equal(x->n_reference, y->n_reference);
  assert_int_equal(x->n_generated, y->n_generated);
  assert_int_equal(x->term_count, y->term_count);
  for (size_t i = 0; i < x->term_count; i++) expect_same_bits(x->terms[i].value, y->terms[i].value);
  assert_int_equal(x->interval != NULL, y->interval != NULL);
  if (x->interval != NULL) {
    expect_same_bits(x->interval->low, y->interval->low);
    expect_same_bits(x->interval->high, y->interval->high);
  }
  assert_int_equal(x->image_count, y->image_count);
  assert_int_equal(x->influence_count, y->influence_count);
  assert_int_equal(x->layer_count, y->layer_count);
  expect_same_images(x->images, y->images, x->image_count, x->layer_count);
  expect_same_images(x->influences, y->influences, x->influence_count, 0);
  assert_int_equal(a->note_count, b->note_count);
  assert_int_equal(x->warning_count, y->warning_count);
}

static void expect_same(const vtm_comparison *a, const vtm_comparison *b) {
  assert_int_equal(a->result_count, b->result_count);
  for (size_t m = 0; m < a->result_count; m++) expect_same_result(a->results[m], b->results[m]);
}

/* Two epochs: the results of a, then those of b. */
static void expect_epochs(bench *with, const char *reference, bool in_memory) {
  char path[FOLDERS_PATH];
  (void)snprintf(path, sizeof(path), "%s", folders_path(reference));
  const vtm_scorer_options options = {.struct_size = sizeof(options),
                                      .reference = in_memory ? NULL : path,
                                      .settings = (const vtm_settings *const *)with->settings,
                                      .metric_count = with->count};
  vtm_scorer *scorer = NULL;
  vtm_error error = {0};
  if (vtm_scorer_create(with->context, &options, &scorer, &error) != VTM_OK) fail_msg("%s", error.message);
  if (in_memory) add_folder(scorer, "ref", IMAGES + 2, true);
  for (size_t epoch = 0; epoch < 2; epoch++) {
    const char *folder = epoch == 0 ? "a" : "b";
    vtm_comparison *made = NULL;
    add_folder(scorer, folder, IMAGES, false);
    if (vtm_scorer_finish(scorer, &made, &error) != VTM_OK) fail_msg("%s", error.message);
    vtm_comparison *expected = compare_folders(with, reference, folder);
    expect_same(made, expected);
    vtm_comparison_destroy(made);
    vtm_comparison_destroy(expected);
  }
  vtm_scorer_destroy(scorer);
}

static void test_folder(void **state) {
  (void)state;
  bench with = make_bench(METRICS, false);
  expect_epochs(&with, "ref", false);
  drop_bench(&with);
}

static void test_memory(void **state) {
  (void)state;
  bench with = make_bench(METRICS, false);
  expect_epochs(&with, "ref", true);
  drop_bench(&with);
}

static void test_all_images(void **state) {
  (void)state;
  bench with = make_bench(METRICS, true);
  expect_epochs(&with, "ref", false);
  expect_epochs(&with, "ref", true);
  drop_bench(&with);
}

static void test_statistics(void **state) {
  (void)state;
  bench with = make_bench(1, true);
  char path[FOLDERS_PATH];
  char folder[FOLDERS_PATH];
  vtm_result *saved = NULL;
  vtm_error error = {0};
  (void)snprintf(path, sizeof(path), "%s", folders_path("ref.npz"));
  (void)snprintf(folder, sizeof(folder), "%s", folders_path("ref"));
  assert_int_equal(vtm_settings_set(with.settings[0], "save-stats", path, &error), VTM_OK);
  if (vtm_score(with.context, with.settings[0], folder, NULL, 0, &saved, &error) != VTM_OK)
    fail_msg("%s", error.message);
  vtm_result_destroy(saved);
  drop_bench(&with);
  with = make_bench(1, true);
  expect_epochs(&with, "ref.npz", false);
  drop_bench(&with);
}

static void expect_add(vtm_scorer *scorer, const vtm_scorer_picture *picture, vtm_status status, const char *part) {
  vtm_error error = {0};
  assert_int_equal(vtm_scorer_add(scorer, picture, 1, &error), status);
  if (status != VTM_OK && strstr(error.message, part) == NULL) fail_msg("\"%s\" lacks \"%s\"", error.message, part);
}

/* What is refused is not counted, and the scorer goes on. */
static void test_refused(void **state) {
  (void)state;
  bench with = make_bench(METRICS, false);
  uint8_t pixels[48 * 64 * 3] = {0};
  char path[FOLDERS_PATH];
  vtm_scorer *scorer = NULL;
  vtm_comparison *made = NULL;
  vtm_error error = {0};
  (void)snprintf(path, sizeof(path), "%s", folders_path("ref"));
  vtm_scorer_options options = {
      .reference = path, .settings = (const vtm_settings *const *)with.settings, .metric_count = with.count};
  assert_int_equal(vtm_scorer_create(with.context, &options, &scorer, &error), VTM_ERROR_USAGE);
  options.struct_size = sizeof(options);
  assert_int_equal(vtm_scorer_create(with.context, &options, &scorer, &error), VTM_OK);
  assert_int_equal(vtm_scorer_finish(scorer, &made, &error), VTM_ERROR_USAGE);
  vtm_scorer_picture picture = {
      .struct_size = sizeof(picture), .name = "p99.png", .pixels = pixels, .width = 48, .height = 64};
  expect_add(scorer, &picture, VTM_ERROR_DATA, "has no photograph of the name p99");
  picture.reference = "p03.jpg";
  expect_add(scorer, &picture, VTM_OK, "");
  picture.encoded = "no picture";
  picture.encoded_size = 10;
  assert_int_not_equal(vtm_scorer_add(scorer, &picture, 1, &error), VTM_OK);
  picture.encoded = NULL;
  picture.width = 0;
  expect_add(scorer, &picture, VTM_ERROR_USAGE, "needs encoded bytes or pixels");
  picture.width = 48;
  picture.name = NULL;
  expect_add(scorer, &picture, VTM_ERROR_USAGE, "needs a name");
  assert_int_equal(vtm_scorer_add_reference(scorer, &picture, 1, &error), VTM_ERROR_USAGE);
  picture.name = "p99.jpg";
  expect_add(scorer, &picture, VTM_ERROR_DATA, "of the name p99 was added already");
  assert_int_equal(vtm_scorer_finish(scorer, &made, &error), VTM_ERROR_DATA); /* one picture has no FID */
  add_folder(scorer, "a", IMAGES, false);
  assert_int_equal(vtm_scorer_finish(scorer, &made, &error), VTM_OK);
  vtm_comparison *expected = compare_folders(&with, "ref", "a");
  expect_same(made, expected);
  vtm_comparison_destroy(made);
  vtm_comparison_destroy(expected);
  vtm_scorer_destroy(scorer);
  drop_bench(&with);
}

/* Pictures that are refused keep none of the others of their call from being added. */
static void test_refused_among_others(void **state) {
  (void)state;
  bench with = make_bench(METRICS, false);
  static const char *const names[IMAGES] = {"p00.ppm", "p01.ppm", "p02.ppm", "p03.ppm",
                                            "p04.ppm", "p05.ppm", "p06.ppm"};
  enum { BROKEN = 0, NO_PHOTOGRAPH = 2, NO_SIZE = 4, GOOD = 7, COUNT = GOOD + 3 };
  uint8_t pixels[GOOD][48 * 64 * 3] = {{0}};
  char path[FOLDERS_PATH];
  vtm_scorer_picture all[COUNT];
  vtm_scorer *scorer = NULL;
  vtm_comparison *made = NULL;
  vtm_error error = {0};
  for (size_t i = 0, good = 0; i < COUNT; i++) {
    all[i] = (vtm_scorer_picture){.struct_size = sizeof(all[i]), .name = "x.ppm", .width = 48, .height = 64};
    if (i == BROKEN || i == NO_PHOTOGRAPH || i == NO_SIZE) {
      all[i].encoded = "no picture";
      all[i].encoded_size = i == BROKEN ? 10 : 0;
      all[i].pixels = pixels[0];
      if (i == NO_PHOTOGRAPH) all[i].encoded = NULL;
      if (i == NO_SIZE) all[i].struct_size = 0;
      continue;
    }
    memset(pixels[good], (int)good * 30, sizeof(pixels[good]));
    all[i].name = names[good];
    all[i].pixels = pixels[good++];
  }
  (void)snprintf(path, sizeof(path), "%s", folders_path("ref"));
  const vtm_scorer_options options = {.struct_size = sizeof(options),
                                      .reference = path,
                                      .settings = (const vtm_settings *const *)with.settings,
                                      .metric_count = with.count};
  assert_int_equal(vtm_scorer_create(with.context, &options, &scorer, &error), VTM_OK);
  assert_int_equal(vtm_scorer_add(scorer, all, COUNT, &error), VTM_ERROR_FORMAT);
  assert_non_null(strstr(error.message, "x.ppm: "));
  assert_non_null(strstr(error.message, "(and 2 more of this call)"));
  assert_int_equal(vtm_scorer_finish(scorer, &made, &error), VTM_OK);
  for (size_t m = 0; m < made->result_count; m++)
    assert_int_equal(vtm_result_row(vtm_comparison_result(made, m), 0)->n_generated, GOOD);
  vtm_comparison_destroy(made);
  all[0].struct_size = 0;
  assert_int_equal(vtm_scorer_add(scorer, all, COUNT, &error), VTM_ERROR_USAGE);
  vtm_scorer_destroy(scorer);
  drop_bench(&with);
}

/* A photograph of a name that is there is refused, also after finish has sorted the photographs, and each result still
 * finds its own. */
static void test_duplicates(void **state) {
  (void)state;
  enum { COUNT = 500, EPOCHS = 2 };
  bench with = {.count = 1};
  const vtm_context_options context_options = {.struct_size = sizeof(context_options), .threads = THREADS};
  vtm_scorer *scorer = NULL;
  vtm_error error = {0};
  assert_int_equal(vtm_context_create(&context_options, &with.context, &error), VTM_OK);
  assert_int_equal(vtm_settings_create("mse", &with.settings[0], &error), VTM_OK);
  const vtm_scorer_options options = {.struct_size = sizeof(options),
                                      .settings = (const vtm_settings *const *)with.settings,
                                      .metric_count = with.count};
  assert_int_equal(vtm_scorer_create(with.context, &options, &scorer, &error), VTM_OK);
  for (size_t epoch = 0; epoch < EPOCHS; epoch++) {
    vtm_comparison *made = NULL;
    for (size_t i = 0; i < COUNT * 2; i++) {
      const size_t number = i % COUNT * 7 % COUNT;
      const uint8_t pixel[3] = {(uint8_t)number, (uint8_t)(number / 256), 0};
      char name[32];
      (void)snprintf(name, sizeof(name), i < COUNT ? "%zu.png" : "%zu.jpg", number);
      const vtm_scorer_picture picture = {
          .struct_size = sizeof(picture), .name = name, .pixels = pixel, .width = 1, .height = 1};
      const vtm_status photograph = i < COUNT && epoch == 0 ? VTM_OK : VTM_ERROR_DATA;
      assert_int_equal(vtm_scorer_add_reference(scorer, &picture, 1, &error), photograph);
      assert_int_equal(vtm_scorer_add(scorer, &picture, 1, &error), i < COUNT ? VTM_OK : VTM_ERROR_DATA);
    }
    if (vtm_scorer_finish(scorer, &made, &error) != VTM_OK) fail_msg("%s", error.message);
    const vtm_score_row *row = vtm_result_row(vtm_comparison_result(made, 0), 0);
    assert_int_equal(row->n_generated, COUNT);
    expect_same_bits(row->value, 0);
    vtm_comparison_destroy(made);
  }
  vtm_scorer_destroy(scorer);
  drop_bench(&with);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_folder),     cmocka_unit_test(test_memory),
                                     cmocka_unit_test(test_all_images), cmocka_unit_test(test_statistics),
                                     cmocka_unit_test(test_refused),    cmocka_unit_test(test_refused_among_others),
                                     cmocka_unit_test(test_duplicates)};
  return cmocka_run_group_tests(tests, setup, folders_teardown);
}
