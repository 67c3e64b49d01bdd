/* The report of one metric as JSON. */
#ifndef VTM_REPORT_RESULT_JSON_H
#define VTM_REPORT_RESULT_JSON_H

#include "report/json_builder.h"
#include "vtonmetrics/report.h"

/* Appends the whole report; a lack of memory while appending may be left to vtm_text_take. */
vtm_status vtm_render_json(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                           vtm_error *error);

/* The members of one metric's result. */
void vtm_json_put_result(vtm_json_builder *build, cJSON *object, const vtm_result *result);

#endif
