/* Every rule, gathered from the tables of the folder rules/. */
#include "lint/rule.h"

#include <string.h>

#include "lint/rules/rule_tables.h"
#include "vtonmetrics/tools/text.h"

static const vtm_lint_table *const tables[] = {
    &vtm_lint_structure_rules, &vtm_lint_file_rules,    &vtm_lint_mask_rules,    &vtm_lint_parse_rules,
    &vtm_lint_pose_rules,      &vtm_lint_caption_rules, &vtm_lint_picture_rules, &vtm_lint_result_rules,
    &vtm_lint_sidecar_rules,   &vtm_lint_pair_rules,
};
enum { TABLES = sizeof(tables) / sizeof(*tables), MOST_RULES = 256 };

size_t vtm_lint_table_count(void) {
  size_t count = 0;
  for (size_t i = 0; i < TABLES; i++) count += tables[i]->count;
  return count;
}

const vtm_lint_rule *vtm_lint_table_at(size_t index) {
  for (size_t i = 0; i < TABLES; i++) {
    if (index < tables[i]->count) return &tables[i]->rules[index];
    index -= tables[i]->count;
  }
  return NULL;
}

size_t vtm_lint_rule_count(void) { return vtm_lint_table_count(); }

const vtm_lint_rule_info *vtm_lint_rule_at(size_t index) {
  const vtm_lint_rule *rule = vtm_lint_table_at(index);
  return rule != NULL ? &rule->info : NULL;
}

const vtm_lint_rule_info *vtm_lint_rule_find(const char *id) {
  for (size_t i = 0; i < vtm_lint_table_count(); i++)
    if (strcmp(vtm_lint_table_at(i)->info.id, id) == 0) return &vtm_lint_table_at(i)->info;
  return NULL;
}

const char *vtm_lint_rule_nearest(const char *id) {
  const char *ids[MOST_RULES];
  size_t count = 0;
  for (; count < vtm_lint_table_count() && count < MOST_RULES; count++) ids[count] = vtm_lint_table_at(count)->info.id;
  return vtm_nearest_name(id, ids, count);
}

const char *vtm_lint_severity_name(vtm_lint_severity severity) {
  return severity == VTM_LINT_ERROR ? "error" : "warning";
}

const char *vtm_lint_scope_name(vtm_lint_scope scope) {
  static const char *const names[] = {"file", "image", "pair", "folder", "dataset"};
  return names[scope];
}

size_t vtm_lint_rule_index(const vtm_lint_rule *rule) {
  size_t i = 0;
  while (i < vtm_lint_table_count() && vtm_lint_table_at(i) != rule) i++;
  return i;
}
