/* Intervals and differences of rows of per-image values: people with several results, people whom only one model has,
 * any order of images and models, any number of threads. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "helpers/bits.h"
#include "metrics/mean_intervals.h"
#include "stats/compared.h"
#include "stats/inference.h"
#include "stats/spread.h"

enum { MOST = 64 };

typedef struct model {
  const char *name;
  size_t count;
  int person[MOST];
  double value[MOST];
} model;

static model simple_model(const char *name, size_t count, double level) {
  model made = {.name = name, .count = count};
  for (size_t i = 0; i < count; i++) {
    made.person[i] = (int)i;
    made.value[i] = level + 0.02 * sin(3.0 * (double)i + 10 * level) + 0.01 * cos(7.0 * (double)i);
  }
  return made;
}

static vtm_result_builder *score_with(const model *models, size_t count, int threads, const char *seed) {
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = threads};
  vtm_error error = {0};
  vtm_context *context = NULL;
  vtm_settings *settings = NULL;
  const char *paths[4];
  for (size_t r = 0; r < count; r++) paths[r] = models[r].name;
  assert_int_equal(vtm_context_create(&options, &context, &error), VTM_OK);
  assert_int_equal(vtm_settings_create("lpips", &settings, &error), VTM_OK);
  if (seed != NULL) {
    assert_int_equal(vtm_settings_set(settings, "interval", "true", &error), VTM_OK);
    assert_int_equal(vtm_settings_set(settings, "seed", seed, &error), VTM_OK);
  }
  vtm_result_builder *builder = vtm_result_start(&error);
  assert_non_null(builder);
  builder->result.lower_is_better = true;
  builder->result.label = "LPIPS";
  vtm_score_row *rows = vtm_result_rows(builder, paths, NULL, count);
  for (size_t r = 0; r < count; r++) {
    vtm_image_score *scores = vtm_result_allocate(builder, models[r].count, sizeof(*scores));
    assert_non_null(scores);
    for (size_t i = 0; i < models[r].count; i++) {
      char name[32];
      (void)snprintf(name, sizeof(name), "p%03d.jpg", models[r].person[i]);
      scores[i].name = scores[i].reference = vtm_result_copy(builder, name);
      scores[i].value = models[r].value[i];
      rows[r].value += models[r].value[i] / (double)models[r].count;
    }
    rows[r].images = scores;
    rows[r].image_count = models[r].count;
  }
  if (vtm_add_mean_intervals(context, settings, builder, rows, &error) != VTM_OK) fail_msg("%s", error.message);
  vtm_settings_destroy(settings);
  vtm_context_destroy(context);
  return builder;
}

static vtm_result_builder *score(const model *models, size_t count) { return score_with(models, count, 2, "1"); }

static void expect_same(const vtm_interval *a, const vtm_interval *b) {
  assert_true(a != NULL && b != NULL);
  expect_same_bits(a->low, b->low);
  expect_same_bits(a->high, b->high);
  expect_same_bits(a->standard_error, b->standard_error);
}

static bool has_note(const vtm_result *result, const char *part) {
  for (size_t i = 0; i < result->note_count; i++)
    if (strstr(result->notes[i], part) != NULL) return true;
  return false;
}

static void test_nothing_unless_asked(void **state) {
  (void)state;
  const model models[] = {simple_model("a", 20, 0.2), simple_model("b", 20, 0.1)};
  vtm_result_builder *builder = score_with(models, 2, 1, NULL);
  assert_null(builder->result.rows[0].interval);
  assert_int_equal(builder->result.difference_count, 0);
  assert_int_equal(builder->result.note_count, 0);
  vtm_result_destroy(&builder->result);
}

static void test_rows_and_differences(void **state) {
  (void)state;
  const model models[] = {simple_model("a", 30, 0.2), simple_model("b", 30, 0.1), simple_model("c", 30, 0.1)};
  vtm_result_builder *builder = score(models, 3);
  const vtm_result *result = &builder->result;
  double differences[30];
  vtm_interval interval = vtm_interval_of_mean(models[0].value, 30, 0.05);
  assert_true(fabs(result->rows[0].interval->low - interval.low) < 1e-12);
  assert_true(fabs(result->rows[0].interval->high - interval.high) < 1e-12);
  assert_int_equal(result->difference_count, 3);
  for (size_t i = 0; i < 30; i++) differences[i] = models[0].value[i] - models[1].value[i];
  interval = vtm_interval_of_mean(differences, 30, 0.05);
  const vtm_difference *first = &result->differences[0];
  assert_true(first->a == 0 && first->b == 1 && first->n == 30 && first->verdict == VTM_VERDICT_BEHIND);
  assert_true(fabs(first->value - (result->rows[0].value - result->rows[1].value)) < 1e-12);
  assert_true(fabs(first->interval->low - interval.low) < 1e-12);
  assert_true(fabs(first->interval->high - interval.high) < 1e-12);
  const vtm_difference *last = &result->differences[2]; /* of two models alike */
  assert_true(last->a == 1);
  assert_true(last->b == 2);
  assert_int_equal(last->verdict, VTM_VERDICT_EQUAL);
  expect_same_bits(last->value, 0);
  expect_same_bits(last->p, 1);
  /* Holm: the smallest of three p values counts three times */
  const vtm_sign_flip test = vtm_sign_flip_start(differences, 30, ~(uint64_t)1, VTM_PATTERNS);
  assert_true(fabs(first->p - fmin(1, 3 * vtm_sign_flip_p(&test))) < 1e-3);
  assert_true(has_note(result, "10000 patterns") && has_note(result, "seed 1"));
  assert_true(has_note(result, "Holm"));
  vtm_result_destroy(&builder->result);
}

