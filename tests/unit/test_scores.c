/* Scores read back, hostile files, and what changed between two runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../helpers/comparisons.h"
#include "vtonmetrics/report.h"
#include "vtonmetrics/tools/scores.h"
#include "vtonmetrics/tools/scores_report.h"

static char *as_json(const vtm_scores *scores) {
  vtm_error error = {0};
  char *text = NULL;
  assert_int_equal(vtm_report_scores(scores, "json", NULL, &text, &error), VTM_OK);
  return text;
}

static vtm_scores *parse(const char *text) {
  vtm_error error = {0};
  vtm_scores *scores = NULL;
  if (vtm_scores_parse("s.json", text, strlen(text), &scores, &error) != VTM_OK) fail_msg("%s", error.message);
  return scores;
}

/* What is written, read and written again is the same text: nothing is lost. */
static void test_round_trip(void **state) {
  (void)state;
  const vtm_scores_task tasks[] = {{"full", &two_metrics}, {"color \"x\"", &two_metrics}};
  const vtm_scores_task alone = {"", &two_metrics};
  const vtm_named_value seconds[] = {{"GAN", 0.1}};
  const vtm_scores originals[] = {{&alone, 1, NULL, 0}, {tasks, 2, seconds, 1}};
  for (size_t i = 0; i < 2; i++) {
    char *text = as_json(&originals[i]);
    vtm_scores *back = parse(text);
    char *again = as_json(back);
    assert_string_equal(again, text);
    vtm_scores_destroy(back);
    free(again);
    free(text);
  }
}

static void test_single_metric(void **state) {
  (void)state;
  vtm_error error = {0};
  char *text = NULL;
  assert_int_equal(vtm_report_render(&fid_result, "json", NULL, &text, &error), VTM_OK);
  vtm_scores *scores = parse(text);
  assert_int_equal(scores->task_count, 1);
  const vtm_result *result = scores->tasks[0].comparison->results[0];
  assert_string_equal(result->rows[1].name, EVIL);
  assert_memory_equal(&result->rows[1].value, &fid_rows[1].value, sizeof(double));
  assert_int_equal(result->difference_count, 3);
  vtm_scores_destroy(scores);
  free(text);
}

static void expect_refused(const char *text, const char *part) {
  vtm_error error = {0};
  vtm_scores *scores = NULL;
  assert_int_not_equal(vtm_scores_parse("s.json", text, strlen(text), &scores, &error), VTM_OK);
  assert_null(scores);
  if (strstr(error.message, part) == NULL) fail_msg("\"%s\" lacks \"%s\"", error.message, part);
}

#define HEAD "{\"schema\": \"vtonmetrics/3\", "
#define RESULT(rest)                                                                                                 \
  HEAD "\"metric\": \"fid\", \"label\": \"FID\", \"lower_is_better\": true, \"reference\": \"r\", \"protocol\": {}," \
       "\n\"results\": " rest "}"

