/* Metrics and their options: what is accepted, what is refused, and what the refusal says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backend/backend.h"
#include "features/protocols.h"
#include "metrics/settings.h"

static vtm_settings *open_settings(const char *metric) {
  vtm_settings *settings = NULL;
  vtm_error error = {0};
  assert_int_equal(vtm_settings_create(metric, &settings, &error), VTM_OK);
  return settings;
}

static void expect_refused(const char *metric, const char *option, const char *value, const char *message_part) {
  vtm_settings *settings = open_settings(metric);
  vtm_error error = {0};
  assert_int_equal(vtm_settings_set(settings, option, value, &error), VTM_ERROR_USAGE);
  if (strstr(error.message, message_part) == NULL) fail_msg("\"%s\" lacks \"%s\"", error.message, message_part);
  vtm_settings_destroy(settings);
}

static void test_every_metric_is_found(void **state) {
  (void)state;
  assert_true(vtm_metric_count() >= 2);
  for (size_t i = 0; i < vtm_metric_count(); i++) {
    const vtm_metric_info *info = vtm_metric_at(i);
    assert_ptr_equal(vtm_metric_find(info->name), info);
    assert_non_null(info->title);
    assert_non_null(info->help);
    vtm_settings *settings = open_settings(info->name);
    vtm_settings_destroy(settings);
  }
  assert_null(vtm_metric_find("sssim"));
  assert_null(vtm_metric_at(vtm_metric_count()));
}

/* A standard value that the option itself refuses would be a trap. */
static void test_standard_values_are_allowed(void **state) {
  (void)state;
  for (size_t i = 0; i < vtm_metric_count(); i++) {
    const vtm_metric_info *info = vtm_metric_at(i);
    vtm_settings *settings = open_settings(info->name);
    for (size_t j = 0; j < info->option_count; j++) {
      const vtm_option *option = &info->options[j];
      vtm_error error = {0};
      assert_non_null(option->help);
      if ((option->type == VTM_OPTION_CHOICE) != (option->choices != NULL)) fail_msg("choices of %s", option->name);
      if ((option->type == VTM_OPTION_FLAG) != (option->argument == NULL)) fail_msg("argument of %s", option->name);
      if (option->default_value != NULL &&
          vtm_settings_set(settings, option->name, option->default_value, &error) != VTM_OK)
        fail_msg("%s", error.message);
    }
    vtm_settings_destroy(settings);
  }
}

static const char *some_value(const vtm_option *option, char number[32]) {
  (void)snprintf(number, 32, "%ld", option->minimum);
  if (option->type == VTM_OPTION_FLAG) return "true";
  if (option->type == VTM_OPTION_INTEGER) return number;
  return option->default_value != NULL ? option->default_value : "some text";
}

/* An option that is in a metric's table and has no value to go to. */
static void test_every_option_has_a_value(void **state) {
  (void)state;
  for (size_t i = 0; i < vtm_metric_count(); i++) {
    const vtm_metric_info *info = vtm_metric_at(i);
    vtm_settings *settings = open_settings(info->name);
    for (size_t j = 0; j < info->option_count; j++) {
      char number[32];
      vtm_error error = {0};
      if (vtm_settings_set(settings, info->options[j].name, some_value(&info->options[j], number), &error) != VTM_OK)
        fail_msg("%s of %s: %s", info->options[j].name, info->name, error.message);
    }
    vtm_settings_destroy(settings);
  }
}

/* The choices of --precision are those that the backends know. */
static void test_precisions(void **state) {
  (void)state;
  char names[] = VTM_PRECISIONS;
  char *rest = names;
  size_t count = 0;
  vtm_context *context = NULL;
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = 1, .device = "cpu"};
  assert_int_equal(vtm_context_create(&options, &context, NULL), VTM_OK);
  for (char *name = strsep(&rest, "|"); name != NULL; name = strsep(&rest, "|"), count++) {
    const vtm_status status = vtm_engine_check_precision(context, name, NULL);
    if (status != VTM_OK && status != VTM_ERROR_UNSUPPORTED) fail_msg("%s is unknown", name);
  }
  assert_int_equal(count, VTM_PRECISION_COUNT);
  assert_int_equal(vtm_engine_check_precision(context, "f16", NULL), VTM_ERROR_USAGE);
  vtm_context_destroy(context);
}

