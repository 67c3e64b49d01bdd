/* Which rules run, and which findings are left out. */
#ifndef VTM_LINT_FILTER_H
#define VTM_LINT_FILTER_H

#include "lint/rule.h"

enum { VTM_LINT_MOST_RULES = 256 };

typedef struct vtm_lint_ignore {
  const vtm_lint_rule *rule; /* NULL: all */
  char *pattern;             /* of paths, NULL: all */
} vtm_lint_ignore;
typedef struct vtm_lint_filter {
  const vtm_lint_rule *rules[VTM_LINT_MOST_RULES]; /* all, in the order of vtm_lint_table_at */
  bool enabled[VTM_LINT_MOST_RULES];
  size_t rule_count;
  vtm_lint_ignore *ignores;
  size_t ignore_count, ignore_capacity;
} vtm_lint_filter;

bool vtm_lint_filter_is_enabled(const vtm_lint_filter *filter, const vtm_lint_rule *rule);
/* Whether findings of the rule at this path are left out. */
bool vtm_lint_filter_ignores(const vtm_lint_filter *filter, const vtm_lint_rule *rule, const char *path);
void vtm_lint_filter_close(vtm_lint_filter *filter);

#endif
