/* Intervals hold what they promise: samples are drawn from distributions that are known, scored by the real code, and
 * it is counted how often the 95 % interval holds the truth. Chance is seeded, so a run repeats itself.
 *
 * Without an argument a few seconds' worth; with "sweep" half an hour's worth, as tables, or those of the tests whose
 * names a pattern has:
 *   ctest --test-dir build/release -C slow -L slow --verbose
 *   build/release/tests/simulation_test_coverage sweep '*tails*' */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/random.h"
#include "helpers/feature_files.h"
#include "metrics/mean_intervals.h"
#include "metrics/set_measure.h"
#include "stats/compared.h"
#include "stats/inference.h"
#include "stats/spread.h"

static bool sweep;

/* Standard normal numbers (Box and Muller). */
typedef struct normal_source {
  vtm_random random;
  double spare;
  bool has_spare;
} normal_source;

static double uniform(vtm_random *random) { return ((double)(vtm_random_next(random) >> 11) + 0.5) * 0x1p-53; }

static double normal(normal_source *source) {
  source->has_spare = !source->has_spare;
  if (!source->has_spare) return source->spare;
  const double radius = sqrt(-2 * log(uniform(&source->random)));
  const double angle = 2 * M_PI * uniform(&source->random);
  source->spare = radius * sin(angle);
  return radius * cos(angle);
}

/* In percent of the draws. */
static double share(const bool *held, size_t draws) {
  size_t count = 0;
  for (size_t i = 0; i < draws; i++) count += held[i];
  return 100 * (double)count / (double)draws;
}

static int by_value(const void *left, const void *right) {
  const double a = *(const double *)left;
  const double b = *(const double *)right;
  return (a > b) - (a < b);
}

/* Sorts them. */
static double median(double *values, size_t count) {
  qsort(values, count, sizeof(*values), by_value);
  return values[count / 2];
}

/* Of those draws where `chosen` is set; 100 where it is nowhere. */
static double share_of(const bool *held, const bool *chosen, size_t draws) {
  size_t count = 0;
  size_t of = 0;
  for (size_t i = 0; i < draws; i++) {
    of += chosen[i];
    count += chosen[i] && held[i];
  }
  return of > 0 ? 100 * (double)count / (double)of : 100;
}

static void expect_share(const char *what, double percent, double low, double high) {
  if (!(percent >= low && percent <= high)) fail_msg("%s: %.1f %%, not %.1f .. %.1f", what, percent, low, high);
}

static bool holds(const vtm_interval *interval, double truth) {
  return interval->low <= truth && truth <= interval->high;
}

/* ---- FID ---- */

/* One photograph and the results of two models: features with a decaying spectrum, the results correlated with the
 * photograph, too wide or too narrow, and off the mean. */
static void draw_person(normal_source *source, size_t features, float *photograph, float *a, float *b) {
  for (size_t k = 0; k < features; k++) {
    const double spread = 1 / sqrt((double)(1 + k));
    const double person = normal(source);
    photograph[k] = (float)(spread * person);
    a[k] = (float)(spread * (0.7 * person + 0.9 * normal(source)) + 0.1 * spread);
    b[k] = (float)(spread * (0.6 * person + 0.5 * normal(source)) - 0.15 * spread);
  }
}

typedef struct fid_draw {
  double value, error, difference, difference_error;
  vtm_interval interval, of_difference;
} fid_draw;

static void draw_fid(normal_source *source, size_t n, size_t features, bool matched, fid_draw *draw) {
  static const char *const models[] = {"a.npz", "b.npz"};
  float *rows[3];
  for (size_t i = 0; i < 3; i++) assert_non_null(rows[i] = calloc(n * features, sizeof(float)));
  for (size_t i = 0; i < n; i++)
    draw_person(source, features, rows[0] + i * features, rows[1] + i * features, rows[2] + i * features);
  if (!matched) /* people of its own for each side: the photographs are drawn again */
    for (size_t i = 0; i < n * features; i++) rows[0][i] = (float)(normal(source) / sqrt((double)(1 + i % features)));
  feature_file("x.npz", rows[0], 0, n, features);
  for (size_t i = 0; i < 2; i++) feature_file(models[i], rows[i + 1], 0, n, features);
  vtm_result *result = feature_files_score(1, matched, "x.npz", models, 2);
  *draw = (fid_draw){.value = result->rows[0].value,
                     .difference = result->differences[0].value,
                     .interval = *result->rows[0].interval,
                     .of_difference = *result->differences[0].interval};
  vtm_result_destroy(result);
  for (size_t i = 0; i < 3; i++) free(rows[i]);
}

