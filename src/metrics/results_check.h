/* Results that cannot be a model's work, as seen from the summaries taken while they were scored. */
#ifndef VTM_METRICS_RESULTS_CHECK_H
#define VTM_METRICS_RESULTS_CHECK_H

#include "features/images.h"
#include "metrics/registry.h"
#include "metrics/result.h"

typedef struct vtm_result_set {
  const vtm_images *reference; /* without summaries where it is no folder */
  const vtm_images *results;
  const size_t *partner; /* of each result: its photograph's entry, or VTM_NO_ENTRY; NULL: results are not matched */
  const bool *reference_used, *results_used; /* of each entry: whether it takes part; NULL: none does */
} vtm_result_set;

/* Warns in `row`, and adds the number of warnings to *found. Under --strict they are added to the context's broken
 * files too. Does nothing under --no-lint. */
vtm_status vtm_check_results(vtm_context *context, const vtm_settings *settings, const vtm_result_set *set,
                             vtm_result_builder *builder, vtm_score_row *row, size_t *found, vtm_error *error);

/* The error of a run under --strict in which something was found. */
vtm_status vtm_require_no_findings(const vtm_settings *settings, size_t found, vtm_error *error);

/* VTM_ERROR_USAGE when --strict has nothing to be strict about. */
vtm_status vtm_check_strictness(const vtm_settings *settings, vtm_error *error);

#endif
