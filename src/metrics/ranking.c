/* What is known of rows of a result, and the ranks that follow from it. */
#include <math.h>

#include "vtonmetrics/compare.h"

/* ---- what is known of two rows ---- */

const char *vtm_verdict_name(vtm_verdict verdict) {
  static const char *const names[] = {"unknown", "tied", "ahead", "behind", "equal", "rounding", "incomparable"};
  return (size_t)verdict < sizeof(names) / sizeof(*names) ? names[verdict] : names[VTM_VERDICT_UNKNOWN];
}

vtm_verdict vtm_verdict_reversed(vtm_verdict verdict) {
  if (verdict == VTM_VERDICT_AHEAD) return VTM_VERDICT_BEHIND;
  return verdict == VTM_VERDICT_BEHIND ? VTM_VERDICT_AHEAD : verdict;
}

const vtm_difference *vtm_result_difference_of(const vtm_result *result, size_t a, size_t b) {
  const size_t rows = result->row_count;
  const size_t first = a < b ? a : b;
  const size_t second = a < b ? b : a;
  if (first == second || second >= rows || result->difference_count != rows * (rows - 1) / 2) return NULL;
  return &result->differences[first * (2 * rows - first - 1) / 2 + second - first - 1];
}

static bool is_same_count(size_t a, size_t b) { return a == b || a == 0 || b == 0; }

static bool are_rows(const vtm_result *result, size_t a, size_t b) {
  return a < result->row_count && b < result->row_count;
}

/* Values of unlike numbers of images are of unlike people, or biased by unlike amounts. */
static bool are_alike(const vtm_result *result, const vtm_score_row *a, const vtm_score_row *b) {
  const vtm_metric_info *info = vtm_metric_find(result->metric);
  const bool biased = info == NULL || info->biased;
  return is_same_count(a->n_reference, b->n_reference) && (!biased || is_same_count(a->n_generated, b->n_generated));
}

vtm_verdict vtm_result_verdict(const vtm_result *result, size_t a, size_t b) {
  const vtm_difference *difference = vtm_result_difference_of(result, a, b);
  if (difference != NULL) return difference->a == a ? difference->verdict : vtm_verdict_reversed(difference->verdict);
  if (!are_rows(result, a, b)) return VTM_VERDICT_UNKNOWN;
  if (!are_alike(result, &result->rows[a], &result->rows[b])) return VTM_VERDICT_INCOMPARABLE;
  return result->rows[a].value == result->rows[b].value ? VTM_VERDICT_EQUAL : VTM_VERDICT_UNKNOWN;
}

/* ---- ranks ---- */

/* NaN is worse than any number. */
static bool is_better(const vtm_result *result, double x, double y) {
  if (isnan(x) || isnan(y)) return !isnan(x) && isnan(y);
  return result->lower_is_better ? x < y : x > y;
}

bool vtm_result_is_ahead(const vtm_result *result, size_t a, size_t b) {
  const vtm_verdict verdict = vtm_result_verdict(result, a, b);
  if (verdict != VTM_VERDICT_UNKNOWN) return verdict == VTM_VERDICT_AHEAD;
  if (!are_rows(result, a, b)) return false;
  const vtm_difference *difference = vtm_result_difference_of(result, a, b);
  if (difference == NULL || isnan(difference->value))
    return is_better(result, result->rows[a].value, result->rows[b].value);
  return difference->a == a ? is_better(result, difference->value, 0) : is_better(result, 0, difference->value);
}

static bool can_be_ranked(const vtm_result *result) {
  for (size_t a = 0; a < result->row_count; a++)
    for (size_t b = a + 1; b < result->row_count; b++)
      if (vtm_result_verdict(result, a, b) == VTM_VERDICT_INCOMPARABLE) return false;
  return true;
}

void vtm_result_ranking(const vtm_result *result, size_t *order, size_t *rank) {
  for (size_t i = 0; i < result->row_count; i++) {
    size_t place = i;
    for (; place > 0 && is_better(result, result->rows[i].value, result->rows[order[place - 1]].value); place--)
      order[place] = order[place - 1];
    order[place] = i;
  }
  const bool ranked = can_be_ranked(result);
  for (size_t i = 0; i < result->row_count; i++) {
    rank[i] = ranked;
    for (size_t k = 0; k < result->row_count && ranked; k++) rank[i] += vtm_result_is_ahead(result, order[k], order[i]);
  }
}