/* The truth is the mean value at this n: that is what the interval is for. */
static void check_fid(size_t n, size_t features, bool matched, size_t draws) {
  normal_source source = {.random = vtm_random_start(n * 1000 + features)};
  fid_draw *drawn = calloc(draws, sizeof(*drawn));
  bool *held = calloc(2 * draws, sizeof(*held));
  assert_true(drawn != NULL && held != NULL);
  double value = 0;
  double difference = 0;
  double error = 0;
  double spread = 0;
  for (size_t i = 0; i < draws; i++) {
    draw_fid(&source, n, features, matched, &drawn[i]);
    value += drawn[i].value / (double)draws;
    difference += drawn[i].difference / (double)draws;
    error += drawn[i].interval.standard_error / (double)draws;
  }
  for (size_t i = 0; i < draws; i++) {
    held[i] = holds(&drawn[i].interval, value);
    held[draws + i] = holds(&drawn[i].of_difference, difference);
    spread += (drawn[i].value - value) * (drawn[i].value - value) / (double)(draws - 1);
  }
  const double of_value = share(held, draws);
  const double of_difference = share(held + draws, draws);
  if (sweep)
    print_message(
        "FID, %-9s  n %4zu  d %4zu  %5zu draws  value %.4f  spread %.4f  standard error %.4f  covered %.1f %%  "
        "difference %.4f covered %.1f %%\n",
        matched ? "matched" : "unmatched", n, features, draws, value, sqrt(spread), error, of_value, difference,
        of_difference);
  free(drawn);
  free(held);
  if (n < 30) return;
  expect_share("FID", of_value, 92, 99.5);
  if (matched) expect_share("difference of two FIDs", of_difference, 92, 99.5);
}

static void test_fid(void **state) {
  (void)state;
  if (!sweep) {
    check_fid(30, 64, true, 150);
    check_fid(110, 64, true, 50);
    return;
  }
  const size_t counts[] = {10, 15, 30, 110, 500};
  for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
    check_fid(counts[i], 64, true, 1000);
    check_fid(counts[i], 256, true, 1000);
    check_fid(counts[i], 64, false, 1000);
  }
}

/* ---- several results of a person ---- */

/* Rows in memory: people, and results in the order of theirs. */
typedef struct drawn_sides {
  vtm_context *context;
  size_t counts[2], features;
  vtm_feature_rows rows[2];
  size_t *places[2];
  double *influences[2];
} drawn_sides;

static drawn_sides open_sides(size_t n, size_t repeats, size_t features) {
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = 1};
  drawn_sides sides = {.counts = {n, n * repeats}, .features = features};
  assert_int_equal(vtm_context_create(&options, &sides.context, NULL), VTM_OK);
  for (size_t side = 0; side < 2; side++) {
    const size_t count = sides.counts[side];
    sides.rows[side] = (vtm_feature_rows){.count = count, .features = features};
    assert_non_null(sides.rows[side].values = calloc(count * features, sizeof(float)));
    assert_non_null(sides.places[side] = calloc(count, sizeof(size_t)));
    assert_non_null(sides.influences[side] = calloc(count, sizeof(double)));
    for (size_t i = 0; i < count; i++) sides.places[side][i] = i;
  }
  return sides;
}

static void close_sides(drawn_sides *sides) {
  for (size_t side = 0; side < 2; side++) {
    free(sides->rows[side].values);
    free(sides->places[side]);
    free(sides->influences[side]);
  }
  vtm_context_destroy(sides->context);
}

/* The value through the measure itself; `parts` are what people add to it, with all their results. */
static double score_sides(drawn_sides *drawn, const vtm_set_measure *set, double *parts) {
  vtm_set_side sides[2];
  vtm_set_value value = {0};
  const vtm_set_influences found = {drawn->influences[0], drawn->influences[1]};
  const size_t repeats = drawn->counts[1] / drawn->counts[0];
  for (size_t side = 0; side < 2; side++) {
    const size_t count = drawn->counts[side];
    sides[side] = (vtm_set_side){.n = count, .rows = {&drawn->rows[side], drawn->places[side], count}};
    assert_int_equal(set->fit(drawn->context, &sides[side].rows, &sides[side].fit, NULL), VTM_OK);
  }
  assert_int_equal(set->compute(drawn->context, &sides[0], &sides[1], &value, &found, NULL), VTM_OK);
  for (size_t side = 0; side < 2; side++) set->free_fit(sides[side].fit);
  for (size_t i = 0; i < drawn->counts[0]; i++) {
    parts[i] = found.reference[i];
    for (size_t r = 0; r < repeats; r++) parts[i] += found.generated[i * repeats + r];
  }
  return value.value;
}

