#include "metrics/mean_intervals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "metrics/settings.h"
#include "stats/bootstrap.h"

typedef struct person {
  const char *photograph;
  double sum, results;
} person;

typedef struct people {
  person *list; /* sorted by photograph */
  size_t count;
} people;

/* One interval: of a row, or of the difference of two. */
typedef struct task {
  const people *a, *b; /* b: NULL for a row */
  uint64_t seed;
  size_t n;
  double value;
  vtm_interval interval;
  double p;
  vtm_status status;
} task;

static int by_photograph(const void *left, const void *right) {
  return strcmp(((const person *)left)->photograph, ((const person *)right)->photograph);
}

static vtm_status gather_people(const vtm_score_row *row, people *gathered, vtm_error *error) {
  gathered->list = vtm_allocate(row->image_count, sizeof(person), error);
  if (gathered->list == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < row->image_count; i++)
    gathered->list[i] = (person){row->images[i].reference, row->images[i].value, 1};
  qsort(gathered->list, row->image_count, sizeof(person), by_photograph);
  size_t count = 0;
  for (size_t i = 0; i < row->image_count; i++) {
    person *last = count > 0 ? &gathered->list[count - 1] : NULL;
    if (last != NULL && by_photograph(last, &gathered->list[i]) == 0) {
      last->sum += gathered->list[i].sum;
      last->results++;
    } else {
      gathered->list[count++] = gathered->list[i];
    }
  }
  gathered->count = count;
  return VTM_OK;
}

/* Those of `a` whom `b` has too; returns their number. */
static size_t keep_common(const people *a, const people *b, person *kept) {
  size_t common = 0;
  for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
    const int order = by_photograph(&a->list[i], &b->list[k]);
    if (order == 0) kept[common++] = a->list[i];
    i += order <= 0;
    k += order >= 0;
  }
  return common;
}

/* Adds `sign` times what each person stands for, and returns `sign` times their mean. */
static double add_values(const person *list, size_t count, double sign, double *values) {
  double sum = 0;
  double results = 0;
  for (size_t i = 0; i < count; i++) {
    sum += list[i].sum;
    results += list[i].results;
  }
  const double mean = sum / results;
  const double results_each = results / (double)count;
  for (size_t i = 0; i < count; i++) values[i] += sign * (mean + (list[i].sum - mean * list[i].results) / results_each);
  return sign * mean;
}

static vtm_status estimate(task *job) {
  const people *other = job->b != NULL ? job->b : job->a;
  person *kept = vtm_allocate(job->a->count, sizeof(*kept), NULL);
  double *values = vtm_allocate(job->a->count, sizeof(*values), NULL);
  vtm_status status = kept != NULL && values != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK) job->n = keep_common(job->a, other, kept);
  if (status == VTM_OK && job->n >= VTM_LEAST_FOR_INTERVAL) {
    job->value = add_values(kept, job->n, 1, values);
    if (job->b != NULL) {
      (void)keep_common(job->b, job->a, kept);
      job->value += add_values(kept, job->n, -1, values);
      job->p = vtm_sign_flip_p(values, job->n, ~job->seed);
    }
    status = vtm_bootstrap_mean(values, job->n, job->seed, &job->interval, NULL);
  }
  free(values);
  free(kept);
  return status;
}

static void run_task(void *user, size_t number, int thread) {
  (void)thread;
  task *job = (task *)user + number;
  job->status = estimate(job);
}

/* Rows first, then their differences, sorted by a, then b. */
static size_t list_tasks(const people *gathered, size_t rows, uint64_t seed, task *tasks) {
  size_t count = 0;
  for (size_t i = 0; i < rows; i++) tasks[count++] = (task){.a = &gathered[i], .seed = seed};
  for (size_t a = 0; a < rows; a++)
    for (size_t b = a + 1; b < rows; b++) tasks[count++] = (task){.a = &gathered[a], .b = &gathered[b], .seed = seed};
  return count;
}

/* Where a value is infinite there is neither an interval nor a difference. */
static bool is_bounded(const task *job) { return isfinite(job->value) && isfinite(job->interval.standard_error); }

