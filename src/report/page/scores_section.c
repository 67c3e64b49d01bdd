/* The overview, and a section for each metric: table, differences in words, charts. */
#include "report/page/scores_section.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/chart/bar_chart.h"
#include "report/chart/spread_chart.h"
#include "report/html.h"
#include "report/scale.h"
#include "report/sentence.h"

typedef struct ranking {
  size_t *order, *rank;
} ranking;

static bool rank_rows(const vtm_result *result, ranking *ranked) {
  ranked->order = vtm_allocate(result->row_count, sizeof(size_t), NULL);
  ranked->rank = vtm_allocate(result->row_count, sizeof(size_t), NULL);
  const bool done = ranked->order != NULL && ranked->rank != NULL;
  if (done) vtm_result_ranking(result, ranked->order, ranked->rank);
  return done;
}

static void free_ranking(ranking *ranked) {
  free(ranked->order);
  free(ranked->rank);
}

static size_t place_of(const vtm_result *result, const ranking *ranked, size_t row) {
  size_t place = 0;
  while (place + 1 < result->row_count && ranked->order[place] != row) place++;
  return place;
}

/* "9.3 [8.1 … 10.5]" */
static void say_amount(const vtm_page *page, double value, const vtm_interval *interval, int decimals,
                       char text[VTM_INTERVAL_TEXT]) {
  char ends[2][VTM_NUMBER_TEXT];
  vtm_say_number(page->language, value, decimals, text);
  if (interval == NULL) return;
  vtm_say_number(page->language, interval->low, decimals, ends[0]);
  vtm_say_number(page->language, interval->high, decimals, ends[1]);
  const size_t length = strlen(text);
  (void)snprintf(text + length, VTM_INTERVAL_TEXT - length, " [%s … %s]", ends[0], ends[1]);
}

static void write_amount(vtm_page *page, double value, const vtm_interval *interval, int decimals) {
  char text[VTM_INTERVAL_TEXT];
  say_amount(page, value, interval, decimals, text);
  vtm_page_text(page, text);
}

/* "2=" where the rank is shared, "–" where there are no ranks. */
static void write_rank(vtm_page *page, const vtm_result *result, const ranking *ranked, size_t place) {
  bool shared = false;
  if (ranked->rank[place] == 0) {
    vtm_page_raw(page, "–");
    return;
  }
  for (size_t i = 0; i < result->row_count; i++)
    shared = shared || (i != place && ranked->rank[i] == ranked->rank[place]);
  vtm_page_count(page, ranked->rank[place]);
  if (shared) vtm_page_raw(page, "=");
}

/* ---- overview ---- */

/* The names of the models that share the first rank with the best one, ", " between them. */
static void list_tied(const vtm_result *result, const ranking *ranked, vtm_text *names) {
  for (size_t i = 1; i < result->row_count; i++)
    if (ranked->rank[i] == 1)
      vtm_text_format(names, "%s%s", names->length > 0 ? ", " : "", result->rows[ranked->order[i]].name);
}

/* One model, with its number: the one of the best value. */
static void write_card(vtm_page *page, const vtm_result *result, const ranking *ranked) {
  vtm_text tied = {0};
  list_tied(result, ranked, &tied);
  const char *const names[] = {tied.bytes};
  const vtm_score_row *row = &result->rows[ranked->order[0]];
  const int decimals = vtm_value_decimals(result);
  vtm_page_raw(page, "<div class=\"card\"><p class=\"hint\">");
  vtm_page_text(page, result->label);
  vtm_page_raw(page, " · ");
  if (tied.length > 0)
    vtm_page_say_plain(page, VTM_WORD_BEST_TIED, names, 1);
  else
    vtm_page_text(page, vtm_say(page->language, ranked->rank[0] == 1 ? VTM_WORD_BEST : VTM_WORD_NOT_RANKED));
  vtm_page_raw(page, "</p><p class=\"name\">");
  vtm_page_text(page, row->name);
  vtm_page_raw(page, "</p><p class=\"value\">");
  write_amount(page, row->value, row->interval, decimals);
  vtm_page_raw(page, "</p></div>\n");
  vtm_text_free(&tied);
}

static void write_overview_cell(vtm_page *page, const vtm_result *result, const ranking *ranked, size_t row) {
  const size_t place = place_of(result, ranked, row);
  vtm_page_raw(page, ranked->rank[place] == 1 ? "<td class=\"best\">" : "<td>");
  vtm_page_number(page, result->rows[row].value, vtm_value_decimals(result));
  vtm_page_raw(page, "</td><td class=\"rank\">");
  write_rank(page, result, ranked, place);
  vtm_page_raw(page, "</td>");
}

