/* dataset-lint's library: layouts, names, filters, the result. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

/* after the headers it needs */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "lint/filter_read.h"
#include "lint/layout_file.h"
#include "lint/layouts.h"
#include "lint/rule.h"
#include "lint/rules/pair_rules.h"
#include "vtonmetrics/tools/pairs.h"

static const vtm_layout_part *part_of(const char *layout, const char *folder, vtm_lint_kind kind) {
  const vtm_layout *known = vtm_layout_find(layout);
  assert_non_null(known);
  for (size_t i = 0; i < known->part_count; i++)
    if (vtm_is_word_of(known->parts[i].folder, folder) && known->parts[i].kind == kind) return &known->parts[i];
  fail_msg("%s has no %s", layout, folder);
  return NULL;
}

static void expect_name(const vtm_layout_part *part, const char *name, const char *id, bool exact) {
  vtm_layout_name parsed;
  const bool understood = vtm_layout_parse_name(part, name, &parsed);
  assert_int_equal(understood, id != NULL);
  if (id == NULL) return;
  assert_int_equal(parsed.id_length, strlen(id));
  assert_memory_equal(parsed.id, id, strlen(id));
  assert_int_equal(parsed.exact, exact);
}

static void names_are_taken_apart(void **state) {
  (void)state;
  const vtm_layout_part *mask = part_of("viton-hd", "agnostic-mask", VTM_LINT_MASK);
  expect_name(mask, "08909_00_mask.png", "08909_00", true);
  expect_name(mask, "08909_00_mask.PNG", "08909_00", false);
  expect_name(mask, "08909_00_mask.jpg", "08909_00", false);
  expect_name(mask, "08909_00.png", NULL, false);
  expect_name(mask, "_mask.png", NULL, false);
  expect_name(mask, "08909_00_mask.json", NULL, false);
  const vtm_layout_part *pose = part_of("viton-hd", "openpose-json", VTM_LINT_POSE);
  expect_name(pose, "8_keypoints.json", "8", true);
  expect_name(pose, "8_keypoints.JSON", "8", false);
  expect_name(pose, "8_keypoints.png", NULL, false);
  const vtm_layout_part *person = part_of("dresscode", "images", VTM_LINT_PERSON);
  expect_name(person, "013563_0.jpg", "013563", true);
  expect_name(person, "013563_1.jpg", NULL, false);
  const vtm_layout_part *any = part_of("course", "image", VTM_LINT_PERSON);
  expect_name(any, "a.b.webp", "a.b", true);
  expect_name(any, "a.txt", NULL, false);
  expect_name(any, "noextension", NULL, false);
}

/* Parts that share a folder must not claim each other's files. */
static void parts_of_a_folder_are_told_apart(void **state) {
  (void)state;
  for (size_t l = 0; l < vtm_layout_count(); l++) {
    const vtm_layout *layout = vtm_layout_at(l);
    for (size_t i = 0; i < layout->part_count; i++) {
      char name[128];
      const char *pattern = layout->parts[i].pattern;
      const char *hole = strstr(pattern, "{id}");
      assert_non_null(hole);
      const bool any = strcmp(strrchr(pattern, '.'), ".*") == 0;
      (void)snprintf(name, sizeof(name), "%.*s00017%s", (int)(hole - pattern), pattern, any ? ".jpg" : hole + 4);
      for (size_t k = 0; k < layout->part_count; k++) {
        vtm_layout_name parsed;
        if (strcmp(layout->parts[i].folder, layout->parts[k].folder) != 0) continue;
        const bool understood = vtm_layout_parse_name(&layout->parts[k], name, &parsed);
        assert_int_equal(understood && parsed.exact, i == k);
      }
    }
  }
}

