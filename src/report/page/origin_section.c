/* How the scores were made: matching, warnings, notes, and what is needed to reproduce them. */
#include "report/page/origin_section.h"

#include <stdio.h>
#include <string.h>

#include "report/ranked_scores.h"

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

static bool has_line(const char *const *lines, size_t count, const char *line) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(lines[i], line) == 0) return true;
  return false;
}

/* Whether one of `count` results from `first` on has the same warning or note; with a row, the same warning of that
 * model. */
static bool is_said(const vtm_comparison *comparison, size_t first, size_t count, size_t row, bool warnings,
                    const char *line) {
  for (size_t m = first; m < first + count; m++) {
    const vtm_result *result = comparison->results[m];
    const vtm_score_row *of = row < result->row_count ? &result->rows[row] : NULL;
    if (row != VTM_NO_ROW ? of != NULL && has_line(of->warnings, of->warning_count, line)
        : warnings        ? has_line(result->warnings, result->warning_count, line)
                          : has_line(result->notes, result->note_count, line))
      return true;
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

/* A line that several metrics have is written once, without a name; a line that begins with the metric's name gets no
 * other. Returns the number of lines. */
static size_t write_lines_of(vtm_page *page, size_t m, bool warnings) {
  const vtm_comparison *comparison = page->comparison;
  const vtm_result *result = comparison->results[m];
  const size_t later = comparison->result_count - m - 1;
  const size_t count = warnings ? result->warning_count : result->note_count;
  size_t written = 0;
  for (size_t i = 0; i < count; i++) {
    const char *line = warnings ? result->warnings[i] : result->notes[i];
    if (is_said(comparison, 0, m, VTM_NO_ROW, warnings, line)) continue;
    const bool shared = is_said(comparison, m + 1, later, VTM_NO_ROW, warnings, line);
    const bool named = strncmp(line, result->label, strlen(result->label)) == 0;
    write_line(page, shared || named ? NULL : result->label, line);
    written++;
  }
  for (size_t r = 0; r < result->row_count && warnings; r++)
    for (size_t i = 0; i < result->rows[r].warning_count; i++) {
      if (is_said(comparison, 0, m, r, true, result->rows[r].warnings[i])) continue;
      write_line(page, result->rows[r].name, result->rows[r].warnings[i]);
      written++;
    }
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
