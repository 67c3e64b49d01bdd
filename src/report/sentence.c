#include "report/sentence.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "report/number.h"
#include "report/table.h"
#include "vtonmetrics/compare.h"
#include "vtonmetrics/report.h"

/* ---- one sentence ---- */

static void append_number(vtm_text *text, double value, int decimals) {
  char number[VTM_NUMBER_TEXT];
  vtm_number_rounded(value, decimals, number);
  vtm_text_append(text, number);
}

/* "28.4 [26.3, 30.5]", of the difference or, with -1, of the one the other way round */
static void append_amount(vtm_text *text, const vtm_difference *difference, double sign) {
  char amount[VTM_INTERVAL_TEXT];
  const vtm_interval turned = vtm_interval_times(difference->interval, sign);
  vtm_interval_text(sign * difference->value, &turned, vtm_interval_decimals(&turned), amount);
  vtm_text_append(text, amount);
}

/* ", p = 0.012"; nothing where there is no test */
static void append_p(vtm_text *text, const char *start, double p) {
  if (isnan(p)) return;
  vtm_text_format(text, "%s%s", start, p < 0.001 ? "p < 0.001" : "p = ");
  if (p >= 0.001) append_number(text, p, p < 0.01 ? 4 : p < 0.1 ? 3 : 2);
}

bool vtm_is_of_common_people(const vtm_result *result, const vtm_difference *difference) {
  const size_t n = difference->n;
  return n > 0 && (result->rows[difference->a].n_reference != n || result->rows[difference->b].n_reference != n);
}

static void append_ahead(vtm_text *text, const vtm_result *result, const vtm_difference *difference, size_t first,
                         size_t second) {
  const bool as_listed = difference->a == first;
  vtm_text_format(text, "%s is ahead of %s by ", result->rows[first].name, result->rows[second].name);
  append_amount(text, difference, as_listed == result->lower_is_better ? -1 : 1);
  if (vtm_is_of_common_people(result, difference))
    vtm_text_format(text, " on the %zu people that both have", difference->n);
  append_p(text, " (", difference->p);
  vtm_text_append(text, isnan(difference->p) ? "" : ")");
}

static void append_tied(vtm_text *text, const vtm_result *result, const vtm_difference *difference, size_t a,
                        size_t b) {
  const char *first = result->rows[a].name;
  const char *second = result->rows[b].name;
  vtm_text_format(text, "%s and %s are tied", first, second);
  if (difference->n > 0) vtm_text_format(text, " on %zu people", difference->n);
  vtm_text_format(text, " (%s minus %s: ", second, first);
  append_amount(text, difference, difference->a == a ? -1 : 1);
  append_p(text, ", ", difference->p);
  vtm_text_append(text, ")");
  if (difference->why != NULL) vtm_text_format(text, ": %s", difference->why);
}

double vtm_rows_apart(const vtm_result *result, const vtm_difference *difference, size_t a, size_t b) {
  if (difference == NULL || isnan(difference->value)) return result->rows[a].value - result->rows[b].value;
  return difference->a == a ? difference->value : -difference->value;
}

static void append_unknown(vtm_text *text, const vtm_result *result, const vtm_difference *difference, size_t a,
                           size_t b) {
  const double apart = vtm_rows_apart(result, difference, a, b);
  const bool a_first = result->lower_is_better == (apart < 0);
  const size_t first = a_first ? a : b;
  if (isnan(apart)) {
    vtm_text_format(text, "%s and %s: which is ahead is not known", result->rows[a].name, result->rows[b].name);
  } else {
    vtm_text_format(text, "%s has a better value than %s, by ", result->rows[first].name,
                    result->rows[first == a ? b : a].name);
    append_number(text, fabs(apart), vtm_report_decimals(result));
    vtm_text_append(text, "; whether it is ahead is not known");
  }
  if (difference != NULL && difference->why != NULL) vtm_text_format(text, ": %s", difference->why);
}

static void append_incomparable(vtm_text *text, const vtm_result *result, const vtm_difference *difference, size_t a,
                                size_t b) {
  vtm_text_format(text, "%s and %s cannot be compared: %s", result->rows[a].name, result->rows[b].name,
                  difference != NULL ? difference->why : "of unlike numbers of images");
}