static void write_overview_table(vtm_page *page, const ranking *rankings) {
  const vtm_comparison *comparison = page->comparison;
  vtm_page_raw(page, "<div class=\"scroll\"><table class=\"compact\"><thead><tr>");
  vtm_text_format(&page->html, "<th class=\"name\">%s</th>", vtm_say(page->language, VTM_WORD_MODEL));
  for (size_t m = 0; m < comparison->result_count; m++) {
    vtm_page_raw(page, "<th>");
    vtm_page_text(page, comparison->results[m]->label);
    vtm_page_raw(page, "</th>");
    vtm_page_element(page, "th", VTM_WORD_RANK);
  }
  vtm_page_raw(page, "</tr></thead><tbody>\n");
  for (size_t place = 0; place < comparison->results[0]->row_count; place++) {
    const size_t row = rankings[0].order[place];
    vtm_page_raw(page, "<tr><td class=\"name\">");
    vtm_page_text(page, comparison->results[0]->rows[row].name);
    vtm_page_raw(page, "</td>");
    for (size_t m = 0; m < comparison->result_count; m++)
      write_overview_cell(page, comparison->results[m], &rankings[m], row);
    vtm_page_raw(page, "</tr>\n");
  }
  vtm_page_raw(page, "</tbody></table></div>\n");
}

void vtm_page_overview(vtm_page *page) {
  const vtm_comparison *comparison = page->comparison;
  ranking *rankings = vtm_allocate(comparison->result_count, sizeof(*rankings), NULL);
  bool good = rankings != NULL;
  for (size_t m = 0; m < comparison->result_count && good; m++) good = rank_rows(comparison->results[m], &rankings[m]);
  if (good && comparison->result_count > 0 && comparison->results[0]->row_count > 0) {
    vtm_page_raw(page, "<div class=\"cards\">\n");
    for (size_t m = 0; m < comparison->result_count; m++) write_card(page, comparison->results[m], &rankings[m]);
    vtm_page_raw(page, "</div>\n");
    if (comparison->result_count > 1) write_overview_table(page, rankings);
  }
  page->html.failed = page->html.failed || !good;
  for (size_t m = 0; m < comparison->result_count && rankings != NULL; m++) free_ranking(&rankings[m]);
  free(rankings);
}

/* ---- one metric ---- */

typedef struct shown_term {
  const char *name;
  vtm_word heading;
} shown_term;

static const shown_term shown_terms[] = {{"median", VTM_WORD_MEDIAN}, {"std", VTM_WORD_SPREAD}};
enum { SHOWN_TERMS = sizeof(shown_terms) / sizeof(*shown_terms) };

static const vtm_named_value *find_term(const vtm_score_row *row, const char *name) {
  for (size_t i = 0; i < row->term_count; i++)
    if (strcmp(row->terms[i].name, name) == 0) return &row->terms[i];
  return NULL;
}

static void write_interval(vtm_page *page, const vtm_interval *interval, int decimals) {
  if (interval == NULL) {
    vtm_page_raw(page, "<td>–</td>");
    return;
  }
  vtm_page_raw(page, "<td>");
  vtm_page_number(page, interval->low, decimals);
  vtm_page_raw(page, " … ");
  vtm_page_number(page, interval->high, decimals);
  vtm_page_raw(page, "</td>");
}

static void write_row(vtm_page *page, const vtm_result *result, const ranking *ranked, size_t place) {
  const vtm_score_row *row = &result->rows[ranked->order[place]];
  const int decimals = vtm_value_decimals(result);
  vtm_page_raw(page, ranked->rank[place] == 1 ? "<tr class=\"best\"><td class=\"rank\">" : "<tr><td class=\"rank\">");
  write_rank(page, result, ranked, place);
  vtm_page_raw(page, "</td><td class=\"name\">");
  vtm_page_text(page, row->name);
  vtm_page_raw(page, "</td><td class=\"main\">");
  vtm_page_number(page, row->value, decimals);
  vtm_page_raw(page, "</td>");
  write_interval(page, row->interval, decimals);
  for (int t = 0; t < SHOWN_TERMS; t++) {
    const vtm_named_value *term = find_term(row, shown_terms[t].name);
    if (find_term(&result->rows[0], shown_terms[t].name) == NULL) continue;
    vtm_page_raw(page, "<td class=\"extra\">");
    if (term != NULL) vtm_page_number(page, term->value, decimals);
    vtm_page_raw(page, "</td>");
  }
  vtm_page_raw(page, "<td class=\"extra\">");
  if (row->n_generated > 0) vtm_page_count(page, row->n_generated);
  vtm_page_raw(page, "</td></tr>\n");
}

