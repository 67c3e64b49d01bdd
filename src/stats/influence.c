#include "stats/influence.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "stats/dense.h"

enum { BLOCK_ROWS = 64 };

static const double smallest_value = 1e-10; /* of the largest singular value */

/* One side, seen through the other. */
typedef struct pass {
  const vtm_sample *sample;
  const double *other_mean;
  const double *directions; /* count x features: P', each row over sqrt(s_k) */
  size_t count;
  double *centred, *projected; /* of each thread: BLOCK_ROWS x features, BLOCK_ROWS x count */
  double *influences;
} pass;

static void centre(const pass *job, size_t row, double *centred) {
  const vtm_sample *sample = job->sample;
  const size_t d = sample->gaussian->features;
  sample->read(sample->rows, row, centred);
  for (size_t k = 0; k < d; k++) centred[k] -= sample->gaussian->mean[k];
}

static double own_part(const pass *job, const double *centred) {
  const vtm_gaussian *gaussian = job->sample->gaussian;
  double along = 0;
  double square = 0;
  for (size_t k = 0; k < gaussian->features; k++) {
    along += (gaussian->mean[k] - job->other_mean[k]) * centred[k];
    square += centred[k] * centred[k];
  }
  return 2 * along + square * (double)gaussian->n / (double)(gaussian->n - 1);
}

static void pass_block(void *user, size_t block, int thread) {
  const pass *job = user;
  const vtm_gaussian *gaussian = job->sample->gaussian;
  const size_t d = gaussian->features;
  const size_t first = block * BLOCK_ROWS;
  const size_t rows = gaussian->n - first < BLOCK_ROWS ? gaussian->n - first : BLOCK_ROWS;
  double *centred = job->centred + (size_t)thread * BLOCK_ROWS * d;
  double *projected = job->projected + (size_t)thread * BLOCK_ROWS * job->count;
  for (size_t i = 0; i < rows; i++) centre(job, first + i, centred + i * d);
  if (job->count > 0) vtm_dense_multiply_in_task(centred, rows, job->directions, job->count, d, projected);
  const double scale = (double)gaussian->n / (double)(gaussian->n - 1);
  for (size_t i = 0; i < rows; i++) {
    double squares = 0;
    for (size_t k = 0; k < job->count; k++) squares += projected[i * job->count + k] * projected[i * job->count + k];
    job->influences[first + i] = own_part(job, centred + i * d) - scale * squares;
  }
}

/* influences[i] := that of row i over the number of rows */
static vtm_status pass_rows(vtm_pool *pool, pass *job, vtm_error *error) {
  const vtm_gaussian *gaussian = job->sample->gaussian;
  const size_t threads = (size_t)vtm_pool_threads(pool);
  job->centred = vtm_allocate_aligned(threads * BLOCK_ROWS * gaussian->features, sizeof(double), error);
  job->projected = vtm_allocate_aligned(threads * BLOCK_ROWS * job->count, sizeof(double), error);
  const vtm_status status = job->centred != NULL && job->projected != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK) {
    vtm_pool_run(pool, (gaussian->n + BLOCK_ROWS - 1) / BLOCK_ROWS, pass_block, job);
    double mean = 0;
    for (size_t i = 0; i < gaussian->n; i++) mean += job->influences[i] / (double)gaussian->n;
    for (size_t i = 0; i < gaussian->n; i++) job->influences[i] = (job->influences[i] - mean) / (double)gaussian->n;
  }
  free(job->centred);
  free(job->projected);
  return status;
}

/* F H' = left diag(values) right; values that are zero but for rounding are left out of *count. */
typedef struct core {
  double *values, *left, *right;
  size_t rows, columns, rank; /* rank: of the decomposition; count: of it that counts */
  size_t count;
} core;

static void free_core(core *decomposed) {
  free(decomposed->values);
  free(decomposed->left);
  free(decomposed->right);
}

static vtm_status decompose(vtm_pool *pool, const vtm_gaussian *x, const vtm_gaussian *y, core *made,
                            vtm_error *error) {
  *made = (core){.rows = x->rank, .columns = y->rank, .rank = x->rank < y->rank ? x->rank : y->rank};
  double *product = vtm_allocate_aligned(x->rank * y->rank, sizeof(*product), error);
  made->values = vtm_allocate(made->rank, sizeof(double), error);
  made->left = vtm_allocate_aligned(made->rows * made->rank, sizeof(double), error);
  made->right = vtm_allocate_aligned(made->rank * made->columns, sizeof(double), error);
  vtm_status status = VTM_ERROR_MEMORY;
  if (product != NULL && made->values != NULL && made->left != NULL && made->right != NULL) {
    vtm_dense_multiply(pool, x->factor, x->rank, y->factor, y->rank, x->features, product);
    status = vtm_dense_svd(product, x->rank, y->rank, made->values, made->left, made->right, error);
  }
  free(product);
  while (status == VTM_OK && made->count < made->rank && made->values[made->count] > smallest_value * made->values[0])
    made->count++;
  return status;
}

/* count x features: diag(1 / sqrt(s)) times the vectors of the other side, times its factor. The vectors are those of
 * `left` transposed, or of `right`. */
static double *directions_of(vtm_pool *pool, const core *decomposed, bool left, const vtm_gaussian *other,
                             vtm_error *error) {
  const size_t length = other->rank;
  double *vectors = vtm_allocate_aligned(decomposed->count * length, sizeof(*vectors), error);
  double *directions = vtm_allocate_aligned(decomposed->count * other->features, sizeof(*directions), error);
  if (vectors != NULL && directions != NULL) {
    for (size_t k = 0; k < decomposed->count; k++) {
      const double scale = 1 / sqrt(decomposed->values[k]);
      for (size_t i = 0; i < length; i++)
        vectors[k * length + i] =
            scale * (left ? decomposed->left[i * decomposed->rank + k] : decomposed->right[k * length + i]);
    }
    vtm_dense_combine(pool, vectors, decomposed->count, other->factor, length, other->features, directions);
  } else {
    free(directions);
    directions = NULL;
  }
  free(vectors);
  return directions;
}

static vtm_status influences_of_side(vtm_pool *pool, const core *decomposed, bool left, const vtm_sample *sample,
                                     const vtm_gaussian *other, double *influences, vtm_error *error) {
  double *directions = directions_of(pool, decomposed, left, other, error);
  if (directions == NULL) return VTM_ERROR_MEMORY;
  pass job = {.sample = sample,
              .other_mean = other->mean,
              .directions = directions,
              .count = decomposed->count,
              .influences = influences};
  const vtm_status status = pass_rows(pool, &job, error);
  free(directions);
  return status;
}

vtm_status vtm_frechet_influences(vtm_pool *pool, const vtm_sample *x, const vtm_sample *y, double *of_x, double *of_y,
                                  vtm_error *error) {
  core decomposed;
  vtm_status status = decompose(pool, x->gaussian, y->gaussian, &decomposed, error);
  if (status == VTM_OK) status = influences_of_side(pool, &decomposed, false, x, y->gaussian, of_x, error);
  if (status == VTM_OK) status = influences_of_side(pool, &decomposed, true, y, x->gaussian, of_y, error);
  free_core(&decomposed);
  return status;
}
