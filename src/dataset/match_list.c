/* --match pairs:FILE: a pair list decides who is meant. It may say two things: who wears what (its names are
 * people and garments), or which result belongs to which photograph (one column names result files). */
#include "dataset/match_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "dataset/match_choose.h"
#include "dataset/match_names.h"
#include "dataset/own_garment.h"
#include "dataset/suffixes.h"

typedef struct listed_pair {
  vtm_slice person, garment;
  size_t line; /* index into the list */
} listed_pair;

typedef struct list_match {
  const vtm_known_names *names;
  vtm_matching *matching;
  const vtm_pair_list *list;
  listed_pair *pairs; /* sorted by person, garment, line */
  size_t count;
  vtm_pair_order order;
  vtm_order_evidence evidence;
} list_match;

static vtm_slice stem_slice(const char *name) { return (vtm_slice){name, vtm_stem_length(name)}; }

static bool find_entry(const vtm_folder *folder, const char *name, size_t *index) {
  return vtm_folder_find(folder, name, vtm_stem_length(name), index);
}

static int by_person(const void *left, const void *right) {
  const listed_pair *a = left;
  const listed_pair *b = right;
  int order = vtm_slice_compare(a->person, b->person);
  if (order == 0) order = vtm_slice_compare(a->garment, b->garment);
  return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

/* ---- a list of results and photographs ---- */

/* Lines whose `result` column is a file of the results that is no photograph's name, the other a photograph. */
static size_t count_results(const list_match *match, bool first_is_result) {
  size_t count = 0;
  size_t index;
  for (size_t i = 0; i < match->list->count; i++) {
    const vtm_pair_line *line = &match->list->lines[i];
    const char *result = first_is_result ? line->first : line->second;
    const char *person = first_is_result ? line->second : line->first;
    if (find_entry(match->names->generated, result, &index) && !find_entry(match->names->reference, result, &index) &&
        find_entry(match->names->reference, person, &index))
      count++;
  }
  return count;
}

static void match_results(const list_match *match, bool first_is_result) {
  const vtm_known_names *names = match->names;
  for (size_t i = 0; i < names->generated->count; i++)
    vtm_file_match_set(names, &VTM_READING_START, &match->matching->files[i]);
  for (size_t i = 0; i < match->list->count; i++) {
    const vtm_pair_line *line = &match->list->lines[i];
    size_t result;
    vtm_reading reading = {.rank = VTM_READ_ALL, .rival = VTM_NO_ENTRY, .repeat = -1};
    if (!find_entry(names->generated, first_is_result ? line->first : line->second, &result)) continue;
    if (!find_entry(names->reference, first_is_result ? line->second : line->first, &reading.reference)) continue;
    vtm_file_match_set(names, &reading, &match->matching->files[result]);
  }
}

/* ---- a list of people and garments ---- */

/* Where the order is not known, a name counts as listed in either column: the result's own name says who the person is.
 */
static vtm_status list_people(list_match *match, vtm_error *error) {
  const bool both = match->order == VTM_ORDER_UNKNOWN;
  match->pairs = vtm_allocate(match->list->count * (both ? 2 : 1), sizeof(*match->pairs), error);
  if (match->pairs == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < match->list->count; i++) {
    const vtm_pair_line *line = &match->list->lines[i];
    const vtm_slice first = stem_slice(line->first);
    const vtm_slice second = stem_slice(line->second);
    if (both || match->order == VTM_ORDER_PERSON_GARMENT)
      match->pairs[match->count++] = (listed_pair){first, second, i};
    if (both || match->order == VTM_ORDER_GARMENT_PERSON)
      match->pairs[match->count++] = (listed_pair){second, first, i};
  }
  qsort(match->pairs, match->count, sizeof(*match->pairs), by_person);
  return VTM_OK;
}

static size_t first_of(const list_match *match, vtm_slice person) {
  size_t low = 0;
  size_t high = match->count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (vtm_slice_compare(match->pairs[middle].person, person) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* A file that the list does not know loses its partner; one without garment gets the only listed one. */
static void apply_list(const list_match *match, vtm_file_match *file) {
  const char *stem = match->names->reference->entries[file->reference].stem;
  const vtm_slice person = {stem, strlen(stem)};
  size_t garments = 0;
  bool own = false;
  vtm_slice only = {0};
  for (size_t i = first_of(match, person); i < match->count && vtm_slice_compare(match->pairs[i].person, person) == 0;
       i++) {
    const vtm_slice garment = match->pairs[i].garment;
    if (file->garment != NULL && vtm_slice_compare(garment, (vtm_slice){file->garment, file->garment_length}) == 0)
      return;
    if (garments == 0 || vtm_slice_compare(garment, only) != 0) garments++;
    only = garment;
    own = own || vtm_is_own_garment_slice(stem, garment.bytes, garment.length);
  }
  if (file->garment != NULL || garments == 0) {
    vtm_file_match_set(match->names, &VTM_READING_START, file);
    return;
  }
  file->foreign = !own;
  if (garments > 1) return;
  file->garment = only.bytes;
  file->garment_length = only.length;
}

/* out_hd_i: the i-th pair of the list, counted from 0. */
static vtm_status match_numbers(const list_match *match, const vtm_scheme *scheme, vtm_error *error) {
  const vtm_known_names *names = match->names;
  if (match->order == VTM_ORDER_UNKNOWN && !match->evidence.same_names)
    return vtm_fail(error, VTM_ERROR_DATA,
                    "%s: cannot determine which column is the person: both hold names of %s. For results named by "
                    "number, write a list of two names per line, result and photograph",
                    match->list->path, names->reference->path);
  for (size_t i = 0; i < names->generated->count; i++) {
    vtm_reading number = VTM_READING_START;
    vtm_reading reading = VTM_READING_START;
    scheme->read(scheme, names, vtm_stem_of(names->generated, i), &number);
    if (number.repeat >= 0 && (size_t)number.repeat < match->list->count) {
      const vtm_pair_line *line = &match->list->lines[number.repeat];
      const bool garment_first = match->order == VTM_ORDER_GARMENT_PERSON;
      const vtm_reading rest = {.repeat = -1, .garment = stem_slice(garment_first ? line->first : line->second)};
      vtm_reading_offer_names(names, stem_slice(garment_first ? line->second : line->first), &rest, &reading);
    }
    vtm_file_match_set(names, &reading, &match->matching->files[i]);
  }
  return VTM_OK;
}

static vtm_status match_people(list_match *match, const vtm_scheme **scheme, vtm_error *error) {
  const vtm_known_names *names = match->names;
  vtm_matching *matching = match->matching;
  match->order = vtm_pair_list_order(match->list, names->reference, names->garments, &match->evidence);
  if (names->order != VTM_ORDER_UNKNOWN) match->order = (vtm_pair_order)names->order;
  char *choice = NULL;
  char *suffix = NULL;
  vtm_status status = vtm_choose_scheme(names, scheme, &choice, error);
  if (status != VTM_OK) return status;
  vtm_text reason = {0};
  if ((*scheme)->nameless) {
    status = match_numbers(match, *scheme, error);
    vtm_text_format(&reason, "%s: the names are those of %s, the number i means pair i of the list, counted from 0",
                    match->list->path, (*scheme)->info.models);
  } else {
    vtm_read_names(names, *scheme, matching->files);
    status = vtm_drop_suffixes(names, match->list, *scheme, matching->files, &suffix, error);
    if (status == VTM_OK) status = list_people(match, error);
    for (size_t i = 0; i < names->generated->count && status == VTM_OK; i++)
      if (matching->files[i].kind == VTM_MATCHED) apply_list(match, &matching->files[i]);
    vtm_text_format(&reason, "%s lists %zu pairs; %s%s%s", match->list->path, match->list->count, choice,
                    suffix != NULL ? "; " : "", suffix != NULL ? suffix : "");
    free(suffix);
  }
  free(choice);
  matching->reason = status == VTM_OK ? vtm_text_take(&reason, error) : NULL;
  vtm_text_free(&reason);
  return status == VTM_OK && matching->reason == NULL ? VTM_ERROR_MEMORY : status;
}

vtm_status vtm_match_by_list(const vtm_known_names *names, const vtm_pair_list *list, vtm_matching *matching,
                             const vtm_scheme **scheme, vtm_error *error) {
  if (list->count == 0) return vtm_fail(error, VTM_ERROR_DATA, "%s: holds no pair", list->path);
  list_match match = {.names = names, .matching = matching, .list = list};
  const size_t first = count_results(&match, true);
  const size_t second = count_results(&match, false);
  if (first != second) {
    match_results(&match, first > second);
    vtm_text reason = {0};
    vtm_text_format(&reason, "%s names results in its %s column and photographs in the other", list->path,
                    first > second ? "first" : "second");
    matching->reason = vtm_text_take(&reason, error);
    return matching->reason != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  }
  const vtm_status status = match_people(&match, scheme, error);
  free(match.pairs);
  return status;
}
