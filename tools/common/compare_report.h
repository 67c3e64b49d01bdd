/* --report: the folder with page, charts and numbers. */
#ifndef VTM_TOOLS_COMPARE_REPORT_H
#define VTM_TOOLS_COMPARE_REPORT_H

#include "common/compare_request.h"
#include "vtonmetrics/scores.h"

/* What can be said before hours of work: a folder that exists, a task whose name is no name of a folder. */
vtm_status vtm_compare_report_check(const vtm_tool_session *session, const vtm_compare_wish *wish, vtm_error *error);
/* One folder, or with tasks one for each inside it. */
vtm_status vtm_compare_report_write(vtm_tool_session *session, const vtm_compare_wish *wish, const vtm_scores *scores,
                                    vtm_error *error);

#endif
