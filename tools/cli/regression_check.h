/* What --fail-if-worse means, for diff and compare. */
#ifndef CLI_REGRESSION_CHECK_H
#define CLI_REGRESSION_CHECK_H

#include "cli/tool.h"
#include "vtonmetrics/tools/scores.h"

/* Worse: by more than the tolerance of its metric, else beyond the interval. Prints each reason; CLI_EXIT_NO when
 * something is worse, CLI_EXIT_FAILED when it cannot be decided. */
int cli_check_regressions(cli_session *session, const vtm_changes *changes, const vtm_named_value *tolerances,
                          size_t tolerance_count);

#endif
