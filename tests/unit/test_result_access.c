/* Elements of results by index, and none behind the last. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vtonmetrics/vtonmetrics.h"

#define LAST ((size_t)-1)

static void elements_of_a_comparison(void **state) {
  (void)state;
  const vtm_image_score images[3] = {{.name = "a"}, {.name = "b"}, {.name = "c"}};
  const vtm_score_row rows[2] = {{.images = images, .image_count = 3}, {.influences = images, .influence_count = 2}};
  const vtm_difference differences[1] = {{.a = 0, .b = 1}};
  const vtm_result result = {.rows = rows, .row_count = 2, .differences = differences, .difference_count = 1};
  const vtm_result *const results[1] = {&result};
  const vtm_comparison comparison = {.results = results, .result_count = 1};
  assert_ptr_equal(vtm_comparison_result(&comparison, 0), &result);
  assert_null(vtm_comparison_result(&comparison, 1));
  assert_ptr_equal(vtm_result_row(&result, 1), &rows[1]);
  assert_null(vtm_result_row(&result, 2));
  assert_null(vtm_result_row(&result, LAST));
  assert_ptr_equal(vtm_result_difference(&result, 0), differences);
  assert_null(vtm_result_difference(&result, 1));
  assert_ptr_equal(vtm_row_image(&rows[0], 2), &images[2]);
  assert_null(vtm_row_image(&rows[0], 3));
  assert_null(vtm_row_image(&rows[1], 0));
  assert_ptr_equal(vtm_row_influence(&rows[1], 1), &images[1]);
  assert_null(vtm_row_influence(&rows[1], 2));
  assert_null(vtm_row_influence(&rows[0], 0));
}

static void elements_of_tables(void **state) {
  (void)state;
  const vtm_metric_info *metric = vtm_metric_find("fid");
  assert_ptr_equal(vtm_metric_option(metric, metric->option_count - 1), &metric->options[metric->option_count - 1]);
  assert_null(vtm_metric_option(metric, metric->option_count));
  vtm_device devices[2] = {{.capability = 80}, {.capability = 90}};
  const vtm_device_report report = {.devices = devices, .count = 2};
  assert_ptr_equal(vtm_device_report_device(&report, 1), &devices[1]);
  assert_null(vtm_device_report_device(&report, 2));
  const vtm_store_kind kinds[1] = {{.rows = 1}};
  const vtm_store_info info = {.kinds = kinds, .kind_count = 1};
  assert_ptr_equal(vtm_store_info_kind(&info, 0), kinds);
  assert_null(vtm_store_info_kind(&info, 1));
}

/* A row that is not there is ahead of none, and nothing can be said about it. */
static void rows_that_are_not_there(void **state) {
  (void)state;
  const vtm_score_row rows[2] = {{.name = "A", .value = 1}, {.name = "B", .value = 2}};
  const vtm_result result = {.metric = "mse", .rows = rows, .row_count = 2, .lower_is_better = true};
  static const size_t pairs[][2] = {{0, 2}, {2, 0}, {LAST, 1}, {1, LAST}, {LAST, LAST}, {2, 2}};
  for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
    const size_t a = pairs[i][0];
    const size_t b = pairs[i][1];
    char none;
    char *text = &none;
    vtm_error error = {0};
    assert_int_equal(vtm_result_verdict(&result, a, b), VTM_VERDICT_UNKNOWN);
    assert_false(vtm_result_is_ahead(&result, a, b));
    assert_null(vtm_result_difference_of(&result, a, b));
    assert_int_equal(vtm_report_sentence(&result, a, b, &text, &error), VTM_ERROR_USAGE);
    assert_null(text);
  }
  assert_true(vtm_result_is_ahead(&result, 0, 1));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(elements_of_a_comparison),
      cmocka_unit_test(elements_of_tables),
      cmocka_unit_test(rows_that_are_not_there),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