static void test_values(void **state) {
  (void)state;
  vtm_settings *settings = open_settings("fid");
  vtm_error error = {0};
  assert_string_equal(settings->values.protocol->name, "torchvision");
  assert_null(settings->values.weights);
  assert_false(settings->values.pillow13);
  assert_false(settings->values.exact);
  assert_int_equal(settings->values.batch, 0);
  assert_int_equal(vtm_settings_set(settings, "protocol", "clean-fid", &error), VTM_OK);
  assert_int_equal(vtm_settings_set(settings, "exact", "true", &error), VTM_OK);
  assert_int_equal(vtm_settings_set(settings, "batch", "7", &error), VTM_OK);
  assert_int_equal(vtm_settings_set(settings, "batch", "5", &error), VTM_OK);
  assert_string_equal(settings->values.protocol->name, "clean-fid");
  assert_true(settings->values.exact);
  assert_int_equal(settings->values.batch, 5);
  assert_int_equal(vtm_settings_set(settings, "exact", "false", &error), VTM_OK);
  assert_false(settings->values.exact);
  vtm_settings_destroy(settings);
}

static void test_refusals(void **state) {
  (void)state;
  expect_refused("fid", "protocol", "cleanfid", "did you mean 'clean-fid'?");
  expect_refused("fid", "protocol", "zzzzzzzzzzzzzzzzzzz", "allowed: torchvision|");
  expect_refused("fid", "protocol", "", "allowed: torchvision|");
  expect_refused("fid", "protocol", "torchvision|pytorch-fid", "unknown value");
  expect_refused("fid", "protcol", "clean-fid", "did you mean 'protocol'?");
  expect_refused("fid", "size", "256", "unknown option 'size' of fid");
  expect_refused("fid", "exact", "yes", "neither true nor false");
  expect_refused("fid", "pillow", "14", "allowed: 12|13");
  expect_refused("fid", "pillow", "true", "allowed: 12|13");
  expect_refused("fid", "batch", "0", "outside 1 .. 4096");
  expect_refused("fid", "batch", "-3", "outside 1 .. 4096");
  expect_refused("fid", "batch", "99999999999999999999999", "outside 1 .. 4096");
  expect_refused("fid", "batch", "4x", "not a whole number");
  expect_refused("fid", "batch", "", "not a whole number");
  expect_refused("fid", "batch", " 4", "not a whole number");
  expect_refused("fid", "batch", NULL, "missing");
  expect_refused("fid", "weights", "", "empty");
  vtm_settings *settings = NULL;
  vtm_error error = {0};
  assert_int_equal(vtm_settings_create("lipps", &settings, &error), VTM_ERROR_USAGE);
  assert_null(settings);
  assert_non_null(strstr(error.message, "did you mean 'lpips'?"));
}

/* The option's choices and the table of protocols say the same, in the same order. */
static void test_protocols(void **state) {
  (void)state;
  const char *choice = VTM_PROTOCOLS;
  size_t count = 0;
  while (*choice != '\0') {
    char name[64] = {0};
    const size_t length = strcspn(choice, "|");
    assert_true(length < sizeof(name));
    memcpy(name, choice, length);
    const vtm_protocol *protocol = vtm_protocol_find(name);
    assert_non_null(protocol);
    assert_string_equal(protocol->name, name);
    count++;
    choice += length;
    if (*choice == '|') choice++;
  }
  assert_int_equal(count, vtm_protocol_count());
  assert_string_equal(vtm_protocol_find("alexnet")->other_label, "alexnet");
  assert_null(vtm_protocol_find("torchvision")->other_label);
  assert_null(vtm_protocol_find("inception"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_metric_is_found),
      cmocka_unit_test(test_standard_values_are_allowed),
      cmocka_unit_test(test_every_option_has_a_value),
      cmocka_unit_test(test_precisions),
      cmocka_unit_test(test_values),
      cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_protocols),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
