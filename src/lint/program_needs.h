/* What the programs that were asked for with --for open, and is not there. */
#ifndef VTM_LINT_PROGRAM_NEEDS_H
#define VTM_LINT_PROGRAM_NEEDS_H

#include "lint/lint_file.h"

/* Whether a folder is looked at: without --for each, with it those that one of the programs reads. */
bool vtm_lint_is_read(const vtm_lint_run *run, const char *folder);
/* Once the layout is known: an error where none of the programs reads it. */
vtm_status vtm_lint_check_programs(const vtm_lint_run *run, vtm_error *error);
/* After the folders were listed: reports what is missing. */
vtm_status vtm_lint_check_program_needs(vtm_lint_run *run, vtm_error *error);

#endif
