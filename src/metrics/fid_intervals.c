#include "metrics/fid_intervals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "metrics/settings.h"
#include "stats/bootstrap.h"
#include "stats/influence.h"

static const double normal_975 = 1.9599639845400545;
static const size_t rows_in_memory = (size_t)512 << 20; /* bytes, of all sides together */

static bool is_wanted(const vtm_fid_run *run) { return vtm_settings_flag(run->settings, "interval"); }

static bool has_rows(const vtm_fid_run *run, const vtm_fid_model *model) {
  return run->reference.kind != VTM_INPUT_STATISTICS && model->input.kind != VTM_INPUT_STATISTICS;
}

vtm_status vtm_fid_keep_rows(vtm_fid_run *run, vtm_error *error) {
  if (!is_wanted(run) || run->reference.kind == VTM_INPUT_STATISTICS || run->request->count == 0) return VTM_OK;
  size_t budget = rows_in_memory;
  vtm_status status = VTM_OK;
  if (run->rows.values == NULL)
    status = vtm_feature_rows_open(run->all_count, run->features, &budget, &run->rows, error);
  for (size_t i = 0; i < run->request->count && status == VTM_OK; i++)
    if (has_rows(run, &run->models[i]))
      status =
          vtm_feature_rows_open(run->models[i].generated_count, run->features, &budget, &run->models[i].rows, error);
  return status;
}

static int by_entry(const void *left, const void *right) {
  const size_t a = *(const size_t *)left;
  const size_t b = *(const size_t *)right;
  return (a > b) - (a < b);
}

/* Where `entry` stands in a rising array; VTM_NO_ENTRY: nowhere. */
static size_t place_of(size_t entry, const size_t *entries, size_t count) {
  const size_t *found = bsearch(&entry, entries, count, sizeof(*entries), by_entry);
  return found != NULL ? (size_t)(found - entries) : VTM_NO_ENTRY;
}

/* ---- one model on some of its people ---- */

/* Photographs and the results that are compared with them. */
typedef struct selection {
  const size_t *people; /* entries of the reference, rising */
  size_t people_count;
  size_t *photographs; /* of each person: place in run->rows */
  size_t *results;     /* places in model->rows */
  size_t *owner;       /* of each result: place in `people`; VTM_NO_ENTRY: not matched */
  size_t *results_of;  /* of each person: how many */
  size_t result_count;
} selection;

static void free_selection(selection *chosen) {
  free(chosen->photographs);
  free(chosen->results);
  free(chosen->owner);
  free(chosen->results_of);
}

/* All results of a model whose person is among `people`, and all of one that is not matched. */
static vtm_status select_people(const vtm_fid_run *run, const vtm_fid_model *model, const size_t *people, size_t count,
                                selection *chosen, vtm_error *error) {
  *chosen = (selection){.people = people, .people_count = count};
  chosen->photographs = vtm_allocate(count, sizeof(size_t), error);
  chosen->results_of = vtm_allocate(count, sizeof(size_t), error);
  chosen->results = vtm_allocate(model->generated_count, sizeof(size_t), error);
  chosen->owner = vtm_allocate(model->generated_count, sizeof(size_t), error);
  if (chosen->photographs == NULL || chosen->results_of == NULL || chosen->results == NULL || chosen->owner == NULL) {
    free_selection(chosen);
    return VTM_ERROR_MEMORY;
  }
  for (size_t i = 0; i < count; i++) chosen->photographs[i] = place_of(people[i], run->all, run->all_count);
  for (size_t j = 0; j < model->generated_count; j++) {
    size_t owner = VTM_NO_ENTRY;
    if (model->matched) {
      owner = place_of(model->partner[model->generated[j]], people, count);
      if (owner == VTM_NO_ENTRY) continue;
      chosen->results_of[owner]++;
    }
    chosen->owner[chosen->result_count] = owner;
    chosen->results[chosen->result_count++] = j;
  }
  return VTM_OK;
}

/* What each image adds to the value. */
typedef struct influences {
  double *of_photographs, *of_results;
} influences;

static void free_influences(influences *found) {
  free(found->of_photographs);
  free(found->of_results);
}

