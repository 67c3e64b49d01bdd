/* The rules about folders and names: their findings are made while the folders are listed. */
#ifndef VTM_LINT_STRUCTURE_RULES_H
#define VTM_LINT_STRUCTURE_RULES_H

#include "lint/rule.h"

typedef enum vtm_lint_structure {
  VTM_STRUCTURE_FOLDER_MISSING,
  VTM_STRUCTURE_FOLDER_EMPTY,
  VTM_STRUCTURE_FOLDER_UNKNOWN,
  VTM_STRUCTURE_UNREADABLE_FOLDER,
  VTM_STRUCTURE_FILE_UNKNOWN,
  VTM_STRUCTURE_SIDECAR_MISSING,
  VTM_STRUCTURE_SIDECAR_ORPHAN,
  VTM_STRUCTURE_SIDECAR_EXTENSION,
  VTM_STRUCTURE_DUPLICATE_NAME,
  VTM_STRUCTURE_LINK_LOOP,
  VTM_STRUCTURE_SPECIAL_FILE
} vtm_lint_structure;

const vtm_lint_rule *vtm_lint_structure_rule(vtm_lint_structure structure);

#endif
