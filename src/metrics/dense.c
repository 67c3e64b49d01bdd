#include "metrics/dense.h"

#include <cblas.h>
#include <lapacke.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

enum { PRODUCT_BLOCK = 256, QR_BLOCK = 32 };

static void hold_to_one_thread(void) {
  if (openblas_get_num_threads() != 1) openblas_set_num_threads(1);
}

typedef struct product_job {
  const double *a, *b;
  size_t rows_a, rows_b, columns, blocks_b;
  double *product;
} product_job;

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static void multiply_block(void *user, size_t task, int thread) {
  (void)thread;
  const product_job *job = user;
  const size_t i = task / job->blocks_b * PRODUCT_BLOCK;
  const size_t j = task % job->blocks_b * PRODUCT_BLOCK;
  const int depth = (int)job->columns;
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)smaller(PRODUCT_BLOCK, job->rows_a - i),
              (int)smaller(PRODUCT_BLOCK, job->rows_b - j), depth, 1.0, job->a + i * job->columns, depth,
              job->b + j * job->columns, depth, 0.0, job->product + i * job->rows_b + j, (int)job->rows_b);
}

void vtm_dense_multiply(vtm_pool *pool, const double *a, size_t rows_a, const double *b, size_t rows_b, size_t columns,
                        double *product) {
  if (rows_a == 0 || rows_b == 0) return;
  hold_to_one_thread();
  const size_t blocks_a = (rows_a + PRODUCT_BLOCK - 1) / PRODUCT_BLOCK;
  const size_t blocks_b = (rows_b + PRODUCT_BLOCK - 1) / PRODUCT_BLOCK;
  product_job job = {a, b, rows_a, rows_b, columns, blocks_b, product};
  vtm_pool_run(pool, blocks_a * blocks_b, multiply_block, &job);
}

static vtm_status fail_lapack(const char *routine, lapack_int code, vtm_error *error) {
  if (code == LAPACK_WORK_MEMORY_ERROR || code == LAPACK_TRANSPOSE_MEMORY_ERROR)
    return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory in LAPACK's %s", routine);
  return vtm_fail(error, VTM_ERROR_NUMERIC, "LAPACK's %s failed with code %d", routine, (int)code);
}

vtm_status vtm_dense_nuclear_norm(double *matrix, size_t rows, size_t columns, double *sum, vtm_error *error) {
  *sum = 0;
  const size_t count = smaller(rows, columns);
  if (count == 0) return VTM_OK;
  hold_to_one_thread();
  double *values = vtm_allocate(count, sizeof(*values), error);
  if (values == NULL) return VTM_ERROR_MEMORY;
  /* row-major rows x columns is column-major columns x rows: the transpose has the same singular values */
  const lapack_int code = LAPACKE_dgesdd(LAPACK_COL_MAJOR, 'N', (lapack_int)columns, (lapack_int)rows, matrix,
                                         (lapack_int)columns, values, NULL, 1, NULL, 1);
  for (size_t i = count; i-- > 0;) *sum += values[i]; /* smallest first */
  free(values);
  return code == 0 ? VTM_OK : fail_lapack("dgesdd", code, error);
}

vtm_status vtm_dense_eigen(double *matrix, size_t order, double *values, vtm_error *error) {
  hold_to_one_thread();
  const lapack_int n = (lapack_int)order;
  const lapack_int code = LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'L', n, matrix, n, values);
  return code == 0 ? VTM_OK : fail_lapack("dsyevd", code, error);
}

vtm_status vtm_dense_qr_update(double *triangle, size_t order, double *rows, size_t count, vtm_error *error) {
  hold_to_one_thread();
  const lapack_int n = (lapack_int)order;
  const lapack_int block = n < QR_BLOCK ? n : QR_BLOCK;
  double *reflectors = vtm_allocate_aligned(order * (size_t)block, sizeof(*reflectors), error);
  if (reflectors == NULL) return VTM_ERROR_MEMORY;
  const lapack_int code = LAPACKE_dtpqrt(LAPACK_COL_MAJOR, (lapack_int)count, n, 0, block, triangle, n, rows,
                                         (lapack_int)count, reflectors, block);
  free(reflectors);
  return code == 0 ? VTM_OK : fail_lapack("dtpqrt", code, error);
}
