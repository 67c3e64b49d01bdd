/* Who is run together when several models are compared with one reference: a group is a photograph with one
 * result of each model; one with several results makes several groups. */
#ifndef VTM_METRICS_GROUPS_H
#define VTM_METRICS_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/dataset.h"
#include "vtonmetrics/status.h"

/* One model's pairs, sorted by photograph. */
typedef struct vtm_model_pairs {
  const vtm_pair *pairs;
  size_t count;
} vtm_model_pairs;

/* Which photographs take part; NULL: all. */
typedef struct vtm_group_filter {
  bool (*takes_part)(const void *user, size_t reference);
  const void *user;
} vtm_group_filter;

typedef struct vtm_groups {
  size_t *entries; /* count x members */
  size_t count, members;
} vtm_groups;

/* Groups rise by photograph, and a model's results keep the order of its pairs. */
vtm_status vtm_groups_make(const vtm_model_pairs *models, size_t model_count, const vtm_group_filter *filter,
                           vtm_groups *groups, vtm_error *error);
void vtm_groups_free(vtm_groups *groups); /* a zeroed one is allowed */

/* Member 0 is the photograph, an entry of the reference; member m > 0 model m - 1's result, or VTM_NO_ENTRY. */
static inline size_t vtm_group_entry(const vtm_groups *groups, size_t group, size_t member) {
  return groups->entries[group * groups->members + member];
}

#endif
