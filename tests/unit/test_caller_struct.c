/* Programs of an older and of a newer version call this library: structs that they fill in are smaller or larger. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/caller_struct.h"
#include "vtonmetrics/tools/dataset.h"
#include "vtonmetrics/tools/lint.h"
#include "vtonmetrics/vtonmetrics.h"

typedef struct version_1 {
  size_t struct_size;
  const char *name;
} version_1;

typedef struct version_2 {
  size_t struct_size;
  const char *name;
  double factor;
} version_2;

typedef struct version_3 {
  size_t struct_size;
  const char *name;
  double factor;
  void *user;
} version_3;

static vtm_error error;

static vtm_status copy(version_2 *known, const void *given) {
  memset(known, 0xff, sizeof(*known));
  return vtm_copy_caller_struct(known, sizeof(*known), given, "vtm_options", &error);
}

static void an_older_caller_leaves_new_members_zero(void **state) {
  (void)state;
  version_2 known;
  struct {
    version_1 options;
    double behind;
  } older = {{sizeof(version_1), "old"}, 3};
  assert_int_equal(copy(&known, &older.options), VTM_OK);
  assert_string_equal(known.name, "old");
  assert_true(known.factor == 0);
  assert_int_equal(known.struct_size, sizeof(known));
}

static void a_caller_of_the_same_version_is_copied_whole(void **state) {
  (void)state;
  version_2 known;
  const version_2 same = {sizeof(same), "same", 2};
  assert_int_equal(copy(&known, &same), VTM_OK);
  assert_memory_equal(&known, &same, sizeof(same));
}

static void a_newer_caller_may_leave_new_members_zero(void **state) {
  (void)state;
  version_2 known;
  version_3 newer = {sizeof(newer), "new", 2, NULL};
  assert_int_equal(copy(&known, &newer), VTM_OK);
  assert_string_equal(known.name, "new");
  assert_int_equal(known.struct_size, sizeof(known));
  newer.user = &known;
  assert_int_equal(copy(&known, &newer), VTM_ERROR_UNSUPPORTED);
  assert_non_null(strstr(error.message, "vtm_options: the program sets a member that this library"));
  assert_non_null(strstr(error.message, vtm_version()));
}

static void a_size_that_nobody_filled_in_is_said(void **state) {
  (void)state;
  version_2 known;
  version_2 given = {0, "none", 2};
  assert_int_equal(copy(&known, &given), VTM_ERROR_USAGE);
  assert_string_equal(error.message, "vtm_options: struct_size is 0; set it to sizeof(vtm_options) before the call");
  given.struct_size = sizeof(size_t) - 1;
  assert_int_equal(copy(&known, &given), VTM_ERROR_USAGE);
  memset(&given.struct_size, 0xa5, sizeof(given.struct_size)); /* of a struct that was not initialised */
  assert_int_equal(copy(&known, &given), VTM_ERROR_USAGE);
}

static void none_has_defaults(void **state) {
  (void)state;
  version_2 known;
  assert_int_equal(copy(&known, NULL), VTM_OK);
  assert_null(known.name);
  assert_int_equal(known.struct_size, sizeof(known));
}

/* The first members of vtm_context_options, as if those behind had come later. */
static void an_older_program_makes_a_context(void **state) {
  (void)state;
  struct {
    size_t struct_size;
    int threads;
    const char *device;
  } older = {sizeof(older), 3, "cpu"};
  vtm_context *context = NULL;
  assert_int_equal(vtm_context_create((const vtm_context_options *)(const void *)&older, &context, &error), VTM_OK);
  assert_int_equal(vtm_context_threads(context), 3);
  vtm_context_destroy(context);
}

static void expect_usage(vtm_status status, const char *type) {
  assert_int_equal(status, VTM_ERROR_USAGE);
  assert_memory_equal(error.message, type, strlen(type));
  assert_non_null(strstr(error.message, "struct_size is 0"));
}

static void every_function_asks_for_the_size(void **state) {
  (void)state;
  vtm_context *context = NULL;
  vtm_comparison *comparison = NULL;
  vtm_lint_result *findings = NULL;
  vtm_image image;
  vtm_image_header header;
  vtm_matching matching;
  char *text = NULL;
  expect_usage(vtm_context_create(&(vtm_context_options){0}, &context, &error), "vtm_context_options");
  assert_int_equal(vtm_context_create(NULL, &context, &error), VTM_OK);
  expect_usage(vtm_compare(context, &(vtm_compare_request){0}, &comparison, &error), "vtm_compare_request");
  expect_usage(vtm_lint(context, ".", &(vtm_lint_options){0}, &findings, &error), "vtm_lint_options");
  vtm_context_destroy(context);
  const vtm_image_limits limits = {0};
  expect_usage(vtm_image_read("none.png", &limits, &image, &error), "vtm_image_limits");
  expect_usage(vtm_image_decode("", 0, "none.png", &limits, &image, &error), "vtm_image_limits");
  expect_usage(vtm_image_probe("none.png", &limits, &header, &error), "vtm_image_limits");
  expect_usage(vtm_image_probe_bytes("", 0, "none.png", &limits, &header, &error), "vtm_image_limits");
  const vtm_folder empty = {0};
  expect_usage(vtm_match(&empty, &empty, &(vtm_match_options){0}, &matching, &error), "vtm_match_options");
  const vtm_report_options options = {0};
  expect_usage(vtm_report_render(&(vtm_result){0}, "text", &options, &text, &error), "vtm_report_options");
  expect_usage(vtm_report_comparison(&(vtm_comparison){0}, "text", &options, &text, &error), "vtm_report_options");
}

/* What lies in padding is not the caller's to say, so a larger struct must not have any behind its last member. */
#define ENDS_WITH(type, member) \
  _Static_assert(offsetof(type, member) + sizeof(((type *)NULL)->member) == sizeof(type), #type " ends in padding")
ENDS_WITH(vtm_context_options, ask);
ENDS_WITH(vtm_compare_request, metric_count);
ENDS_WITH(vtm_report_options, baseline);
ENDS_WITH(vtm_scorer_options, metric_count);
ENDS_WITH(vtm_scorer_picture, height);
ENDS_WITH(vtm_image_limits, max_bytes);
ENDS_WITH(vtm_match_options, order);
ENDS_WITH(vtm_lint_options, programs);

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_older_caller_leaves_new_members_zero),
      cmocka_unit_test(a_caller_of_the_same_version_is_copied_whole),
      cmocka_unit_test(a_newer_caller_may_leave_new_members_zero),
      cmocka_unit_test(a_size_that_nobody_filled_in_is_said),
      cmocka_unit_test(none_has_defaults),
      cmocka_unit_test(an_older_program_makes_a_context),
      cmocka_unit_test(every_function_asks_for_the_size),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
