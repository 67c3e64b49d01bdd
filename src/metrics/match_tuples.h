/* What is run together when several models are compared with one reference: a tuple is a photograph with one result of
 * each model. One with several results makes several tuples; images without a partner share tuples of their own. */
#ifndef VTM_METRICS_MATCH_TUPLES_H
#define VTM_METRICS_MATCH_TUPLES_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/status.h"
#include "vtonmetrics/tools/dataset.h"

/* Of one model: its pairs, sorted by photograph, and which entries of its folder are wanted without a pair. */
typedef struct vtm_tuple_model {
  const vtm_pair *pairs;
  size_t pair_count;
  const bool *alone; /* NULL: none */
  size_t entry_count;
} vtm_tuple_model;

/* Member 0 is an entry of the reference, member m > 0 one of model m - 1; VTM_NO_ENTRY: there is none. */
typedef struct vtm_tuples {
  size_t *entries; /* count x members */
  size_t *pairs;   /* count x members: the pair that a member m > 0 belongs to, or VTM_NO_ENTRY */
  size_t count, members;
  size_t matched; /* the tuples before this one are of images that belong together */
} vtm_tuples;

/* Matched tuples rise by photograph, and a model's results keep the order of its pairs; then come those of images
 * alone, rising too. `alone`: which photographs are wanted that no pair has; NULL: none. */
vtm_status vtm_tuples_make(const vtm_tuple_model *models, size_t model_count, const bool *alone, size_t entry_count,
                           vtm_tuples *tuples, vtm_error *error);
void vtm_tuples_free(vtm_tuples *tuples); /* a zeroed one is allowed */

static inline size_t vtm_tuple_entry(const vtm_tuples *tuples, size_t tuple, size_t member) {
  return tuples->entries[tuple * tuples->members + member];
}

static inline size_t vtm_tuple_pair(const vtm_tuples *tuples, size_t tuple, size_t member) {
  return tuples->pairs[tuple * tuples->members + member];
}

#endif
