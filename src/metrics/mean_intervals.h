/* How sure the mean of a per-image metric is, and the difference of two such means.
 *
 * What is drawn is people, not pictures: several results of one photograph are no independent evidence. A person
 * with the sum s of c values stands for r + (s - r c) / mean(c), where r = sum(s) / sum(c) is the mean that
 * is reported: the linear form of a ratio (Cochran, Sampling Techniques, ch. 6). Where each photograph has one result
 * that is its value.
 *
 * Two rows are compared on the people whom both have, each person's value of `a` less that of `b`; the value of the
 * difference is that of the two means over those people. */
#ifndef VTM_METRICS_MEAN_INTERVALS_H
#define VTM_METRICS_MEAN_INTERVALS_H

#include "metrics/registry.h"
#include "metrics/result.h"

/* Fills `interval` of the rows, the result's differences and a note, from the rows' images; to be called once these are
 * complete. Does nothing unless --interval is set. */
vtm_status vtm_add_mean_intervals(vtm_context *context, const vtm_settings *settings, vtm_result_builder *builder,
                                  vtm_score_row *rows, vtm_error *error);

#endif