static void test_hostile(void **state) {
  (void)state;
  expect_refused("", "s.json: no valid JSON");
  expect_refused("[1, 2", "no valid JSON");
  expect_refused("[]", "s.json: line 1: the file must be an object");
  expect_refused("{}", "\"schema\" is missing");
  expect_refused("{\n\n\"schema\": \"other/2\"}", "line 3: the schema is another one");
  expect_refused("{\"schema\": \"vtonmetrics/1\"}", "could give wrong scores: compute it again");
  expect_refused("{\"schema\": 1}", "\"schema\" must be a text");
  expect_refused(HEAD "\"schema\": \"vtonmetrics/3\"}", "\"schema\" of the file is given twice");
  expect_refused(HEAD "\"x\": 1}", "no scores");
  expect_refused(HEAD "\"metrics\": []}", "\"reference\" is missing");
  expect_refused(HEAD "\"reference\": \"r\", \"metrics\": {}}", "\"metrics\" must be a list");
  expect_refused(HEAD "\"reference\": \"r\", \"metrics\": [7]}", "a metric must be an object");
  expect_refused(HEAD "\"tasks\": [{\"name\": \"a\"}]}", "\"metrics\" is missing");
  expect_refused(RESULT("[{}]"), "line 2: \"name\" is missing");
  expect_refused(RESULT("[{\"name\": \"a\", \"value\": \"1\"}]"), "\"value\" must be a number");
  expect_refused(RESULT("[{\"name\": \"a\", \"value\": 1, \"n_reference\": -1}]"), "whole number");
  expect_refused(RESULT("[{\"name\": \"a\", \"value\": 1, \"n_reference\": 1.5}]"), "whole number");
#define ROW(rest) \
  "{\"name\": \"a\", \"value\": 1, \"n_reference\": 3, \"n_generated\": 3, \"generated\": \"a\"" rest "}"
  expect_refused(RESULT("[" ROW("") ", " ROW("") "]"), "two results are called a");
  expect_refused(RESULT("[" ROW(", \"pairs\": [{\"name\": \"p\", \"person\": \"p\", \"value\": 1}, {\"name\": \"p\", "
                                "\"person\": \"p\", \"value\": 2}]") "]"),
                 "\"pairs\" has p twice");
  expect_refused(RESULT("[" ROW(", \"pairs\": [{\"name\": \"p\", \"person\": \"p\", \"value\": 1, \"layers\": [1]}, "
                                "{\"name\": \"q\", \"person\": \"q\", \"value\": 2}]") "]"),
                 "q has no layers, others have");
  expect_refused(RESULT("[" ROW(", \"interval\": {\"low\": 2, \"high\": 1, \"standard_error\": 1}") "]"),
                 "ends before it begins");
#define PAIR(name, value) "{\"name\": \"" name "\", \"person\": \"" name "\", \"value\": " value "}"
  expect_refused(RESULT("[" ROW(", \"pairs\": [" PAIR("p", "1") ", " PAIR("q", "1") "]") "]"),
                 "\"n_generated\" is 3, \"pairs\" has 2 elements");
  expect_refused(RESULT("[" ROW(", \"pairs\": [" PAIR("p", "1") ", " PAIR("q", "1") ", " PAIR("r", "1.5") "]") "]"),
                 "\"value\" is 1, but the mean of its pairs is 1.16666667");
  expect_refused(RESULT("[" ROW("") "], \"differences\": [{\"a\": \"a\", \"b\": \"b\"}]"),
                 "\"differences\" has 1 elements; of 1 models it is 0");
#define OTHER "{\"name\": \"b\", \"value\": 1, \"n_reference\": 3, \"n_generated\": 3, \"generated\": \"b\"}"
#define DIFFERENCE(rest) \
  RESULT("[" ROW("") ", " OTHER "], \"differences\": [{\"n\": 3, \"value\": 0, \"p\": null, " rest "}]")
  expect_refused(DIFFERENCE("\"a\": \"a\", \"b\": \"c\""), "names no model");
  expect_refused(DIFFERENCE("\"a\": \"b\", \"b\": \"a\", \"verdict\": \"equal\""), "must come before");
  expect_refused(DIFFERENCE("\"a\": \"a\", \"b\": \"b\", \"verdict\": \"better\""),
                 "\"verdict\" is better, which is not known");
  expect_refused(DIFFERENCE("\"a\": \"a\", \"b\": \"b\", \"verdict\": \"tied\""),
                 "\"verdict\" is tied, but there is no \"interval\"");
  expect_refused(DIFFERENCE("\"a\": \"a\", \"b\": \"b\", \"verdict\": \"incomparable\""), "\"why\" is missing");
}

static void test_too_deep_and_too_many(void **state) {
  (void)state;
  enum { SIZE = 20 << 20 };
  vtm_error error = {0};
  vtm_scores *scores = NULL;
  char *text = malloc(SIZE);
  assert_non_null(text);
  memset(text, '[', SIZE);
  assert_int_equal(vtm_scores_parse("s.json", text, SIZE, &scores, &error), VTM_ERROR_LIMIT);
  memset(text, ',', SIZE);
  text[0] = '[';
  assert_int_equal(vtm_scores_parse("s.json", text, SIZE, &scores, &error), VTM_ERROR_LIMIT);
  free(text);
}

/* ---- differences ---- */

enum { PAIRS = 20 };
static vtm_image_score images[2][PAIRS];
static vtm_score_row lpips_row[2], fid_row[2];
static vtm_result results[2][2];
static const vtm_result *pointers[2][2];
static vtm_comparison comparisons[2];
static vtm_scores_task one_task[2];
static vtm_scores runs[2];
static vtm_named_text lines[2][2];
static char names[PAIRS][8];

