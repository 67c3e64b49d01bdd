/* --report: the folder with page, charts and numbers. */
#ifndef COMPARE_REPORT_H
#define COMPARE_REPORT_H

#include "compare/compare_args.h"
#include "vtonmetrics/tools/scores.h"

/* Errors that can be found before hours of computation: an existing folder, a task name that cannot be a folder name.
 */
vtm_status compare_report_check(const cli_session *session, const compare_args *args, vtm_error *error);
/* One folder, or with tasks one for each inside it. */
vtm_status compare_report_write(cli_session *session, const compare_args *args, const vtm_scores *scores,
                                vtm_error *error);

#endif
