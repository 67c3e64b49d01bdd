#include "stats/moments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/smaller.h"
#include "stats/dense.h"

enum { HELD_ROWS = 2048, BLOCK = 64 };

struct vtm_moments {
  vtm_pool *pool;
  size_t features;
  double *rows; /* held x features, not yet folded */
  size_t held, capacity;
  double *mean;     /* of the folded rows */
  double *triangle; /* see vtm_dense_qr_update; NULL until the first fold */
  size_t folded;
};

vtm_status vtm_moments_create(vtm_pool *pool, size_t features, vtm_moments **moments_out, vtm_error *error) {
  *moments_out = NULL;
  if (features == 0 || features > VTM_MAX_FEATURES)
    return vtm_fail(error, VTM_ERROR_LIMIT, "%zu features, allowed are 1 .. %d", features, VTM_MAX_FEATURES);
  vtm_moments *moments = vtm_allocate(1, sizeof(*moments), error);
  if (moments == NULL) return VTM_ERROR_MEMORY;
  moments->pool = pool;
  moments->features = features;
  moments->mean = vtm_allocate(features, sizeof(*moments->mean), error);
  if (moments->mean == NULL) {
    free(moments);
    return VTM_ERROR_MEMORY;
  }
  *moments_out = moments;
  return VTM_OK;
}

void vtm_moments_destroy(vtm_moments *moments) {
  if (moments == NULL) return;
  free(moments->rows);
  free(moments->mean);
  free(moments->triangle);
  free(moments);
}

size_t vtm_moments_count(const vtm_moments *moments) { return moments->folded + moments->held; }

/* ---- columns, a block of them at a time: no order of sums depends on the threads ---- */

static size_t blocks_of(size_t features) { return (features + BLOCK - 1) / BLOCK; }

/* mean of `count` columns of the held rows, from column `first` on; the second pass takes away the rounding of the
 * first
 */
static void mean_of_held(const vtm_moments *moments, size_t first, size_t count, double *mean) {
  const size_t d = moments->features;
  const double *columns = moments->rows + first;
  double residue[BLOCK] = {0};
  memset(mean, 0, count * sizeof(*mean));
  for (size_t i = 0; i < moments->held; i++)
    for (size_t k = 0; k < count; k++) mean[k] += columns[i * d + k];
  for (size_t k = 0; k < count; k++) mean[k] /= (double)moments->held;
  for (size_t i = 0; i < moments->held; i++)
    for (size_t k = 0; k < count; k++) residue[k] += columns[i * d + k] - mean[k];
  for (size_t k = 0; k < count; k++) mean[k] += residue[k] / (double)moments->held;
}

/* ---- folding ---- */

/* stacked (count x features, column-major): the held rows less their mean and, after an earlier fold, the row
 * for the difference of the means; the mean of all rows is brought up to date. */
typedef struct stack {
  vtm_moments *moments;
  size_t count;
  double *stacked;
} stack;

static void stack_columns(void *user, size_t task, int thread) {
  (void)thread;
  const stack *job = user;
  vtm_moments *moments = job->moments;
  const size_t d = moments->features;
  const size_t first = task * BLOCK;
  const size_t columns = vtm_smaller(BLOCK, d - first);
  const double old = (double)moments->folded;
  const double new = (double)moments->held;
  double held_mean[BLOCK];
  mean_of_held(moments, first, columns, held_mean);
  for (size_t k = 0; k < columns; k++) {
    double *column = job->stacked + (first + k) * job->count;
    double *mean = &moments->mean[first + k];
    for (size_t i = 0; i < moments->held; i++) column[i] = moments->rows[i * d + first + k] - held_mean[k];
    const double difference = held_mean[k] - *mean;
    if (moments->folded > 0) column[moments->held] = sqrt(old * new / (old + new)) * difference;
    *mean = moments->folded > 0 ? *mean + difference * (new / (old + new)) : held_mean[k];
  }
}

static vtm_status fold(vtm_moments *moments, vtm_error *error) {
  if (moments->held == 0) return VTM_OK;
  const size_t d = moments->features;
  stack job = {.moments = moments, .count = moments->held + (moments->folded > 0)};
  if (moments->triangle == NULL) moments->triangle = vtm_allocate(d * d, sizeof(*moments->triangle), error);
  job.stacked = vtm_allocate_aligned(job.count * d, sizeof(*job.stacked), error);
  vtm_status status = VTM_ERROR_MEMORY;
  if (moments->triangle != NULL && job.stacked != NULL) {
    vtm_pool_run(moments->pool, blocks_of(d), stack_columns, &job);
    status = vtm_dense_qr_update(moments->pool, moments->triangle, d, job.stacked, job.count, error);
    moments->folded += moments->held;
    moments->held = 0;
  }
  free(job.stacked);
  return status;
}

/* ---- rows ---- */

