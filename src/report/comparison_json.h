/* A comparison as JSON. */
#ifndef VTM_REPORT_COMPARISON_JSON_H
#define VTM_REPORT_COMPARISON_JSON_H

#include "report/ranked_scores.h"

void vtm_comparison_json(vtm_ranked_scores *ranked, const vtm_report_options *options, vtm_text *text);

#endif
