/* Warns of a score whose variance few people make. */
#ifndef VTM_METRICS_FEW_PEOPLE_H
#define VTM_METRICS_FEW_PEOPLE_H

#include "metrics/result.h"
#include "stats/spread.h"

/* Does nothing unless they are few (stats/spread.h). `parts` are what the spread is of, by people ("people") or single
 * images ("images") with these names. */
void vtm_warn_of_few(vtm_result_builder *builder, vtm_score_row *row, const vtm_spread *spread, const char *whose,
                     const double *parts, const char *const *names);

#endif
