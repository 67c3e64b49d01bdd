/* The dense linear algebra of the distances, on OpenBLAS and LAPACK, with bits that do not depend on the
 * number of threads: OpenBLAS is held to one thread (for the whole process, see metric.h), and work is cut into
 * fixed blocks over the context's threads, where the library may be shared by them (lapack.h). What takes no pool runs
 * on the calling thread alone. */
#ifndef VTM_STATS_DENSE_H
#define VTM_STATS_DENSE_H

#include <stddef.h>

#include "base/thread_pool.h"

/* product (rows_a x rows_b) = a (rows_a x columns) b' (b: rows_b x columns); all row-major. */
void vtm_dense_multiply(vtm_pool *pool, const double *a, size_t rows_a, const double *b, size_t rows_b, size_t columns,
                        double *product);

/* The same on the calling thread alone, for tasks of a pool; no size may be 0. */
void vtm_dense_multiply_in_task(const double *a, size_t rows_a, const double *b, size_t rows_b, size_t columns,
                                double *product);

/* product (rows x columns) = weights (rows x depth) matrix (depth x columns); all row-major. */
void vtm_dense_combine(vtm_pool *pool, const double *weights, size_t rows, const double *matrix, size_t depth,
                       size_t columns, double *product);

/* The singular value decomposition of a matrix of rows x columns, which is overwritten = left diag(values)
 * right: as many values as the smaller of the two numbers, falling; left (rows x values), right (values x columns),
 * row-major. */
vtm_status vtm_dense_svd(double *matrix, size_t rows, size_t columns, double *values, double *left, double *right,
                         vtm_error *error);

/* Sum of the singular values of a matrix of rows x columns, rows <= columns, which is overwritten; infinite where a
 * value of the matrix is not finite or too large. In singular_values.c. */
vtm_status vtm_dense_nuclear_norm(vtm_pool *pool, double *matrix, size_t rows, size_t columns, double *sum,
                                  vtm_error *error);

/* Eigenvalues in rising order of a symmetric matrix (order x order, lower triangle of columns read), which is
 * overwritten with the eigenvectors, one after the other. */
vtm_status vtm_dense_eigen(double *matrix, size_t order, double *values, vtm_error *error);

/* triangle := R of the QR decomposition of [triangle; rows]: the upper triangle (order x order, column-major,
 * zero below the diagonal) then holds the square root of triangle' triangle + rows' rows. `rows` is
 * count x order, column-major, and is overwritten. In qr_update.c. */
vtm_status vtm_dense_qr_update(vtm_pool *pool, double *triangle, size_t order, double *rows, size_t count,
                               vtm_error *error);

#endif
