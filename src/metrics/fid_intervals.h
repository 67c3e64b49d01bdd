/* How sure a FID is, and the difference of two (influence.h has the formulas).
 *
 * People are what is drawn at random. With matched images a person adds the influences of a photograph and of its
 * results to the value, in sum; the standard error is the root of the sum of squares of these sums. Images that are not
 * matched are drawn each by itself: the variances of the two sides are added up. The interval is the value +- 1.96
 * standard errors, not below 0, for the FID that such a number of images gives on average; it says nothing of the
 * bias that fewer images bring.
 *
 * The difference of two models:
 *   on the same photographs    what each person adds to the one less what it adds to the other, squared. Results that
 * are not matched are taken as independent, and only the photographs, which are the same, cancel. on different
 * photographs   FID depends on the number of images, so two scores of different people cannot be subtracted: both are
 * computed again on those people whom both models have, and compared as above. Where a side is not matched that cannot
 * be done, and no difference is given.
 *
 * Saved statistics have no images: no interval. Fewer people than VTM_LEAST_FOR_INTERVAL: none either. */
#ifndef VTM_METRICS_FID_INTERVALS_H
#define VTM_METRICS_FID_INTERVALS_H

#include "metrics/fid_run.h"

/* Without --interval all of these do nothing. */

/* Room for the rows that are needed again; after vtm_fid_make_subsets, before any image is read. */
vtm_status vtm_fid_keep_rows(vtm_fid_run *run, vtm_error *error);
/* Once the row has its value, and as long as model->gaussian is there. */
vtm_status vtm_fid_add_interval(vtm_fid_run *run, vtm_fid_model *model, vtm_score_row *row, vtm_error *error);
/* Once all rows are done. */
vtm_status vtm_fid_add_differences(vtm_fid_run *run, const vtm_score_row *rows, vtm_error *error);

#endif
