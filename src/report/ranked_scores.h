/* Scores in the order in which they are shown: what all formats of a comparison share. */
#ifndef VTM_REPORT_RANKED_SCORES_H
#define VTM_REPORT_RANKED_SCORES_H

#include "base/arena.h"
#include "base/text.h"
#include "report/sentence.h"
#include "vtonmetrics/report.h"
#include "vtonmetrics/tools/scores.h"

#define VTM_NO_ROW ((size_t)-1)

/* One metric of one task. */
typedef struct vtm_scores_group {
  const char *task; /* "" when there is one only */
  const vtm_result *result;
  size_t *row;          /* of each model; VTM_NO_ROW: not scored */
  size_t *order, *rank; /* as of vtm_result_ranking */
  size_t *rank_of_row;
  vtm_said_pair *said; /* rows of which there are sentences */
  size_t said_count;
  size_t baseline; /* row, or VTM_NO_ROW */
  int decimals;    /* the same for all rows, so that a column is aligned */
} vtm_scores_group;

typedef struct vtm_ranked_scores {
  vtm_arena arena;
  const vtm_scores *scores;
  const char **models; /* names, best first by the metric that sorts */
  size_t model_count;
  vtm_scores_group *groups;
  size_t group_count;
  const char *baseline; /* model or NULL */
} vtm_ranked_scores;

/* A metric or model of `options` that is not there is VTM_ERROR_USAGE. */
vtm_status vtm_ranked_scores_open(vtm_ranked_scores *ranked, const vtm_scores *scores,
                                  const vtm_report_options *options, vtm_error *error);
void vtm_ranked_scores_close(vtm_ranked_scores *ranked);

/* NULL when the model was not scored. */
const vtm_score_row *vtm_ranked_scores_row(const vtm_scores_group *group, size_t model);
/* Whether another row shares its rank. */
bool vtm_ranked_scores_is_tie(const vtm_scores_group *group, size_t row);
/* Of rows a and b in either order, NULL when there is none. *sign is -1 when it is the other way round. */
const vtm_difference *vtm_ranked_scores_difference(const vtm_result *result, size_t a, size_t b, double *sign);
/* Seconds an image; NaN when not given. */
double vtm_ranked_scores_seconds(const vtm_ranked_scores *ranked, size_t model);
/* Of group->said[index], see vtm_report_sentence; belongs to `ranked`. */
const char *vtm_ranked_scores_sentence(vtm_ranked_scores *ranked, const vtm_scores_group *group, size_t index);

#endif
