/* What the formats of a lint report share. */
#ifndef VTM_LINT_RENDER_COMMON_H
#define VTM_LINT_RENDER_COMMON_H

#include "vtonmetrics/tools/lint.h"

/* How many findings are listed. */
size_t vtm_lint_shown(const vtm_lint_result *result, const vtm_lint_report_options *options);
/* The text as vtm_printable writes it; a new string. */
char *vtm_lint_printable(const char *text, vtm_error *error);

/* The path of a finding as seen from the working folder; a new string, NULL when out of memory. */
char *vtm_lint_working_path(const vtm_lint_result *result, const char *path, bool of_results);

#endif
