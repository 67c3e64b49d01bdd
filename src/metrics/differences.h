/* The differences of a result: one of each two rows. */
#ifndef VTM_METRICS_DIFFERENCES_H
#define VTM_METRICS_DIFFERENCES_H

#include "metrics/result.h"
#include "stats/compared.h"

/* One for each two rows, sorted by a, then b; they become the result's by vtm_take_differences. NULL when memory has
 * run out. */
vtm_difference *vtm_all_differences(vtm_result_builder *builder, size_t *count);
void vtm_take_differences(vtm_result_builder *builder, vtm_difference *differences, const vtm_compared *compared,
                          size_t count);

/* How they were found: `test` is what p comes from. */
void vtm_note_differences(vtm_result_builder *builder, bool matched, const char *test, bool simultaneous);

#endif
