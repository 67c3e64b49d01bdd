#include "report/page/page.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/page/origin_section.h"
#include "report/page/page_html.h"
#include "report/page/page_style.h"
#include "report/page/pairs_section.h"
#include "report/page/scores_section.h"
#include "vtonmetrics/tools/report_folder.h"
#include "vtonmetrics/vtonmetrics.h"

static const char *title_of(const vtm_page *page) {
  return page->options->title != NULL ? page->options->title : vtm_say(page->language, VTM_WORD_TITLE);
}

static void write_head(vtm_page *page) {
  vtm_text_format(&page->html, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
                  vtm_language_name(page->language));
  vtm_page_raw(page,
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<meta name=\"color-scheme\" content=\"light dark\">\n"
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
               "'unsafe-inline'\">\n<title>");
  vtm_page_text(page, title_of(page));
  vtm_page_raw(page, "</title>\n<style>\n");
  vtm_page_raw(page, vtm_page_style);
  vtm_page_raw(page, "</style>\n</head>\n<body>\n<header>\n<h1>");
  vtm_page_text(page, title_of(page));
  vtm_page_raw(page, "</h1>\n<p class=\"lead\">");
  char count[24];
  (void)snprintf(count, sizeof(count), "%zu", page->comparison->model_count);
  const char *const values[] = {page->comparison->reference, count};
  vtm_page_say(page, VTM_WORD_AGAINST, values, 2);
  vtm_page_raw(page, "</p>\n</header>\n<main>\n");
}

vtm_status vtm_page_write(const vtm_comparison *comparison, const vtm_report_folder_options *options,
                          vtm_language language, char **html, vtm_error *error) {
  vtm_page page = {.comparison = comparison, .options = options, .language = language};
  vtm_status status = vtm_sources_open(comparison, options->garments, options->match, &page.sources, error);
  if (status != VTM_OK) return status;
  write_head(&page);
  vtm_page_overview(&page);
  status = vtm_page_metrics(&page, error);
  if (status == VTM_OK) status = vtm_page_pairs(&page, error);
  if (status == VTM_OK) {
    vtm_page_origin(&page);
    vtm_page_raw(&page, "</main>\n<footer>");
    const char *const version[] = {vtm_version()};
    vtm_page_say_plain(&page, VTM_WORD_MADE_BY, version, 1);
    vtm_page_raw(&page, "</footer>\n</body>\n</html>\n");
    *html = vtm_text_take(&page.html, error);
    status = *html != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  }
  vtm_text_free(&page.html);
  vtm_sources_close(&page.sources);
  return status;
}
