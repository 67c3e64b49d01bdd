/* CSV and TSV. */
#ifndef VTM_REPORT_DELIMITED_H
#define VTM_REPORT_DELIMITED_H

#include "base/text.h"
#include "vtonmetrics/report.h"

/* Each appends the whole report; a lack of memory while appending may be left to vtm_text_take. */
vtm_status vtm_render_csv(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                          vtm_error *error);
vtm_status vtm_render_tsv(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                          vtm_error *error);
/* The bare numbers, one a line. */
vtm_status vtm_render_value(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                            vtm_error *error);

/* Appends a CSV field, in quotes where RFC 4180 wants them. */
void vtm_append_csv_field(vtm_text *text, const char *field);
void vtm_append_tsv_field(vtm_text *text, const char *field);

#endif
