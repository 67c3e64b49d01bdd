#include "stats/compared.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "stats/inference.h"
#include "stats/spread.h"

enum { PATTERNS_EACH = 400, MOST_SIGNS = 400000000 };

static const double level = 0.05;

typedef struct family {
  vtm_compared *pairs;
  size_t count;
  const vtm_comparing *how;
  double miss;          /* of an interval */
  vtm_sign_flip *tests; /* of means; those of pairs without an interval are not started */
  size_t *open;         /* pairs that wait for more patterns */
  size_t open_count;
  size_t patterns; /* to count them up to; each pair has its own limit besides */
  double *low, *high;
} family;

size_t vtm_most_patterns(size_t n, size_t count) {
  const size_t affordable = MOST_SIGNS / (n > 0 ? n : 1);
  const size_t needed = PATTERNS_EACH * count > VTM_PATTERNS ? PATTERNS_EACH * count : VTM_PATTERNS;
  return affordable > needed ? affordable : needed;
}

static void run_each(vtm_pool *pool, size_t count, vtm_task task, void *user) {
  if (pool != NULL)
    vtm_pool_run(pool, count, task, user);
  else
    for (size_t i = 0; i < count; i++) task(user, i, 0);
}

/* ---- one difference by itself ---- */

static bool is_equal(const vtm_compared *pair, vtm_score_kind kind) {
  bool equal = pair->value == 0;
  if (pair->unknown != NULL) return equal;
  if (kind == VTM_SCORE_DISTANCE) return equal; /* of unlike sets two distances are not equal to the last bit */
  for (size_t i = 0; i < pair->n && equal; i++) equal = pair->shares[i] == 0;
  return equal;
}

static size_t units_of(const vtm_compared *pair) { return pair->n > 0 ? pair->n : pair->images; }

static void find_distance(const family *f, vtm_compared *pair) {
  pair->interval = vtm_interval_of(pair->value, pair->variance, 0, f->miss, units_of(pair) - 1);
  const double error = pair->interval.standard_error;
  pair->p = error > 0 ? vtm_student_p(pair->value / error, units_of(pair) - 1) : pair->value == 0;
}

static void find_mean(const family *f, size_t number) {
  vtm_compared *pair = &f->pairs[number];
  f->tests[number] = vtm_sign_flip_start(pair->shares, pair->n, ~f->how->seed, vtm_first_patterns(pair->n));
  pair->p = vtm_sign_flip_p(&f->tests[number]);
  pair->interval = vtm_interval_of_mean(pair->shares, pair->n, f->miss);
}

static const char *why_unknown(const vtm_compared *pair) {
  if (!isfinite(pair->value)) return "a value is infinite or not a number";
  if (pair->unknown != NULL) return pair->unknown;
  return units_of(pair) < VTM_LEAST_FOR_INTERVAL ? "fewer than 10 people" : NULL;
}

static void find_one(void *user, size_t number, int thread) {
  (void)thread;
  const family *f = user;
  vtm_compared *pair = &f->pairs[number];
  pair->p = NAN;
  if (pair->apart != NULL) {
    pair->value = NAN;
    pair->verdict = VTM_VERDICT_INCOMPARABLE;
    pair->why = pair->apart;
    return;
  }
  pair->why = why_unknown(pair);
  if (pair->why == NULL && f->how->kind == VTM_SCORE_MEAN) find_mean(f, number);
  if (pair->why == NULL && f->how->kind == VTM_SCORE_DISTANCE) find_distance(f, pair);
  pair->has_interval = pair->why == NULL && isfinite(pair->interval.standard_error);
  if (pair->why == NULL && !pair->has_interval) pair->why = "a value is infinite or not a number";
  if (is_equal(pair, f->how->kind)) {
    pair->verdict = VTM_VERDICT_EQUAL;
    pair->why = NULL;
  }
}

/* ---- all of them together ---- */

/* Holm's correction of those that have a p; the others' stay as they are. */
static vtm_status correct(const family *f, double *p, vtm_error *error) {
  double *tested = vtm_allocate(f->count, sizeof(*tested), error);
  if (tested == NULL) return VTM_ERROR_MEMORY;
  size_t count = 0;
  for (size_t i = 0; i < f->count; i++)
    if (f->pairs[i].has_interval) tested[count++] = p[i];
  const vtm_status status = vtm_holm(tested, count, error);
  count = 0;
  for (size_t i = 0; i < f->count; i++)
    if (f->pairs[i].has_interval) p[i] = tested[count++];
  free(tested);
  return status;
}