static vtm_status find_influences(const vtm_fid_run *run, const vtm_fid_model *model, const selection *chosen,
                                  const vtm_gaussian *reference, const vtm_gaussian *generated, influences *found,
                                  vtm_error *error) {
  const vtm_sample photographs = {reference, run->rows.values, chosen->photographs};
  const vtm_sample results = {generated, model->rows.values, chosen->results};
  found->of_photographs = vtm_allocate(chosen->people_count, sizeof(double), error);
  found->of_results = vtm_allocate(chosen->result_count, sizeof(double), error);
  if (found->of_photographs == NULL || found->of_results == NULL) {
    free_influences(found);
    return VTM_ERROR_MEMORY;
  }
  const vtm_status status = vtm_frechet_influences(run->context->pool, &photographs, &results, found->of_photographs,
                                                   found->of_results, error);
  if (status != VTM_OK) free_influences(found);
  return status;
}

/* Sums by person, in place of the influences of photographs; results without a person make a variance of their own. */
static double sum_by_person(const selection *chosen, influences *found) {
  double variance = 0;
  for (size_t j = 0; j < chosen->result_count; j++)
    if (chosen->owner[j] != VTM_NO_ENTRY)
      found->of_photographs[chosen->owner[j]] += found->of_results[j];
    else
      variance += found->of_results[j] * found->of_results[j];
  return variance;
}

static vtm_interval interval_of(double value, double variance) {
  const double error = sqrt(variance);
  return (vtm_interval){value - normal_975 * error, value + normal_975 * error, error};
}

/* ---- a row ---- */

static int by_name(const void *left, const void *right) {
  return strcmp(((const vtm_image_score *)left)->name, ((const vtm_image_score *)right)->name);
}

/* One for each result: its own, and its part of its photograph's. */
static void list_influences(vtm_fid_run *run, const vtm_fid_model *model, const selection *chosen,
                            const influences *found, vtm_score_row *row) {
  vtm_image_score *list = vtm_result_allocate(run->builder, chosen->result_count, sizeof(*list));
  const bool repeats = chosen->result_count > chosen->people_count;
  for (size_t j = 0; j < chosen->result_count && list != NULL && model->matched; j++) {
    const size_t owner = chosen->owner[j];
    const vtm_folder_entry *photograph = &run->reference.images.folder.entries[chosen->people[owner]];
    const vtm_folder_entry *result = &model->input.images.folder.entries[model->generated[chosen->results[j]]];
    list[j] = (vtm_image_score){
        .name = vtm_result_copy(run->builder, repeats ? result->stem : photograph->stem),
        .reference = vtm_result_copy(run->builder, photograph->name),
        .generated = vtm_result_copy(run->builder, result->name),
        .value = found->of_results[j] + found->of_photographs[owner] / (double)chosen->results_of[owner]};
    row->influence_count = chosen->result_count;
  }
  if (list != NULL) qsort(list, row->influence_count, sizeof(*list), by_name);
  row->influences = list;
}

/* Keeps what each person adds to the value; returns the variance of the value. */
static double keep_shares(vtm_fid_model *model, const selection *chosen, influences *found) {
  model->own_variance = sum_by_person(chosen, found);
  model->shares = found->of_photographs;
  found->of_photographs = NULL;
  double variance = model->own_variance;
  for (size_t i = 0; i < chosen->people_count; i++) variance += model->shares[i] * model->shares[i];
  return variance;
}

static void take_interval(vtm_fid_run *run, vtm_score_row *row, double variance) {
  if (!isfinite(variance)) {
    vtm_result_note(run->builder, "%s: no interval: the features are too large for single precision", row->name);
    row->influence_count = 0;
    return;
  }
  vtm_interval *interval = vtm_result_allocate(run->builder, 1, sizeof(*interval));
  if (interval == NULL) return;
  *interval = interval_of(row->value, variance);
  interval->low = fmax(0, interval->low);
  row->interval = interval;
}

