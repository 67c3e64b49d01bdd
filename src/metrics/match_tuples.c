#include "metrics/match_tuples.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

/* The first photograph that still has a pair; false: none has. */
static bool next_photograph(const vtm_tuple_model *models, size_t model_count, const size_t *next, size_t *reference) {
  bool any = false;
  for (size_t i = 0; i < model_count; i++) {
    if (next[i] == models[i].pair_count) continue;
    const size_t candidate = models[i].pairs[next[i]].reference;
    if (!any || candidate < *reference) *reference = candidate;
    any = true;
  }
  return any;
}

static void clear_tuple(vtm_tuples *tuples) {
  for (size_t m = 0; m < tuples->members; m++) {
    tuples->entries[tuples->count * tuples->members + m] = VTM_NO_ENTRY;
    tuples->pairs[tuples->count * tuples->members + m] = VTM_NO_ENTRY;
  }
}

/* Takes each model's next pair of the photograph. */
static void add_matched(const vtm_tuple_model *models, size_t model_count, size_t *next, size_t reference,
                        vtm_tuples *tuples) {
  clear_tuple(tuples);
  size_t *entries = tuples->entries + tuples->count * tuples->members;
  size_t *pairs = tuples->pairs + tuples->count * tuples->members;
  entries[0] = reference;
  for (size_t i = 0; i < model_count; i++) {
    if (next[i] == models[i].pair_count || models[i].pairs[next[i]].reference != reference) continue;
    entries[i + 1] = models[i].pairs[next[i]].generated;
    pairs[i + 1] = next[i]++;
  }
  tuples->count++;
}

/* From `from` on; `count`: there is none. */
static size_t next_alone(const bool *alone, size_t from, size_t count) {
  while (alone != NULL && from < count && !alone[from]) from++;
  return alone != NULL ? from : count;
}

static bool add_alone(const vtm_tuple_model *models, size_t model_count, size_t *next, const bool *alone,
                      size_t entry_count, size_t *next_reference, vtm_tuples *tuples) {
  bool any = false;
  for (size_t m = 0; m <= model_count; m++) {
    const bool *wanted = m == 0 ? alone : models[m - 1].alone;
    const size_t count = m == 0 ? entry_count : models[m - 1].entry_count;
    size_t *from = m == 0 ? next_reference : &next[m - 1];
    *from = next_alone(wanted, *from, count);
    if (*from == count) continue;
    if (!any) clear_tuple(tuples);
    tuples->entries[tuples->count * tuples->members + m] = (*from)++;
    any = true;
  }
  tuples->count += any;
  return any;
}

static size_t count_alone(const bool *alone, size_t count) {
  size_t found = 0;
  for (size_t i = 0; alone != NULL && i < count; i++) found += alone[i];
  return found;
}

vtm_status vtm_tuples_make(const vtm_tuple_model *models, size_t model_count, const bool *alone, size_t entry_count,
                           vtm_tuples *tuples, vtm_error *error) {
  size_t most = count_alone(alone, entry_count);
  size_t values = 0;
  *tuples = (vtm_tuples){.members = model_count + 1};
  for (size_t i = 0; i < model_count; i++)
    most += models[i].pair_count + count_alone(models[i].alone, models[i].entry_count);
  if (!vtm_multiply(most + 1, tuples->members, &values)) return vtm_fail_memory(error, most);
  size_t *next = vtm_allocate(model_count + 1, sizeof(*next), error);
  tuples->entries = vtm_allocate(values, sizeof(*tuples->entries), error);
  tuples->pairs = vtm_allocate(values, sizeof(*tuples->pairs), error);
  if (next == NULL || tuples->entries == NULL || tuples->pairs == NULL) {
    free(next);
    vtm_tuples_free(tuples);
    return VTM_ERROR_MEMORY;
  }
  size_t reference = 0;
  while (next_photograph(models, model_count, next, &reference))
    add_matched(models, model_count, next, reference, tuples);
  tuples->matched = tuples->count;
  for (size_t i = 0; i < model_count; i++) next[i] = 0;
  size_t next_reference = 0;
  while (add_alone(models, model_count, next, alone, entry_count, &next_reference, tuples)) continue;
  free(next);
  return VTM_OK;
}

void vtm_tuples_free(vtm_tuples *tuples) {
  free(tuples->entries);
  free(tuples->pairs);
  *tuples = (vtm_tuples){0};
}
