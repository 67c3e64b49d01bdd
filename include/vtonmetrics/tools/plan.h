/* --dry-run for programs. */
#ifndef VTONMETRICS_TOOLS_PLAN_H
#define VTONMETRICS_TOOLS_PLAN_H

#include <stddef.h>

#include "vtonmetrics/metric.h"

#ifdef __cplusplus
extern "C" {
#endif

/* vtm_score_plan as one JSON object, schema "vtonmetrics/plan/1": reference, and models, an array with one object for
 * each generated input: generated, saved (true: a .npz, of which no images are matched), and of folders what
 * vtm_matching_json says. Free with vtm_free. */
VTM_API vtm_status vtm_score_plan_json(const vtm_settings *settings, const char *reference,
                                       const char *const *generated, size_t count, char **text, vtm_error *error);

#ifdef __cplusplus
}
#endif
#endif
