#include "metrics/moments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "metrics/dense.h"

enum { HELD_ROWS = 2048 };

struct vtm_moments {
  size_t features;
  double *rows; /* held x features, not yet folded */
  size_t held, capacity;
  double *mean;     /* of the folded rows */
  double *triangle; /* see vtm_dense_qr_update; NULL until the first fold */
  size_t folded;
};

vtm_status vtm_moments_create(size_t features, vtm_moments **moments_out, vtm_error *error) {
  *moments_out = NULL;
  if (features == 0 || features > VTM_MAX_FEATURES)
    return vtm_fail(error, VTM_ERROR_LIMIT, "%zu features, allowed are 1 .. %d", features, VTM_MAX_FEATURES);
  vtm_moments *moments = vtm_allocate(1, sizeof(*moments), error);
  if (moments == NULL) return VTM_ERROR_MEMORY;
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

/* mean (features) of the held rows; the second pass takes away the rounding of the first */
static void mean_of_held(const vtm_moments *moments, double *mean, double *residue) {
  const size_t d = moments->features;
  memset(mean, 0, d * sizeof(*mean));
  memset(residue, 0, d * sizeof(*residue));
  for (size_t i = 0; i < moments->held; i++)
    for (size_t k = 0; k < d; k++) mean[k] += moments->rows[i * d + k];
  for (size_t k = 0; k < d; k++) mean[k] /= (double)moments->held;
  for (size_t i = 0; i < moments->held; i++)
    for (size_t k = 0; k < d; k++) residue[k] += moments->rows[i * d + k] - mean[k];
  for (size_t k = 0; k < d; k++) mean[k] += residue[k] / (double)moments->held;
}

/* stacked (count x features, column-major): the held rows less their mean and, after an earlier fold, the row
 * for the difference of the means; the mean of all rows is brought up to date. */
static size_t stack_held(vtm_moments *moments, const double *held_mean, double *stacked) {
  const size_t d = moments->features;
  const double old = (double)moments->folded;
  const double new = (double)moments->held;
  const size_t count = moments->held + (moments->folded > 0);
  for (size_t k = 0; k < d; k++) {
    double *column = stacked + k * count;
    for (size_t i = 0; i < moments->held; i++) column[i] = moments->rows[i * d + k] - held_mean[k];
    const double difference = held_mean[k] - moments->mean[k];
    if (moments->folded > 0) column[moments->held] = sqrt(old * new / (old + new)) * difference;
    moments->mean[k] = moments->folded > 0 ? moments->mean[k] + difference * (new / (old + new)) : held_mean[k];
  }
  return count;
}

static vtm_status fold(vtm_moments *moments, vtm_error *error) {
  if (moments->held == 0) return VTM_OK;
  const size_t d = moments->features;
  if (moments->triangle == NULL) moments->triangle = vtm_allocate(d * d, sizeof(*moments->triangle), error);
  double *held_mean = vtm_allocate(d, sizeof(*held_mean), error);
  double *stacked = vtm_allocate_aligned((moments->held + 1) * d, sizeof(*stacked), error);
  vtm_status status = VTM_ERROR_MEMORY;
  if (moments->triangle != NULL && held_mean != NULL && stacked != NULL) {
    mean_of_held(moments, held_mean, stacked);
    const size_t count = stack_held(moments, held_mean, stacked);
    status = vtm_dense_qr_update(moments->triangle, d, stacked, count, error);
    moments->folded += moments->held;
    moments->held = 0;
  }
  free(stacked);
  free(held_mean);
  return status;
}

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

/* factor = (rows - mean) / sqrt(n - 1) */
static void factor_from_rows(const vtm_moments *moments, vtm_gaussian *gaussian) {
  const size_t d = gaussian->features;
  mean_of_held(moments, gaussian->mean, gaussian->factor);
  const double scale = 1.0 / sqrt((double)(gaussian->n - 1));
  for (size_t i = 0; i < gaussian->rank; i++)
    for (size_t k = 0; k < d; k++) gaussian->factor[i * d + k] = (moments->rows[i * d + k] - gaussian->mean[k]) * scale;
}

/* factor = triangle / sqrt(n - 1), from column-major to row-major */
static void factor_from_triangle(const vtm_moments *moments, vtm_gaussian *gaussian) {
  const size_t d = gaussian->features;
  memcpy(gaussian->mean, moments->mean, d * sizeof(*gaussian->mean));
  const double scale = 1.0 / sqrt((double)(gaussian->n - 1));
  for (size_t i = 0; i < d; i++)
    for (size_t k = 0; k < d; k++) gaussian->factor[i * d + k] = k < i ? 0.0 : moments->triangle[k * d + i] * scale;
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
  if (moments->folded > 0)
    factor_from_triangle(moments, gaussian);
  else
    factor_from_rows(moments, gaussian);
  for (size_t i = 0; i < gaussian->rank; i++) {
    double row = 0;
    for (size_t k = 0; k < d; k++) row += gaussian->factor[i * d + k] * gaussian->factor[i * d + k];
    gaussian->trace += row;
  }
  return VTM_OK;
}
