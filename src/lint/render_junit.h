/* A lint report as JUnit XML. */
#ifndef VTM_LINT_RENDER_JUNIT_H
#define VTM_LINT_RENDER_JUNIT_H

#include "base/text.h"
#include "vtonmetrics/tools/lint.h"

vtm_status vtm_lint_render_junit(const vtm_lint_result *result, const vtm_lint_report_options *options, vtm_text *text,
                                 vtm_error *error);

#endif
