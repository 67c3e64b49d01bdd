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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(elements_of_a_comparison),
      cmocka_unit_test(elements_of_tables),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