/* Which intervals hold the mean of the values, which is the truth at this n. */
static void hold_mean(const double *values, const vtm_interval *intervals, size_t draws, bool *held) {
  double mean = 0;
  for (size_t d = 0; d < draws; d++) mean += values[d] / (double)draws;
  for (size_t d = 0; d < draws; d++) held[d] = holds(&intervals[d], mean);
}

static void check_fid_of_repeats(size_t n, size_t repeats, size_t features, size_t draws) {
  normal_source source = {.random = vtm_random_start(n * 10 + repeats)};
  drawn_sides sides = open_sides(n, repeats, features);
  double *values = calloc(draws, sizeof(*values)), *parts = calloc(n, sizeof(*parts));
  vtm_interval *intervals = calloc(draws, sizeof(*intervals));
  bool *held = calloc(draws, sizeof(*held));
  assert_true(values != NULL && intervals != NULL && parts != NULL && held != NULL);
  for (size_t d = 0; d < draws; d++) {
    for (size_t i = 0; i < n; i++)
      for (size_t k = 0; k < features; k++) {
        const double spread = 1 / sqrt((double)(1 + k));
        const double person = normal(&source);
        const double of_model = normal(&source);
        sides.rows[0].values[i * features + k] = (float)(spread * person);
        for (size_t r = 0; r < repeats; r++)
          sides.rows[1].values[(i * repeats + r) * features + k] =
              (float)(spread * (0.6 * person + 0.5 * of_model + 0.4 * normal(&source)) + 0.1 * spread);
      }
    values[d] = score_sides(&sides, vtm_metric_fid.set, parts);
    const vtm_spread spread = vtm_spread_of(parts, n);
    intervals[d] = vtm_interval_of(values[d], spread.variance, spread.skewness, 0.05, n - 1);
  }
  hold_mean(values, intervals, draws, held);
  const double found = share(held, draws);
  if (sweep)
    print_message("FID, %zu results each  n %4zu  d %4zu  %5zu draws  covered %.1f %%\n", repeats, n, features, draws,
                  found);
  free(values);
  free(intervals);
  free(parts);
  free(held);
  close_sides(&sides);
  if (n >= 30) expect_share("FID of several results", found, 90, 99.9);
}

static void test_fid_of_several_results(void **state) {
  (void)state;
  const size_t counts[] = {10, 15, 30, 110, 500};
  if (!sweep) check_fid_of_repeats(30, 4, 16, 100);
  for (size_t i = 0; sweep && i < sizeof(counts) / sizeof(*counts); i++) check_fid_of_repeats(counts[i], 4, 64, 1000);
}

/* ---- means of per-image values ---- */

typedef struct value_law {
  const char *name;
  double skew; /* of the logarithm: 0 normal, 0.4 as LPIPS is, 0.8 a long tail */
  double a, b; /* typical values of the two models */
} value_law;

static double value_of(const value_law *law, double typical, double z) {
  return law->skew > 0 ? typical * exp(law->skew * z) : typical * (1 + 0.3 * z);
}

static double mean_of(const value_law *law, double typical) { return typical * exp(0.5 * law->skew * law->skew); }

/* Rows of two models on n people; what is returned is owned by the builder. */
static vtm_result_builder *draw_means(vtm_context *context, const vtm_settings *settings, normal_source *source,
                                      const value_law *law, size_t n, size_t repeats) {
  static const char *const paths[] = {"a", "b"};
  vtm_error error = {0};
  vtm_result_builder *builder = vtm_result_start(&error);
  assert_non_null(builder);
  vtm_score_row *rows = vtm_result_rows(builder, paths, NULL, 2);
  vtm_image_score *scores[2];
  for (size_t r = 0; r < 2; r++)
    assert_non_null(scores[r] = vtm_result_allocate(builder, n * repeats, sizeof(*scores[r])));
  for (size_t i = 0; i < n; i++) {
    char name[32];
    (void)snprintf(name, sizeof(name), "p%05zu", i);
    const char *photograph = vtm_result_copy(builder, name);
    const double person = normal(source);
    for (size_t k = 0; k < repeats; k++)
      for (size_t r = 0; r < 2; r++)
        scores[r][i * repeats + k] =
            (vtm_image_score){.name = photograph,
                              .reference = photograph,
                              .value = value_of(law, r == 0 ? law->a : law->b, 0.8 * person + 0.6 * normal(source))};
  }
  for (size_t r = 0; r < 2; r++) {
    rows[r].images = scores[r];
    rows[r].image_count = n * repeats;
  }
  if (vtm_add_mean_intervals(context, settings, builder, rows, &error) != VTM_OK) fail_msg("%s", error.message);
  assert_int_equal(builder->result.difference_count, 1);
  return builder;
}

