/* What --fail-if-worse means, for diff and compare. */
#ifndef VTM_TOOLS_WORSE_H
#define VTM_TOOLS_WORSE_H

#include "common/tool.h"
#include "vtonmetrics/scores.h"

/* Worse: by more than the tolerance of its metric, else beyond the interval. Says each reason; VTM_EXIT_NO when
 * something is worse, VTM_EXIT_FAILED when that cannot be known. */
int vtm_judge_changes(vtm_tool_session *session, const vtm_changes *changes, const vtm_named_value *tolerances,
                      size_t tolerance_count);

#endif
