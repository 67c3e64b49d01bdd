/* Matches the images of two folders by their names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/caller_struct.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "dataset/match_choose.h"
#include "dataset/match_list.h"
#include "dataset/match_names.h"
#include "dataset/name_variants.h"
#include "dataset/pattern.h"
#include "dataset/suffixes.h"
#include "vtonmetrics/tools/text.h"

static const char regex_start[] = "regex:";
static const char pairs_start[] = "pairs:";

static const char *text_after(const char *text, const char *start) {
  const size_t length = strlen(start);
  return strncmp(text, start, length) == 0 ? text + length : NULL;
}

/* ---- what the user asked for ---- */

const char *vtm_match_list_file(const char *how) { return how != NULL ? text_after(how, pairs_start) : NULL; }

static vtm_status fail_unknown(const char *how, vtm_error *error) {
  const vtm_scheme *table;
  const size_t count = vtm_scheme_table(&table);
  vtm_text known = {0};
  const char *nearest = NULL;
  for (size_t i = 0; i < count; i++) {
    const char *pair[] = {table[i].info.name, nearest != NULL ? nearest : table[i].info.name};
    const char *better = vtm_nearest_name(how, pair, 2);
    if (better != NULL) nearest = better;
    vtm_text_format(&known, "%s, ", table[i].info.name);
  }
  const vtm_status status = vtm_fail(error, VTM_ERROR_USAGE,
                                     "--match: unknown way '%s'%s%s%s; there are auto, %sregex:PATTERN and pairs:FILE",
                                     how, nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "",
                                     nearest != NULL ? "?" : "", known.bytes != NULL ? known.bytes : "");
  vtm_text_free(&known);
  return status;
}

vtm_status vtm_match_check_how(const char *how, vtm_error *error) {
  if (how == NULL || strcmp(how, "auto") == 0 || vtm_scheme_find(how) != NULL) return VTM_OK;
  const char *file = text_after(how, pairs_start);
  if (file != NULL && *file == '\0')
    return vtm_fail(error, VTM_ERROR_USAGE, "--match pairs: the file is missing: pairs:FILE");
  if (file != NULL) return VTM_OK;
  const char *text = text_after(how, regex_start);
  if (text == NULL) return fail_unknown(how, error);
  vtm_pattern *pattern = NULL;
  const vtm_status status = vtm_pattern_compile(text, &pattern, error);
  vtm_pattern_free(pattern);
  return status;
}

/* ---- reading all names ---- */

static vtm_status read_by_pattern(const vtm_known_names *names, const char *text, vtm_matching *matching,
                                  vtm_error *error) {
  vtm_pattern *pattern = NULL;
  vtm_status status = vtm_pattern_compile(text, &pattern, error);
  for (size_t i = 0; i < names->generated->count && status == VTM_OK; i++) {
    vtm_reading reading = VTM_READING_START;
    status = vtm_pattern_read(pattern, names, vtm_stem_of(names->generated, i), &reading, error);
    vtm_file_match_set(names, &reading, &matching->files[i]);
  }
  vtm_pattern_free(pattern);
  matching->scheme = "regex";
  return status;
}

static vtm_status read_list(const char *path, vtm_matching *matching, vtm_error *error) {
  matching->list = vtm_allocate(1, sizeof(*matching->list), error);
  if (matching->list == NULL) return VTM_ERROR_MEMORY;
  const vtm_status status = vtm_pair_list_read(path, matching->list, error);
  if (status != VTM_OK || matching->list->fault_count == 0) return status;
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: line %zu: %s ('vtonmetrics pairs-check %s --root DATASET' lists all)",
                  path, matching->list->faults[0].line, matching->list->faults[0].why, path);
}