typedef struct world {
  vtm_context *context;
  vtm_settings *settings;
} world;

static world open_world(void) {
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = 2};
  vtm_error error = {0};
  world opened;
  assert_int_equal(vtm_context_create(&options, &opened.context, &error), VTM_OK);
  assert_int_equal(vtm_settings_create("lpips", &opened.settings, &error), VTM_OK);
  assert_int_equal(vtm_settings_set(opened.settings, "interval", "true", &error), VTM_OK);
  return opened;
}

static void close_world(world *opened) {
  vtm_settings_destroy(opened->settings);
  vtm_context_destroy(opened->context);
}

static void check_means(const value_law *law, size_t n, size_t repeats, size_t draws) {
  normal_source source = {.random = vtm_random_start(n)};
  world opened = open_world();
  bool *held = calloc(2 * draws, sizeof(*held));
  assert_non_null(held);
  for (size_t i = 0; i < draws; i++) {
    vtm_result_builder *builder = draw_means(opened.context, opened.settings, &source, law, n, repeats);
    held[i] = holds(builder->result.rows[0].interval, mean_of(law, law->a));
    held[draws + i] = holds(builder->result.differences[0].interval, mean_of(law, law->a) - mean_of(law, law->b));
    vtm_result_destroy(&builder->result);
  }
  const double of_mean = share(held, draws);
  const double of_difference = share(held + draws, draws);
  if (sweep)
    print_message("mean, %-10s  n %4zu x %zu  %5zu draws  covered %.1f %%  difference covered %.1f %%\n", law->name, n,
                  repeats, draws, of_mean, of_difference);
  if (n >= 30 && law->skew < 0.5) {
    expect_share("mean", of_mean, 92, 98);
    expect_share("difference of two means", of_difference, 92, 98);
  }
  free(held);
  close_world(&opened);
}

static const value_law laws[] = {
    {"normal", 0, 0.2, 0.18}, {"like LPIPS", 0.4, 0.2, 0.18}, {"long tail", 0.8, 0.2, 0.18}};

static void test_means(void **state) {
  (void)state;
  if (!sweep) {
    check_means(&laws[1], 30, 1, 200);
    check_means(&laws[1], 30, 4, 400);
    return;
  }
  const size_t counts[] = {10, 15, 30, 110, 500};
  for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
    for (size_t k = 0; k < sizeof(laws) / sizeof(*laws); k++) check_means(&laws[k], counts[i], 1, 2000);
  for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) check_means(&laws[1], counts[i], 4, 2000);
}

/* ---- long tails: intervals alone, which cost next to nothing ---- */

static double exponential(normal_source *source) { return -log(uniform(&source->random)); }

static double student(normal_source *source, double z, int freedom) {
  double squares = 0;
  for (int i = 0; i < freedom; i++) {
    const double other = normal(source);
    squares += other * other;
  }
  return z / sqrt(squares / freedom);
}

/* A value made of a standard normal number, and its mean. */
typedef enum tail { NORMAL, EXPONENTIAL, GAMMA_2, LOG_NORMAL, STUDENT, FAILURES, RECTIFIED } tail;

typedef struct tail_law {
  const char *name;
  tail tail;
  double shape; /* spread of the logarithm, degrees of freedom */
  double least; /* coverage of a mean that is expected from n = 30 on, in percent; 0: none */
  bool is_light;
} tail_law;

static double draw_tail(normal_source *source, const tail_law *law, double z) {
  switch (law->tail) {
    case EXPONENTIAL: return exponential(source);
    case GAMMA_2: return exponential(source) + exponential(source);
    case LOG_NORMAL: return exp(law->shape * z);
    case STUDENT: return student(source, z, (int)law->shape);
    case FAILURES: return uniform(&source->random) < 0.03 ? 0.7 + 0.1 * z : 0.2 + 0.05 * z;
    case RECTIFIED: return fmax(0, z);
    default: return z;
  }
}

static double mean_of_tail(const tail_law *law) {
  switch (law->tail) {
    case EXPONENTIAL: return 1;
    case GAMMA_2: return 2;
    case LOG_NORMAL: return exp(0.5 * law->shape * law->shape);
    case FAILURES: return 0.97 * 0.2 + 0.03 * 0.7;
    default: return 0;
  }
}

