/* The formats of a report: one record each, its functions in files of their own. */
#ifndef VTM_REPORT_FORMAT_H
#define VTM_REPORT_FORMAT_H

#include "base/text.h"
#include "vtonmetrics/report.h"

/* Each appends the whole report to *text; a lack of memory while appending may be left to vtm_text_take. */
vtm_status vtm_render_text(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                           vtm_error *error);
vtm_status vtm_render_json(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                           vtm_error *error);
vtm_status vtm_render_csv(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                          vtm_error *error);
vtm_status vtm_render_tsv(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                          vtm_error *error);
vtm_status vtm_render_markdown(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                               vtm_error *error);
vtm_status vtm_render_latex(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                            vtm_error *error);

/* The bare numbers, one a line. */
vtm_status vtm_render_value(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                            vtm_error *error);

/* Appends `piece` as vtm_printable writes it. */
void vtm_append_printable(vtm_text *text, const char *piece);
/* Appends `piece` printable and escaped. */
void vtm_append_markdown(vtm_text *text, const char *piece);
void vtm_append_latex(vtm_text *text, const char *piece);

/* Columns that `text` takes on a terminal. */
size_t vtm_text_width(const char *text);
/* Appends `cell` printable, padded to `width` columns, between the escape sequences of a colour ("": none). */
void vtm_append_cell(vtm_text *text, const char *cell, size_t width, bool left, const char *color);
void vtm_append_spaces(vtm_text *text, size_t count);
/* "Note: LADI: ..." in the report for people; `subject` may be NULL. */
void vtm_append_remark(vtm_text *text, const char *kind, const char *color, const char *subject, const char *remark);

#define VTM_BOLD "\033[1m"
#define VTM_GREEN "\033[1;32m"
#define VTM_YELLOW "\033[1;33m"

/* Appends a CSV field, in quotes where RFC 4180 wants them. */
void vtm_append_csv_field(vtm_text *text, const char *field);

#endif
