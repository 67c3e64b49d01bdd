/* Tests, and Student's t; the same seed gives the same bits.
 *
 * The sign-flip test: were the differences of two models symmetric about zero, each would be as likely with the other
 * sign. p is the share of sign patterns whose sum is as far from zero: of all 2^n for n <= 13, else of
 * so many drawn ones, with the one at hand counted in (Phipson and Smyth 2010: such a p is never zero, and never too
 * small). Besides, p is no more than 2 exp(-s^2 / (2 q)), s the sum of the values and q that of their squares
 * (Hoeffding 1963): a bound that needs no pattern, for models that are far apart. */
#ifndef VTM_STATS_INFERENCE_H
#define VTM_STATS_INFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"
#include "vtonmetrics/status.h"

enum { VTM_PATTERNS = 10000, VTM_MOST_FOR_EXACT = 13 };

/* Patterns that are drawn first for `count` values: VTM_PATTERNS, and fewer of many values, 40 million signs in all at
 * most but 1,000 patterns. */
size_t vtm_first_patterns(size_t count);

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
