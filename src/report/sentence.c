#include "report/sentence.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "report/number.h"
#include "report/table.h"
#include "vtonmetrics/compare.h"
#include "vtonmetrics/report.h"

const vtm_difference *vtm_find_difference(const vtm_result *result, size_t a, size_t b) {
  for (size_t i = 0; i < result->difference_count; i++) {
    const vtm_difference *difference = &result->differences[i];
    if ((difference->a == a && difference->b == b) || (difference->a == b && difference->b == a)) return difference;
  }
  return NULL;
}

static void append_number(vtm_text *text, double value, int decimals) {
  char number[VTM_NUMBER_TEXT];
  vtm_number_rounded(value, decimals, number);
  vtm_text_append(text, number);
}

/* "28.4 +- 2.1" */
static void append_amount(vtm_text *text, double value, const vtm_interval *interval) {
  const int decimals = vtm_interval_decimals(interval);
  append_number(text, value, decimals);
  vtm_text_append(text, " +- ");
  append_number(text, vtm_interval_half(interval), decimals);
}

/* "p = 0.012" */
static void append_p(vtm_text *text, double p) {
  vtm_text_append(text, p < 0.001 ? "p < 0.001" : "p = ");
  if (p >= 0.001) append_number(text, p, p < 0.01 ? 4 : p < 0.1 ? 3 : 2);
}

/* The values of a table are those of all images of each row. */
static void append_common(vtm_text *text, const vtm_result *result, const vtm_difference *difference) {
  const size_t n = difference->n;
  if (result->rows[difference->a].n_reference != n || result->rows[difference->b].n_reference != n)
    vtm_text_format(text, " on the %zu images that both have", n);
}

static void append_apart(vtm_text *text, const vtm_result *result, const vtm_difference *difference) {
  const bool a_first = result->lower_is_better == (difference->value < 0);
  const char *first = result->rows[a_first ? difference->a : difference->b].name;
  const char *second = result->rows[a_first ? difference->b : difference->a].name;
  vtm_text_format(text, "%s is ahead of %s by ", first, second);
  append_amount(text, fabs(difference->value), &difference->interval);
  append_common(text, result, difference);
  if (!isnan(difference->p)) {
    vtm_text_append(text, " (");
    append_p(text, difference->p);
    vtm_text_append(text, ")");
  }
}

static void append_alike(vtm_text *text, const vtm_result *result, const vtm_difference *difference, size_t a,
                         size_t b) {
  vtm_text_format(text, "%s and %s are tied at n = %zu (difference ", result->rows[a].name, result->rows[b].name,
                  difference->n);
  append_amount(text, fabs(difference->value), &difference->interval);
  if (!isnan(difference->p)) {
    vtm_text_append(text, ", ");
    append_p(text, difference->p);
  }
  vtm_text_append(text, ")");
}

static void append_unsure(vtm_text *text, const vtm_result *result, size_t a, size_t b) {
  const double difference = result->rows[a].value - result->rows[b].value;
  const bool a_first = result->lower_is_better == (difference < 0);
  vtm_text_format(text, "%s is ahead of %s by ", result->rows[a_first ? a : b].name,
                  result->rows[a_first ? b : a].name);
  append_number(text, fabs(difference), vtm_report_decimals(result));
  vtm_text_append(text, "; how certain that is, is not known");
}

vtm_status vtm_report_sentence(const vtm_result *result, size_t a, size_t b, char **text, vtm_error *error) {
  vtm_text sentence = {0};
  const vtm_difference *difference = vtm_find_difference(result, a, b);
  if (difference == NULL)
    append_unsure(&sentence, result, a, b);
  else if (difference->differ)
    append_apart(&sentence, result, difference);
  else
    append_alike(&sentence, result, difference, a, b);
  *text = vtm_text_take(&sentence, error);
  return *text != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

vtm_status vtm_append_neighbours(const vtm_result *result, vtm_text *text,
                                 void (*append)(vtm_text *text, const char *sentence), vtm_error *error) {
  if (result->difference_count == 0) return VTM_OK;
  size_t *order = vtm_allocate(result->row_count, sizeof(*order), error);
  size_t *rank = vtm_allocate(result->row_count, sizeof(*rank), error);
  vtm_status status = order != NULL && rank != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK) vtm_result_ranking(result, order, rank);
  for (size_t i = 1; i < result->row_count && status == VTM_OK; i++) {
    char *sentence = NULL;
    status = vtm_report_sentence(result, order[i - 1], order[i], &sentence, error);
    if (status == VTM_OK) append(text, sentence);
    free(sentence);
  }
  free(order);
  free(rank);
  return status;
}
