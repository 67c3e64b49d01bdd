/* Which image each sidecar belongs to, and which is missing. */
#ifndef VTM_LINT_SIDECARS_H
#define VTM_LINT_SIDECARS_H

#include "lint/rule.h"

/* Sidecars and their images; fills in every file's owner. */
vtm_status vtm_lint_check_sidecars(vtm_lint_run *run, vtm_error *error);

#endif
