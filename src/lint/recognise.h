/* Which layout a dataset has. */
#ifndef VTM_LINT_RECOGNISE_H
#define VTM_LINT_RECOGNISE_H

#include "lint/listing.h"
#include "lint/rule.h"

/* Fills run->layout and the reason. */
vtm_status vtm_lint_recognise(vtm_lint_run *run, const vtm_lint_listing *root, vtm_error *error);

#endif
