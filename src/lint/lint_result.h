/* The result of a run, in memory of its own. */
#ifndef VTM_LINT_RESULT_H
#define VTM_LINT_RESULT_H

#include "lint/rule.h"

vtm_status vtm_lint_make_result(vtm_lint_run *run, vtm_lint_result **result, vtm_error *error);

#endif
