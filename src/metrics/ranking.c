#include <math.h>

#include "vtonmetrics/compare.h"

/* NaN is worse than any number. */
static bool is_better(const vtm_result *result, size_t a, size_t b) {
  const double x = result->rows[a].value;
  const double y = result->rows[b].value;
  if (isnan(x) || isnan(y)) return !isnan(x) && isnan(y);
  return result->lower_is_better ? x < y : x > y;
}

static bool told_apart(const vtm_result *result, size_t a, size_t b) {
  for (size_t i = 0; i < result->difference_count; i++) {
    const vtm_difference *difference = &result->differences[i];
    if ((difference->a == a && difference->b == b) || (difference->a == b && difference->b == a))
      return difference->differ;
  }
  return is_better(result, a, b) || is_better(result, b, a);
}

void vtm_result_ranking(const vtm_result *result, size_t *order, size_t *rank) {
  for (size_t i = 0; i < result->row_count; i++) {
    size_t place = i;
    for (; place > 0 && is_better(result, i, order[place - 1]); place--) order[place] = order[place - 1];
    order[place] = i;
  }
  size_t best = 0; /* of the group of ties */
  for (size_t i = 0; i < result->row_count; i++) {
    if (told_apart(result, order[best], order[i])) best = i;
    rank[i] = best + 1;
  }
}
