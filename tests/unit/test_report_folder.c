/* The folder of a report: whole or not at all, self-contained, of bounded size, and nothing from outside is markup. */
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "helpers/scratch.h"
#include "report/chart/bar_chart.h"
#include "report/chart/spread_chart.h"
#include "report/html.h"
#include "report/thumbnail.h"
#include "vtonmetrics/image.h"
#include "vtonmetrics/tools/report_folder.h"
#include "vtonmetrics/tools/text.h"

enum { MODELS = 3, PAIRS = 7 };

/* ---- a comparison made by hand ---- */

typedef struct fixture {
  vtm_image_score images[PAIRS];
  vtm_interval intervals[MODELS];
  vtm_score_row rows[MODELS];
  vtm_difference differences[3];
  vtm_interval apart[3];
  vtm_result results[2];
  const vtm_result *list[2];
  vtm_comparison comparison;
} fixture;

static void fill(fixture *made) {
  static const char *const names[] = {"GAN", "LADI", "PROMPT"};
  static const vtm_named_text protocol[] = {{"network", "alexnet"}};
  *made = (fixture){0};
  for (int i = 0; i < PAIRS; i++)
    made->images[i] = (vtm_image_score){.name = "p", .reference = "p.ppm", .generated = "p.ppm", .value = 0.1 * i};
  for (int i = 0; i < MODELS; i++) {
    made->intervals[i] = (vtm_interval){3 - i - 0.25, 3 - i + 0.25, 0.125};
    made->rows[i] = (vtm_score_row){.name = names[i],
                                    .path = "results",
                                    .value = 3 - i,
                                    .n_reference = PAIRS,
                                    .n_generated = PAIRS,
                                    .images = made->images,
                                    .image_count = PAIRS,
                                    .influences = made->images,
                                    .influence_count = PAIRS,
                                    .interval = &made->intervals[i]};
  }
  made->apart[0] = (vtm_interval){0.5, 1.5, 0.25};
  made->apart[1] = (vtm_interval){-0.5, 2.5, 0.75};
  made->apart[2] = (vtm_interval){1.0, 3.0, 0.5};
  made->differences[0] = (vtm_difference){0, 1, PAIRS, 1, &made->apart[0], 0.0004, VTM_VERDICT_BEHIND, NULL};
  made->differences[1] = (vtm_difference){0, 2, PAIRS, 2, &made->apart[2], 0.0004, VTM_VERDICT_BEHIND, NULL};
  made->differences[2] = (vtm_difference){1, 2, PAIRS, 1, &made->apart[1], 0.2, VTM_VERDICT_TIED, NULL};
  for (int m = 0; m < 2; m++) {
    made->results[m] = (vtm_result){.metric = m ? "lpips" : "fid",
                                    .label = m ? "LPIPS(alex)" : "FID",
                                    .lower_is_better = true,
                                    .reference = "photographs",
                                    .rows = made->rows,
                                    .row_count = MODELS,
                                    .differences = made->differences,
                                    .difference_count = 3,
                                    .protocol = protocol,
                                    .protocol_count = 1};
    made->list[m] = &made->results[m];
  }
  made->comparison =
      (vtm_comparison){.reference = "photographs", .results = made->list, .result_count = 2, .model_count = MODELS};
}

static void write_picture(const char *path, int width, int height, bool noise) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  (void)fprintf(file, "P6 %d %d 255\n", width, height);
  uint32_t random = 1;
  for (int i = 0; i < width * height * 3; i++) {
    random = random * 1664525 + 1013904223;
    (void)fputc(noise ? (int)(random >> 24) : 120, file);
  }
  assert_int_equal(fclose(file), 0);
}

static void make_pictures(bool noise) {
  assert_int_equal(mkdir("photographs", 0777), 0);
  assert_int_equal(mkdir("results", 0777), 0);
  write_picture("photographs/p.ppm", 216, 288, noise);
  write_picture("results/p.ppm", 216, 288, noise);
}