static const tail_law tails[] = {{"normal", NORMAL, 0, 93.5, true},
                                 {"like LPIPS", LOG_NORMAL, 0.4, 93, true},
                                 {"exponential", EXPONENTIAL, 0, 93, false},
                                 {"gamma(2)", GAMMA_2, 0, 93, false},
                                 {"log-normal 0.5", LOG_NORMAL, 0.5, 93, false},
                                 {"log-normal 0.8", LOG_NORMAL, 0.8, 92, false},
                                 {"log-normal 1", LOG_NORMAL, 1, 91, false},
                                 {"t, 5 degrees", STUDENT, 5, 93, false},
                                 {"t, 3 degrees", STUDENT, 3, 93, false},
                                 {"3 % failures", FAILURES, 0, 0, false}};

typedef struct tail_found {
  double covered, length; /* over Student's */
  double effective;       /* people, in the median draw */
  double warned;          /* of the draws, that few people make the variance */
  double warned_covered;  /* of those */
} tail_found;

/* A mean of n people's values, each the mean of `repeats`, half of whose variance is the person's; or of the difference
 * of two such people's. */
static tail_found cover_tail(const tail_law *law, bool difference, size_t n, size_t repeats, size_t draws) {
  normal_source source = {.random = vtm_random_start(n * 100 + repeats)};
  double *values = calloc(n, sizeof(*values));
  double *effective = calloc(draws, sizeof(*effective));
  bool *held = calloc(2 * draws, sizeof(*held));
  double lengths[2] = {0};
  assert_true(values != NULL && effective != NULL && held != NULL);
  for (size_t d = 0; d < draws; d++) {
    double mean;
    for (size_t i = 0; i < n; i++) {
      const double person = normal(&source);
      values[i] = 0;
      for (size_t r = 0; r < repeats; r++)
        for (int model = 0; model <= difference; model++)
          values[i] += (model == 0 ? 1 : -0.9) / (double)repeats *
                       draw_tail(&source, law, sqrt(0.5) * (person + normal(&source)));
    }
    const vtm_interval interval = vtm_interval_of_mean(values, n, 0.05);
    const vtm_spread spread = vtm_spread_of_mean(values, n, &mean);
    held[d] = holds(&interval, (difference ? 0.1 : 1) * mean_of_tail(law));
    held[draws + d] = vtm_spread_is_of_few(&spread);
    effective[d] = spread.effective;
    lengths[0] += interval.high - interval.low;
    lengths[1] += 2 * vtm_student_t(0.05, n - 1) * interval.standard_error;
  }
  const tail_found found = {share(held, draws), lengths[0] / lengths[1], median(effective, draws),
                            share(held + draws, draws), share_of(held, held + draws, draws)};
  free(values);
  free(effective);
  free(held);
  return found;
}

static void check_tail(const tail_law *law, size_t n, size_t draws) {
  const tail_found one = cover_tail(law, false, n, 1, draws);
  const tail_found difference = cover_tail(law, true, n, 1, draws);
  const tail_found four = cover_tail(law, false, n, 4, draws);
  if (sweep)
    print_message(
        "mean, %-14s  n %4zu  %5zu draws  covered %.1f %%  length %.2f  effective %.1f  warned %.1f %% (of these %.0f "
        "%%)   difference "
        "%.1f %%  "
        "length %.2f   4 results each %.1f %%\n",
        law->name, n, draws, one.covered, one.length, one.effective, one.warned, one.warned_covered, difference.covered,
        difference.length, four.covered);
  if (n < 30) return;
  const double chance = 3 * 100 * sqrt(0.05 * 0.95 / (double)draws);
  expect_share(law->name, one.covered, law->least - chance, 100);
  expect_share(law->name, difference.covered, law->least - chance, 100);
  if (law->is_light) expect_share("false warnings", one.warned, 0, 1);
}

static void test_tails_of_means(void **state) {
  (void)state;
  const size_t counts[] = {10, 15, 30, 60, 110, 500};
  for (size_t i = 0; i < sizeof(tails) / sizeof(*tails); i++)
    for (size_t k = 0; k < sizeof(counts) / sizeof(*counts); k++)
      if (sweep || counts[k] == 30) check_tail(&tails[i], counts[k], sweep ? 4000 : 400);
}

/* Features of people and of the results of two models, which are correlated with them. */
static void draw_features(normal_source *source, const tail_law *law, drawn_sides *a, drawn_sides *b) {
  for (size_t i = 0; i < a->counts[0] * a->features; i++) {
    const double spread = 1 / sqrt((double)(1 + i % a->features));
    const double person = normal(source);
    a->rows[0].values[i] = b->rows[0].values[i] = (float)(spread * draw_tail(source, law, person));
    for (int model = 0; model < 2; model++)
      (model == 0 ? a : b)->rows[1].values[i] =
          (float)(spread * (0.1 - 0.25 * model + draw_tail(source, law, sqrt(0.5) * (person + normal(source)))));
  }
}

