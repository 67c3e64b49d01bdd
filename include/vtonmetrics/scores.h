/* The scores of an experiment: computed by vtm_compare, or read back from what --json wrote.
 *
 *   vtm_scores *before;
 *   vtm_scores_read("scores.json", &before, &error);
 *   vtm_scores_diff(before, after, NULL, &changes, &error);
 */
#ifndef VTONMETRICS_SCORES_H
#define VTONMETRICS_SCORES_H

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

/* Reads one object of schema "vtonmetrics/1": of compare, or of a single metric (then one task of one result).
 * Members that are not known are passed over; all else that is wrong says where. On success the caller owns *scores,
 * and all it points to. */
VTM_API vtm_status vtm_scores_read(const char *path, vtm_scores **scores, vtm_error *error);
/* The same from memory; `name` is what messages begin with. */
VTM_API vtm_status vtm_scores_parse(const char *name, const void *bytes, size_t size, vtm_scores **scores,
                                    vtm_error *error);
VTM_API void vtm_scores_destroy(vtm_scores *scores); /* of those read; NULL is allowed */

#ifdef __cplusplus
}
#endif
#endif