static char *read_text(const char *path) {
  uint8_t *bytes = NULL;
  size_t size = 0;
  vtm_error error;
  if (vtm_file_read(path, 1 << 26, &bytes, &size, &error) != VTM_OK) fail_msg("%s", error.message);
  char *text = malloc(size + 1);
  assert_non_null(text);
  memcpy(text, bytes, size);
  text[size] = '\0';
  free(bytes);
  return text;
}

static void write_report(const fixture *made, const vtm_report_folder_options *options, const char *path) {
  vtm_error error = {0};
  if (vtm_report_write_folder(&made->comparison, options, path, &error) != VTM_OK) fail_msg("%s", error.message);
}

static bool exists(const char *path) { return access(path, F_OK) == 0; }

/* ---- the page ---- */

static void test_the_folder_has_all_its_files(void **state) {
  (void)state;
  fixture made;
  fill(&made);
  make_pictures(false);
  const vtm_report_folder_options options = {
      .scores_json = "{}\n", .per_image_csv = "model\n", .command = "vtonmetrics"};
  write_report(&made, &options, "report/");
  static const char *const files[] = {"report.html", "scores.json", "per-image.csv",
#ifdef VTM_HAVE_CAIRO
                                      "fid.png",     "fid.svg",     "lpips.png",
                                      "lpips.svg"
#endif
  };
  for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
    char path[64];
    (void)snprintf(path, sizeof(path), "report/%s", files[i]);
    if (!exists(path)) fail_msg("%s is missing", path);
  }
  assert_int_equal(scratch_count("partial"), 0);
  char *page = read_text("report/report.html");
  assert_non_null(strstr(page, "<b>LADI</b> is ahead of <b>GAN</b> by <b>1.00 [0.50 … 1.50]</b>"));
  assert_non_null(strstr(page, "<b>PROMPT</b> and <b>LADI</b> are tied"));
  assert_non_null(strstr(page, "0.001)</span>"));
  assert_non_null(strstr(page, "<img src=\"data:image/jpeg;base64,"));
  free(page);
}

/* What a browser would have to fetch, or run. */
static void expect_self_contained(const char *page) {
  static const char *const never[] = {"<script", "http://", "https://", "url(", "javascript:", "<link", "<iframe"};
  for (size_t i = 0; i < sizeof(never) / sizeof(*never); i++)
    if (strcasestr(page, never[i]) != NULL) fail_msg("the page holds %s", never[i]);
  for (const char *c = strstr(page, "src="); c != NULL; c = strstr(c + 1, "src="))
    if (strncmp(c, "src=\"data:", 10) != 0) fail_msg("%.40s", c);
}