vtm_status vtm_report_sentence(const vtm_result *result, size_t a, size_t b, char **text, vtm_error *error) {
  *text = NULL;
  if (a >= result->row_count || b >= result->row_count)
    return vtm_fail(error, VTM_ERROR_USAGE, "rows %zu and %zu were asked for: the result has %zu, numbered from 0", a,
                    b, result->row_count);
  vtm_text sentence = {0};
  const vtm_difference *difference = vtm_result_difference_of(result, a, b);
  switch (vtm_result_verdict(result, a, b)) {
    case VTM_VERDICT_AHEAD: append_ahead(&sentence, result, difference, a, b); break;
    case VTM_VERDICT_BEHIND: append_ahead(&sentence, result, difference, b, a); break;
    case VTM_VERDICT_TIED: append_tied(&sentence, result, difference, a, b); break;
    case VTM_VERDICT_EQUAL:
    case VTM_VERDICT_ROUNDING:
      vtm_text_format(&sentence, "%s and %s have the same value", result->rows[a].name, result->rows[b].name);
      if (result->rows[a].value < result->rows[b].value || result->rows[a].value > result->rows[b].value)
        vtm_text_append(&sentence, " on the people, and equal numbers of results, that both have");
      break;
    case VTM_VERDICT_INCOMPARABLE: append_incomparable(&sentence, result, difference, a, b); break;
    case VTM_VERDICT_UNKNOWN: append_unknown(&sentence, result, difference, a, b); break;
  }
  *text = vtm_text_take(&sentence, error);
  return *text != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

/* ---- which sentences ---- */

/* The place of the row that shows why the one at `place` has its rank, where its neighbour does not; `place` itself:
 * none is needed. */
static size_t find_reason(const vtm_result *result, const size_t *order, const size_t *rank, size_t place) {
  if (rank[place] == 0 || (place > 0 && vtm_result_is_ahead(result, order[place - 1], order[place]))) return place;
  if (rank[place] == 1) return place > 1 ? 0 : place;
  for (size_t k = place; k-- > 0;)
    if (vtm_result_is_ahead(result, order[k], order[place])) return k;
  for (size_t k = place + 1; k < result->row_count; k++)
    if (vtm_result_is_ahead(result, order[k], order[place])) return k;
  return place;
}

size_t vtm_said_pairs(const vtm_result *result, const size_t *order, const size_t *rank, vtm_said_pair *pairs) {
  size_t count = 0;
  for (size_t place = 0; place < result->row_count; place++) {
    if (place > 0) pairs[count++] = (vtm_said_pair){order[place - 1], order[place]};
    const size_t reason = find_reason(result, order, rank, place);
    const bool is_next = place == 0 && reason == 1; /* which will be said anyway */
    if (reason != place && !is_next) pairs[count++] = (vtm_said_pair){order[reason], order[place]};
  }
  return count;
}

vtm_status vtm_append_sentences(const vtm_result *result, vtm_text *text,
                                void (*append)(vtm_text *text, const char *sentence), vtm_error *error) {
  if (result->difference_count == 0) return VTM_OK;
  size_t *order = vtm_allocate(result->row_count, sizeof(*order), error);
  size_t *rank = vtm_allocate(result->row_count, sizeof(*rank), error);
  vtm_said_pair *pairs = vtm_allocate(result->row_count, 2 * sizeof(*pairs), error);
  vtm_status status = order != NULL && rank != NULL && pairs != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  size_t count = 0;
  if (status == VTM_OK) {
    vtm_result_ranking(result, order, rank);
    count = vtm_said_pairs(result, order, rank, pairs);
  }
  for (size_t i = 0; i < count && status == VTM_OK; i++) {
    char *sentence = NULL;
    status = vtm_report_sentence(result, pairs[i].better, pairs[i].worse, &sentence, error);
    if (status == VTM_OK) append(text, sentence);
    free(sentence);
  }
  free(order);
  free(rank);
  free(pairs);
  return status;
}
