/* What --fail-if-worse means, for diff and compare. */
#ifndef CLI_REGRESSION_CHECK_H
#define CLI_REGRESSION_CHECK_H

#include "cli/tool.h"
#include "vtonmetrics/tools/scores.h"

/* What is let pass; names as cli/limits.h has them. */
typedef struct cli_gate {
  bool scores;                       /* whether scores may not get worse; else only pictures may not */
  const vtm_named_value *tolerances; /* of a score, whatever its interval */
  size_t tolerance_count;
  const vtm_named_value *image_tolerances; /* of each picture */
  size_t image_tolerance_count;
} cli_gate;

/* Worse: by more than its tolerance, else what vtm_scores_diff calls worse; or a picture by more than its tolerance.
 * Prints each reason. CLI_EXIT_NO when something is worse; CLI_EXIT_FAILED, which outranks it, when something cannot be
 * decided: no interval, numbers of different quantities, or what the earlier run has and this one lacks. */
int cli_check_regressions(cli_session *session, const vtm_changes *changes, const cli_gate *gate);

#endif