enum { ROW, ROW_BY_STUDENT, DIFFERENCE, KINDS };

static void check_tail_of_distances(const char *name, const vtm_set_measure *set, const tail_law *law, size_t n,
                                    size_t features, size_t draws) {
  normal_source source = {.random = vtm_random_start(n * 1000 + features)};
  drawn_sides a = open_sides(n, 1, features);
  drawn_sides b = open_sides(n, 1, features);
  double *values[KINDS], *parts[2] = {calloc(n, sizeof(double)), calloc(n, sizeof(double))};
  double *effective = calloc(draws, sizeof(*effective));
  vtm_interval *intervals[KINDS];
  bool *held[KINDS], *warned = calloc(draws, sizeof(*warned));
  for (size_t k = 0; k < KINDS; k++) {
    values[k] = calloc(draws, sizeof(double));
    intervals[k] = calloc(draws, sizeof(vtm_interval));
    held[k] = calloc(draws, sizeof(bool));
  }
  for (size_t d = 0; d < draws; d++) {
    draw_features(&source, law, &a, &b);
    values[ROW][d] = values[ROW_BY_STUDENT][d] = score_sides(&a, set, parts[0]);
    values[DIFFERENCE][d] = values[ROW][d] - score_sides(&b, set, parts[1]);
    const vtm_spread spread = vtm_spread_of(parts[0], n);
    for (size_t i = 0; i < n; i++) parts[1][i] = parts[0][i] - parts[1][i];
    const vtm_spread of_difference = vtm_spread_of(parts[1], n);
    warned[d] = vtm_spread_is_of_few(&spread);
    effective[d] = spread.effective;
    intervals[ROW][d] = vtm_interval_of(values[ROW][d], spread.variance, spread.skewness, 0.05, n - 1);
    intervals[ROW_BY_STUDENT][d] = vtm_interval_of(values[ROW][d], spread.variance, 0, 0.05, n - 1);
    intervals[DIFFERENCE][d] = vtm_interval_of(values[DIFFERENCE][d], of_difference.variance, 0, 0.05, n - 1);
  }
  double covered[KINDS];
  for (size_t k = 0; k < KINDS; k++) {
    hold_mean(values[k], intervals[k], draws, held[k]);
    covered[k] = share(held[k], draws);
  }
  const double alarms = share(warned, draws);
  if (sweep)
    print_message(
        "%s of features, %-14s  n %4zu  d %3zu  %4zu draws  covered %.1f %% (Student's %.1f %%)  effective %.1f"
        "  warned %.1f %% (of these %.0f %%)   difference %.1f %%\n",
        name, law->name, n, features, draws, covered[ROW], covered[ROW_BY_STUDENT], median(effective, draws), alarms,
        share_of(held[ROW], warned, draws), covered[DIFFERENCE]);
  if (set == vtm_metric_fid.set && law->is_light) expect_share("FID", covered[ROW], 92, 100);
  if (law->is_light) expect_share("false warnings", alarms, 0, 1 + 300 * sqrt(0.0099 / (double)draws));
  for (size_t k = 0; k < KINDS; k++) {
    free(values[k]);
    free(intervals[k]);
    free(held[k]);
  }
  free(parts[0]);
  free(parts[1]);
  free(effective);
  free(warned);
  close_sides(&a);
  close_sides(&b);
}

static void test_tails_of_distances(void **state) {
  (void)state;
  static const tail_law laws_of_features[] = {{"normal", NORMAL, 0, 0, true},
                                              {"rectified", RECTIFIED, 0, 0, true},
                                              {"log-normal 0.5", LOG_NORMAL, 0.5, 0, false},
                                              {"log-normal 1", LOG_NORMAL, 1, 0, false},
                                              {"t, 5 degrees", STUDENT, 5, 0, false},
                                              {"t, 3 degrees", STUDENT, 3, 0, false}};
  if (!sweep) check_tail_of_distances("FID", vtm_metric_fid.set, &laws_of_features[0], 30, 16, 150);
  for (size_t i = 0; sweep && i < sizeof(laws_of_features) / sizeof(*laws_of_features); i++)
    for (size_t n = 30; n <= 110; n += 80)
      for (size_t features = 16; features <= 64; features += 48) {
        check_tail_of_distances("FID", vtm_metric_fid.set, &laws_of_features[i], n, features, 500);
        check_tail_of_distances("KID", vtm_metric_kid.set, &laws_of_features[i], n, features, 500);
      }
}

/* ---- p values ---- */

