/* Computing, writing and judging what `compare` was asked for. */
#ifndef VTM_TOOLS_COMPARE_RUN_H
#define VTM_TOOLS_COMPARE_RUN_H

#include "common/compare_request.h"

/* Returns an exit status; errors are printed. */
int vtm_compare_run(vtm_tool_session *session, const vtm_compare_wish *wish);
/* --dry-run: who belongs to whom. */
int vtm_compare_plan(vtm_tool_session *session, const vtm_compare_wish *wish);

#endif