static vtm_status read_by_choice(const vtm_known_names *names, vtm_matching *matching, const vtm_scheme **scheme,
                                 vtm_error *error) {
  vtm_status status = vtm_choose_scheme(names, scheme, &matching->reason, error);
  if (status != VTM_OK) return status;
  matching->scheme = (*scheme)->info.name;
  vtm_read_names(names, *scheme, matching->files);
  char *suffix = NULL;
  status = vtm_drop_suffixes(names, NULL, *scheme, matching->files, &suffix, error);
  if (suffix == NULL) return status;
  vtm_text reason = {0};
  vtm_text_format(&reason, "%s; %s", matching->reason, suffix);
  free(suffix);
  free(matching->reason);
  matching->reason = vtm_text_take(&reason, error);
  return matching->reason != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

/* Fills matching->files; *scheme is NULL where none reads the names. */
static vtm_status read_all(const vtm_known_names *names, const char *how, const vtm_pair_list *list,
                           vtm_matching *matching, const vtm_scheme **scheme, vtm_error *error) {
  *scheme = NULL;
  if (list == NULL && text_after(how, regex_start) != NULL)
    return read_by_pattern(names, text_after(how, regex_start), matching, error);
  if (list != NULL || text_after(how, pairs_start) != NULL) {
    matching->scheme = "pairs";
    const vtm_status read = list != NULL ? VTM_OK : read_list(text_after(how, pairs_start), matching, error);
    if (read != VTM_OK) return read;
    return vtm_match_by_list(names, list != NULL ? list : matching->list, matching, scheme, error);
  }
  if (strcmp(how, "auto") == 0) return read_by_choice(names, matching, scheme, error);
  *scheme = vtm_scheme_find(how);
  matching->scheme = (*scheme)->info.name;
  vtm_read_names(names, *scheme, matching->files);
  return VTM_OK;
}

/* ---- from files to pairs ---- */

/* The same person in the same garment, for the same time. */
static int compare_pairs(const vtm_file_match *a, const vtm_file_match *b) {
  if (a->reference != b->reference) return a->reference < b->reference ? -1 : 1;
  const int order =
      vtm_slice_compare((vtm_slice){a->garment, a->garment_length}, (vtm_slice){b->garment, b->garment_length});
  if (order != 0) return order;
  return (a->repeat > b->repeat) - (a->repeat < b->repeat);
}

static int by_pair(const void *left, const void *right, void *files) {
  const size_t a = *(const size_t *)left;
  const size_t b = *(const size_t *)right;
  const int order = compare_pairs((const vtm_file_match *)files + a, (const vtm_file_match *)files + b);
  return order != 0 ? order : (a > b) - (a < b);
}

static void mark_duplicates(vtm_file_match *files, const size_t *order, size_t count) {
  for (size_t i = 1; i < count; i++) {
    vtm_file_match *a = &files[order[i - 1]];
    vtm_file_match *b = &files[order[i]];
    if (compare_pairs(a, b) != 0) continue;
    a->kind = b->kind = VTM_DUPLICATE;
    if (a->other == VTM_NO_ENTRY) a->other = order[i];
    b->other = order[i - 1];
  }
}

static bool is_foreign(const vtm_folder *reference, const vtm_file_match *file) {
  if (file->garment == NULL) return false;
  const char *person = reference->entries[file->reference].stem;
  char *garment = strndup(file->garment, file->garment_length);
  const bool foreign = garment != NULL && !vtm_is_own_garment(person, garment);
  free(garment);
  return foreign;
}

static void add_pair(const vtm_folder *reference, vtm_matching *matching, size_t index) {
  vtm_file_match *file = &matching->files[index];
  if (matching->count == 0 || matching->pairs[matching->count - 1].reference != file->reference)
    matching->people++;
  else
    matching->repeats++;
  matching->pairs[matching->count++] = (vtm_pair){file->reference, index};
  file->foreign = file->foreign || is_foreign(reference, file);
  if (file->foreign && matching->foreign++ == 0) matching->foreign_file = index;
}

static vtm_status make_pairs(const vtm_known_names *names, vtm_matching *matching, vtm_error *error) {
  const size_t files = names->generated->count;
  const size_t people = names->reference->count;
  size_t *order = vtm_allocate(files, sizeof(*order), error);
  matching->pairs = vtm_allocate(files, sizeof(*matching->pairs), error);
  matching->only_generated = vtm_allocate(files, sizeof(size_t), error);
  matching->only_reference = vtm_allocate(people, sizeof(size_t), error);
  if (order == NULL || matching->pairs == NULL || matching->only_generated == NULL ||
      matching->only_reference == NULL) {
    free(order);
    return VTM_ERROR_MEMORY;
  }
  size_t count = 0;
  for (size_t i = 0; i < files; i++)
    if (matching->files[i].kind == VTM_MATCHED) order[count++] = i;
  qsort_r(order, count, sizeof(*order), by_pair, matching->files);
  mark_duplicates(matching->files, order, count);
  for (size_t i = 0; i < count; i++)
    if (matching->files[order[i]].kind == VTM_MATCHED) add_pair(names->reference, matching, order[i]);
  free(order);
  for (size_t i = 0; i < files; i++) {
    const vtm_match_kind kind = matching->files[i].kind;
    if (kind != VTM_MATCHED) matching->only_generated[matching->only_generated_count++] = i;
    if (kind == VTM_DUPLICATE) matching->duplicates++;
    if (kind == VTM_AMBIGUOUS) matching->ambiguous++;
    if (kind == VTM_NO_PARTNER && matching->files[i].other != VTM_NO_ENTRY) matching->near_names++;
  }
  for (size_t i = 0, pair = 0; i < people; i++) {
    while (pair < matching->count && matching->pairs[pair].reference < i) pair++;
    if (pair == matching->count || matching->pairs[pair].reference != i)
      matching->only_reference[matching->only_reference_count++] = i;
  }
  return VTM_OK;
}

/* Where no name is like a photograph's, the scheme was chosen for nothing: any other may show what the names look like.
 */
static vtm_status find_variants(const vtm_known_names *names, const vtm_scheme *scheme, bool chosen,
                                vtm_file_match *files, vtm_error *error) {
  vtm_status status = vtm_find_name_variants(names, scheme, files, error);
  bool any = !chosen;
  for (size_t i = 0; i < names->generated->count && !any; i++)
    any = files[i].kind != VTM_NO_PARTNER || files[i].other != VTM_NO_ENTRY;
  const vtm_scheme *table;
  const size_t count = vtm_scheme_table(&table);
  for (size_t k = 0; k < count && !any && status == VTM_OK; k++) {
    if (&table[k] == scheme || table[k].nameless || table[k].info.on_request) continue;
    status = vtm_find_name_variants(names, &table[k], files, error);
    for (size_t i = 0; i < names->generated->count && !any; i++) any = files[i].other != VTM_NO_ENTRY;
  }
  return status;
}

vtm_status vtm_match(const vtm_folder *reference, const vtm_folder *generated, const vtm_match_options *given,
                     vtm_matching *matching, vtm_error *error) {
  vtm_match_options options;
  *matching = (vtm_matching){.foreign_file = VTM_NO_ENTRY};
  vtm_status status = vtm_copy_caller_struct(&options, sizeof(options), given, "vtm_match_options", error);
  if (status != VTM_OK) return status;
  const char *how = options.how != NULL ? options.how : "auto";
  const vtm_known_names names = {
      .reference = reference, .generated = generated, .garments = options.garments, .order = options.order};
  status = vtm_match_check_how(how, error);
  if (status != VTM_OK) return status;
  const vtm_scheme *scheme = NULL;
  matching->files = vtm_allocate(generated->count, sizeof(*matching->files), error);
  if (matching->files == NULL) return VTM_ERROR_MEMORY;
  status = read_all(&names, how, options.pairs, matching, &scheme, error);
  bool all = true;
  for (size_t i = 0; i < generated->count && all; i++) all = matching->files[i].kind != VTM_NO_PARTNER;
  if (status == VTM_OK && !all && scheme != NULL && !scheme->nameless)
    status = find_variants(&names, scheme, strcmp(how, "auto") == 0, matching->files, error);
  if (status == VTM_OK) status = make_pairs(&names, matching, error);
  if (status == VTM_OK && matching->reason == NULL) {
    matching->reason = vtm_copy_text("as asked for with --match", error);
    if (matching->reason == NULL) status = VTM_ERROR_MEMORY;
  }
  if (status != VTM_OK) vtm_matching_clear(matching);
  return status;
}

void vtm_matching_clear(vtm_matching *matching) {
  free(matching->pairs);
  free(matching->only_reference);
  free(matching->only_generated);
  free(matching->files);
  free(matching->reason);
  if (matching->list != NULL) vtm_pair_list_clear(matching->list);
  free(matching->list);
  *matching = (vtm_matching){0};
}