/* Wider intervals of the differences, by Student's t of 0.05 / 3 against 0.05; those of the rows stay. */
static void test_simultaneous_intervals(void **state) {
  (void)state;
  vtm_compared pairs[2][3];
  double shares[3][30];
  for (size_t i = 0; i < 30; i++)
    for (size_t k = 0; k < 3; k++) shares[k][i] = sin((double)(7 * i + k));
  for (int simultaneous = 0; simultaneous < 2; simultaneous++) {
    for (size_t k = 0; k < 3; k++)
      pairs[simultaneous][k] = (vtm_compared){.n = 30, .value = 0.1, .variance = 0.0004 * (double)(k + 1)};
    const vtm_comparing how = {.kind = VTM_SCORE_DISTANCE, .lower_is_better = true, .simultaneous = simultaneous == 1};
    assert_int_equal(vtm_compare_scores(NULL, pairs[simultaneous], 3, &how, NULL), VTM_OK);
  }
  for (size_t k = 0; k < 3; k++) {
    const double wider = (pairs[1][k].interval.high - 0.1) / (pairs[0][k].interval.high - 0.1);
    assert_true(fabs(wider - vtm_student_t(0.05 / 3, 29) / vtm_student_t(0.05, 29)) < 1e-9);
    assert_true(pairs[0][k].p >= pairs[1][k].p && pairs[0][k].p <= pairs[1][k].p);
  }
  for (int simultaneous = 0; simultaneous < 2; simultaneous++) {
    for (size_t k = 0; k < 3; k++) pairs[simultaneous][k] = (vtm_compared){.n = 30, .shares = shares[k]};
    for (size_t k = 0; k < 3; k++)
      for (size_t i = 0; i < 30; i++) pairs[simultaneous][k].value += shares[k][i] / 30;
    const vtm_comparing how = {
        .kind = VTM_SCORE_MEAN, .lower_is_better = true, .simultaneous = simultaneous == 1, .seed = 1};
    assert_int_equal(vtm_compare_scores(NULL, pairs[simultaneous], 3, &how, NULL), VTM_OK);
  }
  for (size_t k = 0; k < 3; k++) {
    assert_true(pairs[1][k].interval.low < pairs[0][k].interval.low &&
                pairs[1][k].interval.high > pairs[0][k].interval.high);
    assert_int_equal(pairs[0][k].verdict, VTM_VERDICT_TIED);
  }
}

/* The people who make the variance of a row are named, whatever their order; where it is spread nobody is. */
static void test_few_people(void **state) {
  (void)state;
  model models[] = {simple_model("none", 40, 0.2), simple_model("one", 40, 0.2), simple_model("two", 40, 0.2),
                    simple_model("other", 40, 0.2)};
  models[1].value[17] = 3;
  models[2].value[39] = 3;
  models[2].value[0] = -2.6;
  models[3].value[0] = 0.3; /* far from the others, but no farther than some normal values are */
  vtm_result_builder *builder = score(models, 4);
  const vtm_score_row *rows = builder->result.rows;
  assert_int_equal(rows[0].warning_count, 0);
  assert_int_equal(rows[3].warning_count, 0);
  assert_int_equal(rows[1].warning_count, 1);
  assert_string_equal(rows[1].warnings[0],
                      "1 of 40 people carries 97 % of the variance of LPIPS (p017.jpg): intervals of scores with so "
                      "long a tail hold less often than 95 %, so look at it");
  assert_int_equal(rows[2].warning_count, 1);
  assert_string_equal(rows[2].warnings[0],
                      "2 of 40 people carry 100 % of the variance of LPIPS (p039.jpg, p000.jpg): intervals of scores "
                      "with so long a tail hold less often than 95 %, so look at them");
  vtm_result_destroy(&builder->result);
}