static void rules_are_well_made(void **state) {
  (void)state;
  for (size_t i = 0; i < vtm_lint_rule_count(); i++) {
    const vtm_lint_rule_info *info = vtm_lint_rule_at(i);
    assert_int_equal(strspn(info->id, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(info->id));
    assert_ptr_equal(vtm_lint_rule_find(info->id), info); /* no other has its name */
    assert_int_equal(info->reason[strlen(info->reason) - 1], '.');
    assert_true(strlen(info->fix) > 0);
    assert_null(strchr(info->reason, '\n'));
  }
  assert_null(vtm_lint_rule_at(vtm_lint_rule_count()));
  assert_string_equal(vtm_lint_rule_nearest("mask-invertd"), "mask-inverted");
  assert_null(vtm_lint_rule_nearest("something quite different"));
}

/* What pairs-check can find is a rule here under the same name, but for what cannot be once the layout gives the order
 * of the columns, what only a list says of results, and pictures that scores would not read. */
static void pair_rules_are_complete(void **state) {
  (void)state;
  static const char *const elsewhere[] = {"pairs-missing-name", "result-twice", "result-unlisted", "image-unread"};
  for (size_t i = 0; i < vtm_pair_rule_count(); i++) {
    const char *id = vtm_pair_rule_at(i)->id;
    bool left_out = false;
    for (size_t k = 0; k < sizeof(elsewhere) / sizeof(*elsewhere); k++) left_out |= strcmp(id, elsewhere[k]) == 0;
    if ((vtm_lint_rule_find(id) == NULL) != left_out) fail_msg("%s", id);
  }
}

static void a_filter_knows_patterns(void **state) {
  (void)state;
  vtm_lint_filter filter = {0};
  vtm_error error = {0};
  char text[] = "# comment\n\n  mask-empty   train/*  \nmask-full\n*\tspoiled/*\r\n";
  assert_int_equal(vtm_lint_filter_parse(&filter, "f", text, &error), VTM_OK);
  const vtm_lint_rule *empty = NULL, *full = NULL;
  for (size_t i = 0; i < vtm_lint_table_count(); i++) {
    const vtm_lint_rule *rule = vtm_lint_table_at(i);
    if (strcmp(rule->info.id, "mask-empty") == 0) empty = rule;
    if (strcmp(rule->info.id, "mask-full") == 0) full = rule;
  }
  assert_true(vtm_lint_filter_ignores(&filter, empty, "train/a/b.png"));
  assert_false(vtm_lint_filter_ignores(&filter, empty, "test/a/b.png"));
  assert_true(vtm_lint_filter_ignores(&filter, full, "test/a/b.png"));
  assert_true(vtm_lint_filter_ignores(&filter, empty, "spoiled/x"));
  vtm_lint_filter_close(&filter);
}

static void arguments_are_checked(void **state) {
  (void)state;
  vtm_context *context = NULL;
  vtm_error error = {0};
  vtm_lint_result *result = NULL;
  assert_int_equal(vtm_context_create(NULL, &context, &error), VTM_OK);
  vtm_lint_options options = {0};
  assert_int_equal(vtm_lint(context, "x", &options, &result, &error), VTM_ERROR_USAGE);
  options.struct_size = sizeof(options);
  assert_int_equal(vtm_lint(context, NULL, &options, &result, &error), VTM_ERROR_USAGE);
  assert_int_equal(vtm_lint(context, TESTS_DIR "/no/such", &options, &result, &error), VTM_ERROR_NOT_FOUND);
  vtm_context_cancel(context);
  assert_int_equal(vtm_lint(context, TESTS_DIR "/../datasets/demo", &options, &result, &error), VTM_ERROR_CANCELLED);
  assert_null(result);
  vtm_context_destroy(context);
}

static void count_finding(void *user, const vtm_lint_finding *finding) {
  assert_non_null(finding->path);
  ++*(size_t *)user;
}

static void findings_stream(void **state) {
  (void)state;
  vtm_context *context = NULL;
  vtm_error error = {0};
  vtm_lint_result *result = NULL;
  size_t streamed = 0;
  const char *results[] = {TESTS_DIR "/../datasets/demo/GAN", TESTS_DIR "/../datasets/demo/LADI"};
  const vtm_lint_options options = {
      .struct_size = sizeof(options), .results = results, .result_count = 2, .found = count_finding, .user = &streamed};
  assert_int_equal(vtm_context_create(NULL, &context, &error), VTM_OK);
  assert_int_equal(vtm_lint(context, TESTS_DIR "/../datasets/demo", &options, &result, &error), VTM_OK);
  assert_true(result->finding_count > 0);
  size_t told = 0; /* a finding may speak for many */
  for (size_t i = 0; i < result->finding_count; i++) told += 1 + result->findings[i].more_count;
  assert_int_equal(streamed, told);
  assert_int_equal(result->errors + result->warnings, result->finding_count);
  vtm_lint_result_destroy(result);
  vtm_context_destroy(context);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_are_taken_apart),   cmocka_unit_test(parts_of_a_folder_are_told_apart),
      cmocka_unit_test(rules_are_well_made),     cmocka_unit_test(pair_rules_are_complete),
      cmocka_unit_test(a_filter_knows_patterns), cmocka_unit_test(arguments_are_checked),
      cmocka_unit_test(findings_stream),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
