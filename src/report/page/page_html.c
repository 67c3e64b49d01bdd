#include "report/page/page_html.h"

#include "report/html.h"

void vtm_page_raw(vtm_page *page, const char *html) { vtm_text_append(&page->html, html); }

void vtm_page_text(vtm_page *page, const char *raw) { vtm_html_text(&page->html, raw); }

void vtm_page_number(vtm_page *page, double value, int decimals) {
  char text[VTM_NUMBER_TEXT];
  vtm_say_number(page->language, value, decimals, text);
  vtm_page_raw(page, text);
}

void vtm_page_count(vtm_page *page, size_t count) { vtm_text_format(&page->html, "%zu", count); }

static void write_words(vtm_page *page, vtm_word word, const char *const *values, size_t count, bool bold) {
  enum { MOST = 5 };
  vtm_text pieces[MOST] = {{0}};
  const char *escaped[MOST];
  for (size_t i = 0; i < count; i++) {
    if (bold) vtm_text_append(&pieces[i], "<b>");
    vtm_html_text(&pieces[i], values[i]);
    if (bold) vtm_text_append(&pieces[i], "</b>");
    page->html.failed = page->html.failed || pieces[i].failed;
    escaped[i] = pieces[i].bytes != NULL ? pieces[i].bytes : "";
  }
  vtm_fill(&page->html, vtm_say(page->language, word), escaped, count);
  for (size_t i = 0; i < count; i++) vtm_text_free(&pieces[i]);
}

void vtm_page_say(vtm_page *page, vtm_word word, const char *const *values, size_t count) {
  write_words(page, word, values, count, true);
}

void vtm_page_say_plain(vtm_page *page, vtm_word word, const char *const *values, size_t count) {
  write_words(page, word, values, count, false);
}

void vtm_page_element(vtm_page *page, const char *tag, vtm_word word) {
  vtm_text_format(&page->html, "<%s>%s</%s>", tag, vtm_say(page->language, word), tag);
}
