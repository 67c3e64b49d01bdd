/* Results that cannot be a model's work, held against an earlier run. */
#ifndef COMPARE_FINDINGS_H
#define COMPARE_FINDINGS_H

#include "cli/tool.h"
#include "vtonmetrics/tools/scores.h"

/* CLI_EXIT_NO, with each reason printed, when more results of a model are black, copies or the like than the earlier
 * scores warn of: a score over many hardly shows a few of them. */
int compare_check_findings(cli_session *session, const vtm_scores *earlier, const vtm_scores *now);

#endif
