/* The documents around the tables of a comparison. */
#ifndef VTM_REPORT_COMPARISON_DOCUMENTS_H
#define VTM_REPORT_COMPARISON_DOCUMENTS_H

#include "report/scores_view.h"

void vtm_comparison_text(vtm_scores_view *view, const vtm_report_options *options, vtm_text *text);
void vtm_comparison_markdown(vtm_scores_view *view, const vtm_report_options *options, vtm_text *text);
void vtm_comparison_latex(vtm_scores_view *view, const vtm_report_options *options, vtm_text *text);
void vtm_comparison_csv(vtm_scores_view *view, const vtm_report_options *options, vtm_text *text);
void vtm_comparison_tsv(vtm_scores_view *view, const vtm_report_options *options, vtm_text *text);

#endif
