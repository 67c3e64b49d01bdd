/* The worst and best pairs of each model, and those that move a distance between sets most, as pictures. */
#include "report/page/pairs_section.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "report/html.h"
#include "report/scale.h"
#include "report/thumbnail.h"
#include "vtonmetrics/weights.h"

enum { MOST_PAIRS = 3 }; /* what fits side by side */

/* The pairs of a row with the largest keys, the largest first. */
typedef struct picks {
  const vtm_image_score *pairs[MOST_PAIRS];
  double keys[MOST_PAIRS];
  size_t count;
} picks;

typedef double key_of(double value, bool lower_is_better);

static double badness_of_value(double value, bool lower_is_better) { return lower_is_better ? value : -value; }
static double goodness_of_value(double value, bool lower_is_better) { return lower_is_better ? -value : value; }
static double strength_of_influence(double value, bool lower_is_better) {
  (void)lower_is_better;
  return fabs(value);
}

static void pick_pairs(const vtm_image_score *pairs, size_t count, key_of *key, bool lower_is_better, size_t most,
                       picks *chosen) {
  chosen->count = 0;
  for (size_t i = 0; i < count; i++) {
    const double own = key(pairs[i].value, lower_is_better);
    size_t at = chosen->count;
    while (at > 0 && own > chosen->keys[at - 1]) at--;
    if (isnan(own) || at == most) continue;
    if (chosen->count < most) chosen->count++;
    for (size_t k = chosen->count - 1; k > at; k--) {
      chosen->keys[k] = chosen->keys[k - 1];
      chosen->pairs[k] = chosen->pairs[k - 1];
    }
    chosen->keys[at] = own;
    chosen->pairs[at] = &pairs[i];
  }
}

/* ---- one pair ---- */

static void write_picture(vtm_page *page, const char *path, vtm_word description, const char *const *names,
                          size_t name_count) {
  vtm_thumbnail thumbnail;
  if (path == NULL || vtm_thumbnail_make(path, &thumbnail, NULL) != VTM_OK) {
    vtm_text_format(&page->html, "<div class=\"none\">%s</div>", vtm_say(page->language, VTM_WORD_NO_PICTURE));
    return;
  }
  vtm_page_raw(page, "<img src=\"");
  vtm_html_data(&page->html, "image/jpeg", thumbnail.jpeg.bytes, thumbnail.jpeg.length);
  vtm_text_format(&page->html, "\" width=\"%d\" height=\"%d\" alt=\"", thumbnail.width, thumbnail.height);
  vtm_page_say_plain(page, description, names, name_count);
  vtm_page_raw(page, "\">");
  vtm_text_free(&thumbnail.jpeg);
}

static bool shows_garments(const vtm_page *page) { return page->sources.garments.count > 0; }

static void write_pair(vtm_page *page, size_t model, const vtm_score_row *row, const vtm_image_score *pair,
                       const char *value) {
  char *photograph = vtm_path_join(page->comparison->reference, pair->reference, NULL);
  char *result = vtm_path_join(row->path, pair->generated, NULL);
  const char *const names[] = {pair->name, row->name};
  vtm_text_format(&page->html, "<figure><div class=\"%s\">", shows_garments(page) ? "three" : "two");
  write_picture(page, photograph, VTM_WORD_PHOTOGRAPH, names, 1);
  if (shows_garments(page)) {
    char *garment = vtm_sources_garment(&page->sources, model, pair);
    write_picture(page, garment, VTM_WORD_GARMENT, names, 1);
    free(garment);
  }
  write_picture(page, result, VTM_WORD_RESULT, names, 2);
  vtm_page_raw(page, "</div><figcaption><span>");
  vtm_page_text(page, pair->name);
  vtm_text_format(&page->html, "</span><span>%s</span></figcaption></figure>\n", value);
  free(photograph);
  free(result);
}

static void write_picks(vtm_page *page, size_t model, const vtm_score_row *row, const picks *chosen, int decimals,
                        bool with_sign) {
  vtm_page_raw(page, "<div class=\"pairs\">\n");
  for (size_t i = 0; i < chosen->count; i++) {
    char text[VTM_NUMBER_TEXT + 1] = "+";
    const size_t plus = with_sign && chosen->pairs[i]->value > 0 ? 1 : 0;
    vtm_say_number(page->language, chosen->pairs[i]->value, decimals, text + plus);
    write_pair(page, model, row, chosen->pairs[i], text);
  }
  vtm_page_raw(page, "</div>\n");
}

/* ---- sections ---- */

/* How much is shown, so that the page does not grow too large. */
typedef struct budget {
  size_t pairs;  /* of each kind and model */
  size_t models; /* the first of them */
} budget;