static void test_any_order(void **state) {
  (void)state;
  const model models[] = {simple_model("a", 40, 0.2), simple_model("b", 40, 0.19), simple_model("c", 40, 0.18)};
  model turned[] = {models[2], models[0], models[1]};
  for (size_t r = 0; r < 3; r++)
    for (size_t i = 0; i < 20; i++) {
      const int person = turned[r].person[i];
      const double value = turned[r].value[i];
      turned[r].person[i] = turned[r].person[39 - i];
      turned[r].value[i] = turned[r].value[39 - i];
      turned[r].person[39 - i] = person;
      turned[r].value[39 - i] = value;
    }
  vtm_result_builder *one = score_with(models, 3, 1, "7");
  vtm_result_builder *other = score_with(turned, 3, 3, "7");
  for (size_t r = 0; r < 3; r++) expect_same(one->result.rows[r].interval, other->result.rows[(r + 1) % 3].interval);
  const vtm_difference *before = &one->result.differences[0]; /* a, b: now rows 1 and 2 */
  const vtm_difference *after = &other->result.differences[2];
  expect_same(before->interval, after->interval);
  expect_same_bits(before->p, after->p);
  expect_same_bits(before->value, after->value);
  vtm_result_builder *seeded = score_with(models, 3, 1, "8"); /* draws other sign patterns, and no interval */
  expect_same(seeded->result.rows[0].interval, one->result.rows[0].interval);
  expect_same(seeded->result.differences[0].interval, before->interval);
  assert_true(has_note(&seeded->result, "seed 8"));
  vtm_result_destroy(&one->result);
  vtm_result_destroy(&other->result);
  vtm_result_destroy(&seeded->result);
}

/* Ten results of each person say no more than one: the interval is that of the people's means. */
static void test_several_results_of_a_person(void **state) {
  (void)state;
  model once = simple_model("once", 20, 0.2);
  model thrice = {.name = "thrice", .count = 60};
  for (size_t i = 0; i < 60; i++) {
    thrice.person[i] = (int)(i / 3);
    thrice.value[i] = once.value[i / 3] + 0.01 * ((double)(i % 3) - 1);
  }
  const model models[] = {once, thrice};
  vtm_result_builder *builder = score(models, 2);
  const vtm_result *result = &builder->result;
  assert_true(fabs(result->rows[0].interval->standard_error - result->rows[1].interval->standard_error) < 1e-12);
  assert_true(fabs(result->rows[0].interval->low - result->rows[1].interval->low) < 1e-12);
  assert_int_equal(result->differences[0].n, 20);
  assert_true(fabs(result->differences[0].value) < 1e-12 && result->differences[0].verdict == VTM_VERDICT_TIED);
  vtm_result_destroy(&builder->result);
}

static void test_unlike_people(void **state) {
  (void)state;
  model a = simple_model("a", 40, 0.2);
  model b = simple_model("b", 40, 0.1);
  for (size_t i = 0; i < 40; i++) b.person[i] += 25; /* 15 in common */
  const model models[] = {a, b};
  vtm_result_builder *builder = score(models, 2);
  const vtm_difference *difference = &builder->result.differences[0];
  double expected = 0;
  for (size_t i = 0; i < 15; i++) expected += (a.value[25 + i] - b.value[i]) / 15;
  assert_int_equal(builder->result.difference_count, 1);
  assert_int_equal(difference->n, 15);
  assert_true(fabs(difference->value - expected) < 1e-12);
  vtm_result_destroy(&builder->result);
}

static void test_too_few(void **state) {
  (void)state;
  const model models[] = {simple_model("a", 20, 0.2), simple_model("b", 9, 0.1)};
  vtm_result_builder *builder = score(models, 2);
  assert_non_null(builder->result.rows[0].interval);
  assert_null(builder->result.rows[1].interval);
  assert_int_equal(builder->result.difference_count, 1);
  assert_int_equal(builder->result.differences[0].verdict, VTM_VERDICT_UNKNOWN);
  assert_string_equal(builder->result.differences[0].why, "fewer than 10 people");
  assert_null(builder->result.differences[0].interval);
  assert_true(has_note(&builder->result, "b: no interval: 9 people are too few, 10 are needed"));
  vtm_result_destroy(&builder->result);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_nothing_unless_asked),
      cmocka_unit_test(test_rows_and_differences),
      cmocka_unit_test(test_simultaneous_intervals),
      cmocka_unit_test(test_few_people),
      cmocka_unit_test(test_any_order),
      cmocka_unit_test(test_several_results_of_a_person),
      cmocka_unit_test(test_unlike_people),
      cmocka_unit_test(test_too_few),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
