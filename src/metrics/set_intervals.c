#include "metrics/set_intervals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "metrics/differences.h"
#include "metrics/few_people.h"
#include "metrics/settings.h"
#include "stats/spread.h"

static int by_entry(const void *left, const void *right) {
  const size_t a = *(const size_t *)left;
  const size_t b = *(const size_t *)right;
  return (a > b) - (a < b);
}

/* Where `entry` stands in a rising array; VTM_NO_ENTRY: nowhere. */
static size_t position_of(size_t entry, const size_t *entries, size_t count) {
  const size_t *found = bsearch(&entry, entries, count, sizeof(*entries), by_entry);
  return found != NULL ? (size_t)(found - entries) : VTM_NO_ENTRY;
}

/* Adds the influences of results to those of their photographs, which become the people's; results without a person
 * make a variance of their own, which is returned. */
static double sum_by_person(const vtm_selection *selection, const vtm_feature_set *people,
                            const vtm_feature_set *results, const vtm_set_influences *found) {
  double variance = 0;
  for (size_t j = 0; j < results->count; j++) {
    const double influence = found->generated[j];
    if (selection->matched)
      found->reference[position_of(selection->partner[results->places[j]], people->places, people->count)] += influence;
    else
      variance += influence * influence;
  }
  return variance;
}

/* ---- a row ---- */

bool vtm_set_can_have_interval(const vtm_scoring *scoring, vtm_measured *measured, size_t model) {
  if (!measured->settings->values.interval) return false;
  const vtm_score_row *row = &measured->rows[model];
  const vtm_input *input = &scoring->models[model].input;
  const vtm_input *saved = scoring->reference.kind == VTM_INPUT_STATISTICS ? &scoring->reference : input;
  const vtm_selection *selection = &measured->selections[model];
  if (saved->kind == VTM_INPUT_STATISTICS) {
    vtm_result_note(measured->builder,
                    "%s: no interval: %s holds statistics, an interval needs images or their features", row->name,
                    saved->path);
    return false;
  }
  const size_t a = selection->reference_count;
  const size_t b = selection->generated_count;
  const size_t least = a < b ? a : b;
  if (least >= VTM_LEAST_FOR_INTERVAL) return true;
  vtm_result_note(measured->builder, "%s: no interval: %zu images are too few, %d are needed", row->name, least,
                  VTM_LEAST_FOR_INTERVAL);
  return false;
}

static int by_name(const void *left, const void *right) {
  return strcmp(((const vtm_image_score *)left)->name, ((const vtm_image_score *)right)->name);
}

/* One for each result: its own, and its part of its photograph's. */
static vtm_status list_influences(const vtm_scoring *scoring, vtm_measured *measured, size_t model,
                                  const vtm_set_influences *found, vtm_error *error) {
  const vtm_selection *selection = &measured->selections[model];
  vtm_score_row *row = &measured->rows[model];
  const size_t count = selection->generated_count;
  const size_t people = selection->reference_count;
  if (!selection->matched) return VTM_OK;
  vtm_image_score *list = vtm_result_allocate(measured->builder, count, sizeof(*list));
  size_t *results_of = vtm_allocate(people, sizeof(*results_of), error);
  if (list == NULL || results_of == NULL) {
    free(results_of);
    return VTM_ERROR_MEMORY;
  }
  for (size_t j = 0; j < count; j++)
    results_of[position_of(selection->partner[selection->generated[j]], selection->reference, people)]++;
  for (size_t j = 0; j < count; j++) {
    const size_t entry = selection->partner[selection->generated[j]];
    const size_t person = position_of(entry, selection->reference, people);
    const vtm_folder_entry *photograph = &scoring->reference.images.folder.entries[entry];
    const vtm_folder_entry *result = &scoring->models[model].input.images.folder.entries[selection->generated[j]];
    list[j] =
        (vtm_image_score){.name = vtm_result_copy(measured->builder, count > people ? result->stem : photograph->stem),
                          .reference = vtm_result_copy(measured->builder, photograph->name),
                          .generated = vtm_result_copy(measured->builder, result->name),
                          .value = found->generated[j] + found->reference[person] / (double)results_of[person]};
  }
  free(results_of);
  qsort(list, count, sizeof(*list), by_name);
  row->influences = list;
  row->influence_count = count;
  return VTM_OK;
}

