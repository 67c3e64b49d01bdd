/* What has to be said about a comparison beside its table: each thing once, however many metrics say it. */
#ifndef VTM_REPORT_REMARKS_H
#define VTM_REPORT_REMARKS_H

#include "report/ranked_scores.h"

typedef struct vtm_remark {
  const char *kind;    /* "Note", "Warning" */
  const char *subject; /* a model, a task, or NULL */
  const char *text;
  bool broken; /* a file that was left out: there may be many */
} vtm_remark;

typedef struct vtm_remarks {
  vtm_remark *list;
  size_t count;
} vtm_remarks;

/* Notes of the metrics, then warnings; memory belongs to `ranked`. Those of a comparison as a whole come with its
 * title. */
vtm_remarks vtm_scores_remarks(vtm_ranked_scores *ranked);

/* One line of the fingerprint; `subject` is NULL for what all metrics share, "FID" for what all tasks
 * share, else "full, FID". */
vtm_remarks vtm_scores_protocol(vtm_ranked_scores *ranked); /* kind is the line's name */

/* "FID", or with several tasks "full, FID"; belongs to `ranked`. */
const char *vtm_scores_group_name(vtm_ranked_scores *ranked, const vtm_scores_group *group);
/* "3 models against image, 24 images each". */
const char *vtm_scores_title(vtm_ranked_scores *ranked, const vtm_scores_task *task);

#endif