/* Of two models alike p is uniform: the distance of Kolmogorov and Smirnov stays below its 1 % point. */
static void check_p(const value_law *law, size_t n, size_t draws) {
  const value_law alike = {law->name, law->skew, law->a, law->a};
  normal_source source = {.random = vtm_random_start(n + 100)};
  world opened = open_world();
  double *p = calloc(draws, sizeof(*p));
  bool *rejected = calloc(draws, sizeof(*rejected));
  assert_true(p != NULL && rejected != NULL);
  for (size_t i = 0; i < draws; i++) {
    vtm_result_builder *builder = draw_means(opened.context, opened.settings, &source, &alike, n, 1);
    p[i] = builder->result.differences[0].p;
    rejected[i] = p[i] < 0.05;
    vtm_result_destroy(&builder->result);
  }
  const double below = share(rejected, draws);
  qsort(p, draws, sizeof(*p), by_value);
  double distance = 0;
  for (size_t i = 0; i < draws; i++)
    distance = fmax(distance, fmax((double)(i + 1) / (double)draws - p[i], p[i] - (double)i / (double)draws));
  if (sweep)
    print_message("p, %-10s  n %4zu  %5zu draws  distance %.4f (1 %% point %.4f)  p < 0.05: %.1f %%\n", law->name, n,
                  draws, distance, 1.63 / sqrt((double)draws), below);
  assert_true(distance < 1.63 / sqrt((double)draws));
  expect_share("p < 0.05", below, 5 - 4 * sqrt(475.0 / (double)draws), 5 + 4 * sqrt(475.0 / (double)draws));
  free(rejected);
  free(p);
  close_world(&opened);
}

static void test_p_under_the_null(void **state) {
  (void)state;
  if (!sweep) {
    check_p(&laws[1], 30, 500);
    return;
  }
  const size_t counts[] = {30, 110, 500};
  for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) check_p(&laws[i % 3], counts[i], 2000);
}

/* ---- tables of many models ---- */

static size_t claims(const vtm_result *result) {
  size_t count = 0;
  for (size_t i = 0; i < result->difference_count; i++)
    count +=
        result->differences[i].verdict == VTM_VERDICT_AHEAD || result->differences[i].verdict == VTM_VERDICT_BEHIND;
  return count;
}

/* Of models alike, how many tables claim that some two differ. */
static double false_tables_of_means(size_t models, size_t n, size_t repeats, size_t draws) {
  normal_source source = {.random = vtm_random_start(models * 1000 + n)};
  world opened = open_world();
  bool *claimed = calloc(draws, sizeof(*claimed));
  const char **paths = calloc(models, sizeof(*paths));
  assert_true(claimed != NULL && paths != NULL);
  for (size_t d = 0; d < draws; d++) {
    vtm_error error = {0};
    vtm_result_builder *builder = vtm_result_start(&error);
    assert_non_null(builder);
    for (size_t m = 0; m < models; m++) paths[m] = vtm_arena_format(&builder->arena, "m%02zu", m);
    vtm_score_row *rows = vtm_result_rows(builder, paths, NULL, models);
    vtm_image_score **scores = vtm_result_allocate(builder, models, sizeof(*scores));
    for (size_t m = 0; m < models; m++) scores[m] = vtm_result_allocate(builder, n * repeats, sizeof(**scores));
    builder->result.lower_is_better = true;
    for (size_t i = 0; i < n; i++) {
      const double person = normal(&source);
      const char *photograph = vtm_arena_format(&builder->arena, "p%05zu", i);
      for (size_t m = 0; m < models; m++) {
        const double of_model = normal(&source);
        for (size_t r = 0; r < repeats; r++)
          scores[m][i * repeats + r] = (vtm_image_score){
              .name = photograph,
              .reference = photograph,
              .value = value_of(&laws[1], 0.2, 0.8 * person + 0.5 * of_model + 0.33 * normal(&source))};
      }
    }
    for (size_t m = 0; m < models; m++) {
      rows[m].images = scores[m];
      rows[m].image_count = n * repeats;
    }
    assert_int_equal(vtm_add_mean_intervals(opened.context, opened.settings, builder, rows, &error), VTM_OK);
    claimed[d] = claims(&builder->result) > 0;
    vtm_result_destroy(&builder->result);
  }
  const double found = share(claimed, draws);
  free(claimed);
  free((void *)paths);
  close_world(&opened);
  return found;
}

