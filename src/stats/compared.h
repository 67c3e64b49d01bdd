/* Which of two scores is better, and is that known: the only place that decides it.
 *
 * A difference of means (per image metrics) has the interval of stats/spread.h and a sign-flip test, one of distances
 * between sets Student's interval and t test of the infinitesimal jackknife (metrics/set_intervals.h): skewness of the
 * influences of two models cancels for the most part. All differences of a table are one family: their p are corrected
 * by Holm's method, so that of twenty tables of equal models one claims a difference. Two scores are told apart when
 * the interval lies on one side of zero and the corrected p is below 0.05.
 *
 * Drawn sign patterns never decide a table: patterns are drawn on, for those differences whose verdict they leave open,
 * until none is left or vtm_most_patterns() are drawn; what is open then is tied, and says so. */
#ifndef VTM_STATS_COMPARED_H
#define VTM_STATS_COMPARED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/thread_pool.h"
#include "vtonmetrics/metric.h"

typedef enum vtm_score_kind {
  VTM_SCORE_MEAN,    /* of values of single images */
  VTM_SCORE_DISTANCE /* between sets */
} vtm_score_kind;

/* Two scores, `a` and `b`, on the same people. */
typedef struct vtm_compared {
  size_t n;             /* people; 0: images that are not matched */
  size_t images;        /* of these, on the side that has fewer */
  double value;         /* a less b */
  const double *shares; /* means: what each of n people stands for in the difference, which is their mean */
  double variance;      /* distances: of the difference, the square of its standard error */
  const char *unknown;  /* why neither is known, or NULL */
  const char *apart;    /* why the two are incomparable, or NULL */
  /* found by vtm_compare_scores: */
  vtm_interval interval;
  bool has_interval;
  double p; /* corrected; NaN: no test */
  vtm_verdict verdict;
  const char *why; /* one of the two above, or static text: see vtm_difference */
} vtm_compared;

typedef struct vtm_comparing {
  vtm_score_kind kind;
  bool lower_is_better;
  bool simultaneous; /* intervals that miss in 5 % of tables, not each in 5 %: those of 1 - 0.05 / count (Bonferroni) */
  uint64_t seed;     /* the same gives the same bits */
} vtm_comparing;

/* All differences of one table; `pool` may be NULL. */
vtm_status vtm_compare_scores(vtm_pool *pool, vtm_compared *pairs, size_t count, const vtm_comparing *how,
                              vtm_error *error);

/* Sign patterns that are drawn at most for a difference over n people, one of `count` differences. */
size_t vtm_most_patterns(size_t n, size_t count);

#endif
