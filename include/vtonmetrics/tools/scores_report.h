/* Scores of several tasks, and what changed between two runs, as text. */
#ifndef VTONMETRICS_TOOLS_SCORES_REPORT_H
#define VTONMETRICS_TOOLS_SCORES_REPORT_H

#include <stddef.h>

#include "vtonmetrics/report.h"
#include "vtonmetrics/tools/scores.h"

#ifdef __cplusplus
extern "C" {
#endif

/* vtm_report_comparison for several tasks: one group of columns for each task. */
VTM_API vtm_status vtm_report_scores(const vtm_scores *scores, const char *format, const vtm_report_options *options,
                                     char **text, vtm_error *error);
/* vtm_report_comparison_per_image for several tasks, whose names are the first column, `task`. */
VTM_API vtm_status vtm_report_scores_per_image(const vtm_scores *scores, char **text, vtm_error *error);

/* What changed between two runs, with at most `most` pictures that got better and as many that got worse. `format`: one
 * of vtm_report_change_formats(). */
VTM_API vtm_status vtm_report_changes(const vtm_changes *changes, const char *format, size_t most,
                                      const vtm_report_options *options, char **text, vtm_error *error);
VTM_API const char *vtm_report_change_formats(void); /* "text|json|markdown" */

#ifdef __cplusplus
}
#endif
#endif
