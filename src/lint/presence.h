/* Which image each sidecar belongs to, and which is missing. */
#ifndef VTM_LINT_PRESENCE_H
#define VTM_LINT_PRESENCE_H

#include "lint/rule.h"

/* Sidecars and their images; fills in every file's owner. */
vtm_status vtm_lint_check_presence(vtm_lint_run *run, vtm_error *error);

#endif
