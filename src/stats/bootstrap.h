/* How sure a mean is, by resampling; the same seed gives the same bits.
 *
 * The interval is the BCa bootstrap interval (Efron 1987, "Better bootstrap confidence intervals", JASA 82). With
 * R means t* of n values drawn with replacement from x:
 *
 *   z0 = normal quantile of the share of t* below mean(x)                     (bias)
 *   a  = sum (x - mean)^3 / (6 (sum (x - mean)^2)^1.5)                        (acceleration: jackknife of the mean)
 *   end of the interval = quantile of t* at Phi(z0 + (z0 + z) / (1 - a (z0 + z)))
 *
 * z is not the normal's but Student's t with n - 1 degrees of freedom times sqrt(n / (n - 1)), with the signs of the
 * two ends: without that a bootstrap of few values is too narrow (Hesterberg 2015, "What teachers should know about the
 * bootstrap", The American Statistician 69). R is 10,000, and less for many values: 40 million draws in all at most,
 * but 1,000 means; for an interval that misses more rarely than in 5 % as many times more.
 *
 * The test flips signs: were the differences of two models symmetric about zero, each would be as likely
 * with the other sign. p is the share of sign patterns whose sum is as far from zero: of all 2^n for n <= 13, else of
 * so many drawn ones, with the one at hand counted in (Phipson and Smyth 2010: such a p is never zero, and never too
 * small). Besides, p is no more than 2 exp(-s^2 / (2 q)), s the sum of the values and q that of their squares
 * (Hoeffding 1963): a bound that needs no pattern, for models that are far apart. */
#ifndef VTM_STATS_BOOTSTRAP_H
#define VTM_STATS_BOOTSTRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"
#include "vtonmetrics/metric.h"

/* Intervals of fewer values promise more than they hold. */
enum { VTM_LEAST_FOR_INTERVAL = 10, VTM_RESAMPLES = 10000, VTM_MOST_FOR_EXACT = 13 };

/* R for `count` values. */
size_t vtm_resamples(size_t count);

/* An interval that misses with probability `miss`, 0.05 for one of 95 %. standard_error is the plain one,
 * deviation / sqrt(count). `count` must be 2 or more. */
vtm_status vtm_bootstrap_mean(const double *values, size_t count, double miss, uint64_t seed, vtm_interval *interval,
                              vtm_error *error);

/* Counted patterns of a sign-flip test: it can be gone on with. */
typedef struct vtm_sign_flip {
  vtm_random random;
  double limit;            /* sums from here on are as far from zero */
  double bound;            /* of p, from the sums alone */
  size_t patterns, as_far; /* counted so far, the one at hand among them */
  bool exact;              /* all patterns were */
} vtm_sign_flip;

/* Counts all patterns, or `patterns` of them. */
vtm_sign_flip vtm_sign_flip_start(const double *values, size_t count, uint64_t seed, size_t patterns);
/* Goes on until `patterns` are counted; nothing is left to do for an exact one. */
void vtm_sign_flip_continue(vtm_sign_flip *test, const double *values, size_t count, size_t patterns);
/* Two-sided p of the hypothesis that the values are symmetric about zero. */
double vtm_sign_flip_p(const vtm_sign_flip *test);
/* Where the p of all patterns may lie, as far as those counted can tell: Wilson's interval of 4 standard errors, which
 * misses it once in 16,000 times. */
void vtm_sign_flip_range(const vtm_sign_flip *test, double *low, double *high);

/* Two-sided p of Student's t with `freedom` degrees of freedom, 1 or more. */
double vtm_student_p(double t, size_t freedom);
/* The t of which that is p: half the width of an interval that misses with that probability, in standard errors. */
double vtm_student_t(double p, size_t freedom);

/* Replaces `count` p values by those of Holm's step-down correction (1979): p < 0.05 then errs in one of twenty
 * such families, not in one of twenty comparisons. */
vtm_status vtm_holm(double *p, size_t count, vtm_error *error);

#endif
