/* --match pairs:FILE. */
#ifndef VTM_DATASET_MATCH_LIST_H
#define VTM_DATASET_MATCH_LIST_H

#include "dataset/schemes.h"
#include "vtonmetrics/tools/pairs.h"

/* Lets a pair list decide: files that it does not list lose their partner, names that say nothing get theirs. */
vtm_status vtm_match_by_list(const vtm_known_names *names, const vtm_pair_list *list, vtm_matching *matching,
                             const vtm_scheme **scheme, vtm_error *error);

#endif
