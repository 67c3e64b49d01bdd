/* The sum of singular values. LAPACK's dgesdd spends its time in products of a matrix with a vector, bound by memory
 * and by one thread. Here, as in PLASMA (Haidar, Kurzak, Luszczek: An improved parallel singular value algorithm and
 * its implementation for multicore hardware, 2013), the matrix becomes
 *
 *   1. a band: reflectors from the left and from the right in turn, PANEL at a time, by products of matrices, the
 *      blocks of which are shared out among threads;
 *   2. bidiagonal: row after row loses what lies right of its first superdiagonal, and what that fills in is chased
 *      down the band in steps of PANEL. The band stays in the cache of one processor, so this is one thread's work;
 *   3. singular values, by LAPACK.
 *
 * Reflectors only, so the error is that of dgesdd, a rounding error of the largest value. No order of operations
 * depends on threads. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "stats/dense.h"
#include "stats/lapack.h"

enum { PANEL = 32, BLOCK = 128 };

/* ---- 1. to a band ---- */

typedef struct reduction {
  double *matrix; /* rows x columns, column-major */
  lapack_int rows, columns;
  lapack_int first, width; /* the panel */
  lapack_int reflectors;   /* of the panel from the right */
  double *factor;          /* the triangular factor of the panel's reflectors (PANEL x PANEL) */
  double *across;          /* columns behind the panel x width: its rows there, transposed, then their reflectors */
  double *work;            /* PANEL x BLOCK for each thread */
} reduction;

static double *at(const reduction *job, lapack_int row, lapack_int column) {
  return job->matrix + (size_t)column * (size_t)job->rows + (size_t)row;
}

static double *work_of(const reduction *job, int thread) { return job->work + (size_t)thread * PANEL * BLOCK; }

/* LAPACK's routines in this part fail for sizes that do not fit together only. */
static void apply_from_left(void *user, size_t task, int thread) {
  const reduction *job = user;
  const lapack_int column = job->first + job->width + (lapack_int)task * BLOCK;
  (void)LAPACKE_dgemqrt_work(LAPACK_COL_MAJOR, 'L', 'T', job->rows - job->first,
                             vtm_lapack_smaller(BLOCK, job->columns - column), job->width, job->width,
                             at(job, job->first, job->first), job->rows, job->factor, PANEL,
                             at(job, job->first, column), job->rows, work_of(job, thread));
}

static void apply_from_right(void *user, size_t task, int thread) {
  const reduction *job = user;
  const lapack_int column = job->first + job->width;
  const lapack_int row = column + (lapack_int)task * BLOCK;
  const lapack_int behind = job->columns - column;
  (void)LAPACKE_dgemqrt_work(LAPACK_COL_MAJOR, 'R', 'N', vtm_lapack_smaller(BLOCK, job->rows - row), behind,
                             job->reflectors, job->reflectors, job->across, behind, job->factor, PANEL,
                             at(job, row, column), job->rows, work_of(job, thread));
}

static size_t blocks_of(lapack_int length) { return (size_t)((length + BLOCK - 1) / BLOCK); }

static void reduce_columns(vtm_pool *pool, reduction *job) {
  (void)LAPACKE_dgeqrt_work(LAPACK_COL_MAJOR, job->rows - job->first, job->width, job->width,
                            at(job, job->first, job->first), job->rows, job->factor, PANEL, work_of(job, 0));
  vtm_lapack_run(pool, blocks_of(job->columns - job->first - job->width), apply_from_left, job);
}

