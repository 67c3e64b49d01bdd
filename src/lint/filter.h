/* Which rules run, and which findings are left out. */
#ifndef VTM_LINT_FILTER_H
#define VTM_LINT_FILTER_H

#include "lint/rule.h"

enum { VTM_LINT_MOST_RULES = 256 };

typedef struct vtm_lint_ignore {
  int rule; /* index; VTM_LINT_NONE: all */
  char *pattern;
} vtm_lint_ignore;
typedef struct vtm_lint_filter {
  bool enabled[VTM_LINT_MOST_RULES];
  vtm_lint_ignore *ignores;
  size_t ignore_count, ignore_capacity;
} vtm_lint_filter;
vtm_status vtm_lint_filter_open(vtm_lint_filter *filter, const char *dataset, const vtm_lint_options *options,
                                vtm_error *error);
vtm_status vtm_lint_filter_parse(vtm_lint_filter *filter, const char *path, char *text, vtm_error *error);
bool vtm_lint_filter_ignores(const vtm_lint_filter *filter, size_t rule, const char *path);
void vtm_lint_filter_close(vtm_lint_filter *filter);

#endif
