/* The scores of an experiment: computed by vtm_compare, or read back from what --json wrote.
 *
 *   vtm_scores *before;
 *   vtm_scores_read("scores.json", &before, &error);
 *   vtm_scores_diff(before, after, 1, &changes, &error);
 */
#ifndef VTONMETRICS_TOOLS_SCORES_H
#define VTONMETRICS_TOOLS_SCORES_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/compare.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One comparison of several: the models repaint all, or colour only, each against a reference of its own. */
typedef struct vtm_scores_task {
  const char *name; /* "" for a comparison that stands alone */
  const vtm_comparison *comparison;
} vtm_scores_task;

typedef struct vtm_scores {
  const vtm_scores_task *tasks;
  size_t task_count;
  const vtm_named_value *seconds; /* an image, of models, as somebody measured them */
  size_t seconds_count;
} vtm_scores;

/* Reads one object of schema "vtonmetrics/3": of compare, or of a single metric (then one task of one result).
 * Members that are not known are passed over; all else that is wrong says where. On success the caller owns *scores,
 * and all it points to. */
VTM_API vtm_status vtm_scores_read(const char *path, vtm_scores **scores, vtm_error *error);
/* The same from memory; `name` is what messages begin with. */
VTM_API vtm_status vtm_scores_parse(const char *name, const void *bytes, size_t size, vtm_scores **scores,
                                    vtm_error *error);
VTM_API void vtm_scores_destroy(vtm_scores *scores); /* of those read; NULL is allowed */

/* ---- what changed between two runs ---- */

/* What a verdict on the later score against the earlier one is called: "better", "tied"; static storage. */
VTM_API const char *vtm_change_name(vtm_verdict verdict);

typedef struct vtm_image_change {
  const char *name;
  double before, after; /* value of a per image metric, influence on a distance */
} vtm_image_change;

/* One model by one metric. All models of one metric and task are a family: p is corrected for their number. */
typedef struct vtm_score_change {
  const char *task, *metric, *label, *model; /* task: "" when it has no name */
  bool lower_is_better;
  double before, after;           /* the two scores */
  size_t n;                       /* people in both; 0: not known */
  size_t only_before, only_after; /* results in one run only */
  double value;                   /* after less before, on the people that both have; NaN: incomparable */
  const vtm_interval *interval;   /* of `value`, or NULL */
  double p;                       /* NaN: no test */
  vtm_verdict verdict;            /* of the later score: ahead is better */
  const char *why;                /* or NULL */
  const vtm_image_change *images; /* in both, from the one that got worst to the one that got best */
  size_t image_count;
  bool by_influence; /* images have influences on the score, not scores of their own */
} vtm_score_change;

/* What one of the two runs lacks: a score, or with `model` NULL a metric, with `label` NULL too a task. */
typedef struct vtm_missing_score {
  const char *task, *label, *model;
  bool was; /* the earlier run has it, the later one lacks it */
} vtm_missing_score;

/* A line of the fingerprint that is not the same. */
typedef struct vtm_step_change {
  const char *labels;                /* of the metrics: "FID, LPIPS(alex)" */
  const char *name, *before, *after; /* "" where there was none */
  const char *meaning;               /* a sentence */
  bool breaks;                       /* it makes the numbers incomparable */
} vtm_step_change;

typedef struct vtm_changes {
  const vtm_score_change *scores;
  size_t score_count;
  const vtm_step_change *steps;
  size_t step_count;
  const vtm_missing_score *missing;
  size_t missing_count;
  const char *const *notes;
  size_t note_count;
} vtm_changes;

/* Paired where both runs say what each picture got; `seed` starts the drawing of sign patterns. On success the caller
 * owns *changes; both scores have to outlive it. */
VTM_API vtm_status vtm_scores_diff(const vtm_scores *before, const vtm_scores *after, long seed, vtm_changes **changes,
                                   vtm_error *error);
VTM_API void vtm_changes_destroy(vtm_changes *changes); /* NULL is allowed */

#ifdef __cplusplus
}
#endif
#endif
