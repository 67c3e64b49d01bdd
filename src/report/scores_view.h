/* Scores in the order in which they are shown: what all formats of a comparison share. */
#ifndef VTM_REPORT_SCORES_VIEW_H
#define VTM_REPORT_SCORES_VIEW_H

#include "base/arena.h"
#include "base/text.h"
#include "vtonmetrics/report.h"

#define VTM_NO_ROW ((size_t)-1)

/* One metric of one task. */
typedef struct vtm_scores_group {
  const char *task; /* "" when there is one only */
  const vtm_result *result;
  size_t *row;          /* of each model; VTM_NO_ROW: not scored */
  size_t *order, *rank; /* as of vtm_result_ranking */
  size_t *rank_of_row;
  size_t baseline;       /* row, or VTM_NO_ROW */
  int interval_decimals; /* of all rows alike, so that a column is aligned */
} vtm_scores_group;

typedef struct vtm_scores_view {
  vtm_arena arena;
  const vtm_scores *scores;
  const char **models; /* names, best first by the metric that sorts */
  size_t model_count;
  vtm_scores_group *groups;
  size_t group_count;
  const char *baseline; /* model or NULL */
} vtm_scores_view;

/* A metric or model of `options` that is not there is VTM_ERROR_USAGE. */
vtm_status vtm_scores_view_open(vtm_scores_view *view, const vtm_scores *scores, const vtm_report_options *options,
                                vtm_error *error);
void vtm_scores_view_close(vtm_scores_view *view);

/* NULL when the model was not scored. */
const vtm_score_row *vtm_scores_view_row(const vtm_scores_group *group, size_t model);
/* Whether another row shares its rank. */
bool vtm_scores_view_is_tie(const vtm_scores_group *group, size_t row);
/* Of rows a and b in either order, NULL when there is none. *sign is -1 when it is the other way round. */
const vtm_difference *vtm_scores_view_difference(const vtm_result *result, size_t a, size_t b, double *sign);
/* Seconds an image; NaN when not given. */
double vtm_scores_view_seconds(const vtm_scores_view *view, size_t model);
/* Of the rows at `place` and `place` + 1 of the ranking, see vtm_report_sentence; belongs to the view. */
const char *vtm_scores_view_sentence(vtm_scores_view *view, const vtm_scores_group *group, size_t place);

#endif
