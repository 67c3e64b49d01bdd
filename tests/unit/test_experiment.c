/* Experiments in files: what is read, and what is said about what is wrong, with the line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vtonmetrics/tools/experiment.h"

static const char good[] =
    "\xef\xbb\xbf{\n"
    "  \"tasks\": {\"full\": {\"reference\": \"full/image\", \"models\": {\"GAN\": \"full/GAN\", \"O{u,r}s:\": "
    "\"/abs\"}},\n"
    "            \"color\": {\"reference\": \"c\", \"models\": {\"GAN\": \"c/GAN\"}}},\n"
    "  \"metrics\": {\"fid\": {\"protocol\": \"alexnet\", \"all-images\": true, \"batch\": 4}, \"lpips\": {}},\n"
    "  \"people\": \"each\", \"sort\": \"lpips\", \"baseline\": \"GAN\",\n"
    "  \"seconds_per_image\": {\"GAN\": 0.5},\n"
    "  \"fail_above\": {\"fid\": 40}, \"fail_if_worse_than\": \"../old.json\", \"tolerance\": {\"lpips\": 0.01},\n"
    "  \"output\": {\"markdown\": \"table.md\", \"json\": \"sub/scores.json\"},\n"
    "  \"per_image\": \"pairs.csv\", \"report\": \"report\"\n"
    "}\n";

static void test_good(void **state) {
  (void)state;
  vtm_error error = {0};
  vtm_experiment *read = NULL;
  if (vtm_experiment_parse("dir/e.json", good, strlen(good), false, &read, &error) != VTM_OK)
    fail_msg("%s", error.message);
  assert_int_equal(read->task_count, 2);
  assert_string_equal(read->tasks[0].name, "full");
  assert_string_equal(read->tasks[0].reference, "dir/full/image");
  assert_string_equal(read->tasks[0].names[1], "O{u,r}s:");
  assert_string_equal(read->tasks[0].folders[1], "/abs");
  assert_int_equal(read->tasks[1].model_count, 1);
  assert_int_equal(read->metric_count, 2);
  assert_string_equal(vtm_settings_info(read->settings[1])->name, "lpips");
  assert_int_equal(read->people, VTM_COMPARE_EACH);
  assert_string_equal(read->not_worse_than, "dir/../old.json");
  assert_int_equal(read->output_count, 2);
  assert_string_equal(read->outputs[0].path, "dir/sub/scores.json");
  assert_string_equal(read->report, "dir/report");
  assert_true(read->limits[0].value > 39.0 && read->tolerances[0].value < 0.02 && read->seconds[0].value > 0.4);
  vtm_experiment_destroy(read);
}

static void expect_refused(const char *text, const char *message) {
  vtm_error error = {0};
  vtm_experiment *read = NULL;
  assert_int_not_equal(vtm_experiment_parse("e.json", text, strlen(text), false, &read, &error), VTM_OK);
  assert_null(read);
  if (strcmp(error.message, message) != 0) fail_msg("\"%s\"\nis not\n\"%s\"", error.message, message);
}

#define START "{\"reference\": \"r\",\n \"models\": {\"A\": \"a\"},\n \"metrics\": [\"lpips\"],\n "

static void test_refused(void **state) {
  (void)state;
  expect_refused(START "\"metrcs\": 1}",
                 "e.json: line 4: unknown key \"metrcs\" of the experiment; did you mean \"metrics\"?");
  expect_refused(START "\"output\": {\n\n\"xml\": \"x\"}}",
                 "e.json: line 6: unknown key \"xml\" of \"output\"; known are text, json, csv, tsv, markdown, latex");
  expect_refused(START "\"reference\": \"q\"}", "e.json: line 4: \"reference\" of the experiment is given twice");
  expect_refused(
      START "\"tasks\": {}}",
      "e.json: line 4: \"tasks\" have references and models of their own: \"reference\" beside them makes no sense");
  expect_refused(START "\"baseline\": \"B\"}",
                 "e.json: line 4: \"baseline\": B is none of the models of this experiment");
  expect_refused(START "\"sort\": \"fid\"}", "e.json: line 4: \"sort\": fid is none of the metrics of this experiment");
  expect_refused(START "\"fail_above\": {\"fid\": 1}}",
                 "e.json: line 4: fid is none of the metrics of this experiment");
  expect_refused(START "\"seconds_per_image\": {\"A\": -1}}", "e.json: line 4: \"A\" must be 0 or more");
  expect_refused(START "\"tolerance\": {\"lpips\": 1}}",
                 "e.json: line 4: \"tolerance\" goes with \"fail_if_worse_than\"");
  expect_refused(START "\"people\": \"all\"}", "e.json: line 4: \"people\" must be \"common\" or \"each\"");
  expect_refused(START "\"report\": \"../r\"}",
                 "e.json: line 4: \"report\": ../r lies outside this file's folder; --outside allows to write there");
  expect_refused(START "\"output\": {\"csv\": \"/etc/x\"}}",
                 "e.json: line 4: \"csv\": /etc/x lies outside this file's folder; --outside allows to write there");
  expect_refused(
      START "\"per_image\": \"a/../../x\"}",
      "e.json: line 4: \"per_image\": a/../../x lies outside this file's folder; --outside allows to write there");
  expect_refused("{\"reference\": \"r\", \"metrics\": [\"lpips\"]}", "e.json: line 1: \"models\" is missing");
  expect_refused("{\"reference\": \"r\", \"models\": {\"A\": \"a\",\n \"A\": \"b\"}, \"metrics\": [\"lpips\"]}",
                 "e.json: line 2: two of them are called \"A\": a model needs a name of its own");
  expect_refused("{\"reference\": \"r\", \"models\": {\"\": \"a\"}, \"metrics\": [\"lpips\"]}",
                 "e.json: line 1: a model needs a name");
  expect_refused("{\"reference\": \"r\", \"models\": {\"A\": \"a\"}}",
                 "e.json: line 1: \"metrics\" is missing: [\"fid\", \"lpips\"]");
  expect_refused("{\"reference\": \"r\", \"models\": {\"A\": \"a\"},\n\"metrics\": [\"lpips\",\n\"lpips\"]}",
                 "e.json: line 3: the metric lpips is there twice");
  expect_refused("{\"reference\": \"r\", \"models\": {\"A\": \"a\"},\n\"metrics\": {\"lpip\": {}}}",
                 "e.json: line 2: unknown metric 'lpip' (did you mean 'lpips'?); known are fid, kid, lpips, ssim, "
                 "ms-ssim, psnr, mse, rmse, mae");
  expect_refused(
      "{\"reference\": \"r\", \"models\": {\"A\": \"a\"}, \"metrics\": {\"fid\": {\n\"protcol\": \"alexnet\"}}}",
      "e.json: line 2: unknown option 'protcol' of fid (did you mean 'protocol'?)");
  expect_refused("{\"reference\": \"r\", \"models\": {\"A\": \"a\"}, \"metrics\": {\"fid\": {\"save-stats\": \"x\"}}}",
                 "e.json: line 1: \"save-stats\" has no place in an experiment");
  expect_refused("{\"tasks\": {\"t\": {\"reference\": \"r\",\n\"model\": {}}}, \"metrics\": [\"fid\"]}",
                 "e.json: line 2: unknown key \"model\" of a task; did you mean \"models\"?");
  expect_refused("[", "e.json: no valid JSON: a mistake near line 1, column 1");
  expect_refused("{\"reference\": \"\xff\"}", "e.json: is no UTF-8 text, as JSON has to be");
}

static void test_outside_is_allowed_on_demand(void **state) {
  (void)state;
  static const char text[] = START "\"report\": \"../r\"}";
  vtm_error error = {0};
  vtm_experiment *read = NULL;
  assert_int_equal(vtm_experiment_parse("e.json", text, strlen(text), true, &read, &error), VTM_OK);
  assert_string_equal(read->report, "../r");
  vtm_experiment_destroy(read);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_good),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_outside_is_allowed_on_demand),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