/* What the variance is of: people, or the images of both sides. */
typedef struct parts {
  double *values;
  const char **names;
  size_t count;
} parts;

static void add_part(parts *list, double value, const char *name) {
  list->values[list->count] = value;
  list->names[list->count++] = name;
}

/* `reference`: influences of photographs, or of people. */
static void list_parts(const vtm_scoring *scoring, const vtm_selection *selection, size_t model,
                       const vtm_set_influences *found, parts *list) {
  const vtm_folder_entry *photographs = scoring->reference.images.folder.entries;
  const vtm_folder_entry *results = scoring->models[model].input.images.folder.entries;
  for (size_t j = 0; j < selection->generated_count && !selection->matched; j++)
    add_part(list, found->generated[j], results[selection->generated[j]].name);
  for (size_t i = 0; i < selection->reference_count; i++)
    add_part(list, found->reference[i], photographs[selection->reference[i]].name);
}

static void take_interval(vtm_measured *measured, size_t model, const parts *list) {
  const vtm_spread spread = vtm_spread_of(list->values, list->count);
  vtm_score_row *row = &measured->rows[model];
  if (!isfinite(spread.variance)) {
    vtm_result_note(measured->builder, "%s: no interval: the features are too large", row->name);
    row->influence_count = 0;
    return;
  }
  vtm_interval *interval = vtm_result_allocate(measured->builder, 1, sizeof(*interval));
  if (interval == NULL) return;
  const size_t n = row->n_reference < row->n_generated ? row->n_reference : row->n_generated;
  *interval = vtm_interval_of(row->value, spread.variance, spread.skewness, 0.05, n - 1);
  if (!measured->metric->set->may_be_negative) interval->low = fmax(0, interval->low);
  row->interval = interval;
  vtm_warn_of_few(measured->builder, row, &spread, measured->selections[model].matched ? "people" : "images",
                  list->values, list->names);
}

static vtm_status add_interval(const vtm_scoring *scoring, vtm_measured *measured, size_t model,
                               const vtm_set_influences *found, vtm_error *error) {
  const vtm_selection *selection = &measured->selections[model];
  const size_t most = selection->reference_count + (selection->matched ? 0 : selection->generated_count);
  parts list = {vtm_allocate(most, sizeof(*list.values), error), vtm_allocate(most, sizeof(*list.names), error), 0};
  const bool complete = list.values != NULL && list.names != NULL;
  if (complete) {
    list_parts(scoring, selection, model, found, &list);
    take_interval(measured, model, &list);
  }
  free(list.values);
  free((void *)list.names);
  return complete ? VTM_OK : VTM_ERROR_MEMORY;
}

vtm_status vtm_set_add_interval(const vtm_scoring *scoring, vtm_measured *measured, size_t model,
                                const vtm_set_influences *found, vtm_set_row *row, vtm_error *error) {
  const vtm_selection *selection = &measured->selections[model];
  const vtm_feature_set results = {NULL, selection->generated, selection->generated_count};
  const size_t people = row->reference->count;
  const vtm_status status = list_influences(scoring, measured, model, found, error);
  if (status != VTM_OK) return status;
  row->own_variance = sum_by_person(selection, row->reference, &results, found);
  row->shares = vtm_allocate(people, sizeof(double), error);
  if (row->shares == NULL) return VTM_ERROR_MEMORY;
  memcpy(row->shares, found->reference, people * sizeof(double));
  return add_interval(scoring, measured, model, found, error);
}

/* ---- differences ---- */

/* Of unlike numbers of results equal ones are drawn so often: one draw is as uncertain as the difference may be. */
enum { DRAWS = 16 };

/* The difference of two models, on the way to it. */
typedef struct set_difference {
  const vtm_scoring *scoring;
  const vtm_measured *measured;
  const vtm_set_row *rows;
  size_t a, b;
  size_t *people; /* that both have */
  size_t count;
  size_t *quota; /* of each of them: results that take part; NULL: all do */
  double *shares;
} set_difference;

/* How many results of each of the people a model has. */
static void count_results(const vtm_selection *selection, const size_t *people, size_t count, size_t *results) {
  memset(results, 0, count * sizeof(*results));
  for (size_t j = 0; j < selection->generated_count; j++) {
    const size_t person = position_of(selection->partner[selection->generated[j]], people, count);
    if (person != VTM_NO_ENTRY) results[person]++;
  }
}

