#include "metrics/mean_intervals.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/context.h"
#include "base/memory.h"
#include "metrics/differences.h"
#include "metrics/few_people.h"
#include "metrics/settings.h"
#include "stats/compared.h"
#include "stats/inference.h"
#include "stats/persons.h"
#include "stats/spread.h"

typedef struct mean_intervals {
  vtm_context *context;
  vtm_result_builder *builder;
  vtm_score_row *rows;
  size_t count;
  uint64_t seed;
  bool simultaneous;
  vtm_persons *persons; /* of each row */
} mean_intervals;

/* ---- rows ---- */

static void take_row(const mean_intervals *all, size_t number, double *values, const char **names) {
  const vtm_persons *persons = &all->persons[number];
  vtm_score_row *row = &all->rows[number];
  double mean;
  const vtm_interval found = vtm_interval_of_mean(values, persons->count, 0.05);
  const vtm_spread spread = vtm_spread_of_mean(values, persons->count, &mean);
  if (!isfinite(found.standard_error)) {
    vtm_result_note(all->builder, "%s: no interval: the value of a pair is infinite", row->name);
    return;
  }
  vtm_interval *interval = vtm_result_allocate(all->builder, 1, sizeof(*interval));
  if (interval != NULL) *interval = found;
  row->interval = interval;
  for (size_t i = 0; i < persons->count; i++) {
    values[i] -= mean;
    names[i] = persons->list[i].name;
  }
  vtm_warn_of_few(all->builder, row, &spread, "people", values, names);
}

static vtm_status add_row(const mean_intervals *all, size_t number, vtm_error *error) {
  const vtm_persons *persons = &all->persons[number];
  if (persons->count < VTM_LEAST_FOR_INTERVAL) {
    vtm_result_note(all->builder, "%s: no interval: %zu people are too few, %d are needed", all->rows[number].name,
                    persons->count, VTM_LEAST_FOR_INTERVAL);
    return VTM_OK;
  }
  double *values = vtm_allocate(persons->count, sizeof(*values), error);
  const char **names = vtm_allocate(persons->count, sizeof(*names), error);
  const bool complete = values != NULL && names != NULL;
  if (complete) {
    (void)vtm_persons_add_mean(persons->list, persons->count, 1, values);
    take_row(all, number, values, names);
  }
  free(values);
  free((void *)names);
  return complete ? VTM_OK : VTM_ERROR_MEMORY;
}

/* ---- differences ---- */

static vtm_status find_shares(const mean_intervals *all, const vtm_difference *difference, vtm_compared *pair,
                              vtm_error *error) {
  const vtm_persons *a = &all->persons[difference->a];
  const vtm_persons *b = &all->persons[difference->b];
  const size_t most = a->count < b->count ? a->count : b->count;
  vtm_person *of_a = vtm_allocate(2 * most, sizeof(*of_a), error);
  if (of_a == NULL) return VTM_ERROR_MEMORY;
  vtm_person *of_b = of_a + most;
  pair->n = vtm_persons_common(a, b, of_a);
  (void)vtm_persons_common(b, a, of_b);
  double *shares = vtm_allocate(pair->n, sizeof(*shares), error);
  if (shares != NULL && pair->n > 0 && !vtm_persons_are_alike(of_a, of_b, pair->n)) {
    pair->value = vtm_persons_add_mean(of_a, pair->n, 1, shares);
    pair->value += vtm_persons_add_mean(of_b, pair->n, -1, shares);
  }
  if (pair->n == 0) pair->apart = "no person is in both";
  pair->shares = shares;
  free(of_a);
  return shares != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

static vtm_status add_differences(const mean_intervals *all, vtm_error *error) {
  size_t count = 0;
  vtm_difference *differences = vtm_all_differences(all->builder, &count);
  vtm_compared *pairs = vtm_allocate(count, sizeof(*pairs), error);
  vtm_status status = differences != NULL && pairs != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t i = 0; i < count && status == VTM_OK; i++) status = find_shares(all, &differences[i], &pairs[i], error);
  if (status == VTM_OK)
    status = vtm_compare_scores(all->context->pool, pairs, count,
                                &(vtm_comparing){.kind = VTM_SCORE_MEAN,
                                                 .lower_is_better = all->builder->result.lower_is_better,
                                                 .simultaneous = all->simultaneous,
                                                 .seed = all->seed},
                                error);
  if (status == VTM_OK) vtm_take_differences(all->builder, differences, pairs, count);
  for (size_t i = 0; i < count && pairs != NULL; i++) free((void *)(uintptr_t)pairs[i].shares);
  free(pairs);
  return status;
}

static void note_method(const mean_intervals *all) {
  size_t most = 0;
  for (size_t i = 0; i < all->count; i++) most = all->persons[i].count > most ? all->persons[i].count : most;
  if (most < VTM_LEAST_FOR_INTERVAL) return;
  vtm_result_note(all->builder, "intervals: 95 %%, Student's t over people, wider on the side of a long tail");
  if (all->count < 2) return;
  char test[160] = "sign-flip test of all sign patterns";
  const size_t patterns = vtm_first_patterns(most);
  if (most > VTM_MOST_FOR_EXACT)
    (void)snprintf(
        test, sizeof(test),
        "sign-flip test, %zu patterns and more where a verdict needs them (at p = 0.05 off by %.4f), seed %llu",
        patterns, sqrt(0.05 * 0.95 / (double)patterns), (unsigned long long)all->seed);
  vtm_note_differences(all->builder, true, test, all->simultaneous);
}

vtm_status vtm_add_mean_intervals(vtm_context *context, const vtm_settings *settings, vtm_result_builder *builder,
                                  vtm_score_row *rows, vtm_error *error) {
  if (!settings->values.interval) return VTM_OK;
  mean_intervals all = {.context = context,
                        .builder = builder,
                        .rows = rows,
                        .count = builder->result.row_count,
                        .seed = (uint64_t)settings->values.seed,
                        .simultaneous = settings->values.simultaneous,
                        .persons = vtm_allocate(builder->result.row_count, sizeof(*all.persons), error)};
  vtm_status status = all.persons != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t i = 0; i < all.count && status == VTM_OK; i++)
    status = vtm_persons_gather(rows[i].images, rows[i].image_count, &all.persons[i], error);
  for (size_t i = 0; i < all.count && status == VTM_OK; i++) status = add_row(&all, i, error);
  if (status == VTM_OK) status = add_differences(&all, error);
  if (status == VTM_OK) note_method(&all);
  for (size_t i = 0; i < all.count && all.persons != NULL; i++) free(all.persons[i].list);
  free(all.persons);
  return status;
}
