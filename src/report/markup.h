/* Markdown and LaTeX. */
#ifndef VTM_REPORT_MARKUP_H
#define VTM_REPORT_MARKUP_H

#include "base/text.h"
#include "vtonmetrics/report.h"

/* Each appends the whole report; a lack of memory while appending may be left to vtm_text_take. */
vtm_status vtm_render_markdown(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                               vtm_error *error);
vtm_status vtm_render_latex(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                            vtm_error *error);

/* Appends `piece` printable and escaped. */
void vtm_append_markdown(vtm_text *text, const char *piece);
void vtm_append_latex(vtm_text *text, const char *piece);

#endif
