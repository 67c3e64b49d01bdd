/* Where the numbers come from: what was matched, warnings, and all that is needed to get them again. */
#include "report/page/origin_section.h"

#include <stdio.h>
#include <string.h>

enum { NAMES_SHOWN = 8 };

/* ---- matching ---- */

static void write_names(vtm_page *page, const vtm_folder *folder, const size_t *entries, size_t count) {
  if (count == 0) {
    vtm_text_format(&page->html, "<td class=\"long\">%s</td>", vtm_say(page->language, VTM_WORD_NONE));
    return;
  }
  vtm_text names = {0};
  for (size_t i = 0; i < count && i < NAMES_SHOWN; i++)
    vtm_text_format(&names, "%s%s", i > 0 ? ", " : "", folder->entries[entries[i]].name);
  page->html.failed = page->html.failed || names.failed;
  vtm_page_raw(page, "<td class=\"long\">");
  char rest[24];
  (void)snprintf(rest, sizeof(rest), "%zu", count - NAMES_SHOWN);
  const char *const values[] = {names.bytes != NULL ? names.bytes : "", rest};
  if (count > NAMES_SHOWN)
    vtm_page_say_plain(page, VTM_WORD_AND_MORE, values, 2);
  else
    vtm_page_text(page, values[0]);
  vtm_page_raw(page, "</td>");
  vtm_text_free(&names);
}

static void write_source(vtm_page *page, const vtm_source *source) {
  const vtm_matching *matching = &source->matching;
  vtm_page_raw(page, "<tr><td class=\"name\">");
  vtm_page_text(page, source->name);
  vtm_page_raw(page, "</td><td>");
  vtm_page_count(page, source->folder.count);
  vtm_page_raw(page, "</td><td>");
  vtm_page_count(page, matching->count);
  vtm_page_raw(page, "</td>");
  write_names(page, &source->folder, matching->only_generated, matching->only_generated_count);
  write_names(page, &page->sources.reference, matching->only_reference, matching->only_reference_count);
  vtm_page_raw(page, "<td class=\"long\">");
  vtm_page_text(page, matching->scheme);
  vtm_page_raw(page, "</td></tr>\n");
}

static void write_matching(vtm_page *page) {
  static const vtm_word headings[] = {VTM_WORD_RESULTS, VTM_WORD_MATCHED, VTM_WORD_LEFT_OVER, VTM_WORD_LEFT_OUT,
                                      VTM_WORD_NAMED_LIKE};
  bool any = false;
  for (size_t i = 0; i < page->sources.count; i++) any = any || page->sources.models[i].matching.scheme != NULL;
  if (!any) return;
  vtm_page_raw(page, "<section>\n");
  vtm_page_element(page, "h2", VTM_WORD_MATCHING);
  vtm_text_format(&page->html, "<div class=\"scroll\"><table><thead><tr><th class=\"name\">%s</th>",
                  vtm_say(page->language, VTM_WORD_MODEL));
  for (size_t i = 0; i < sizeof(headings) / sizeof(*headings); i++)
    vtm_text_format(&page->html, "<th%s>%s</th>", i >= 2 ? " class=\"long\"" : "",
                    vtm_say(page->language, headings[i]));
  vtm_page_raw(page, "</tr></thead><tbody>\n");
  for (size_t i = 0; i < page->sources.count; i++)
    if (page->sources.models[i].matching.scheme != NULL) write_source(page, &page->sources.models[i]);
  vtm_page_raw(page, "</tbody></table></div>\n</section>\n");
}

/* ---- warnings and notes ---- */

/* What several metrics say is said once. */
static bool is_repeated(const vtm_comparison *comparison, size_t result, size_t index, bool warnings) {
  const vtm_result *own = comparison->results[result];
  const char *line = warnings ? own->warnings[index] : own->notes[index];
  for (size_t m = 0; m < result; m++) {
    const vtm_result *other = comparison->results[m];
    const size_t count = warnings ? other->warning_count : other->note_count;
    for (size_t i = 0; i < count; i++)
      if (strcmp(warnings ? other->warnings[i] : other->notes[i], line) == 0) return true;
  }
  return false;
}

static void write_line(vtm_page *page, const char *subject, const char *line) {
  vtm_page_raw(page, "<li>");
  if (subject != NULL) {
    vtm_page_raw(page, "<b>");
    vtm_page_text(page, subject);
    vtm_page_raw(page, "</b>: ");
  }
  vtm_page_text(page, line);
  vtm_page_raw(page, "</li>\n");
}

static size_t write_lines_of(vtm_page *page, size_t m, bool warnings) {
  const vtm_result *result = page->comparison->results[m];
  const size_t count = warnings ? result->warning_count : result->note_count;
  size_t written = 0;
  for (size_t i = 0; i < count; i++) {
    if (is_repeated(page->comparison, m, i, warnings)) continue;
    write_line(page, result->label, warnings ? result->warnings[i] : result->notes[i]);
    written++;
  }
  for (size_t r = 0; r < result->row_count && warnings; r++)
    for (size_t i = 0; i < result->rows[r].warning_count; i++, written++)
      write_line(page, result->rows[r].name, result->rows[r].warnings[i]);
  return written;
}

static void write_remarks(vtm_page *page, vtm_word heading, bool warnings) {
  const size_t before = page->html.length;
  size_t written = 0;
  vtm_text_format(&page->html, "<section>\n<h2>%s</h2>\n<ul%s>\n", vtm_say(page->language, heading),
                  warnings ? " class=\"warn\"" : "");
  for (size_t i = 0; i < page->comparison->note_count && !warnings; i++, written++)
    write_line(page, NULL, page->comparison->notes[i]);
  for (size_t m = 0; m < page->comparison->result_count; m++) written += write_lines_of(page, m, warnings);
  if (written == 0)
    page->html.length = before;
  else
    vtm_page_raw(page, "</ul>\n</section>\n");
}

/* ---- how to get the same numbers ---- */

static void write_protocol(vtm_page *page, const vtm_result *result) {
  if (result->protocol_count == 0) return;
  const char *const label[] = {result->label};
  vtm_page_raw(page, "<h4>");
  vtm_page_say_plain(page, VTM_WORD_FINGERPRINT, label, 1);
  vtm_page_raw(page, "</h4>\n<dl>\n");
  for (size_t i = 0; i < result->protocol_count; i++) {
    vtm_page_raw(page, "<dt>");
    vtm_page_text(page, result->protocol[i].name);
    vtm_page_raw(page, "</dt><dd>");
    vtm_page_text(page, result->protocol[i].text);
    vtm_page_raw(page, "</dd>\n");
  }
  vtm_page_raw(page, "</dl>\n");
}

static void write_reproduction(vtm_page *page) {
  vtm_page_raw(page, "<section>\n");
  vtm_page_element(page, "h2", VTM_WORD_REPRODUCE);
  if (page->options->command != NULL) {
    vtm_page_element(page, "h4", VTM_WORD_COMMAND);
    vtm_page_raw(page, "<pre><code>");
    vtm_page_text(page, page->options->command);
    vtm_page_raw(page, "</code></pre>\n");
  }
  for (size_t m = 0; m < page->comparison->result_count; m++) write_protocol(page, page->comparison->results[m]);
  vtm_page_raw(page, "</section>\n");
}

void vtm_page_origin(vtm_page *page) {
  write_matching(page);
  write_remarks(page, VTM_WORD_WARNINGS, true);
  write_remarks(page, VTM_WORD_NOTES, false);
  write_reproduction(page);
}
