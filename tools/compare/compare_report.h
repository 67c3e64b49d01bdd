/* --report: the folder with page, charts and numbers. */
#ifndef COMPARE_REPORT_H
#define COMPARE_REPORT_H

#include "compare/compare_args.h"
#include "vtonmetrics/scores.h"

/* What can be said before hours of work: a folder that exists, a task whose name is no name of a folder. */
vtm_status compare_report_check(const cli_session *session, const compare_args *args, vtm_error *error);
/* One folder, or with tasks one for each inside it. */
vtm_status compare_report_write(cli_session *session, const compare_args *args, const vtm_scores *scores,
                                vtm_error *error);

#endif
