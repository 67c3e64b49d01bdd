/* Results as text. The library never prints: these functions return strings. */
#ifndef VTONMETRICS_REPORT_H
#define VTONMETRICS_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/compare.h"
#include "vtonmetrics/metric.h"
#include "vtonmetrics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vtm_report_options {
  size_t struct_size;   /* sizeof(vtm_report_options) */
  bool color;           /* ANSI colours, text format only */
  bool brief;           /* text format only, for a screen: the table last, what was computed with in one line, ten
                         * broken files and how many more */
  const char *sort;     /* of several metrics: whose ranking orders the models; NULL: the first; "given": as given */
  const char *baseline; /* of several models: the one with which all others are compared; NULL: none */
} vtm_report_options;

/* `format`: one of vtm_report_formats(); `options` may be NULL here and below. On success *text is a new string, free
 * with vtm_free. */
VTM_API vtm_status vtm_report_render(const vtm_result *result, const char *format, const vtm_report_options *options,
                                     char **text, vtm_error *error);
VTM_API const char *vtm_report_formats(void); /* "text|json|csv|tsv|markdown|latex|value" */

/* What can be said about two rows, "LADI is ahead of GAN by 28.4 [26.3, 30.5] (p < 0.001)" or "LADI and GAN are tied on
 * 110 people (GAN minus LADI: 0.8 [-1.3, 2.9], p = 0.45)". Where the result has no difference of the two, the text says
 * so. A row that is not there is VTM_ERROR_USAGE. Names are copied as they are, control characters included. On success
 * *text is a new string, free with vtm_free.
 */
VTM_API vtm_status vtm_report_sentence(const vtm_result *result, size_t a, size_t b, char **text, vtm_error *error);

/* The per-image table of all rows as CSV, quoted as RFC 4180 has it, lines ending with \n:
 * model,name,value,layer1,... */
VTM_API vtm_status vtm_report_per_image(const vtm_result *result, char **text, vtm_error *error);

/* Several metrics of several models in one table, one row for each model, with ranks, intervals and sentences.
 * `format`: one of vtm_report_comparison_formats(). A metric or model in `options` that is not there is
 * VTM_ERROR_USAGE. */
VTM_API vtm_status vtm_report_comparison(const vtm_comparison *comparison, const char *format,
                                         const vtm_report_options *options, char **text, vtm_error *error);
VTM_API const char *vtm_report_comparison_formats(void); /* "text|json|csv|tsv|markdown|latex" */

/* Each pair of each model as CSV: its value and layers by each pair measure, its influence on each set measure.
 * model,name,LPIPS(alex),LPIPS(alex)_layer1,...,FID_influence: columns are called by what the numbers are. */
VTM_API vtm_status vtm_report_comparison_per_image(const vtm_comparison *comparison, char **text, vtm_error *error);

#ifdef __cplusplus
}
#endif
#endif
