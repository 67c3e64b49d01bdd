/* The rules about presence are found while the folders are listed. */
#ifndef VTM_LINT_PRESENCE_RULES_H
#define VTM_LINT_PRESENCE_RULES_H

#include "lint/rule.h"

typedef enum vtm_lint_presence {
  VTM_PRESENCE_FOLDER_MISSING,
  VTM_PRESENCE_FOLDER_EMPTY,
  VTM_PRESENCE_FOLDER_UNKNOWN,
  VTM_PRESENCE_UNREADABLE_FOLDER,
  VTM_PRESENCE_FILE_UNKNOWN,
  VTM_PRESENCE_SIDECAR_MISSING,
  VTM_PRESENCE_SIDECAR_ORPHAN,
  VTM_PRESENCE_SIDECAR_EXTENSION,
  VTM_PRESENCE_DUPLICATE_NAME,
  VTM_PRESENCE_LINK_LOOP,
  VTM_PRESENCE_SPECIAL_FILE
} vtm_lint_presence;

const vtm_lint_rule *vtm_lint_presence_rule(vtm_lint_presence presence);

#endif
