/* Who is compared with whom, by the settings of a metric. */
#ifndef VTM_METRICS_MATCHING_H
#define VTM_METRICS_MATCHING_H

#include "features/images.h"
#include "metrics/registry.h"

/* vtm_match with the option --match, and what has to hold for scoring. A scheme other than stem is noted in the
 * result; what became of each file is logged at VTM_LOG_INFO. Pairs of people who are not in `people` (NULL: all) are
 * dropped. */
vtm_status vtm_match_images(vtm_context *context, const vtm_settings *settings, const vtm_images *reference,
                            const vtm_images *generated, const vtm_people *people, vtm_result_builder *builder,
                            vtm_matching *matching, vtm_error *error);

#endif