/* Lists the differences whose verdict hangs on patterns not yet drawn. */
static vtm_status find_open(family *f, vtm_error *error) {
  for (size_t i = 0; i < f->count; i++) {
    f->low[i] = f->high[i] = f->pairs[i].p;
    if (f->how->kind == VTM_SCORE_MEAN && f->pairs[i].has_interval)
      vtm_sign_flip_range(&f->tests[i], &f->low[i], &f->high[i]);
  }
  vtm_status status = correct(f, f->low, error);
  if (status == VTM_OK) status = correct(f, f->high, error);
  f->open_count = 0;
  for (size_t i = 0; i < f->count && status == VTM_OK; i++)
    if (f->pairs[i].has_interval && (f->low[i] < level) != (f->high[i] < level)) f->open[f->open_count++] = i;
  return status;
}

static void draw_on(void *user, size_t number, int thread) {
  (void)thread;
  const family *f = user;
  vtm_compared *pair = &f->pairs[f->open[number]];
  vtm_sign_flip *test = &f->tests[f->open[number]];
  const size_t most = vtm_most_patterns(pair->n, f->count);
  vtm_sign_flip_continue(test, pair->shares, pair->n, f->patterns < most ? f->patterns : most);
  pair->p = vtm_sign_flip_p(test);
}

/* Twice as many patterns each time. */
static vtm_status draw_until_decided(family *f, vtm_pool *pool, vtm_error *error) {
  vtm_status status = find_open(f, error);
  for (f->patterns = 2 * (size_t)VTM_PATTERNS; f->open_count > 0 && status == VTM_OK; f->patterns *= 2) {
    bool more = false;
    for (size_t i = 0; i < f->open_count; i++)
      more = more || f->tests[f->open[i]].patterns < vtm_most_patterns(f->pairs[f->open[i]].n, f->count);
    if (!more) return VTM_OK;
    run_each(pool, f->open_count, draw_on, f);
    status = find_open(f, error);
  }
  return status;
}

static void judge(vtm_compared *pair, bool lower_is_better, bool open) {
  const bool above = pair->interval.low > 0;
  const bool below = pair->interval.high < 0;
  if (!pair->has_interval || pair->verdict == VTM_VERDICT_EQUAL) return;
  pair->verdict = VTM_VERDICT_TIED;
  if (!above && !below) return;
  if (open)
    pair->why = "p is too near to 0.05 for the sign patterns drawn";
  else if (pair->p < level)
    pair->verdict = below == lower_is_better ? VTM_VERDICT_AHEAD : VTM_VERDICT_BEHIND;
}

static vtm_status compare_all(family *f, vtm_pool *pool, vtm_error *error) {
  run_each(pool, f->count, find_one, f);
  vtm_status status = draw_until_decided(f, pool, error);
  for (size_t i = 0; i < f->count; i++) f->low[i] = f->pairs[i].p;
  if (status == VTM_OK) status = correct(f, f->low, error);
  if (status != VTM_OK) return status;
  size_t open = 0;
  for (size_t i = 0; i < f->count; i++) {
    f->pairs[i].p = f->low[i];
    const bool is_open = open < f->open_count && f->open[open] == i;
    judge(&f->pairs[i], f->how->lower_is_better, is_open);
    open += is_open;
  }
  return VTM_OK;
}

vtm_status vtm_compare_scores(vtm_pool *pool, vtm_compared *pairs, size_t count, const vtm_comparing *how,
                              vtm_error *error) {
  family f = {.pairs = pairs,
              .count = count,
              .how = how,
              .miss = how->simultaneous && count > 0 ? level / (double)count : level,
              .tests = vtm_allocate(count, sizeof(*f.tests), error),
              .open = vtm_allocate(count, sizeof(*f.open), error),
              .low = vtm_allocate(count, sizeof(*f.low), error),
              .high = vtm_allocate(count, sizeof(*f.high), error)};
  const bool complete = f.tests != NULL && f.open != NULL && f.low != NULL && f.high != NULL;
  const vtm_status status = complete ? compare_all(&f, pool, error) : VTM_ERROR_MEMORY;
  free(f.tests);
  free(f.open);
  free(f.low);
  free(f.high);
  return status;
}
