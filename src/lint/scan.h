/* Which files there are, and what each is. */
#ifndef VTM_LINT_SCAN_H
#define VTM_LINT_SCAN_H

#include "lint/rule.h"

vtm_status vtm_lint_scan(vtm_lint_run *run, vtm_error *error);
vtm_status vtm_lint_scan_results(vtm_lint_run *run, const char *path, vtm_error *error);

#endif
