#include "lint/filter.h"

#include <fnmatch.h>
#include <stdlib.h>

bool vtm_lint_filter_is_enabled(const vtm_lint_filter *filter, const vtm_lint_rule *rule) {
  size_t i = 0;
  while (i < filter->rule_count && filter->rules[i] != rule) i++;
  return i < filter->rule_count && filter->enabled[i];
}

bool vtm_lint_filter_ignores(const vtm_lint_filter *filter, const vtm_lint_rule *rule, const char *path) {
  for (size_t i = 0; i < filter->ignore_count; i++) {
    const vtm_lint_ignore *ignore = &filter->ignores[i];
    if (ignore->rule != NULL && ignore->rule != rule) continue;
    if (ignore->pattern == NULL || fnmatch(ignore->pattern, path, 0) == 0) return true;
  }
  return false;
}

void vtm_lint_filter_close(vtm_lint_filter *filter) {
  for (size_t i = 0; i < filter->ignore_count; i++) free(filter->ignores[i].pattern);
  free(filter->ignores);
  *filter = (vtm_lint_filter){0};
}
