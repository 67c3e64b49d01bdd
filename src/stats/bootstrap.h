/* How sure a mean is, by resampling; the same seed gives the same bits.
 *
 * The interval is the BCa bootstrap interval (Efron 1987, "Better bootstrap confidence intervals", JASA 82). With
 * R means t* of n values drawn with replacement from x:
 *
 *   z0 = normal quantile of the share of t* below mean(x)                     (bias)
 *   a  = sum (x - mean)^3 / (6 (sum (x - mean)^2)^1.5)                        (acceleration: jackknife of the mean)
 *   end of the interval = quantile of t* at Phi(z0 + (z0 + z) / (1 - a (z0 + z)))
 *
 * z is not 1.96 but t(0.975, n - 1) sqrt(n / (n - 1)), with the signs of the two ends: without that a
 * bootstrap of few values is too narrow (Hesterberg 2015, "What teachers should know about the bootstrap", The
 * American Statistician 69). R is 10,000, and less for many values: 40 million draws in all at most, but 1,000 means.
 *
 * The test flips signs: were the differences of two models symmetric about zero, each would be as likely
 * with the other sign. p is the share of 10,000 sign patterns (as many as R), with the one at hand counted in, whose
 * sum is as far from zero (Phipson and Smyth 2010: such a p is never zero, and never too small). */
#ifndef VTM_STATS_BOOTSTRAP_H
#define VTM_STATS_BOOTSTRAP_H

#include <stddef.h>
#include <stdint.h>

#include "vtonmetrics/metric.h"

/* Intervals of fewer values promise more than they hold. */
enum { VTM_LEAST_FOR_INTERVAL = 10, VTM_RESAMPLES = 10000 };

/* R for `count` values. */
size_t vtm_resamples(size_t count);

/* standard_error is the plain one, deviation / sqrt(count). `count` must be 2 or more. */
vtm_status vtm_bootstrap_mean(const double *values, size_t count, uint64_t seed, vtm_interval *interval,
                              vtm_error *error);

/* Two-sided p of the hypothesis that the values are symmetric about zero. */
double vtm_sign_flip_p(const double *values, size_t count, uint64_t seed);

/* Replaces `count` p values by those of Holm's step-down correction (1979): p < 0.05 then errs in one of twenty
 * such families, not in one of twenty comparisons. */
vtm_status vtm_holm(double *p, size_t count, vtm_error *error);

#endif
