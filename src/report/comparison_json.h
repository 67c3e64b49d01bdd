/* A comparison as JSON. */
#ifndef VTM_REPORT_COMPARISON_JSON_H
#define VTM_REPORT_COMPARISON_JSON_H

#include "report/scores_view.h"

void vtm_comparison_json(vtm_scores_view *view, const vtm_report_options *options, vtm_text *text);

#endif
