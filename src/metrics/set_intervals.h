/* How sure a set measure is, and the difference of two models, from the influences of single images.
 *
 * People are what is drawn at random. With matched images a person adds the influences of a photograph and of its
 * results to the value, in sum; the standard error is the root of the sum of squares of these sums. Images that are not
 * matched are drawn each by itself: the variances of the two sides are added up. The interval is that of stats/spread.h
 * with n - 1 degrees of freedom, of the smaller side's n, for the value that such a number of images gives on average;
 * it says nothing of the bias that fewer images bring. That of a difference is Student's.
 *
 * The difference of two models:
 *
 *   on the same photographs    what each person adds to the one less what it adds to the other, squared. Results that
 * are not matched are taken as independent, and only the photographs, which are the same, cancel. on different
 * photographs   the value depends on the number of images, so two scores of different people cannot be subtracted: both
 * are computed again on those people whom both models have, and compared as above. Where a side is not matched that
 * cannot be done, and no difference is given.
 *
 * Saved statistics have no images: no interval. Fewer people than VTM_LEAST_FOR_INTERVAL: none either. */
#ifndef VTM_METRICS_SET_INTERVALS_H
#define VTM_METRICS_SET_INTERVALS_H

#include "metrics/scoring.h"
#include "metrics/set_measure.h"

/* What is known of one model once it has its value. */
typedef struct vtm_set_row {
  const vtm_feature_set *reference; /* its photographs */
  double *shares;                   /* what each of them, with its results, adds to the value; NULL: no interval */
  double own_variance;              /* of results that are not matched */
} vtm_set_row;

/* Whether an interval is asked for and can be given; a note says why not. */
bool vtm_set_can_have_interval(const vtm_scoring *scoring, vtm_measured *measured, size_t model);
/* The interval and the influences of a row, from those of its images, and what the differences need of them. */
vtm_status vtm_set_add_interval(const vtm_scoring *scoring, vtm_measured *measured, size_t model,
                                const vtm_set_influences *found, vtm_set_row *row, vtm_error *error);
/* Once all rows are done. */
vtm_status vtm_set_add_differences(const vtm_scoring *scoring, vtm_measured *measured, const vtm_set_row *rows,
                                   vtm_error *error);

#endif