static void test_nothing_from_outside_is_markup(void **state) {
  (void)state;
  static const char evil[] = "<script>alert(1)</script>\"' onerror=\"x\n\xff{0}";
  static const char *const lines[] = {evil};
  fixture made;
  fill(&made);
  make_pictures(false);
  const vtm_named_text protocol[] = {{evil, evil}};
  made.comparison.reference = evil;
  made.comparison.notes = lines;
  made.comparison.note_count = 1;
  for (int i = 0; i < PAIRS; i++) made.images[i].name = evil;
  for (int i = 0; i < MODELS; i++) {
    made.rows[i].name = evil;
    made.rows[i].warnings = lines;
    made.rows[i].warning_count = 1;
  }
  for (int m = 0; m < 2; m++) {
    made.results[m].label = evil;
    made.results[m].notes = made.results[m].warnings = lines;
    made.results[m].note_count = made.results[m].warning_count = 1;
    made.results[m].protocol = protocol;
  }
  const vtm_report_folder_options options = {.title = evil, .command = evil, .garments = "photographs"};
  write_report(&made, &options, "report");
  char *page = read_text("report/report.html");
  assert_true(vtm_is_utf8(page));
  expect_self_contained(page);
  /* A quote of it would end an attribute. */
  assert_null(strstr(page, "\" onerror"));
  assert_null(strstr(page, "' onerror"));
  assert_non_null(strstr(page, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; onerror=&quot;x\\n\\xff{0}"));
  free(page);
}

/* The most that can be in it: pictures that cannot be compressed, far more pairs and models than fit. */
static void test_the_page_stays_small(void **state) {
  (void)state;
  enum { MANY_PAIRS = 20000, MANY_MODELS = 40 };
  static vtm_image_score images[MANY_PAIRS];
  static vtm_score_row rows[MANY_MODELS];
  fixture made;
  fill(&made);
  make_pictures(true);
  for (int i = 0; i < MANY_PAIRS; i++)
    images[i] = (vtm_image_score){.name = "p", .reference = "p.ppm", .generated = "p.ppm", .value = (i * 7919) % 20011};
  for (int i = 0; i < MANY_MODELS; i++) {
    rows[i] = made.rows[i % MODELS];
    rows[i].images = rows[i].influences = images;
    rows[i].image_count = rows[i].influence_count = MANY_PAIRS;
  }
  for (int m = 0; m < 2; m++) {
    made.results[m].rows = rows;
    made.results[m].row_count = MANY_MODELS;
  }
  made.comparison.model_count = MANY_MODELS;
  const vtm_report_folder_options options = {.garments = "photographs"};
  write_report(&made, &options, "report");
  struct stat page;
  assert_int_equal(stat("report/report.html", &page), 0);
  if (page.st_size > 3000000) fail_msg("the page has %ld bytes", (long)page.st_size);
  char *text = read_text("report/report.html");
  int pictures = 0;
  for (const char *c = text; (c = strstr(c, "data:image/jpeg")) != NULL; c++) pictures++;
  free(text);
  assert_int_equal(pictures, 5 * 18); /* models that fit, with a pair of each kind and metric */
}

static void test_the_same_comparison_gives_the_same_bytes(void **state) {
  (void)state;
  fixture made;
  fill(&made);
  make_pictures(false);
  write_report(&made, NULL, "a");
  write_report(&made, NULL, "b");
  assert_int_equal(system("diff -r a b"), 0);
}

static void test_values_that_are_no_numbers(void **state) {
  (void)state;
  static const double odd[] = {NAN, INFINITY, -INFINITY, 1e308, -1e308, 0, -0.5};
  fixture made;
  for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
    char path[16];
    fill(&made);
    made.rows[1].value = made.intervals[1].high = made.images[2].value = odd[i];
    made.differences[0].value = made.apart[0].low = odd[i];
    (void)snprintf(path, sizeof(path), "report%zu", i);
    write_report(&made, NULL, path);
  }
  fill(&made);
  for (int m = 0; m < 2; m++) made.results[m].row_count = 0;
  write_report(&made, NULL, "no-models");
  made.comparison.result_count = 0;
  write_report(&made, NULL, "no-metrics");
}

/* Images that are not matched are no people. */
static void test_differences_of_unmatched_images(void **state) {
  (void)state;
  fixture made;
  fill(&made);
  for (size_t i = 0; i < 3; i++) made.differences[i].n = 0;
  write_report(&made, NULL, "report");
  char *page = read_text("report/report.html");
  assert_non_null(strstr(page, "<b>PROMPT</b> and <b>LADI</b> are tied (<b>LADI</b> minus <b>PROMPT</b>: <b>"));
  assert_null(strstr(page, " 0 people"));
  assert_null(strstr(page, "people that both have"));
  free(page);
}

static void test_languages(void **state) {
  (void)state;
  fixture made;
  fill(&made);
  const vtm_report_folder_options russian = {.language = "ru"}, unknown = {.language = "xx"};
  write_report(&made, &russian, "report");
  char *page = read_text("report/report.html");
  assert_non_null(strstr(page, "<html lang=\"ru\">"));
  assert_non_null(strstr(page, "Сравнение моделей"));
  assert_non_null(strstr(page, "1,00"));
  free(page);
  vtm_error error;
  assert_int_equal(vtm_report_write_folder(&made.comparison, &unknown, "other", &error), VTM_ERROR_USAGE);
  assert_string_equal(error.message, "unknown language 'xx': known are en|ru");
}

/* ---- where it goes ---- */

static void test_a_folder_that_exists(void **state) {
  (void)state;
  fixture made;
  fill(&made);
  vtm_error error;
  assert_int_equal(mkdir("report", 0777), 0);
  (void)scratch_write("report/mine.txt", "mine", 4);
  (void)scratch_write("report/fid.png", "old", 3);
  assert_int_equal(vtm_report_write_folder(&made.comparison, NULL, "report", &error), VTM_ERROR_USAGE);
  assert_non_null(strstr(error.message, "--force"));
  assert_false(exists("report/report.html"));
  const vtm_report_folder_options force = {.force = true};
  write_report(&made, &force, "report");
  char *mine = read_text("report/mine.txt");
  assert_string_equal(mine, "mine");
  free(mine);
#ifdef VTM_HAVE_CAIRO
  struct stat chart;
  assert_int_equal(stat("report/fid.png", &chart), 0);
  assert_true(chart.st_size > 1000);
#endif
  assert_int_equal(scratch_count("partial"), 0);
}

static void test_places_where_it_cannot_be(void **state) {
  (void)state;
  fixture made;
  fill(&made);
  vtm_error error;
  const vtm_report_folder_options force = {.force = true};
  const vtm_report_folder_options without = {.garments = "missing"};
  assert_int_equal(vtm_report_write_folder(&made.comparison, &without, "report", &error), VTM_ERROR_NOT_FOUND);
  (void)scratch_write("file", "x", 1);
  assert_int_equal(vtm_report_write_folder(&made.comparison, &force, "file", &error), VTM_ERROR_USAGE);
  assert_int_equal(vtm_report_write_folder(&made.comparison, &force, "missing/report", &error), VTM_ERROR_NOT_FOUND);
  assert_int_equal(symlink("nowhere", "link"), 0);
  assert_int_equal(vtm_report_write_folder(&made.comparison, &force, "link", &error), VTM_ERROR_USAGE);
  assert_int_equal(mkdir("report", 0777), 0);
  assert_int_equal(mkdir("report/report.html", 0777), 0);
  assert_int_equal(vtm_report_write_folder(&made.comparison, &force, "report", &error), VTM_ERROR_USAGE);
  assert_non_null(strstr(error.message, "report/report.html: is a folder"));
  assert_false(exists("report/fid.png"));
  assert_int_equal(scratch_count("partial"), 0);
}

static void test_what_a_killed_program_left_behind(void **state) {
  (void)state;
  fixture made;
  fill(&made);
  assert_int_equal(mkdir("report.partial", 0777), 0);
  (void)scratch_write("report.partial/report.html", "half", 4);
  (void)scratch_write("report.partial/lpips.svg", "half", 4);
  made.comparison.result_count = 1;
  write_report(&made, NULL, "report");
  assert_int_equal(scratch_count("partial"), 0);
  assert_false(exists("report/lpips.svg"));
}

static void test_a_stranger_in_the_way(void **state) {
  (void)state;
  fixture made;
  fill(&made);
  vtm_error error;
  assert_int_equal(mkdir("report.partial", 0777), 0);
  (void)scratch_write("report.partial/thesis.tex", "years", 5);
  assert_int_equal(vtm_report_write_folder(&made.comparison, NULL, "report", &error), VTM_ERROR_IO);
  assert_non_null(strstr(error.message, "report.partial: "));
  assert_false(exists("report"));
  assert_true(exists("report.partial/thesis.tex"));
}

static void test_two_programs_at_once(void **state) {
  (void)state;
  fixture made;
  fill(&made);
  vtm_error error;
  assert_int_equal(mkdir("report.partial", 0777), 0);
  const int held = open("report.partial", O_RDONLY | O_DIRECTORY);
  assert_true(held >= 0);
  assert_int_equal(flock(held, LOCK_EX), 0);
  assert_int_equal(vtm_report_write_folder(&made.comparison, NULL, "report", &error), VTM_ERROR_IO);
  assert_non_null(strstr(error.message, "another program"));
  assert_false(exists("report"));
  assert_int_equal(close(held), 0);
  write_report(&made, NULL, "report");
}

/* ---- pieces ---- */

static void test_base64(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"\xff\xfe\xfd", "//79"}, {"foobar", "Zm9vYmFy"}};
  for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
    vtm_text text = {0};
    char expected[64];
    vtm_html_data(&text, "a/b", cases[i][0], strlen(cases[i][0]));
    (void)snprintf(expected, sizeof(expected), "data:a/b;base64,%s", cases[i][1]);
    assert_string_equal(text.bytes, expected);
    vtm_text_free(&text);
  }
}