static void make_runs(double step) {
  for (size_t run = 0; run < 2; run++) {
    double sum = 0.0;
    for (size_t i = 0; i < PAIRS; i++) {
      (void)snprintf(names[i], sizeof(names[i]), "p%02zu", i);
      images[run][i] =
          (vtm_image_score){.name = names[i],
                            .reference = names[i],
                            .value = 0.1 + 0.01 * (double)i + (run == 1 ? step * (1.0 + 0.1 * (double)(i % 3)) : 0.0)};
      sum += images[run][i].value;
    }
    lines[run][0] = (vtm_named_text){"protocol", "alexnet"};
    lines[run][1] = (vtm_named_text){"device", "cpu"};
    lpips_row[run] = (vtm_score_row){.name = "M",
                                     .value = sum / PAIRS,
                                     .n_reference = PAIRS,
                                     .n_generated = PAIRS,
                                     .images = images[run],
                                     .image_count = PAIRS};
    fid_row[run] = (vtm_score_row){.name = "M",
                                   .value = 5.0 + (double)run,
                                   .n_reference = PAIRS,
                                   .n_generated = PAIRS,
                                   .influences = images[run],
                                   .influence_count = PAIRS};
    results[run][0] = (vtm_result){.metric = "fid",
                                   .label = "FID",
                                   .lower_is_better = true,
                                   .rows = &fid_row[run],
                                   .row_count = 1,
                                   .protocol = lines[run],
                                   .protocol_count = 2};
    results[run][1] = (vtm_result){.metric = "lpips",
                                   .label = "LPIPS",
                                   .lower_is_better = true,
                                   .rows = &lpips_row[run],
                                   .row_count = 1,
                                   .protocol = lines[run],
                                   .protocol_count = 2};
    pointers[run][0] = &results[run][0];
    pointers[run][1] = &results[run][1];
    comparisons[run] = (vtm_comparison){.reference = "image", .results = pointers[run], .result_count = 2};
    one_task[run] = (vtm_scores_task){"", &comparisons[run]};
    runs[run] = (vtm_scores){&one_task[run], 1, NULL, 0};
  }
}

static vtm_changes *diff(void) {
  vtm_error error = {0};
  vtm_changes *changes = NULL;
  assert_int_equal(vtm_scores_diff(&runs[0], &runs[1], 1, &changes, &error), VTM_OK);
  return changes;
}

static void test_worse(void **state) {
  (void)state;
  make_runs(0.05);
  vtm_changes *changes = diff();
  assert_int_equal(changes->score_count, 2);
  const vtm_score_change *fid = &changes->scores[0];
  const vtm_score_change *lpips = &changes->scores[1];
  assert_int_equal(fid->verdict, VTM_VERDICT_BEHIND);
  double squares = 0.0;
  for (size_t i = 0; i < PAIRS; i++)
    squares += (images[1][i].value - images[0][i].value) * (images[1][i].value - images[0][i].value);
  assert_true(fabs(fid->interval->standard_error * fid->interval->standard_error - (squares)) < 1e-12);
  assert_int_equal(lpips->verdict, VTM_VERDICT_BEHIND);
  assert_true(fabs(lpips->value - (lpips->after - lpips->before)) < 1e-12);
  assert_true(lpips->interval->low > 0.05 && lpips->interval->high < 0.06);
  assert_int_equal(lpips->image_count, PAIRS);
  assert_true(lpips->images[0].after - lpips->images[0].before >
              lpips->images[PAIRS - 1].after - lpips->images[PAIRS - 1].before);
  vtm_changes_destroy(changes);
}

static void test_better_and_same(void **state) {
  (void)state;
  make_runs(-0.05);
  vtm_changes *changes = diff();
  assert_int_equal(changes->scores[1].verdict, VTM_VERDICT_AHEAD);
  vtm_changes_destroy(changes);
  make_runs(0.0);
  fid_row[1].value = fid_row[0].value;
  changes = diff();
  assert_int_equal(changes->scores[0].verdict, VTM_VERDICT_EQUAL);
  assert_int_equal(changes->scores[1].verdict, VTM_VERDICT_EQUAL);
  assert_int_equal(changes->step_count, 0);
  vtm_changes_destroy(changes);
}