/* Lists a model's results of the people: all, or where there are more than the quota so many of each, drawn at random
 * (Knuth's algorithm S). */
static vtm_status list_results(const set_difference *d, size_t model, size_t draw, size_t *listed, size_t *count,
                               vtm_error *error) {
  const vtm_selection *selection = &d->measured->selections[model];
  size_t *left = vtm_allocate(d->count, sizeof(*left), error);
  size_t *wanted = vtm_allocate(d->count, sizeof(*wanted), error);
  vtm_random random = vtm_random_start((uint64_t)d->measured->settings->values.seed + draw);
  const bool complete = left != NULL && wanted != NULL;
  *count = 0;
  if (complete) {
    count_results(selection, d->people, d->count, left);
    memcpy(wanted, d->quota != NULL ? d->quota : left, d->count * sizeof(*wanted));
  }
  for (size_t j = 0; complete && j < selection->generated_count; j++) {
    const size_t person = position_of(selection->partner[selection->generated[j]], d->people, d->count);
    if (person == VTM_NO_ENTRY) continue;
    const bool taken = wanted[person] == left[person] || vtm_random_scale((uint32_t)(vtm_random_next(&random) >> 32),
                                                                          (uint32_t)left[person]) < wanted[person];
    left[person]--;
    if (!taken) continue;
    wanted[person]--;
    listed[(*count)++] = selection->generated[j];
  }
  free(left);
  free(wanted);
  return complete ? VTM_OK : VTM_ERROR_MEMORY;
}

/* Computes one model on these people, and adds `weight` times what each adds to its value. */
static vtm_status score_people(const set_difference *d, size_t model, size_t draw, double weight, double *value,
                               vtm_error *error) {
  const vtm_set_measure *set = d->measured->metric->set;
  const vtm_selection *selection = &d->measured->selections[model];
  size_t result_count = 0;
  size_t *results = vtm_allocate(selection->generated_count, sizeof(*results), error);
  if (results == NULL) return VTM_ERROR_MEMORY;
  vtm_status status = list_results(d, model, draw, results, &result_count, error);
  vtm_set_side sides[2] = {{.path = d->scoring->reference.path,
                            .n = d->count,
                            .rows = {vtm_scoring_rows(d->scoring, d->measured, 0), d->people, d->count}},
                           {.path = d->scoring->models[model].input.path,
                            .n = result_count,
                            .rows = {vtm_scoring_rows(d->scoring, d->measured, model + 1), results, result_count}}};
  const vtm_set_influences found = {vtm_allocate(d->count, sizeof(double), error),
                                    vtm_allocate(result_count, sizeof(double), error)};
  vtm_set_value computed = {0};
  if (found.reference == NULL || found.generated == NULL) status = VTM_ERROR_MEMORY;
  for (size_t i = 0; i < 2 && status == VTM_OK && set->fit != NULL; i++)
    status = set->fit(d->scoring->context, &sides[i].rows, &sides[i].fit, error);
  if (status == VTM_OK) status = set->compute(d->scoring->context, &sides[0], &sides[1], &computed, &found, error);
  if (status == VTM_OK) {
    (void)sum_by_person(selection, &sides[0].rows, &sides[1].rows, &found);
    *value = computed.value;
    for (size_t i = 0; i < d->count; i++) d->shares[i] += weight * found.reference[i];
  }
  for (size_t i = 0; i < 2 && set->fit != NULL; i++) set->free_fit(sides[i].fit);
  free(found.reference);
  free(found.generated);
  free(results);
  return status;
}

static size_t common_people(const vtm_feature_set *a, const vtm_feature_set *b, size_t *people) {
  size_t count = 0;
  for (size_t i = 0; i < a->count; i++)
    if (position_of(a->places[i], b->places, b->count) != VTM_NO_ENTRY) people[count++] = a->places[i];
  return count;
}

/* Where the value depends on the number of images, both sides take part with as many results of each person. Returns
 * whether the models as they are differ in that. */