/* The heading of a column that narrow screens leave out. */
static void write_extra_heading(vtm_page *page, vtm_word word) {
  vtm_text_format(&page->html, "<th class=\"extra\">%s</th>", vtm_say(page->language, word));
}

static void write_table(vtm_page *page, const vtm_result *result, const ranking *ranked) {
  vtm_page_raw(page, "<div class=\"scroll\"><table><thead><tr>");
  vtm_text_format(&page->html, "<th>%s</th><th class=\"name\">%s</th><th>", vtm_say(page->language, VTM_WORD_RANK),
                  vtm_say(page->language, VTM_WORD_MODEL));
  vtm_page_text(page, result->label);
  vtm_page_raw(page, "</th>");
  vtm_page_element(page, "th", VTM_WORD_INTERVAL);
  for (int t = 0; t < SHOWN_TERMS && result->row_count > 0; t++)
    if (find_term(&result->rows[0], shown_terms[t].name) != NULL) write_extra_heading(page, shown_terms[t].heading);
  write_extra_heading(page, VTM_WORD_IMAGES);
  vtm_page_raw(page, "</tr></thead><tbody>\n");
  for (size_t place = 0; place < result->row_count; place++) write_row(page, result, ranked, place);
  vtm_page_raw(page, "</tbody></table></div>\n");
}

/* ---- which differences are significant, as sentence.c says it in English ---- */

static void write_p(vtm_page *page, double p) {
  if (isnan(p)) return;
  char number[VTM_NUMBER_TEXT], text[VTM_NUMBER_TEXT + 8];
  const double least = 0.001;
  const int decimals = p < least ? 3 : p < 0.01 ? 4 : p < 0.1 ? 3 : 2;
  vtm_say_number(page->language, fmax(p, least), decimals, number);
  (void)snprintf(text, sizeof(text), "%s %s", p < least ? "<" : "=", number);
  const char *const values[] = {text};
  vtm_page_raw(page, " <span class=\"p\">(");
  vtm_page_say_plain(page, VTM_WORD_P_VALUE, values, 1);
  vtm_page_raw(page, ")</span>");
}

static void write_unknown(vtm_page *page, const vtm_result *result, const vtm_difference *difference, size_t a,
                          size_t b) {
  char size[VTM_NUMBER_TEXT];
  const double apart = vtm_rows_apart(result, difference, a, b);
  const bool a_first = result->lower_is_better == (apart < 0);
  vtm_say_number(page->language, fabs(apart), vtm_value_decimals(result), size);
  const char *const values[] = {result->rows[a_first ? a : b].name, result->rows[a_first ? b : a].name, size};
  vtm_page_say(page, VTM_WORD_UNSURE, values, 3);
}

/* `first` is ahead of `second`, or tied with it. */
static void write_difference(vtm_page *page, const vtm_result *result, const vtm_difference *difference, size_t first,
                             size_t second, bool tied) {
  char amount[VTM_INTERVAL_TEXT], count[24];
  const bool of_second = tied || result->lower_is_better;
  const double sign = (difference->a == second) == of_second ? 1 : -1;
  const vtm_interval turned = vtm_interval_times(difference->interval, sign);
  say_amount(page, sign * difference->value, &turned, vtm_interval_decimals(&turned), amount);
  (void)snprintf(count, sizeof(count), "%zu", difference->n);
  const char *const values[] = {result->rows[first].name, result->rows[second].name, amount, count};
  const vtm_word word = !tied ? VTM_WORD_AHEAD : difference->n > 0 ? VTM_WORD_TIED : VTM_WORD_TIED_UNMATCHED;
  vtm_page_say(page, word, values, 4);
  if (!tied && vtm_is_of_common_people(result, difference)) vtm_page_say(page, VTM_WORD_ON_COMMON, values + 3, 1);
  write_p(page, difference->p);
}

static void write_sentence(vtm_page *page, const vtm_result *result, size_t a, size_t b) {
  const vtm_difference *difference = vtm_result_difference_of(result, a, b);
  const char *const names[] = {result->rows[a].name, result->rows[b].name};
  switch (vtm_result_verdict(result, a, b)) {
    case VTM_VERDICT_AHEAD: write_difference(page, result, difference, a, b, false); break;
    case VTM_VERDICT_BEHIND: write_difference(page, result, difference, b, a, false); break;
    case VTM_VERDICT_TIED: write_difference(page, result, difference, a, b, true); break;
    case VTM_VERDICT_EQUAL:
    case VTM_VERDICT_ROUNDING: vtm_page_say(page, VTM_WORD_EQUAL, names, 2); break;
    case VTM_VERDICT_INCOMPARABLE: vtm_page_say(page, VTM_WORD_INCOMPARABLE, names, 2); break;
    case VTM_VERDICT_UNKNOWN: write_unknown(page, result, difference, a, b); break;
  }
}

