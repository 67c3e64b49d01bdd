/* A lint report as one JSON object, and as SARIF. */
#ifndef VTM_LINT_RENDER_JSON_H
#define VTM_LINT_RENDER_JSON_H

#include "base/text.h"
#include "vtonmetrics/tools/lint.h"

vtm_status vtm_lint_render_json(const vtm_lint_result *result, const vtm_lint_report_options *options, vtm_text *text,
                                vtm_error *error);
vtm_status vtm_lint_render_sarif(const vtm_lint_result *result, const vtm_lint_report_options *options, vtm_text *text,
                                 vtm_error *error);

#endif
