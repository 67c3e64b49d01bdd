/* How sure an estimate is that is made of what single people add to it: its interval, and of how few people that is.
 *
 * Parts u_i are what each of n people adds beyond the average one: (x_i - mean) / n of a mean, influences of a
 * distance. Their squares sum to the variance s^2 of the estimate; k = sum(u^3) / s^3 is its skewness.
 *
 * Student's interval is too short on the side of a long tail. Hall (1992, "On the removal of skewness by
 * transformation", J. R. Statist. Soc. B 54) takes t = (estimate - truth) / s to a cubic of it that is symmetric in
 * first order, t + k t^2 / 3 + k^2 t^3 / 27 + k / 6, which Student's quantile z bounds: the upper end is then
 *
 *   estimate + h(z, -k) s,   h(z, k) = 3 (z - k / 6) / (c^2 + c + 1),   c = cbrt(1 + k (z - k / 6))
 *
 * and the lower one estimate - h(z, k) s. Of each end the farther one of the two counts, Student's or Hall's: Hall's
 * alone is too short where tails are long on both sides, as those of differences are. |k| z is held to 0.7, beyond
 * which the cube root runs away: an end is at most half as far again as Student's. Nothing is drawn at random, and the
 * interval of the estimate with its sign turned is the interval turned.
 *
 * The effective number of people is (sum u^2)^2 / sum u^4: n where all add as much, 1 where one adds all. */
#ifndef VTM_STATS_SPREAD_H
#define VTM_STATS_SPREAD_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/metric.h"

/* Intervals of fewer people promise more than they hold. */
enum { VTM_LEAST_FOR_INTERVAL = 10 };

typedef struct vtm_spread {
  size_t count;
  double variance; /* of the estimate */
  double skewness;
  double effective; /* people */
} vtm_spread;

/* Of parts, which sum to 0. */
vtm_spread vtm_spread_of(const double *parts, size_t count);
/* Of the mean of values. standard_error is the root of the variance, deviation / sqrt(count). */
vtm_spread vtm_spread_of_mean(const double *values, size_t count, double *mean);

/* The interval that misses with probability `miss`, 0.05 for one of 95 %, by Student's t with so many degrees of
 * freedom. */
vtm_interval vtm_interval_of(double value, double variance, double skewness, double miss, size_t freedom);
/* That of the mean of 2 values or more. */
vtm_interval vtm_interval_of_mean(const double *values, size_t count, double miss);

/* So few people make the variance that intervals of such scores hold less often than they promise; where the line is,
 * docs/statistics.md has measured. */
bool vtm_spread_is_of_few(const vtm_spread *spread);

#endif