static void write_sentences(vtm_page *page, const vtm_result *result, const ranking *ranked) {
  if (result->row_count < 2) return;
  if (result->difference_count == 0) {
    vtm_page_raw(page, "<p class=\"hint\">");
    vtm_page_raw(page, vtm_say(page->language, VTM_WORD_NO_DIFFERENCES));
    vtm_page_raw(page, "</p>\n");
    return;
  }
  vtm_said_pair *pairs = vtm_allocate(result->row_count, 2 * sizeof(*pairs), NULL);
  page->html.failed = page->html.failed || pairs == NULL;
  const size_t count = pairs != NULL ? vtm_said_pairs(result, ranked->order, ranked->rank, pairs) : 0;
  vtm_page_element(page, "h4", VTM_WORD_NEIGHBOURS);
  vtm_page_raw(page, "<ul>\n");
  for (size_t i = 0; i < count; i++) {
    vtm_page_raw(page, "<li>");
    write_sentence(page, result, pairs[i].better, pairs[i].worse);
    vtm_page_raw(page, "</li>\n");
  }
  vtm_page_raw(page, "</ul>\n");
  free(pairs);
}

typedef vtm_status draw_chart(const vtm_chart *chart, vtm_draw_format format, vtm_text *bytes, vtm_error *error);

/* Once for light and once for dark paper: a browser takes the one it needs, and prints the light one. */
static vtm_status write_chart(vtm_page *page, const vtm_result *result, draw_chart *draw, vtm_word description,
                              vtm_error *error) {
  vtm_status status = VTM_OK;
  vtm_page_raw(page, "<picture>");
  for (int dark = 1; dark >= 0 && status == VTM_OK; dark--) {
    const vtm_chart chart = {.result = result, .language = page->language, .dark = dark};
    vtm_text svg = {0};
    status = draw(&chart, VTM_DRAW_SVG, &svg, error);
    vtm_page_raw(page, dark ? "<source media=\"screen and (prefers-color-scheme:dark)\" srcset=\"" : "<img src=\"");
    vtm_html_data(&page->html, "image/svg+xml", svg.bytes, svg.length);
    vtm_page_raw(page, dark ? "\">" : "\" alt=\"");
    vtm_text_free(&svg);
  }
  const char *const label[] = {result->label};
  vtm_page_say_plain(page, description, label, 1);
  vtm_page_raw(page, "\"></picture>\n");
  return status;
}

static vtm_status write_charts(vtm_page *page, const vtm_result *result, vtm_error *error) {
  if (vtm_draw_check("", "", NULL) != VTM_OK) {
    vtm_text_format(&page->html, "<p class=\"hint\">%s</p>\n", vtm_say(page->language, VTM_WORD_NO_CHARTS));
    return VTM_OK;
  }
  vtm_status status = write_chart(page, result, vtm_chart_bars, VTM_WORD_CHART_ALT, error);
  const bool has_images = result->row_count > 0 && result->rows[0].image_count > 0;
  if (status == VTM_OK && has_images) status = write_chart(page, result, vtm_chart_spread, VTM_WORD_SPREAD_ALT, error);
  return status;
}

static vtm_status write_metric(vtm_page *page, const vtm_result *result, vtm_error *error) {
  ranking ranked;
  vtm_status status = VTM_OK;
  if (rank_rows(result, &ranked)) {
    vtm_page_raw(page, "<section>\n<h2>");
    vtm_page_text(page, result->label);
    vtm_page_raw(page, "</h2>\n<p class=\"hint\">");
    vtm_page_raw(page,
                 vtm_say(page->language, result->lower_is_better ? VTM_WORD_LOWER_BETTER : VTM_WORD_HIGHER_BETTER));
    vtm_page_raw(page, "</p>\n<div class=\"split\">\n<div>\n");
    write_table(page, result, &ranked);
    write_sentences(page, result, &ranked);
    vtm_page_raw(page, "</div>\n<div class=\"charts\">\n");
    status = write_charts(page, result, error);
    vtm_page_raw(page, "</div>\n</div>\n</section>\n");
  } else {
    page->html.failed = true;
  }
  free_ranking(&ranked);
  return status;
}

vtm_status vtm_page_metrics(vtm_page *page, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t m = 0; m < page->comparison->result_count && status == VTM_OK; m++)
    status = write_metric(page, page->comparison->results[m], error);
  return status;
}
