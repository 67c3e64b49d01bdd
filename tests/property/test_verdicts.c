/* Who is ahead of whom, over random scores: people that are missing, several results of a person, ties, models alike, a
 * destroyed picture. Whatever they are: the other way round it is the reverse; two runs compared are what two models
 * side by side are; ranks follow from verdicts, and sentences explain them; models alike are equal; another model turns
 * no verdict around. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "helpers/feature_files.h"
#include "helpers/random_cases.h"
#include "metrics/mean_intervals.h"
#include "report/sentence.h"
#include "vtonmetrics/compare.h"
#include "vtonmetrics/tools/scores.h"

enum { MODELS = 5, PEOPLE = 30, RESULTS = 3 };

typedef struct drawn_model {
  const char *name;
  bool has[PEOPLE];
  int results[PEOPLE];
  double value[PEOPLE][RESULTS];
} drawn_model;

typedef struct table {
  drawn_model models[MODELS];
  int count, people;
  bool alike; /* the last one is a copy of the first */
} table;

static vtm_context *context;
static vtm_settings *settings;

static void draw_model(random_case *random, table *t, int m) {
  static const char *const names[MODELS] = {"a", "b", "c", "d", "e"};
  const double typical = 0.2 + (random_one_in(random, 3) ? 0 : 0.06 * random_fraction(random));
  const bool repeats = random_one_in(random, 3), holes = random_one_in(random, 3), coarse = random_one_in(random, 4);
  drawn_model *model = &t->models[m];
  *model = (drawn_model){.name = names[m]};
  for (int p = 0; p < t->people; p++) {
    model->has[p] = !holes || !random_one_in(random, 6);
    model->results[p] = repeats ? random_between(random, 1, RESULTS) : 1;
    for (int r = 0; r < RESULTS; r++) {
      const double value = typical + 0.02 * sin(p) + 0.06 * (random_fraction(random) - 0.5);
      model->value[p][r] = coarse ? round(value * 50) / 50 : value;
    }
  }
  if (random_one_in(random, 5)) model->value[random_between(random, 0, t->people - 1)][0] = 0.95;
}

static table draw_table(random_case *random) {
  table t = {.count = random_between(random, 2, MODELS - 1), .people = random_between(random, 8, PEOPLE)};
  for (int m = 0; m < MODELS; m++) draw_model(random, &t, m);
  t.alike = random_one_in(random, 3);
  if (t.alike) {
    const char *name = t.models[t.count - 1].name;
    t.models[t.count - 1] = t.models[0];
    t.models[t.count - 1].name = name;
  }
  return t;
}

/* Results of these models, as compare makes them. */
static vtm_result_builder *score(const table *t, const int *models, int count) {
  vtm_error error = {0};
  const char *paths[MODELS];
  for (int i = 0; i < count; i++) paths[i] = t->models[models[i]].name;
  vtm_result_builder *builder = vtm_result_start(&error);
  assert_non_null(builder);
  builder->result.metric = "lpips";
  builder->result.label = "LPIPS";
  builder->result.lower_is_better = true;
  vtm_score_row *rows = vtm_result_rows(builder, paths, NULL, (size_t)count);
  for (int i = 0; i < count; i++) {
    const drawn_model *model = &t->models[models[i]];
    vtm_image_score *scores = vtm_result_allocate(builder, PEOPLE * RESULTS, sizeof(*scores));
    size_t made = 0;
    for (int p = 0; p < t->people; p++)
      for (int r = 0; model->has[p] && r < model->results[p]; r++)
        scores[made++] = (vtm_image_score){.name = vtm_arena_format(&builder->arena, "p%02d_%d", p, r),
                                           .reference = vtm_arena_format(&builder->arena, "p%02d.jpg", p),
                                           .value = model->value[p][r]};
    rows[i].images = scores;
    rows[i].image_count = rows[i].n_generated = made;
    for (size_t k = 0; k < made; k++) rows[i].value += scores[k].value / (double)made;
    for (int p = 0; p < t->people; p++) rows[i].n_reference += model->has[p];
  }
  assert_int_equal(vtm_add_mean_intervals(context, settings, builder, rows, &error), VTM_OK);
  return builder;
}

