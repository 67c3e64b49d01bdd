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

/* Reads one object of schema "vtonmetrics/2": of compare, or of a single metric (then one task of one result).
 * Members that are not known are passed over; all else that is wrong says where. On success the caller owns *scores,
 * and all it points to. */
VTM_API vtm_status vtm_scores_read(const char *path, vtm_scores **scores, vtm_error *error);
/* The same from memory; `name` is what messages begin with. */
VTM_API vtm_status vtm_scores_parse(const char *name, const void *bytes, size_t size, vtm_scores **scores,
                                    vtm_error *error);
VTM_API void vtm_scores_destroy(vtm_scores *scores); /* of those read; NULL is allowed */

/* ---- what changed between two runs ---- */

typedef enum vtm_change_kind {
  VTM_CHANGE_UNSURE = 0,          /* no interval can be given: `why` says why not */
  VTM_CHANGE_NOT_SIGNIFICANT = 1, /* the interval of the difference holds zero */
  VTM_CHANGE_BETTER = 2,          /* it lies on one side of it */
  VTM_CHANGE_WORSE = 3,
  VTM_CHANGE_INCOMPARABLE = 4 /* the numbers are of different quantities: `why` */
} vtm_change_kind;

VTM_API const char *vtm_change_name(vtm_change_kind kind); /* "worse"; static storage */

typedef struct vtm_image_change {
  const char *name;
  double before, after; /* value of a per image metric, influence on a distance */
} vtm_image_change;

/* One model by one metric. */
typedef struct vtm_score_change {
  const char *task, *metric, *label, *model; /* task: "" when it has no name */
  bool lower_is_better;
  double before, after;              /* the two scores */
  size_t n, only_before, only_after; /* pictures in both and in one only; all 0 where single pictures are not known */
  double value;                      /* after less before; per image metrics: on the pictures that both have */
  const vtm_interval *interval;      /* of `value`, or NULL */
  vtm_change_kind kind;
  const char *why;                /* or NULL */
  const vtm_image_change *images; /* in both, from the one that got worst to the one that got best */
  size_t image_count;
  bool by_influence; /* images have influences on the score, not scores of their own */
} vtm_score_change;

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
  const char *const *notes; /* models, metrics and tasks that only one of the two has, ... */
  size_t note_count;
} vtm_changes;

/* Paired where both runs say what each picture got; `seed` starts the resampling. On success the caller owns *changes;
 * both scores have to outlive it. */
VTM_API vtm_status vtm_scores_diff(const vtm_scores *before, const vtm_scores *after, long seed, vtm_changes **changes,
                                   vtm_error *error);
VTM_API void vtm_changes_destroy(vtm_changes *changes); /* NULL is allowed */

#ifdef __cplusplus
}
#endif
#endif