/* Room for one row, which it returns; NULL with *error set. */
static double *next_row(vtm_moments *moments, vtm_error *error) {
  const size_t d = moments->features;
  if (moments->held == HELD_ROWS && fold(moments, error) != VTM_OK) return NULL;
  if (moments->held == moments->capacity) {
    size_t capacity = moments->capacity == 0 ? 64 : 2 * moments->capacity;
    if (capacity > HELD_ROWS) capacity = HELD_ROWS;
    double *rows = vtm_reallocate(moments->rows, capacity * d, sizeof(*rows), error);
    if (rows == NULL) return NULL;
    moments->rows = rows;
    moments->capacity = capacity;
  }
  return moments->rows + moments->held * d;
}

static vtm_status fail_not_finite(size_t feature, double value, vtm_error *error) {
  return vtm_fail(error, VTM_ERROR_NUMERIC, "feature %zu is %s", feature, isnan(value) ? "not a number" : "infinite");
}

vtm_status vtm_moments_add(vtm_moments *moments, const double *row, vtm_error *error) {
  double *destination = next_row(moments, error);
  if (destination == NULL) return error != NULL ? error->status : VTM_ERROR_MEMORY;
  for (size_t k = 0; k < moments->features; k++) {
    if (!isfinite(row[k])) return fail_not_finite(k, row[k], error);
    destination[k] = row[k];
  }
  moments->held++;
  return VTM_OK;
}

/* ---- the Gaussian ---- */

typedef struct fit {
  const vtm_moments *moments;
  vtm_gaussian *gaussian;
} fit;

/* factor = (rows - mean) / sqrt(n - 1) */
static void fit_columns_of_rows(void *user, size_t task, int thread) {
  (void)thread;
  const fit *job = user;
  const vtm_moments *moments = job->moments;
  const vtm_gaussian *gaussian = job->gaussian;
  const size_t d = gaussian->features;
  const size_t first = task * BLOCK;
  const size_t end = vtm_smaller(first + BLOCK, d);
  mean_of_held(moments, first, end - first, gaussian->mean + first);
  const double scale = 1.0 / sqrt((double)(gaussian->n - 1));
  for (size_t i = 0; i < gaussian->rank; i++)
    for (size_t k = first; k < end; k++)
      gaussian->factor[i * d + k] = (moments->rows[i * d + k] - gaussian->mean[k]) * scale;
}

/* factor = triangle / sqrt(n - 1), from column-major to row-major */
static void fit_columns_of_triangle(void *user, size_t task, int thread) {
  (void)thread;
  const fit *job = user;
  const vtm_gaussian *gaussian = job->gaussian;
  const size_t d = gaussian->features;
  const size_t first = task * BLOCK;
  const size_t end = vtm_smaller(first + BLOCK, d);
  memcpy(gaussian->mean + first, job->moments->mean + first, (end - first) * sizeof(*gaussian->mean));
  const double scale = 1.0 / sqrt((double)(gaussian->n - 1));
  for (size_t i = 0; i < d; i++)
    for (size_t k = first; k < end; k++)
      gaussian->factor[i * d + k] = k < i ? 0.0 : job->moments->triangle[k * d + i] * scale;
}

vtm_status vtm_moments_gaussian(vtm_moments *moments, vtm_gaussian *gaussian, vtm_error *error) {
  *gaussian = (vtm_gaussian){.n = vtm_moments_count(moments), .features = moments->features};
  const size_t d = gaussian->features;
  if (gaussian->n < 2)
    return vtm_fail(error, VTM_ERROR_DATA, "%zu image%s: a covariance needs at least 2", gaussian->n,
                    gaussian->n == 1 ? "" : "s");
  /* the square product of a QR costs less than a decomposition of the long one of rows */
  if (moments->folded > 0 || moments->held > d) {
    const vtm_status status = fold(moments, error);
    if (status != VTM_OK) return status;
  }
  gaussian->rank = moments->folded > 0 ? d : moments->held;
  gaussian->mean = vtm_allocate(d, sizeof(*gaussian->mean), error);
  gaussian->factor = vtm_allocate_aligned(gaussian->rank * d, sizeof(*gaussian->factor), error);
  if (gaussian->mean == NULL || gaussian->factor == NULL) {
    vtm_gaussian_free(gaussian);
    return VTM_ERROR_MEMORY;
  }
  fit job = {moments, gaussian};
  vtm_pool_run(moments->pool, blocks_of(d), moments->folded > 0 ? fit_columns_of_triangle : fit_columns_of_rows, &job);
  for (size_t i = 0; i < gaussian->rank; i++) {
    double row = 0;
    for (size_t k = 0; k < d; k++) row += gaussian->factor[i * d + k] * gaussian->factor[i * d + k];
    gaussian->trace += row;
  }
  return VTM_OK;
}
