#include "metrics/groups.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

/* The first photograph that still has a pair; false: none has. */
static bool next_photograph(const vtm_model_pairs *models, size_t model_count, const size_t *next, size_t *reference) {
  bool any = false;
  for (size_t i = 0; i < model_count; i++) {
    if (next[i] == models[i].count) continue;
    const size_t candidate = models[i].pairs[next[i]].reference;
    if (!any || candidate < *reference) *reference = candidate;
    any = true;
  }
  return any;
}

/* Takes each model's next pair of the photograph; `to` may be NULL. */
static void take_pairs(const vtm_model_pairs *models, size_t model_count, size_t *next, size_t reference, size_t *to) {
  if (to != NULL) to[0] = reference;
  for (size_t i = 0; i < model_count; i++) {
    const bool has = next[i] < models[i].count && models[i].pairs[next[i]].reference == reference;
    if (to != NULL) to[i + 1] = has ? models[i].pairs[next[i]].generated : VTM_NO_ENTRY;
    if (has) next[i]++;
  }
}

vtm_status vtm_groups_make(const vtm_model_pairs *models, size_t model_count, const vtm_group_filter *filter,
                           vtm_groups *groups, vtm_error *error) {
  size_t most = 0;
  size_t values = 0;
  *groups = (vtm_groups){.members = model_count + 1};
  for (size_t i = 0; i < model_count; i++) most += models[i].count;
  if (!vtm_multiply(most, groups->members, &values)) return vtm_fail_memory(error, most);
  size_t *next = vtm_allocate(model_count, sizeof(*next), error);
  groups->entries = vtm_allocate(values, sizeof(*groups->entries), error);
  const bool complete = next != NULL && groups->entries != NULL;
  for (size_t reference = 0; complete && next_photograph(models, model_count, next, &reference);) {
    const bool part = filter == NULL || filter->takes_part(filter->user, reference);
    take_pairs(models, model_count, next, reference, part ? groups->entries + groups->count * groups->members : NULL);
    if (part) groups->count++;
  }
  free(next);
  return complete ? VTM_OK : VTM_ERROR_MEMORY;
}

void vtm_groups_free(vtm_groups *groups) {
  free(groups->entries);
  *groups = (vtm_groups){0};
}
