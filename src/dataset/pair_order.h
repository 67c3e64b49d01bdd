/* Which column of a pair list is the person. */
#ifndef VTM_DATASET_PAIR_ORDER_H
#define VTM_DATASET_PAIR_ORDER_H

#include "vtonmetrics/tools/pairs.h"

/* Garment first for person first, and the other way round. */
vtm_pair_order vtm_opposite_order(vtm_pair_order order);
/* Whether the line names one picture twice, as paired lists do. */
bool vtm_is_same_name(const vtm_pair_line *line);
/* Whether the line, read in this order, names two pictures that exist the other way round and in no other way. Never
 * where the folders share most names: there two files may be missing. */
bool vtm_line_is_turned(const vtm_pair_line *line, const vtm_folder *people, const vtm_folder *garments,
                        const vtm_order_evidence *evidence, vtm_pair_order order);

#endif
