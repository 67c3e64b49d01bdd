/* People as units of resampling: all results of one person count together. */
#ifndef VTM_STATS_PERSONS_H
#define VTM_STATS_PERSONS_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/metric.h"

typedef struct vtm_person {
  const char *name; /* of the photograph's file */
  double sum;       /* of the values of its results */
  double results;
} vtm_person;

typedef struct vtm_persons {
  vtm_person *list; /* sorted by name; free() it */
  size_t count;
} vtm_persons;

/* Values of results, by their `reference`. */
vtm_status vtm_persons_gather(const vtm_image_score *scores, size_t count, vtm_persons *persons, vtm_error *error);

/* Those of `a` whom `b` has too: room for a->count of them. Returns their number. */
size_t vtm_persons_common(const vtm_persons *a, const vtm_persons *b, vtm_person *kept);

/* Adds to shares[i] `sign` times what person i stands for in the mean over all results, and returns `sign` times that
 * mean. A ratio of sums (of values, of results), made linear; of one result each it is the value. */
double vtm_persons_add_mean(const vtm_person *list, size_t count, double sign, double *shares);

/* Whether each has the same values in both, infinite ones too, whose difference is no number. */
bool vtm_persons_are_alike(const vtm_person *a, const vtm_person *b, size_t count);

#endif