static void test_neither(void **state) {
  (void)state;
  make_runs(0.0);
  for (size_t i = 0; i < PAIRS; i++) images[1][i].value += i % 2 == 0 ? 0.02 : -0.019;
  fid_row[1].value = fid_row[0].value + 0.001;
  vtm_changes *changes = diff();
  assert_int_equal(changes->scores[0].verdict, VTM_VERDICT_TIED);
  assert_int_equal(changes->scores[1].verdict, VTM_VERDICT_TIED);
  assert_true(changes->scores[1].interval->low < 0.0 && changes->scores[1].interval->high > 0.0);
  vtm_changes_destroy(changes);
}

static void test_incomparable(void **state) {
  (void)state;
  make_runs(0.05);
  lines[1][0].text = "clean-fid";
  lines[1][1].text = "cuda";
  vtm_changes *changes = diff();
  assert_int_equal(changes->scores[0].verdict, VTM_VERDICT_INCOMPARABLE);
  assert_non_null(strstr(changes->scores[0].why, "protocol differs"));
  assert_int_equal(changes->step_count, 2);
  assert_string_equal(changes->steps[0].labels, "FID, LPIPS");
  assert_true(changes->steps[0].breaks);
  assert_false(changes->steps[1].breaks);
  vtm_changes_destroy(changes);
}

static void test_other_pictures(void **state) {
  (void)state;
  make_runs(0.05);
  lpips_row[1].image_count = 5;
  fid_row[1].influence_count = 5;
  fid_row[1].n_generated = 5;
  vtm_changes *changes = diff();
  assert_int_equal(changes->scores[0].verdict, VTM_VERDICT_INCOMPARABLE);
  assert_int_equal(changes->scores[1].verdict, VTM_VERDICT_UNKNOWN);
  assert_non_null(strstr(changes->scores[1].why, "fewer than 10 people"));
  assert_int_equal(changes->scores[1].only_before, 15);
  vtm_changes_destroy(changes);
}

static void test_other_models(void **state) {
  (void)state;
  make_runs(0.05);
  lpips_row[1].name = "N";
  comparisons[0].result_count = 1;
  vtm_changes *changes = diff();
  assert_int_equal(changes->score_count, 1);
  assert_int_equal(changes->missing_count, 1);
  assert_string_equal(changes->missing[0].label, "LPIPS");
  assert_null(changes->missing[0].model);
  assert_false(changes->missing[0].was);
  vtm_changes_destroy(changes);
}

static void test_report(void **state) {
  (void)state;
  make_runs(0.05);
  lines[1][1].text = "cuda";
  vtm_changes *changes = diff();
  vtm_error error = {0};
  char *text = NULL;
  assert_int_equal(vtm_report_changes(changes, "text", 1, NULL, &text, &error), VTM_OK);
  assert_non_null(strstr(text, "  metric  model     before        now"));
  assert_non_null(strstr(text, "worse\n"));
  assert_non_null(strstr(text, "\nLPIPS, M: 20 of 20 results got worse; the most\n  p"));
  assert_non_null(strstr(text, "device (FID, LPIPS): cuda, was cpu: "));
  free(text);
  assert_int_equal(vtm_report_changes(changes, "json", 1, NULL, &text, &error), VTM_OK);
  assert_non_null(strstr(text, "\"verdict\":\t\"worse\""));
  free(text);
  assert_int_equal(vtm_report_changes(changes, "markdown", 1, NULL, &text, &error), VTM_OK);
  assert_non_null(strstr(text, "| LPIPS | M | "));
  free(text);
  assert_int_equal(vtm_report_changes(changes, "csv", 1, NULL, &text, &error), VTM_ERROR_USAGE);
  vtm_changes_destroy(changes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_round_trip),     cmocka_unit_test(test_single_metric),
      cmocka_unit_test(test_hostile),        cmocka_unit_test(test_too_deep_and_too_many),
      cmocka_unit_test(test_worse),          cmocka_unit_test(test_better_and_same),
      cmocka_unit_test(test_neither),        cmocka_unit_test(test_incomparable),
      cmocka_unit_test(test_other_pictures), cmocka_unit_test(test_other_models),
      cmocka_unit_test(test_report),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