static budget make_budget(const vtm_page *page) {
  const size_t pictures = shows_garments(page) ? 3 : 2;
  size_t lists = 0, models = 0;
  for (size_t m = 0; m < page->comparison->result_count; m++) {
    const vtm_result *result = page->comparison->results[m];
    if (result->row_count == 0) continue;
    if (result->rows[0].image_count > 0) lists += 2;
    if (result->rows[0].influence_count > 0) lists++;
    models = result->row_count;
  }
  if (lists == 0) return (budget){0};
  const size_t fits = VTM_PAGE_THUMBNAILS / (pictures * lists);
  if (models > fits) return (budget){1, fits};
  return (budget){fits / models < MOST_PAIRS ? fits / models : MOST_PAIRS, models};
}

static void write_hint(vtm_page *page, const vtm_result *result, const budget *allowed) {
  vtm_page_raw(page, "<p class=\"hint\">");
  vtm_page_raw(page,
               vtm_say(page->language, shows_garments(page) ? VTM_WORD_PAIRS_ORDER_THREE : VTM_WORD_PAIRS_ORDER_TWO));
  if (allowed->models < result->row_count) {
    char numbers[2][24];
    (void)snprintf(numbers[0], sizeof(numbers[0]), "%zu", allowed->models);
    (void)snprintf(numbers[1], sizeof(numbers[1]), "%zu", result->row_count);
    const char *const values[] = {numbers[0], numbers[1]};
    vtm_page_raw(page, " ");
    vtm_page_say_plain(page, VTM_WORD_PAIRS_CUT, values, 2);
  }
  vtm_page_raw(page, "</p>\n");
}

static void write_heading(vtm_page *page, vtm_word word, const vtm_result *result) {
  const char *const label[] = {result->label};
  vtm_page_raw(page, "<section>\n<h2>");
  vtm_page_say_plain(page, word, label, 1);
  vtm_page_raw(page, "</h2>\n");
}

static void write_name(vtm_page *page, const vtm_score_row *row) {
  vtm_page_raw(page, "<h3>");
  vtm_page_text(page, row->name);
  vtm_page_raw(page, "</h3>\n");
}

static void write_extremes(vtm_page *page, const vtm_result *result, const size_t *order, const budget *allowed) {
  const int decimals = vtm_value_decimals(result);
  write_heading(page, VTM_WORD_PAIRS_TITLE, result);
  write_hint(page, result, allowed);
  for (size_t i = 0; i < allowed->models; i++) {
    const vtm_score_row *row = &result->rows[order[i]];
    const size_t half = (row->image_count + 1) / 2; /* no pair is shown as worst and as best */
    const size_t most = allowed->pairs < half ? allowed->pairs : half;
    picks chosen;
    write_name(page, row);
    vtm_page_element(page, "h4", VTM_WORD_WORST);
    pick_pairs(row->images, row->image_count, badness_of_value, result->lower_is_better, most, &chosen);
    write_picks(page, order[i], row, &chosen, decimals, false);
    const size_t rest = row->image_count - most;
    if (rest == 0) continue;
    vtm_page_element(page, "h4", VTM_WORD_BEST_PAIRS);
    pick_pairs(row->images, row->image_count, goodness_of_value, result->lower_is_better, rest < most ? rest : most,
               &chosen);
    write_picks(page, order[i], row, &chosen, decimals, false);
  }
  vtm_page_raw(page, "</section>\n");
}

static void write_influences(vtm_page *page, const vtm_result *result, const size_t *order, const budget *allowed) {
  write_heading(page, VTM_WORD_INFLUENCE_TITLE, result);
  vtm_text_format(&page->html, "<p>%s</p>\n", vtm_say(page->language, VTM_WORD_INFLUENCE_HELP));
  write_hint(page, result, allowed);
  for (size_t i = 0; i < allowed->models; i++) {
    const vtm_score_row *row = &result->rows[order[i]];
    picks chosen;
    write_name(page, row);
    pick_pairs(row->influences, row->influence_count, strength_of_influence, result->lower_is_better, allowed->pairs,
               &chosen);
    const double largest = chosen.count > 0 ? chosen.keys[0] : 0;
    write_picks(page, order[i], row, &chosen, vtm_two_digits(largest) + 1, true);
  }
  vtm_page_raw(page, "</section>\n");
}

vtm_status vtm_page_pairs(vtm_page *page, vtm_error *error) {
  const budget allowed = make_budget(page);
  for (size_t m = 0; m < page->comparison->result_count && allowed.models > 0; m++) {
    const vtm_result *result = page->comparison->results[m];
    if (result->row_count == 0) continue;
    size_t *order = vtm_allocate(result->row_count * 2, sizeof(*order), error);
    if (order == NULL) return VTM_ERROR_MEMORY;
    vtm_result_ranking(result, order, order + result->row_count);
    if (result->rows[0].image_count > 0) write_extremes(page, result, order, &allowed);
    if (result->rows[0].influence_count > 0) write_influences(page, result, order, &allowed);
    free(order);
  }
  return VTM_OK;
}