static vtm_status measure_row(vtm_fid_run *run, vtm_fid_model *model, vtm_score_row *row, vtm_error *error) {
  const vtm_fid_subset *subset = &run->subsets[model->subset];
  selection chosen;
  influences found;
  if (vtm_is_cancelled(run->context)) return vtm_fail_cancelled(error);
  vtm_status status = select_people(run, model, subset->entries, subset->count, &chosen, error);
  if (status != VTM_OK) return status;
  status = find_influences(run, model, &chosen, &subset->gaussian, &model->gaussian, &found, error);
  if (status == VTM_OK) {
    list_influences(run, model, &chosen, &found, row);
    take_interval(run, row, keep_shares(model, &chosen, &found));
    free_influences(&found);
  }
  free_selection(&chosen);
  return status;
}

/* Two models of which each has people that the other lacks are compared by their rows, later. */
static bool have_unlike_people(const vtm_fid_run *run) {
  for (size_t i = 1; i < run->request->count; i++)
    if (run->models[i].subset != run->models[0].subset) return true;
  return false;
}

vtm_status vtm_fid_add_interval(vtm_fid_run *run, vtm_fid_model *model, vtm_score_row *row, vtm_error *error) {
  if (!is_wanted(run)) return VTM_OK;
  const vtm_input *saved = run->reference.kind == VTM_INPUT_STATISTICS ? &run->reference : &model->input;
  const size_t least = row->n_reference < row->n_generated ? row->n_reference : row->n_generated;
  vtm_status status = VTM_OK;
  if (!has_rows(run, model))
    vtm_result_note(run->builder, "%s: no interval: %s holds statistics, an interval needs images or their features",
                    row->name, saved->path);
  else if (least < VTM_LEAST_FOR_INTERVAL)
    vtm_result_note(run->builder, "%s: no interval: %zu images are too few, %d are needed", row->name, least,
                    VTM_LEAST_FOR_INTERVAL);
  else
    status = measure_row(run, model, row, error);
  if (!have_unlike_people(run)) vtm_feature_rows_close(&model->rows);
  return status;
}

/* ---- differences ---- */

static vtm_status fit_rows(vtm_pool *pool, const vtm_feature_rows *rows, const size_t *places, size_t count,
                           vtm_gaussian *gaussian, vtm_error *error) {
  vtm_moments *moments = NULL;
  double *row = vtm_allocate(rows->features, sizeof(*row), error);
  vtm_status status = row != NULL ? vtm_moments_create(pool, rows->features, &moments, error) : VTM_ERROR_MEMORY;
  for (size_t i = 0; i < count && status == VTM_OK; i++) {
    for (size_t k = 0; k < rows->features; k++) row[k] = (double)rows->values[places[i] * rows->features + k];
    status = vtm_moments_add(moments, row, error);
  }
  if (status == VTM_OK) status = vtm_moments_gaussian(moments, gaussian, error);
  vtm_moments_destroy(moments);
  free(row);
  return status;
}

/* The FID of a matched model on `people`, and adds `sign` times what each adds to it. */
static vtm_status score_people(const vtm_fid_run *run, const vtm_fid_model *model, const size_t *people, size_t count,
                               double sign, double *value, double *shares, vtm_error *error) {
  selection chosen;
  influences found = {0};
  vtm_gaussian reference = {0};
  vtm_gaussian generated = {0};
  vtm_frechet distance;
  vtm_status status = select_people(run, model, people, count, &chosen, error);
  if (status != VTM_OK) return status;
  status = fit_rows(run->context->pool, &run->rows, chosen.photographs, count, &reference, error);
  if (status == VTM_OK)
    status = fit_rows(run->context->pool, &model->rows, chosen.results, chosen.result_count, &generated, error);
  if (status == VTM_OK) status = vtm_frechet_distance(run->context->pool, &reference, &generated, &distance, error);
  if (status == VTM_OK) status = find_influences(run, model, &chosen, &reference, &generated, &found, error);
  if (status == VTM_OK) {
    (void)sum_by_person(&chosen, &found);
    *value += sign * distance.value;
    for (size_t i = 0; i < count; i++) shares[i] += sign * found.of_photographs[i];
    free_influences(&found);
  }
  vtm_gaussian_free(&reference);
  vtm_gaussian_free(&generated);
  free_selection(&chosen);
  return status;
}

