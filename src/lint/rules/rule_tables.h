/* The tables of rules, one for each file of this folder; rule.c gathers them. */
#ifndef VTM_LINT_RULE_TABLES_H
#define VTM_LINT_RULE_TABLES_H

#include "lint/rule.h"

typedef struct vtm_lint_table {
  const vtm_lint_rule *rules;
  size_t count;
} vtm_lint_table;

extern const vtm_lint_table vtm_lint_structure_rules, vtm_lint_file_rules, vtm_lint_mask_rules, vtm_lint_parse_rules,
    vtm_lint_pose_rules, vtm_lint_caption_rules, vtm_lint_picture_rules, vtm_lint_result_rules, vtm_lint_sidecar_rules,
    vtm_lint_pair_rules;

#endif