static void test_thumbnails_fit(void **state) {
  (void)state;
  static const int sizes[][4] = {{768, 1024, 216, 288}, {2000, 100, 216, 11}, {3, 2000, 1, 288}, {20, 30, 20, 30}};
  for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
    vtm_thumbnail thumbnail;
    vtm_image image;
    vtm_error error;
    write_picture("p.ppm", sizes[i][0], sizes[i][1], true);
    if (vtm_thumbnail_make("p.ppm", &thumbnail, &error) != VTM_OK) fail_msg("%s", error.message);
    assert_int_equal(thumbnail.width, sizes[i][2]);
    assert_int_equal(thumbnail.height, sizes[i][3]);
    assert_true(thumbnail.jpeg.length <= VTM_THUMBNAIL_BYTES);
    assert_int_equal(vtm_image_decode(thumbnail.jpeg.bytes, thumbnail.jpeg.length, "t.jpg", NULL, &image, &error),
                     VTM_OK);
    assert_int_equal(image.width, thumbnail.width);
    vtm_image_clear(&image);
    vtm_text_free(&thumbnail.jpeg);
  }
}

#ifdef VTM_HAVE_CAIRO
static void test_charts_of_many_models(void **state) {
  (void)state;
  enum { MANY = 500 };
  static vtm_score_row rows[MANY];
  static char names[MANY][400];
  for (int i = 0; i < MANY; i++) {
    memset(names[i], 'a' + i % 26, sizeof(names[i]) - 1);
    rows[i] = (vtm_score_row){.name = names[i], .value = i};
  }
  const vtm_result result = {.metric = "fid", .label = "FID", .lower_is_better = true, .rows = rows, .row_count = MANY};
  const vtm_chart chart = {.result = &result};
  vtm_text png = {0};
  vtm_image image;
  vtm_error error;
  if (vtm_chart_bars(&chart, VTM_DRAW_PNG, &png, &error) != VTM_OK) fail_msg("%s", error.message);
  assert_int_equal(vtm_image_decode(png.bytes, png.length, "chart.png", NULL, &image, &error), VTM_OK);
  assert_int_equal(image.width, 2 * VTM_CHART_WIDTH);
  assert_true(image.height < 6000);
  vtm_image_clear(&image);
  vtm_text_free(&png);
}
#endif

int main(void) {
#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_enter, scratch_leave)
  const struct CMUnitTest tests[] = {
      IN_SCRATCH(test_the_folder_has_all_its_files),
      IN_SCRATCH(test_nothing_from_outside_is_markup),
      IN_SCRATCH(test_the_page_stays_small),
      IN_SCRATCH(test_the_same_comparison_gives_the_same_bytes),
      IN_SCRATCH(test_values_that_are_no_numbers),
      IN_SCRATCH(test_languages),
      IN_SCRATCH(test_differences_of_unmatched_images),
      IN_SCRATCH(test_a_folder_that_exists),
      IN_SCRATCH(test_places_where_it_cannot_be),
      IN_SCRATCH(test_what_a_killed_program_left_behind),
      IN_SCRATCH(test_a_stranger_in_the_way),
      IN_SCRATCH(test_two_programs_at_once),
      cmocka_unit_test(test_base64),
      IN_SCRATCH(test_thumbnails_fit),
#ifdef VTM_HAVE_CAIRO
      cmocka_unit_test(test_charts_of_many_models),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
