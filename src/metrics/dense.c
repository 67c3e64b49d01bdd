#include "metrics/dense.h"

#include <cblas.h>
#include <lapacke.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

enum { PRODUCT_BLOCK = 256, QR_BLOCK = 32 };

static void hold_to_one_thread(void) {
  if (openblas_get_num_threads() != 1) openblas_set_num_threads(1);
}

/* product (rows_a x columns_b) = a (rows_a x depth) times b, which may be stored transposed (columns_b x depth) */
typedef struct product_job {
  const double *a, *b;
  size_t rows_a, columns_b, depth, blocks_b;
  CBLAS_TRANSPOSE transposed;
  double *product;
} product_job;

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static void multiply_block(void *user, size_t task, int thread) {
  (void)thread;
  const product_job *job = user;
  const size_t i = task / job->blocks_b * PRODUCT_BLOCK;
  const size_t j = task % job->blocks_b * PRODUCT_BLOCK;
  const bool transposed = job->transposed == CblasTrans;
  cblas_dgemm(CblasRowMajor, CblasNoTrans, job->transposed, (int)smaller(PRODUCT_BLOCK, job->rows_a - i),
              (int)smaller(PRODUCT_BLOCK, job->columns_b - j), (int)job->depth, 1.0, job->a + i * job->depth,
              (int)job->depth, job->b + (transposed ? j * job->depth : j),
              (int)(transposed ? job->depth : job->columns_b), 0.0, job->product + i * job->columns_b + j,
              (int)job->columns_b);
}

static void run_product(vtm_pool *pool, product_job *job) {
  if (job->rows_a == 0 || job->columns_b == 0) return;
  hold_to_one_thread();
  job->blocks_b = (job->columns_b + PRODUCT_BLOCK - 1) / PRODUCT_BLOCK;
  vtm_pool_run(pool, (job->rows_a + PRODUCT_BLOCK - 1) / PRODUCT_BLOCK * job->blocks_b, multiply_block, job);
}

void vtm_dense_multiply(vtm_pool *pool, const double *a, size_t rows_a, const double *b, size_t rows_b, size_t columns,
                        double *product) {
  product_job job = {.a = a,
                     .b = b,
                     .rows_a = rows_a,
                     .columns_b = rows_b,
                     .depth = columns,
                     .transposed = CblasTrans,
                     .product = product};
  run_product(pool, &job);
}

void vtm_dense_multiply_in_task(const double *a, size_t rows_a, const double *b, size_t rows_b, size_t columns,
                                double *product) {
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)rows_a, (int)rows_b, (int)columns, 1.0, a, (int)columns, b,
              (int)columns, 0.0, product, (int)rows_b);
}

void vtm_dense_combine(vtm_pool *pool, const double *weights, size_t rows, const double *matrix, size_t depth,
                       size_t columns, double *product) {
  product_job job = {.a = weights,
                     .b = matrix,
                     .rows_a = rows,
                     .columns_b = columns,
                     .depth = depth,
                     .transposed = CblasNoTrans,
                     .product = product};
  run_product(pool, &job);
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

vtm_status vtm_dense_svd(double *matrix, size_t rows, size_t columns, double *values, double *left, double *right,
                         vtm_error *error) {
  const lapack_int count = (lapack_int)smaller(rows, columns);
  if (count == 0) return VTM_OK;
  hold_to_one_thread();
  /* row-major is the transpose by columns, so LAPACK's vectors on the left are ours on the right */
  const lapack_int code = LAPACKE_dgesdd(LAPACK_COL_MAJOR, 'S', (lapack_int)columns, (lapack_int)rows, matrix,
                                         (lapack_int)columns, values, right, (lapack_int)columns, left, count);
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
