/* What each image adds to a Frechet distance: the infinitesimal jackknife (Jaeckel 1972; Efron and Tibshirani 1993,
 * ch. 21). The distance f is a smooth function of the weights of the images; a first derivative for each image gives,
 * with one decomposition, what leaving them out one by one gives with one for each.
 *
 * Shapes: A (n x d) and B (m x d) the centred rows of x and y; S, T their covariances over n - 1 and m - 1; F (p x d),
 * H (q x d) factors with F'F = S, H'H = T (frechet.h); D = mean(x) - mean(y); c = n / (n - 1).
 *
 *   f = |D|^2 + tr S + tr T - 2 sum(s),   F H' = U diag(s) V'   (p x q, one decomposition)
 *
 *   influence of x_i = 2 D.a_i + c (|a_i|^2 - sum_k (a_i.P_k)^2 / s_k), less the mean of these over i,
 *   with P = H' V (d x r), s above 1e-10 of the largest;
 *   influence of y_j likewise with -D, m and F' U in place of H' V.
 *
 * That is the jackknife of FID as it is usually written for matched images, n = m: with K = A B' = U S V' (n x n) and
 * G = U V', the sum over k is the sum of row i of the elementwise product G * K, and sum(s) is sum(S) / (n - 1). In the
 * form above no n x n matrix is made: one decomposition of d x d at most, and one more pass over the rows. It holds for
 * n unlike m too, where K is divided by sqrt((n - 1)(m - 1)). */
#ifndef VTM_STATS_INFLUENCE_H
#define VTM_STATS_INFLUENCE_H

#include "stats/frechet.h"
#include "vtonmetrics/status.h"

/* The rows to which a Gaussian was fitted. */
typedef struct vtm_sample {
  const vtm_gaussian *gaussian; /* n of them, of `features` values each */
  const void *rows;
  void (*read)(const void *rows, size_t i, double *row); /* row i of them, by several threads at a time */
} vtm_sample;

/* of_x[i]: influence of row i over n, of_y[j]: influence of row j over m. Independent rows then give the variance of f
 * as the sum of squares of all; the two of a matched pair are added before squaring. */
vtm_status vtm_frechet_influences(vtm_pool *pool, const vtm_sample *x, const vtm_sample *y, double *of_x, double *of_y,
                                  vtm_error *error);

#endif