static void take_intervals(vtm_result_builder *builder, vtm_score_row *rows, const task *tasks) {
  for (size_t i = 0; i < builder->result.row_count; i++) {
    if (tasks[i].n >= VTM_LEAST_FOR_INTERVAL && !is_bounded(&tasks[i])) {
      vtm_result_note(builder, "%s: no interval: the value of a pair is infinite", rows[i].name);
      continue;
    }
    if (tasks[i].n < VTM_LEAST_FOR_INTERVAL) {
      vtm_result_note(builder, "%s: no interval: %zu people are too few, %d are needed", rows[i].name, tasks[i].n,
                      VTM_LEAST_FOR_INTERVAL);
      continue;
    }
    vtm_interval *interval = vtm_result_allocate(builder, 1, sizeof(*interval));
    if (interval != NULL) *interval = tasks[i].interval;
    rows[i].interval = interval;
  }
}

static vtm_status take_differences(vtm_result_builder *builder, const task *tasks, size_t count, const people *first,
                                   vtm_error *error) {
  vtm_difference *differences = vtm_result_allocate(builder, count, sizeof(*differences));
  double *p = vtm_allocate(count, sizeof(*p), error);
  if (differences == NULL || p == NULL) {
    free(p);
    return VTM_ERROR_MEMORY;
  }
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    const task *job = &tasks[i];
    if (job->n < VTM_LEAST_FOR_INTERVAL || !is_bounded(job)) continue;
    p[kept] = job->p;
    differences[kept++] = (vtm_difference){.a = (size_t)(job->a - first),
                                           .b = (size_t)(job->b - first),
                                           .n = job->n,
                                           .value = job->value,
                                           .interval = job->interval};
  }
  const vtm_status status = vtm_holm(p, kept, error);
  for (size_t i = 0; i < kept && status == VTM_OK; i++) {
    differences[i].p = p[i];
    differences[i].differ = p[i] < 0.05 && (differences[i].interval.low > 0 || differences[i].interval.high < 0);
  }
  builder->result.differences = differences;
  builder->result.difference_count = kept;
  free(p);
  return status;
}

static void note_method(vtm_result_builder *builder, const task *tasks, uint64_t seed) {
  const size_t compared = builder->result.difference_count;
  size_t most = 0;
  for (size_t i = 0; i < builder->result.row_count; i++) most = tasks[i].n > most ? tasks[i].n : most;
  if (most < VTM_LEAST_FOR_INTERVAL) return;
  vtm_result_note(builder, "intervals: 95 %%, BCa bootstrap over people, %zu resamples, seed %llu", vtm_resamples(most),
                  (unsigned long long)seed);
  if (compared > 0)
    vtm_result_note(builder, "differences: of the same people; p: sign-flip test%s",
                    compared > 1 ? ", Holm's correction for all comparisons" : "");
}

vtm_status vtm_add_mean_intervals(vtm_context *context, const vtm_settings *settings, vtm_result_builder *builder,
                                  vtm_score_row *rows, vtm_error *error) {
  if (!vtm_settings_flag(settings, "interval")) return VTM_OK;
  const size_t count = builder->result.row_count;
  const uint64_t seed = (uint64_t)vtm_settings_integer(settings, "seed");
  people *gathered = vtm_allocate(count, sizeof(*gathered), error);
  task *tasks = vtm_allocate(count + count * (count - 1) / 2, sizeof(*tasks), error);
  vtm_status status = gathered != NULL && tasks != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t i = 0; i < count && status == VTM_OK; i++) status = gather_people(&rows[i], &gathered[i], error);
  if (status == VTM_OK) {
    const size_t task_count = list_tasks(gathered, count, seed, tasks);
    vtm_pool_run(context->pool, task_count, run_task, tasks);
    for (size_t i = 0; i < task_count && status == VTM_OK; i++) status = tasks[i].status;
    if (status != VTM_OK) status = vtm_fail(error, status, "out of memory for the intervals");
    if (status == VTM_OK) take_intervals(builder, rows, tasks);
    if (status == VTM_OK) status = take_differences(builder, tasks + count, task_count - count, gathered, error);
    if (status == VTM_OK) note_method(builder, tasks, seed);
  }
  for (size_t i = 0; i < count && gathered != NULL; i++) free(gathered[i].list);
  free(gathered);
  free(tasks);
  return status;
}
