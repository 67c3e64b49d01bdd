/* The report of one metric for people. */
#ifndef VTM_REPORT_RESULT_TEXT_H
#define VTM_REPORT_RESULT_TEXT_H

#include "base/text.h"
#include "vtonmetrics/report.h"

/* Appends the whole report; a lack of memory while appending may be left to vtm_text_take. */
vtm_status vtm_render_text(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                           vtm_error *error);

#endif