static double false_tables_of_distances(size_t models, size_t n, size_t features, size_t draws) {
  normal_source source = {.random = vtm_random_start(models * 1000 + n + 1)};
  bool *claimed = calloc(draws, sizeof(*claimed));
  const char **paths = calloc(models, sizeof(*paths));
  float *rows = calloc((models + 1) * n * features, sizeof(*rows));
  char(*names)[32] = calloc(models, sizeof(*names));
  assert_true(claimed != NULL && paths != NULL && rows != NULL && names != NULL);
  for (size_t m = 0; m < models; m++) {
    (void)snprintf(names[m], sizeof(names[m]), "m%02zu.npz", m);
    paths[m] = names[m];
  }
  for (size_t d = 0; d < draws; d++) {
    for (size_t i = 0; i < n; i++)
      for (size_t k = 0; k < features; k++) {
        const double spread = 1 / sqrt((double)(1 + k));
        const double person = normal(&source);
        for (size_t m = 0; m <= models; m++)
          rows[(m * n + i) * features + k] = (float)(spread * (m == 0 ? person : 0.7 * person + 0.7 * normal(&source)));
      }
    feature_file("x.npz", rows, 0, n, features);
    for (size_t m = 0; m < models; m++) feature_file(paths[m], rows + (m + 1) * n * features, 0, n, features);
    vtm_result *result = feature_files_score(2, true, "x.npz", paths, models);
    claimed[d] = claims(result) > 0;
    vtm_result_destroy(result);
  }
  const double found = share(claimed, draws);
  free(claimed);
  free((void *)paths);
  free(rows);
  free(names);
  return found;
}

/* 5 % of tables and what such a number of draws adds by chance. */
static void expect_rare(const char *what, size_t models, size_t n, double found, size_t draws) {
  const double most = 5 + 100 * 3 * sqrt(0.05 * 0.95 / (double)draws);
  if (sweep)
    print_message("%-16s n %4zu  %2zu models alike  %4zu tables  claim a difference: %.1f %%\n", what, n, models, draws,
                  found);
  if (found > most) fail_msg("%s: %.1f %% of tables of %zu models alike claim a difference", what, found, models);
}

static void test_tables_of_models_alike(void **state) {
  (void)state;
  static const size_t models[] = {3, 10, 33}, people[] = {10, 16, 30, 110};
  if (!sweep) {
    expect_rare("means", 10, 16, false_tables_of_means(10, 16, 1, 60), 60);
    expect_rare("distances", 10, 24, false_tables_of_distances(10, 24, 16, 60), 60);
    return;
  }
  for (size_t i = 0; i < 3; i++)
    for (size_t k = 0; k < 4; k++) {
      const size_t draws = i == 2 ? 100 : 400;
      expect_rare("means", models[i], people[k], false_tables_of_means(models[i], people[k], 1, draws), draws);
      expect_rare("distances", models[i], people[k], false_tables_of_distances(models[i], people[k], 16, draws), draws);
    }
  expect_rare("means, 4 results", 10, 30, false_tables_of_means(10, 30, 4, 500), 500);
}

/* With all sign patterns a difference is found as often as the exact test finds it: no draw decides. */
static void test_power_of_few_people(void **state) {
  (void)state;
  for (size_t n = 10; n <= 13; n++) {
    double values[13];
    normal_source source = {.random = vtm_random_start(n)};
    for (int draw = 0; draw < (sweep ? 500 : 20); draw++) {
      double sum = 0;
      size_t as_far = 0;
      for (size_t i = 0; i < n; i++) sum += values[i] = 0.6 + normal(&source);
      for (size_t pattern = 0; pattern < (size_t)1 << n; pattern++) {
        double flipped = 0;
        for (size_t i = 0; i < n; i++) flipped += pattern >> i & 1 ? -values[i] : values[i];
        as_far += fabs(flipped) >= fabs(sum) - 1e-9;
      }
      double p[2];
      for (uint64_t seed = 1; seed <= 2; seed++) {
        vtm_compared pair = {.n = n, .value = sum / (double)n, .shares = values};
        assert_int_equal(
            vtm_compare_scores(NULL, &pair, 1,
                               &(vtm_comparing){.kind = VTM_SCORE_MEAN, .lower_is_better = true, .seed = seed}, NULL),
            VTM_OK);
        p[seed - 1] = pair.p;
      }
      assert_true(fabs(p[0] - (double)as_far / (double)((size_t)1 << n)) < 1e-12 && p[0] >= p[1] && p[0] <= p[1]);
    }
  }
}

int main(int argc, char **argv) {
  sweep = argc > 1 && strcmp(argv[1], "sweep") == 0;
  if (argc > 2) cmocka_set_test_filter(argv[2]);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fid),
      cmocka_unit_test(test_fid_of_several_results),
      cmocka_unit_test(test_means),
      cmocka_unit_test(test_p_under_the_null),
      cmocka_unit_test(test_tables_of_models_alike),
      cmocka_unit_test(test_power_of_few_people),
      cmocka_unit_test(test_tails_of_means),
      cmocka_unit_test(test_tails_of_distances),
  };
  return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
