#include "metrics/set_intervals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "metrics/settings.h"
#include "stats/bootstrap.h"

static const double normal_975 = 1.9599639845400545;

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

static vtm_interval interval_of(double value, double variance) {
  const double error = sqrt(variance);
  return (vtm_interval){value - normal_975 * error, value + normal_975 * error, error};
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
  if (!vtm_settings_flag(measured->settings, "interval")) return false;
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

static void take_interval(vtm_measured *measured, size_t model, double variance) {
  vtm_score_row *row = &measured->rows[model];
  if (!isfinite(variance)) {
    vtm_result_note(measured->builder, "%s: no interval: the features are too large for single precision", row->name);
    row->influence_count = 0;
    return;
  }
  vtm_interval *interval = vtm_result_allocate(measured->builder, 1, sizeof(*interval));
  if (interval == NULL) return;
  *interval = interval_of(row->value, variance);
  if (!measured->metric->set->may_be_negative) interval->low = fmax(0, interval->low);
  row->interval = interval;
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
  double variance = row->own_variance;
  for (size_t i = 0; i < people; i++) variance += row->shares[i] * row->shares[i];
  take_interval(measured, model, variance);
  return VTM_OK;
}

/* ---- differences ---- */

/* A matched model on some of its people: adds `sign` times its value, and `sign` times what each adds to it. */
static vtm_status score_people(const vtm_scoring *scoring, const vtm_measured *measured, size_t model,
                               const size_t *people, size_t count, double sign, double *value, double *shares,
                               vtm_error *error) {
  const vtm_set_measure *set = measured->metric->set;
  const vtm_selection *selection = &measured->selections[model];
  size_t *results = vtm_allocate(selection->generated_count, sizeof(*results), error);
  size_t result_count = 0;
  for (size_t j = 0; results != NULL && j < selection->generated_count; j++)
    if (position_of(selection->partner[selection->generated[j]], people, count) != VTM_NO_ENTRY)
      results[result_count++] = selection->generated[j];
  vtm_set_side sides[2] = {
      {.path = scoring->reference.path, .n = count, .rows = {vtm_scoring_rows(scoring, measured, 0), people, count}},
      {.path = scoring->models[model].input.path,
       .n = result_count,
       .rows = {vtm_scoring_rows(scoring, measured, model + 1), results, result_count}}};
  const vtm_set_influences found = {vtm_allocate(count, sizeof(double), error),
                                    vtm_allocate(result_count, sizeof(double), error)};
  vtm_set_value computed = {0};
  vtm_status status = results && found.reference && found.generated ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t i = 0; i < 2 && status == VTM_OK && set->fit != NULL; i++)
    status = set->fit(scoring->context, &sides[i].rows, &sides[i].fit, error);
  if (status == VTM_OK) status = set->compute(scoring->context, &sides[0], &sides[1], &computed, &found, error);
  if (status == VTM_OK) {
    (void)sum_by_person(selection, &sides[0].rows, &sides[1].rows, &found);
    *value += sign * computed.value;
    for (size_t i = 0; i < count; i++) shares[i] += sign * found.reference[i];
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

static vtm_status compare_common(const vtm_scoring *scoring, const vtm_measured *measured, const vtm_set_row *rows,
                                 vtm_difference *difference, vtm_error *error) {
  const vtm_feature_set *first = rows[difference->a].reference;
  size_t *people = vtm_allocate(first->count, sizeof(*people), error);
  double *shares = vtm_allocate(first->count, sizeof(*shares), error);
  vtm_status status = people != NULL && shares != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK) difference->n = common_people(first, rows[difference->b].reference, people);
  if (difference->n >= VTM_LEAST_FOR_INTERVAL) {
    status =
        score_people(scoring, measured, difference->a, people, difference->n, 1, &difference->value, shares, error);
    if (status == VTM_OK)
      status =
          score_people(scoring, measured, difference->b, people, difference->n, -1, &difference->value, shares, error);
    double variance = 0;
    for (size_t i = 0; i < difference->n; i++) variance += shares[i] * shares[i];
    difference->interval = interval_of(difference->value, variance);
  }
  free(people);
  free(shares);
  return status;
}

static void compare_same(const vtm_set_row *a, const vtm_set_row *b, double value, vtm_difference *difference) {
  double variance = a->own_variance + b->own_variance;
  difference->n = a->reference->count;
  for (size_t i = 0; i < difference->n; i++) variance += (a->shares[i] - b->shares[i]) * (a->shares[i] - b->shares[i]);
  difference->value = value;
  difference->interval = interval_of(value, variance);
}

static bool are_same_people(const vtm_feature_set *a, const vtm_feature_set *b) {
  return a->count == b->count && memcmp(a->places, b->places, a->count * sizeof(*a->places)) == 0;
}

/* n is 0 where the two cannot be compared. */
static vtm_status compare_rows(const vtm_scoring *scoring, const vtm_measured *measured, const vtm_set_row *rows,
                               vtm_difference *difference, vtm_error *error) {
  const size_t a = difference->a;
  const size_t b = difference->b;
  vtm_status status = VTM_OK;
  if (vtm_is_cancelled(scoring->context)) return vtm_fail_cancelled(error);
  if (are_same_people(rows[a].reference, rows[b].reference))
    compare_same(&rows[a], &rows[b], measured->rows[a].value - measured->rows[b].value, difference);
  else if (measured->selections[a].matched && measured->selections[b].matched)
    status = compare_common(scoring, measured, rows, difference, error);
  difference->p = NAN;
  difference->differ = difference->interval.low > 0 || difference->interval.high < 0;
  return status;
}

static void note_method(const vtm_scoring *scoring, vtm_measured *measured) {
  bool any = false;
  for (size_t i = 0; i < scoring->request->count; i++) any = any || measured->rows[i].interval != NULL;
  const char *more = measured->metric->set->interval;
  if (any)
    vtm_result_note(measured->builder, "intervals: 95 %%, infinitesimal jackknife%s%s", more != NULL ? "; " : "",
                    more != NULL ? more : "");
}

vtm_status vtm_set_add_differences(const vtm_scoring *scoring, vtm_measured *measured, const vtm_set_row *rows,
                                   vtm_error *error) {
  const size_t count = scoring->request->count;
  if (!vtm_settings_flag(measured->settings, "interval")) return VTM_OK;
  note_method(scoring, measured);
  if (count < 2) return VTM_OK;
  vtm_result *result = &measured->builder->result;
  vtm_difference *differences = vtm_result_allocate(measured->builder, count * (count - 1) / 2, sizeof(*differences));
  vtm_status status = differences != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t a = 0; a < count && status == VTM_OK; a++)
    for (size_t b = a + 1; b < count && status == VTM_OK; b++) {
      vtm_difference *difference = &differences[result->difference_count];
      *difference = (vtm_difference){.a = a, .b = b};
      if (measured->rows[a].interval == NULL || measured->rows[b].interval == NULL) continue;
      status = compare_rows(scoring, measured, rows, difference, error);
      if (difference->n >= VTM_LEAST_FOR_INTERVAL)
        result->difference_count++;
      else if (status == VTM_OK)
        vtm_result_note(measured->builder,
                        "%s and %s: no difference: not enough photographs that both were compared with",
                        measured->rows[a].name, measured->rows[b].name);
    }
  result->differences = differences;
  return status;
}