static bool set_quota(set_difference *d, size_t *of_b) {
  bool unequal = false;
  count_results(&d->measured->selections[d->a], d->people, d->count, d->quota);
  count_results(&d->measured->selections[d->b], d->people, d->count, of_b);
  for (size_t i = 0; i < d->count; i++) {
    unequal = unequal || d->quota[i] != of_b[i];
    if (of_b[i] < d->quota[i]) d->quota[i] = of_b[i];
  }
  return unequal;
}

/* Whether a model has results beyond the quota. */
static bool has_more(const set_difference *d, size_t model) {
  const vtm_selection *selection = &d->measured->selections[model];
  size_t results = 0;
  for (size_t j = 0; j < selection->generated_count; j++)
    results += position_of(selection->partner[selection->generated[j]], d->people, d->count) != VTM_NO_ENTRY;
  for (size_t i = 0; i < d->count && d->quota != NULL; i++) results -= d->quota[i];
  return d->quota != NULL && results > 0;
}

/* The mean over draws; what it is still off by is part of the variance. */
static vtm_status score_model(const set_difference *d, size_t model, double sign, vtm_compared *pair,
                              vtm_error *error) {
  const size_t draws = has_more(d, model) ? DRAWS : 1;
  double values[DRAWS];
  double mean = 0;
  vtm_status status = VTM_OK;
  for (size_t k = 0; k < draws && status == VTM_OK; k++)
    status = score_people(d, model, k, sign / (double)draws, &values[k], error);
  if (status != VTM_OK) return status;
  for (size_t k = 1; k < draws; k++) mean += (values[k] - values[0]) / (double)draws;
  mean += values[0]; /* so that equal values have an equal mean */
  pair->value += sign * mean;
  for (size_t k = 0; k < draws && draws > 1; k++)
    pair->variance += (values[k] - mean) * (values[k] - mean) / (double)(draws * (draws - 1));
  return VTM_OK;
}

static vtm_status score_both(set_difference *d, vtm_compared *pair, vtm_error *error) {
  vtm_status status = score_model(d, d->a, 1, pair, error);
  if (status == VTM_OK) status = score_model(d, d->b, -1, pair, error);
  for (size_t i = 0; i < d->count; i++) pair->variance += d->shares[i] * d->shares[i];
  return status;
}

static void compare_as_they_are(const set_difference *d, vtm_compared *pair) {
  const vtm_set_row *a = &d->rows[d->a];
  const vtm_set_row *b = &d->rows[d->b];
  pair->value = d->measured->rows[d->a].value - d->measured->rows[d->b].value;
  if (pair->unknown != NULL) return;
  pair->variance = a->own_variance + b->own_variance;
  for (size_t i = 0; i < a->reference->count; i++)
    pair->variance += (a->shares[i] - b->shares[i]) * (a->shares[i] - b->shares[i]);
}

static bool are_same_people(const vtm_feature_set *a, const vtm_feature_set *b) {
  return a->count == b->count && (a->count == 0 || memcmp(a->places, b->places, a->count * sizeof(*a->places)) == 0);
}

static void note_drawn(const set_difference *d) {
  vtm_result_note(d->measured->builder,
                  "%s and %s: unlike numbers of results, on which %s depends: their difference is of equal numbers of "
                  "each person, the mean of %d draws by seed %ld",
                  d->measured->rows[d->a].name, d->measured->rows[d->b].name, d->measured->builder->result.label, DRAWS,
                  d->measured->settings->values.seed);
}

static vtm_status compare_matched(set_difference *d, vtm_compared *pair, vtm_error *error) {
  const vtm_feature_set *a = d->rows[d->a].reference;
  const vtm_feature_set *b = d->rows[d->b].reference;
  size_t *of_b = vtm_allocate(a->count, sizeof(*of_b), error);
  d->people = vtm_allocate(a->count, sizeof(*d->people), error);
  d->quota = vtm_allocate(a->count, sizeof(*d->quota), error);
  d->shares = vtm_allocate(a->count, sizeof(*d->shares), error);
  size_t *quota = d->quota;
  vtm_status status = of_b && d->people && d->quota && d->shares ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK) {
    pair->n = d->count = common_people(a, b, d->people);
    const bool drawn = set_quota(d, of_b);
    if (!drawn) d->quota = NULL;
    if (!drawn && are_same_people(a, b))
      compare_as_they_are(d, pair);
    else if (d->count < VTM_LEAST_FOR_INTERVAL)
      pair->apart = "fewer than 10 people are in both";
    else
      status = score_both(d, pair, error);
    if (drawn && pair->apart == NULL) note_drawn(d);
  }
  free(of_b);
  free(d->people);
  free(quota);
  free(d->shares);
  return status;
}

