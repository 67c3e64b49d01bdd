#include "stats/dense.h"

#include <stdbool.h>

#include "base/smaller.h"
#include "stats/lapack.h"

enum { PRODUCT_BLOCK = 256 };

/* product (rows_a x columns_b) = a (rows_a x depth) times b, which may be stored transposed (columns_b x depth) */
typedef struct product_job {
  const double *a, *b;
  size_t rows_a, columns_b, depth, blocks_b;
  CBLAS_TRANSPOSE transposed;
  double *product;
} product_job;

static void multiply_block(void *user, size_t task, int thread) {
  (void)thread;
  const product_job *job = user;
  const size_t i = task / job->blocks_b * PRODUCT_BLOCK;
  const size_t j = task % job->blocks_b * PRODUCT_BLOCK;
  const bool transposed = job->transposed == CblasTrans;
  cblas_dgemm(CblasRowMajor, CblasNoTrans, job->transposed, (int)vtm_smaller(PRODUCT_BLOCK, job->rows_a - i),
              (int)vtm_smaller(PRODUCT_BLOCK, job->columns_b - j), (int)job->depth, 1.0, job->a + i * job->depth,
              (int)job->depth, job->b + (transposed ? j * job->depth : j),
              (int)(transposed ? job->depth : job->columns_b), 0.0, job->product + i * job->columns_b + j,
              (int)job->columns_b);
}

static void run_product(vtm_pool *pool, product_job *job) {
  if (job->rows_a == 0 || job->columns_b == 0) return;
  job->blocks_b = (job->columns_b + PRODUCT_BLOCK - 1) / PRODUCT_BLOCK;
  vtm_lapack_enter();
  vtm_lapack_run(pool, (job->rows_a + PRODUCT_BLOCK - 1) / PRODUCT_BLOCK * job->blocks_b, multiply_block, job);
  vtm_lapack_leave();
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
  vtm_lapack_enter();
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)rows_a, (int)rows_b, (int)columns, 1.0, a, (int)columns, b,
              (int)columns, 0.0, product, (int)rows_b);
  vtm_lapack_leave();
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

vtm_status vtm_dense_svd(double *matrix, size_t rows, size_t columns, double *values, double *left, double *right,
                         vtm_error *error) {
  const lapack_int count = (lapack_int)vtm_smaller(rows, columns);
  if (count == 0) return VTM_OK;
  vtm_lapack_enter();
  /* row-major is the transpose by columns, so LAPACK's vectors on the left are ours on the right */
  const lapack_int code = LAPACKE_dgesdd(LAPACK_COL_MAJOR, 'S', (lapack_int)columns, (lapack_int)rows, matrix,
                                         (lapack_int)columns, values, right, (lapack_int)columns, left, count);
  vtm_lapack_leave();
  return code == 0 ? VTM_OK : vtm_lapack_fail("dgesdd", code, error);
}

vtm_status vtm_dense_eigen(double *matrix, size_t order, double *values, vtm_error *error) {
  const lapack_int n = (lapack_int)order;
  vtm_lapack_enter();
  const lapack_int code = LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'L', n, matrix, n, values);
  vtm_lapack_leave();
  return code == 0 ? VTM_OK : vtm_lapack_fail("dsyevd", code, error);
}
