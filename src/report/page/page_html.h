/* The page while it is written, and the functions with which its sections write. */
#ifndef VTM_REPORT_PAGE_HTML_H
#define VTM_REPORT_PAGE_HTML_H

#include "report/sources.h"
#include "report/words.h"
#include "vtonmetrics/tools/report_folder.h"

typedef struct vtm_page {
  const vtm_comparison *comparison;
  const vtm_report_folder_options *options;
  vtm_language language;
  vtm_sources sources;
  vtm_text html;
} vtm_page;

void vtm_page_raw(vtm_page *page, const char *html); /* as it is */
void vtm_page_text(vtm_page *page, const char *raw); /* escaped */
void vtm_page_number(vtm_page *page, double value, int decimals);
void vtm_page_count(vtm_page *page, size_t count);
/* The sentence with `values` in bold. */
void vtm_page_say(vtm_page *page, vtm_word word, const char *const *values, size_t count);
/* The same without bold. */
void vtm_page_say_plain(vtm_page *page, vtm_word word, const char *const *values, size_t count);
/* <tag>word</tag> */
void vtm_page_element(vtm_page *page, const char *tag, vtm_word word);

#endif
