/* The page report.html: one file, no scripts, nothing from the network. */
#ifndef VTM_REPORT_PAGE_H
#define VTM_REPORT_PAGE_H

#include "report/sources.h"
#include "report/words.h"
#include "vtonmetrics/report_folder.h"

enum { VTM_PAGE_THUMBNAILS = 96 /* with 16 KiB each and the growth of base64 by a third: 2.1 MB */ };

/* What the parts of the page are written from, and into. */
typedef struct vtm_page {
  const vtm_comparison *comparison;
  const vtm_report_folder_options *options;
  vtm_language language;
  vtm_sources sources;
  vtm_text html;
} vtm_page;

/* The whole page, free with free(). */
vtm_status vtm_page_write(const vtm_comparison *comparison, const vtm_report_folder_options *options,
                          vtm_language language, char **html, vtm_error *error);

/* ---- for its parts ---- */

void vtm_page_raw(vtm_page *page, const char *html);
void vtm_page_text(vtm_page *page, const char *raw);
void vtm_page_number(vtm_page *page, double value, int decimals);
void vtm_page_count(vtm_page *page, size_t count);
/* The sentence with `values` in bold. */
void vtm_page_say(vtm_page *page, vtm_word word, const char *const *values, size_t count);
/* The same without bold; for titles and attributes. */
void vtm_page_say_plain(vtm_page *page, vtm_word word, const char *const *values, size_t count);
/* <tag>word</tag> */
void vtm_page_element(vtm_page *page, const char *tag, vtm_word word);

void vtm_page_overview(vtm_page *page);
vtm_status vtm_page_metrics(vtm_page *page, vtm_error *error);
vtm_status vtm_page_pairs(vtm_page *page, vtm_error *error);
void vtm_page_origin(vtm_page *page); /* matching, warnings, notes, protocol, command */

extern const char vtm_page_style[];

#endif
