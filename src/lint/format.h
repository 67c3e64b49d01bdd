/* The formats of a lint report: one record each in render.c, its functions in files of their own. */
#ifndef VTM_LINT_FORMAT_H
#define VTM_LINT_FORMAT_H

#include "base/text.h"
#include "vtonmetrics/lint.h"

vtm_status vtm_lint_render_text(const vtm_lint_result *result, const vtm_lint_report_options *options, vtm_text *text,
                                vtm_error *error);
vtm_status vtm_lint_render_json(const vtm_lint_result *result, const vtm_lint_report_options *options, vtm_text *text,
                                vtm_error *error);
vtm_status vtm_lint_render_sarif(const vtm_lint_result *result, const vtm_lint_report_options *options, vtm_text *text,
                                 vtm_error *error);
vtm_status vtm_lint_render_junit(const vtm_lint_result *result, const vtm_lint_report_options *options, vtm_text *text,
                                 vtm_error *error);

/* How many findings are listed. */
size_t vtm_lint_shown(const vtm_lint_result *result, const vtm_lint_report_options *options);
/* The text as vtm_printable writes it; a new string. */
char *vtm_lint_printable(const char *text, vtm_error *error);

#endif
