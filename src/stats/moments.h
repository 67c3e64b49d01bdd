/* Collects feature vectors of any number of images in bounded memory, and fits a Gaussian to them.
 *
 * Rows are kept as they are up to a fixed number, then folded, in the order in which they came, into the
 * mean and a triangle R with R'R = sum of (x - mean)(x - mean)': a QR decomposition of R, the new rows less
 * their own mean, and one row for the difference of the two means (the update of Chan, Golub and LeVeque
 * for the scatter, done on its square root). Nothing is squared and then subtracted, so no digits
 * are lost, and 100,000 images take the memory of 2,048. The result depends neither on batches nor on
 * threads. */
#ifndef VTM_STATS_MOMENTS_H
#define VTM_STATS_MOMENTS_H

#include "stats/frechet.h"

typedef struct vtm_moments vtm_moments;

/* All functions but vtm_moments_destroy may use the pool, which is lent. */
vtm_status vtm_moments_create(vtm_pool *pool, size_t features, vtm_moments **moments, vtm_error *error);
void vtm_moments_destroy(vtm_moments *moments); /* NULL is allowed */

/* A value that is not finite is VTM_ERROR_NUMERIC and names its number. */
vtm_status vtm_moments_add(vtm_moments *moments, const double *row, vtm_error *error);

size_t vtm_moments_count(const vtm_moments *moments);

/* Ends the collection: no rows may be added afterwards. Fewer than two rows are VTM_ERROR_DATA. */
vtm_status vtm_moments_gaussian(vtm_moments *moments, vtm_gaussian *gaussian, vtm_error *error);

#endif