static const char *same_reversed(const vtm_result *result, const vtm_result *turned) {
  const size_t rows = result->row_count;
  for (size_t a = 0; a < rows; a++)
    for (size_t b = a + 1; b < rows; b++) {
      const size_t other_a = rows - 1 - a;
      const size_t other_b = rows - 1 - b;
      const vtm_difference *one = vtm_result_difference_of(result, a, b);
      const vtm_difference *other = vtm_result_difference_of(turned, other_a, other_b);
      if (vtm_result_verdict(turned, other_b, other_a) != vtm_verdict_reversed(vtm_result_verdict(result, a, b)))
        return "the other way round is not the reverse";
      if (fabs(one->value + other->value) > 1e-12 && !(isnan(one->value) && isnan(other->value)))
        return "the value the other way round";
      if (!(one->p >= other->p && one->p <= other->p) && !(isnan(one->p) && isnan(other->p))) return "p";
    }
  return NULL;
}

static vtm_scores_task task_of(const vtm_result *const *result, vtm_comparison *comparison) {
  *comparison = (vtm_comparison){.reference = "image", .results = result, .result_count = 1, .model_count = 1};
  return (vtm_scores_task){"", comparison};
}

/* The two as two runs of one model. */
static const char *same_as_runs(const table *t) {
  const int models[] = {0, 1};
  vtm_result_builder *both = score(t, models, 2);
  vtm_result_builder *single[2];
  vtm_comparison comparisons[2];
  vtm_scores_task tasks[2];
  vtm_scores runs[2];
  const vtm_result *results[2];
  const char *what = NULL;
  for (int i = 0; i < 2; i++) {
    table renamed = *t;
    renamed.models[i].name = "m";
    single[i] = score(&renamed, &models[i], 1);
    results[i] = &single[i]->result;
    tasks[i] = task_of(&results[i], &comparisons[i]);
    runs[i] = (vtm_scores){&tasks[i], 1, NULL, 0};
  }
  vtm_changes *changes = NULL;
  vtm_error error = {0};
  assert_int_equal(vtm_scores_diff(&runs[1], &runs[0], 1, &changes, &error), VTM_OK);
  const vtm_score_change *change = &changes->scores[0];
  const vtm_difference *difference = vtm_result_difference_of(&both->result, 0, 1);
  if (change->verdict != difference->verdict && difference->n > 0) what = "diff and compare give two verdicts";
  if (change->n != difference->n) what = "diff and compare count unlike people";
  if (difference->interval != NULL && change->interval != NULL &&
      (memcmp(&change->value, &difference->value, sizeof(double)) != 0 ||
       memcmp(change->interval, difference->interval, sizeof(vtm_interval)) != 0))
    what = "diff and compare give two differences";
  vtm_changes_destroy(changes);
  vtm_result_destroy(&both->result);
  for (int i = 0; i < 2; i++) vtm_result_destroy(&single[i]->result);
  return what;
}

static const char *ranks_follow(const vtm_result *result) {
  size_t order[MODELS], rank[MODELS];
  vtm_said_pair said[2 * MODELS];
  vtm_result_ranking(result, order, rank);
  const size_t count = vtm_said_pairs(result, order, rank, said);
  bool ranked = true;
  for (size_t a = 0; a < result->row_count; a++)
    for (size_t b = 0; b < a; b++) ranked = ranked && vtm_result_verdict(result, a, b) != VTM_VERDICT_INCOMPARABLE;
  for (size_t i = 0; i < result->row_count; i++) {
    size_t ahead = 0;
    bool explained = rank[i] <= 1;
    for (size_t k = 0; k < result->row_count; k++) ahead += vtm_result_is_ahead(result, order[k], order[i]);
    for (size_t s = 0; s < count; s++)
      if (said[s].worse == order[i] || said[s].better == order[i]) {
        const size_t other = said[s].worse == order[i] ? said[s].better : said[s].worse;
        explained = explained || vtm_result_is_ahead(result, other, order[i]);
      }
    if (rank[i] != (ranked ? 1 + ahead : 0)) return "a rank that does not follow from the verdicts";
    if (!explained) return "a rank that no sentence explains";
  }
  return NULL;
}

static const char *no_verdict_turns(const vtm_result *less, const vtm_result *more) {
  for (size_t a = 0; a < less->row_count; a++)
    for (size_t b = 0; b < less->row_count; b++) {
      const vtm_verdict before = vtm_result_verdict(less, a, b);
      const vtm_verdict after = vtm_result_verdict(more, a, b);
      if (a != b && before == VTM_VERDICT_AHEAD && after != VTM_VERDICT_AHEAD && after != VTM_VERDICT_TIED)
        return "another model turns a verdict around";
      if (a != b && before == VTM_VERDICT_TIED && after != VTM_VERDICT_TIED) return "another model makes a tie sure";
    }
  return NULL;
}

