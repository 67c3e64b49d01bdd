#include "metrics/few_people.h"

#include <math.h>

/* The largest parts; where few carry a variance two make more than half of it. */
enum { MOST_NAMED = 2 };

static size_t largest_but(const double *parts, size_t count, size_t taken) {
  size_t largest = taken == 0 ? 1 : 0;
  for (size_t i = 0; i < count; i++)
    if (i != taken && fabs(parts[i]) > fabs(parts[largest])) largest = i;
  return largest;
}

void vtm_warn_of_few(vtm_result_builder *builder, vtm_score_row *row, const vtm_spread *spread, const char *whose,
                     const double *parts, const char *const *names) {
  if (!vtm_spread_is_of_few(spread)) return;
  const size_t first = largest_but(parts, spread->count, spread->count);
  const size_t second = largest_but(parts, spread->count, first);
  double squares = 0; /* of parts over the largest: none leaves the range of double */
  for (size_t i = 0; i < spread->count; i++) squares += parts[i] / parts[first] * (parts[i] / parts[first]);
  const double of_first = 1 / squares;
  const double of_second = parts[second] / parts[first] * (parts[second] / parts[first]) / squares;
  const bool one = of_first > 0.5;
  vtm_result_warn_row(builder, row,
                      "%d of %zu %s carr%s %.0f %% of the variance of %s (%s%s%s): intervals of scores with so long a "
                      "tail hold less often than 95 %%, so look at %s",
                      one ? 1 : MOST_NAMED, spread->count, whose, one ? "ies" : "y",
                      100 * (one ? of_first : of_first + of_second), builder->result.label, names[first],
                      one ? "" : ", ", one ? "" : names[second], one ? "it" : "them");
}