/* Images that are not matched, or not known. */
static void compare_unmatched(const set_difference *d, vtm_compared *pair) {
  const vtm_score_row *a = &d->measured->rows[d->a];
  const vtm_score_row *b = &d->measured->rows[d->b];
  const bool counted = a->n_generated > 0 && b->n_generated > 0;
  pair->images = a->n_generated < b->n_generated ? a->n_generated : b->n_generated;
  if (a->n_reference > 0 && a->n_reference < pair->images) pair->images = a->n_reference;
  if (d->measured->metric->info.biased && counted && a->n_generated != b->n_generated)
    pair->apart = "of unlike numbers of images, on which the value depends";
  else if (a->n_reference != b->n_reference || !are_same_people(d->rows[d->a].reference, d->rows[d->b].reference))
    pair->apart = "of unlike photographs";
  else
    compare_as_they_are(d, pair);
}

static bool has_statistics(const set_difference *d) {
  return d->scoring->reference.kind == VTM_INPUT_STATISTICS ||
         d->scoring->models[d->a].input.kind == VTM_INPUT_STATISTICS ||
         d->scoring->models[d->b].input.kind == VTM_INPUT_STATISTICS;
}

static vtm_status compare_rows(const vtm_scoring *scoring, const vtm_measured *measured, const vtm_set_row *rows,
                               const vtm_difference *difference, vtm_compared *pair, vtm_error *error) {
  set_difference d = {.scoring = scoring, .measured = measured, .rows = rows, .a = difference->a, .b = difference->b};
  if (vtm_is_cancelled(scoring->context)) return vtm_fail_cancelled(error);
  if (measured->rows[d.a].interval == NULL || measured->rows[d.b].interval == NULL)
    pair->unknown = has_statistics(&d) ? "saved statistics have no images" : "fewer than 10 people";
  if (measured->selections[d.a].matched && measured->selections[d.b].matched) return compare_matched(&d, pair, error);
  compare_unmatched(&d, pair);
  return VTM_OK;
}

static bool are_all_matched(const vtm_scoring *scoring, const vtm_measured *measured) {
  for (size_t i = 0; i < scoring->request->count; i++)
    if (!measured->selections[i].matched) return false;
  return true;
}

static void note_method(const vtm_scoring *scoring, vtm_measured *measured) {
  bool any = false;
  for (size_t i = 0; i < scoring->request->count; i++) any = any || measured->rows[i].interval != NULL;
  const char *more = measured->metric->set->interval;
  if (any)
    vtm_result_note(measured->builder,
                    "intervals: 95 %%, infinitesimal jackknife, wider on the side of a long tail%s%s",
                    more != NULL ? "; " : "", more != NULL ? more : "");
  if (any && scoring->request->count > 1)
    vtm_note_differences(measured->builder, are_all_matched(scoring, measured), "t test",
                         measured->settings->values.simultaneous);
}

vtm_status vtm_set_add_differences(const vtm_scoring *scoring, vtm_measured *measured, const vtm_set_row *rows,
                                   vtm_error *error) {
  if (!measured->settings->values.interval) return VTM_OK;
  size_t count = 0;
  vtm_difference *differences = vtm_all_differences(measured->builder, &count);
  vtm_compared *pairs = vtm_allocate(count, sizeof(*pairs), error);
  vtm_status status = differences != NULL && pairs != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  note_method(scoring, measured);
  for (size_t i = 0; i < count && status == VTM_OK; i++)
    status = compare_rows(scoring, measured, rows, &differences[i], &pairs[i], error);
  if (status == VTM_OK)
    status = vtm_compare_scores(scoring->context->pool, pairs, count,
                                &(vtm_comparing){.kind = VTM_SCORE_DISTANCE,
                                                 .lower_is_better = measured->metric->info.lower_is_better,
                                                 .simultaneous = measured->settings->values.simultaneous},
                                error);
  if (status == VTM_OK) vtm_take_differences(measured->builder, differences, pairs, count);
  free(pairs);
  return status;
}
