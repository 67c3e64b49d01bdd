/* Which column of a pair list is the person. */
#ifndef VTM_DATASET_PAIR_ORDER_H
#define VTM_DATASET_PAIR_ORDER_H

#include "vtonmetrics/tools/pairs.h"

/* Whether the line names one picture twice, as paired lists do. */
bool vtm_is_same_name(const vtm_pair_line *line);

#endif
