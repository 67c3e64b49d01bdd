#include "report/scores_grids.h"

#include <math.h>

#include "report/table.h"

const char *vtm_scores_view_sentence(vtm_scores_view *view, const vtm_scores_group *group, size_t place) {
  const vtm_result *result = group->result;
  const size_t ahead = group->order[place];
  const size_t behind = group->order[place + 1];
  const char *first = result->rows[ahead].name;
  const char *second = result->rows[behind].name;
  double sign = 1.0;
  const vtm_difference *difference = vtm_scores_view_difference(result, ahead, behind, &sign);
  const double value = fabs(result->rows[ahead].value - result->rows[behind].value);
  if (difference == NULL)
    return vtm_arena_format(&view->arena, "%s is ahead of %s by %.*f", first, second, vtm_report_decimals(result),
                            value);
  if (!difference->differ)
    return vtm_arena_format(&view->arena, "%s and %s can't be told apart at n = %zu", first, second, difference->n);
  return vtm_arena_format(
      &view->arena, "%s is ahead of %s by %s", first, second,
      vtm_difference_text(&view->arena, fabs(difference->value), &difference->interval, vtm_report_decimals(result)));
}