/* The panel's rows become a lower triangle and zeros: the QR decomposition of their transpose. */
static void reduce_rows(vtm_pool *pool, reduction *job) {
  const lapack_int column = job->first + job->width;
  const lapack_int behind = job->columns - column;
  if (behind == 0) return;
  for (lapack_int i = 0; i < job->width; i++)
    for (lapack_int k = 0; k < behind; k++) job->across[i * behind + k] = *at(job, job->first + i, column + k);
  job->reflectors = vtm_lapack_smaller(behind, job->width);
  (void)LAPACKE_dgeqrt_work(LAPACK_COL_MAJOR, behind, job->width, job->reflectors, job->across, behind, job->factor,
                            PANEL, work_of(job, 0));
  for (lapack_int i = 0; i < job->width; i++)
    for (lapack_int k = 0; k < behind && k <= i; k++)
      *at(job, job->first + i, column + k) = job->across[i * behind + k];
  vtm_lapack_run(pool, blocks_of(job->rows - column), apply_from_right, job);
}

/* Afterwards element (i, j) of the matrix counts for 0 <= j - i <= PANEL only; all others are zero. */
static vtm_status reduce_to_band(vtm_pool *pool, double *matrix, lapack_int rows, lapack_int columns,
                                 vtm_error *error) {
  const size_t threads = (size_t)vtm_pool_threads(pool);
  reduction job = {.matrix = matrix, .rows = rows, .columns = columns};
  job.factor = vtm_allocate_aligned(PANEL * PANEL, sizeof(*job.factor), error);
  job.across = vtm_allocate_aligned((size_t)columns * PANEL, sizeof(*job.across), error);
  job.work = vtm_allocate_aligned(threads * PANEL * BLOCK, sizeof(*job.work), error);
  const bool complete = job.factor != NULL && job.across != NULL && job.work != NULL;
  for (; complete && job.first < columns; job.first += PANEL) {
    job.width = vtm_lapack_smaller(PANEL, columns - job.first);
    reduce_columns(pool, &job);
    reduce_rows(pool, &job);
  }
  free(job.factor);
  free(job.across);
  free(job.work);
  return complete ? VTM_OK : VTM_ERROR_MEMORY;
}

/* ---- 2. to a bidiagonal ---- */

/* The diagonals from PANEL - 1 below to 2 PANEL - 1 above the main one: room for what is being chased. A block of them
 * is a matrix by columns, of which each starts STRIDE behind the one before. */
enum { ABOVE = 2 * PANEL - 1, STRIDE = 3 * PANEL };

typedef struct chase {
  double *band;
  lapack_int order;
} chase;

static double *in_band(const chase *job, lapack_int row, lapack_int column) {
  return job->band + ABOVE + row + (size_t)column * STRIDE;
}

/* The reflector 1, v[1], ... that leaves of the `count` values the first only: returned, the others zero. */
static double annihilate(double *values, lapack_int count, lapack_int stride, double *v) {
  double tau = 0;
  cblas_dcopy(count, values, stride, v, 1);
  (void)LAPACKE_dlarfg_work(count, v, v + 1, 1, &tau);
  values[0] = v[0];
  for (lapack_int i = 1; i < count; i++) values[i * stride] = 0;
  v[0] = 1;
  return tau;
}

static void reflect_columns(const chase *job, lapack_int row, lapack_int rows, lapack_int column, lapack_int count,
                            double tau, const double *v) {
  double product[2 * PANEL];
  double *block = in_band(job, row, column);
  cblas_dgemv(CblasColMajor, CblasNoTrans, rows, count, 1, block, STRIDE, v, 1, 0, product, 1);
  cblas_dger(CblasColMajor, rows, count, -tau, product, 1, v, 1, block, STRIDE);
}

static void reflect_rows(const chase *job, lapack_int row, lapack_int count, lapack_int column, lapack_int columns,
                         double tau, const double *v) {
  double product[2 * PANEL];
  double *block = in_band(job, row, column);
  cblas_dgemv(CblasColMajor, CblasTrans, count, columns, 1, block, STRIDE, v, 1, 0, product, 1);
  cblas_dger(CblasColMajor, count, columns, -tau, v, 1, product, 1, block, STRIDE);
}

/* Row `row` loses what is right of `column`, which fills in below the diagonal; column `column` loses what is below the
 * diagonal, which fills in to the right of the band: the next step's row. */
