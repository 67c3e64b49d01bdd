/* What a dataset lacks as a whole: a set, a folder that its sister set has, a pair list. */
#ifndef VTM_LINT_WHOLE_H
#define VTM_LINT_WHOLE_H

#include "lint/lint_file.h"

/* After the folders were listed. */
vtm_status vtm_lint_check_whole(vtm_lint_run *run, vtm_error *error);

#endif
