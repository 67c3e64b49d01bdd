/* The documents around the tables of a comparison. */
#ifndef VTM_REPORT_COMPARISON_DOCUMENTS_H
#define VTM_REPORT_COMPARISON_DOCUMENTS_H

#include "report/ranked_scores.h"

void vtm_comparison_text(vtm_ranked_scores *ranked, const vtm_report_options *options, vtm_text *text);
void vtm_comparison_markdown(vtm_ranked_scores *ranked, const vtm_report_options *options, vtm_text *text);
void vtm_comparison_latex(vtm_ranked_scores *ranked, const vtm_report_options *options, vtm_text *text);
void vtm_comparison_csv(vtm_ranked_scores *ranked, const vtm_report_options *options, vtm_text *text);
void vtm_comparison_tsv(vtm_ranked_scores *ranked, const vtm_report_options *options, vtm_text *text);

#endif