static void chase_step(const chase *job, lapack_int row, lapack_int column) {
  double v[PANEL];
  const lapack_int last = vtm_lapack_smaller(column + PANEL, job->order);
  const lapack_int count = last - column;
  double tau = annihilate(in_band(job, row, column), count, STRIDE, v);
  reflect_columns(job, row + 1, last - row - 1, column, count, tau, v);
  tau = annihilate(in_band(job, column, column), count, 1, v);
  const lapack_int behind = vtm_lapack_smaller(last + PANEL, job->order) - column - 1;
  if (behind > 0) reflect_rows(job, column, count, column + 1, behind, tau, v);
}

static void chase_row(const chase *job, lapack_int row) {
  for (lapack_int column = row + 1; column < job->order; column += PANEL)
    chase_step(job, column == row + 1 ? row : column - PANEL, column);
}

static void copy_band(const chase *job, const double *matrix, lapack_int rows) {
  for (lapack_int j = 0; j < job->order; j++)
    for (lapack_int i = j > PANEL ? j - PANEL : 0; i <= j; i++)
      *in_band(job, i, j) = matrix[(size_t)j * (size_t)rows + (size_t)i];
}

static vtm_status reduce_to_bidiagonal(const double *matrix, lapack_int rows, lapack_int order, double *diagonal,
                                       double *above, vtm_error *error) {
  chase job = {.order = order};
  job.band = vtm_allocate((size_t)order * (STRIDE + 1), sizeof(*job.band), error);
  if (job.band == NULL) return VTM_ERROR_MEMORY;
  copy_band(&job, matrix, rows);
  for (lapack_int row = 0; row + 1 < order; row++) chase_row(&job, row);
  for (lapack_int i = 0; i < order; i++) diagonal[i] = *in_band(&job, i, i);
  for (lapack_int i = 0; i + 1 < order; i++) above[i] = *in_band(&job, i, i + 1);
  free(job.band);
  return VTM_OK;
}

/* ---- 3. the values ---- */

static bool are_finite(const double *values, lapack_int count) {
  bool finite = true;
  for (lapack_int i = 0; i < count; i++) finite = finite && isfinite(values[i]);
  return finite;
}

/* diagonal := the singular values, falling */
static vtm_status sum_values(double *diagonal, double *above, lapack_int order, double *sum, vtm_error *error) {
  *sum = INFINITY;
  if (!are_finite(diagonal, order) || !are_finite(above, order - 1)) return VTM_OK;
  const lapack_int code =
      LAPACKE_dbdsdc(LAPACK_COL_MAJOR, 'U', 'N', order, diagonal, above, NULL, 1, NULL, 1, NULL, NULL);
  if (code != 0) return vtm_lapack_fail("dbdsdc", code, error);
  *sum = 0;
  for (lapack_int i = order; i-- > 0;) *sum += diagonal[i]; /* smallest first */
  return VTM_OK;
}

vtm_status vtm_dense_nuclear_norm(vtm_pool *pool, double *matrix, size_t rows, size_t columns, double *sum,
                                  vtm_error *error) {
  *sum = 0;
  if (rows == 0) return VTM_OK;
  /* by rows it is its transpose by columns, which has the same values */
  const lapack_int order = (lapack_int)rows;
  double *diagonal = vtm_allocate(rows, sizeof(*diagonal), error);
  double *above = vtm_allocate(rows, sizeof(*above), error);
  vtm_status status = diagonal != NULL && above != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  vtm_lapack_enter();
  if (status == VTM_OK) status = reduce_to_band(pool, matrix, (lapack_int)columns, order, error);
  if (status == VTM_OK) status = reduce_to_bidiagonal(matrix, (lapack_int)columns, order, diagonal, above, error);
  if (status == VTM_OK) status = sum_values(diagonal, above, order, sum, error);
  vtm_lapack_leave();
  free(diagonal);
  free(above);
  return status;
}
