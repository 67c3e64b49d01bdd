/* The exact Frechet distance of two Gaussians, in double precision throughout:
 *
 *   |mu1 - mu2|^2 + tr S1 + tr S2 - 2 tr (S1 S2)^(1/2)
 *
 * With S = F' F the last trace is the sum of the singular values of F1 F2'. No square root is ever
 * taken of a noisy eigenvalue of a product, so errors stay of the order of the rounding error, for singular
 * matrices too, and the cost follows the rank: 110 images of 2048 features need a 110 x 110 decomposition.
 * F is the centred rows over sqrt(n - 1) or, for more rows than features, their R of a QR decomposition
 * (moments.h); from a covariance matrix alone it is L^(1/2) V' of S = V L V'. */
#ifndef VTM_STATS_FRECHET_H
#define VTM_STATS_FRECHET_H

#include <stddef.h>

#include "base/thread_pool.h"

enum { VTM_MAX_FEATURES = 16384 };

typedef struct vtm_gaussian {
  size_t n; /* samples it was fitted to; 0: not known */
  size_t features, rank;
  double *mean;   /* features */
  double *factor; /* rank x features, row-major; the covariance is factor' factor */
  double trace;   /* of the covariance */
  /* How far a given covariance is from being one, where that is more than the rounding of float64 explains: its most
   * negative eigenvalue, or its largest asymmetry, relative to the largest. Else 0. */
  double inexactness;
} vtm_gaussian;

void vtm_gaussian_free(vtm_gaussian *gaussian); /* a zeroed one is allowed */

/* Covariances that other programs saved carry rounding errors: those summed in float64 but stored as float32 errors
 * near 1e-7 of the largest eigenvalue, those summed in float32 errors near 1e-5. */
typedef enum vtm_covariance_type { VTM_COVARIANCE_FLOAT64, VTM_COVARIANCE_FLOAT32 } vtm_covariance_type;

/* From mean and covariance (features x features), which is of numbers of `type`, whatever holds them. `name` stands in
 * messages for where they come from.
 *
 * An eigenvalue below features * 2^-52 of the largest, or no larger than the most negative one is negative, cannot be
 * told from zero and counts as zero. One more negative than 1e-6 of the largest, 1e-4 in float32, is no rounding error:
 * VTM_ERROR_DATA. So is such an asymmetry, relative to the largest variance. */
vtm_status vtm_gaussian_from_covariance(const char *name, const double *mean, const double *covariance, size_t features,
                                        vtm_covariance_type type, vtm_gaussian *gaussian, vtm_error *error);

/* covariance (features x features, new memory, free with free()) = factor' factor, exactly symmetric. */
vtm_status vtm_gaussian_covariance(vtm_pool *pool, const vtm_gaussian *gaussian, double **covariance, vtm_error *error);

typedef struct vtm_frechet {
  double value, mean, covariance; /* value = mean + covariance; neither is negative */
} vtm_frechet;

vtm_status vtm_frechet_distance(vtm_pool *pool, const vtm_gaussian *a, const vtm_gaussian *b, vtm_frechet *distance,
                                vtm_error *error);

#endif