static const char *try_table(const table *t) {
  int models[MODELS] = {0, 1, 2, 3, 4};
  int turned[MODELS];
  for (int i = 0; i < t->count; i++) turned[i] = t->count - 1 - i;
  vtm_result_builder *result = score(t, models, t->count);
  vtm_result_builder *reversed = score(t, turned, t->count);
  vtm_result_builder *more = score(t, models, t->count + 1);
  const char *what = same_reversed(&result->result, &reversed->result);
  if (what == NULL) what = ranks_follow(&result->result);
  if (what == NULL) what = no_verdict_turns(&result->result, &more->result);
  if (what == NULL && t->alike) {
    const vtm_verdict verdict = vtm_result_verdict(&result->result, 0, (size_t)t->count - 1);
    if (verdict != VTM_VERDICT_EQUAL) what = "models alike are not equal";
  }
  vtm_result_destroy(&result->result);
  vtm_result_destroy(&reversed->result);
  vtm_result_destroy(&more->result);
  return what != NULL ? what : same_as_runs(t);
}

static void test_means(void **state) {
  (void)state;
  const uint64_t rounds = random_rounds(150);
  for (uint64_t round = 0; round < rounds; round++) {
    random_case random = random_start(round);
    table t = draw_table(&random);
    const char *what = try_table(&t);
    if (what == NULL) continue;
    for (bool smaller = true; smaller && t.count > 2;) { /* without this model? */
      smaller = false;
      for (int m = 0; m < t.count && !smaller; m++) {
        table less = t;
        memmove(&less.models[m], &less.models[m + 1], sizeof(*t.models) * (size_t)(MODELS - 1 - m));
        less.count--;
        less.alike = false;
        const char *other = try_table(&less);
        if (other == NULL) continue;
        t = less;
        what = other;
        smaller = true;
      }
    }
    fail_msg("VTM_SEED=%llu: %s; %d models, %d people", (unsigned long long)random.seed, what, t.count, t.people);
  }
}

/* Distances of features that are saved: the same, but for what takes several results. */
static void test_distances(void **state) {
  (void)state;
  enum { MOST = 3, FEATURES = 6, MOST_PEOPLE = 40 };
  static const char *const files[] = {"a.npz", "b.npz", "c.npz"}, *const turned[] = {"c.npz", "b.npz", "a.npz"};
  static float rows[MOST_PEOPLE * FEATURES];
  const uint64_t rounds = random_rounds(40);
  for (uint64_t round = 0; round < rounds; round++) {
    random_case random = random_start(round);
    const size_t people = (size_t)random_between(&random, 12, MOST_PEOPLE);
    for (size_t side = 0; side <= MOST; side++) {
      const double shift = side > 0 && random_one_in(&random, 2) ? 0.8 * random_fraction(&random) : 0;
      for (size_t i = 0; i < people * FEATURES; i++)
        rows[i] = (float)(sin((double)i) + shift + (side > 0 ? 0.8 * (random_fraction(&random) - 0.5) : 0));
      if (side == MOST && random_one_in(&random, 3)) continue; /* the last round's file would be of other people */
      feature_file(side == 0 ? "x.npz" : files[side - 1], rows, 0, people, FEATURES);
      if (side == 1) feature_file("c.npz", rows, 0, people, FEATURES);
    }
    vtm_result *result = feature_files_score(2, true, "x.npz", files, MOST);
    vtm_result *reversed = feature_files_score(1, true, "x.npz", turned, MOST);
    const char *what = same_reversed(result, reversed);
    if (what == NULL) what = ranks_follow(result);
    vtm_result_destroy(result);
    vtm_result_destroy(reversed);
    if (what != NULL) fail_msg("VTM_SEED=%llu: distances: %s", (unsigned long long)random.seed, what);
  }
}

static int open_all(void **state) {
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = 2};
  vtm_error error = {0};
  assert_int_equal(vtm_context_create(&options, &context, &error), VTM_OK);
  assert_int_equal(vtm_settings_create("lpips", &settings, &error), VTM_OK);
  assert_int_equal(vtm_settings_set(settings, "interval", "true", &error), VTM_OK);
  return scratch_setup(state);
}

static int close_all(void **state) {
  vtm_settings_destroy(settings);
  vtm_context_destroy(context);
  return scratch_teardown(state);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_means),
      cmocka_unit_test(test_distances),
  };
  return cmocka_run_group_tests(tests, open_all, close_all);
}