static size_t common_people(const vtm_fid_subset *a, const vtm_fid_subset *b, size_t *people) {
  size_t count = 0;
  for (size_t i = 0; i < a->count; i++)
    if (place_of(a->entries[i], b->entries, b->count) != VTM_NO_ENTRY) people[count++] = a->entries[i];
  return count;
}

static vtm_status compare_common(const vtm_fid_run *run, const vtm_fid_model *a, const vtm_fid_model *b,
                                 vtm_difference *difference, vtm_error *error) {
  const vtm_fid_subset *first = &run->subsets[a->subset];
  size_t *people = vtm_allocate(first->count, sizeof(*people), error);
  double *shares = vtm_allocate(first->count, sizeof(*shares), error);
  vtm_status status = people != NULL && shares != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK) difference->n = common_people(first, &run->subsets[b->subset], people);
  if (difference->n >= VTM_LEAST_FOR_INTERVAL) {
    status = score_people(run, a, people, difference->n, 1, &difference->value, shares, error);
    if (status == VTM_OK) status = score_people(run, b, people, difference->n, -1, &difference->value, shares, error);
    double variance = 0;
    for (size_t i = 0; i < difference->n; i++) variance += shares[i] * shares[i];
    difference->interval = interval_of(difference->value, variance);
  }
  free(people);
  free(shares);
  return status;
}

static void compare_same(const vtm_fid_run *run, const vtm_fid_model *a, const vtm_fid_model *b, double value,
                         vtm_difference *difference) {
  double variance = a->own_variance + b->own_variance;
  difference->n = run->subsets[a->subset].count;
  for (size_t i = 0; i < difference->n; i++) variance += (a->shares[i] - b->shares[i]) * (a->shares[i] - b->shares[i]);
  difference->value = value;
  difference->interval = interval_of(value, variance);
}

/* n is 0 where the two cannot be compared. */
static vtm_status compare_rows(const vtm_fid_run *run, const vtm_score_row *rows, vtm_difference *difference,
                               vtm_error *error) {
  const vtm_fid_model *a = &run->models[difference->a];
  const vtm_fid_model *b = &run->models[difference->b];
  vtm_status status = VTM_OK;
  if (vtm_is_cancelled(run->context)) return vtm_fail_cancelled(error);
  if (a->subset == b->subset)
    compare_same(run, a, b, rows[difference->a].value - rows[difference->b].value, difference);
  else if (a->matched && b->matched)
    status = compare_common(run, a, b, difference, error);
  difference->p = NAN;
  difference->differ = difference->interval.low > 0 || difference->interval.high < 0;
  return status;
}

static void note_method(vtm_fid_run *run, const vtm_score_row *rows) {
  bool any = false;
  for (size_t i = 0; i < run->request->count; i++) any = any || rows[i].interval != NULL;
  if (any)
    vtm_result_note(run->builder,
                    "intervals: 95 %%, infinitesimal jackknife; for the score at this number of images, which is "
                    "higher with fewer");
}

vtm_status vtm_fid_add_differences(vtm_fid_run *run, const vtm_score_row *rows, vtm_error *error) {
  if (!is_wanted(run)) return VTM_OK;
  const size_t count = run->request->count;
  note_method(run, rows);
  if (count < 2) return VTM_OK;
  vtm_result *result = &run->builder->result;
  vtm_difference *differences = vtm_result_allocate(run->builder, count * (count - 1) / 2, sizeof(*differences));
  vtm_status status = differences != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t a = 0; a < count && status == VTM_OK; a++)
    for (size_t b = a + 1; b < count && status == VTM_OK; b++) {
      vtm_difference *difference = &differences[result->difference_count];
      *difference = (vtm_difference){.a = a, .b = b};
      if (rows[a].interval == NULL || rows[b].interval == NULL) continue;
      status = compare_rows(run, rows, difference, error);
      if (difference->n >= VTM_LEAST_FOR_INTERVAL)
        result->difference_count++;
      else if (status == VTM_OK)
        vtm_result_note(run->builder, "%s and %s: no difference: not enough photographs that both were compared with",
                        rows[a].name, rows[b].name);
    }
  result->differences = differences;
  return status;
}
