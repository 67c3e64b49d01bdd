/* Which pairs of a list have results in a folder, and which results belong to none. */
#include "dataset/pairs_results.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "dataset/names.h"
#include "dataset/schemes.h"
#include "vtonmetrics/tools/text.h"

typedef struct expected_result {
  size_t person;     /* entry of the people */
  vtm_slice garment; /* no bytes: any */
  size_t line;
  bool found;
} expected_result;

typedef struct expectations {
  expected_result *results; /* sorted by person, garment, line; each pair once */
  size_t count;
} expectations;

static int by_pair(const void *left, const void *right) {
  const expected_result *a = left;
  const expected_result *b = right;
  if (a->person != b->person) return a->person < b->person ? -1 : 1;
  const int order = vtm_slice_compare(a->garment, b->garment);
  return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

/* Whether it matters which column is the person: not where both hold the same people. */
static bool can_be_checked(const vtm_pairs_run *run, vtm_error *error) {
  const vtm_pairs_input *input = run->input;
  const vtm_folder *people = input->people;
  unsigned char *seen = vtm_allocate(people->count, 1, error);
  bool equal = seen != NULL;
  bool unidentified = false;
  for (size_t i = 0; i < input->list->count && equal; i++) {
    const vtm_pair_line *line = &input->list->lines[i];
    size_t index;
    if (!vtm_exists(input, line->first) || !vtm_exists(input, line->second)) continue;
    unidentified = unidentified || !vtm_identify_line(input, run->report, line).is_identified;
    if (vtm_folder_has(people, line->first, &index)) seen[index] |= 1;
    if (vtm_folder_has(people, line->second, &index)) seen[index] |= 2;
  }
  for (size_t i = 0; i < people->count && equal && unidentified; i++) equal = seen[i] == 0 || seen[i] == 3;
  free(seen);
  return equal;
}

static expected_result *expect_result(expectations *expected, size_t person, vtm_slice garment, size_t line) {
  expected_result *result = &expected->results[expected->count++];
  *result = (expected_result){.person = person, .garment = garment, .line = line};
  return result;
}

/* In a line with a missing name and unknown order, either name may have a result, but neither has to. */
static void expect_unidentified(const vtm_pairs_run *run, const vtm_pair_line *line, expectations *expected) {
  const vtm_folder *people = run->input->people;
  const bool complete = vtm_exists(run->input, line->first) && vtm_exists(run->input, line->second);
  size_t index;
  if (vtm_folder_has(people, line->first, &index))
    expect_result(expected, index, (vtm_slice){0}, line->line)->found = !complete;
  else if (vtm_folder_has(people, line->second, &index))
    expect_result(expected, index, (vtm_slice){0}, line->line)->found = true;
}

static void expect_line(const vtm_pairs_run *run, const vtm_pair_line *line, expectations *expected) {
  const vtm_identified_line identified = vtm_identify_line(run->input, run->report, line);
  size_t index;
  if (!identified.is_identified)
    expect_unidentified(run, line, expected);
  else if (vtm_folder_has(run->input->people, identified.person, &index))
    (void)expect_result(expected, index, (vtm_slice){identified.garment, vtm_stem_length(identified.garment)},
                        line->line);
}

static bool list_expectations(vtm_pairs_run *run, expectations *expected) {
  const vtm_pairs_input *input = run->input;
  const size_t most = input->list != NULL ? input->list->count : input->people->count;
  expected->results = vtm_allocate(most, sizeof(*expected->results), run->error);
  if (expected->results == NULL) return false;
  if (input->list == NULL)
    for (size_t i = 0; i < most; i++) (void)expect_result(expected, i, (vtm_slice){0}, 0);
  else
    for (size_t i = 0; i < most; i++) expect_line(run, &input->list->lines[i], expected);
  qsort(expected->results, expected->count, sizeof(*expected->results), by_pair);
  size_t kept = 0;
  for (size_t i = 0; i < expected->count; i++) {
    const expected_result *last = kept > 0 ? &expected->results[kept - 1] : NULL;
    const expected_result *next = &expected->results[i];
    if (last != NULL && last->person == next->person && vtm_slice_compare(last->garment, next->garment) == 0) continue;
    expected->results[kept++] = *next;
  }
  expected->count = kept;
  return true;
}

/* Marks the pairs that a file shows; false when the list has none. */
static bool mark_found(expectations *expected, const vtm_file_match *file) {
  size_t low = 0;
  size_t high = expected->count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (expected->results[middle].person < file->reference)
      low = middle + 1;
    else
      high = middle;
  }
  bool found = false;
  for (; low < expected->count && expected->results[low].person == file->reference; low++) {
    expected_result *pair = &expected->results[low];
    if (pair->garment.bytes != NULL && file->garment != NULL &&
        vtm_slice_compare(pair->garment, (vtm_slice){file->garment, file->garment_length}) != 0)
      continue;
    pair->found = found = true;
  }
  return found;
}

static void report_file(vtm_pairs_run *run, const vtm_folder *folder, const vtm_matching *matching, size_t i,
                        expectations *expected, vtm_results_summary *summary) {
  const vtm_file_match *file = &matching->files[i];
  const vtm_folder *people = run->input->people;
  char name[VTM_SHOWN_NAME];
  char other[VTM_SHOWN_NAME];
  const bool listed = file->reference != VTM_NO_ENTRY && mark_found(expected, file);
  (void)vtm_shown_name(folder, i, name);
  if (file->kind == VTM_AMBIGUOUS) {
    char second[VTM_SHOWN_NAME];
    vtm_pairs_add(run, VTM_RULE_AMBIGUOUS_RESULT, 0, folder->path, "%s: may show %s or %s", name,
                  vtm_shown_name(people, file->reference, other), vtm_shown_name(people, file->other, second));
  } else if (file->kind == VTM_DUPLICATE && file->other < i) {
    vtm_pairs_add(run, VTM_RULE_DOUBLE_RESULT, 0, folder->path, "%s: shows the same pair as %s", name,
                  vtm_shown_name(folder, file->other, other));
  } else if (file->kind == VTM_NO_PARTNER && file->other != VTM_NO_ENTRY) {
    vtm_pairs_add(run, VTM_RULE_NEAR_NAME, 0, folder->path,
                  "%s: %s has %s, which differs in letter case or Unicode form", name, people->path,
                  vtm_shown_name(people, file->other, other));
  } else if (file->kind == VTM_NO_PARTNER) {
    summary->left_over++;
    vtm_pairs_add(run, VTM_RULE_RESULT_OF_NOBODY, 0, folder->path, "%s: its name leads to no photograph of %s", name,
                  people->path);
  } else if (!listed) {
    summary->left_over++;
    vtm_pairs_add(run, VTM_RULE_RESULT_UNLISTED, 0, folder->path, "%s: the pair is not in the list", name);
  }
}

static void report_missing(vtm_pairs_run *run, const vtm_folder *folder, const expectations *expected,
                           vtm_results_summary *summary) {
  for (size_t i = 0; i < expected->count; i++) {
    const expected_result *pair = &expected->results[i];
    char name[VTM_SHOWN_NAME];
    if (pair->found) continue;
    summary->missing++;
    char *garment = pair->garment.bytes != NULL ? strndup(pair->garment.bytes, pair->garment.length) : NULL;
    char shown[VTM_SHOWN_NAME] = "";
    if (garment != NULL) (void)vtm_printable(garment, shown, sizeof(shown));
    vtm_pairs_add(run, VTM_RULE_MISSING_RESULT, pair->line, folder->path, "no result of %s%s%s",
                  vtm_shown_name(run->input->people, pair->person, name), garment != NULL ? " in garment " : "", shown);
    free(garment);
  }
}

/* Results named by number are found by the list itself. */
static vtm_status match_folder(const vtm_pairs_run *run, const vtm_folder *folder, vtm_matching *matching) {
  const vtm_pairs_input *input = run->input;
  vtm_match_options options = {.struct_size = sizeof(options), .how = input->how, .garments = input->garments};
  vtm_status status = vtm_match(input->people, folder, &options, matching, run->error);
  if (status != VTM_OK || input->list == NULL || strcmp(matching->scheme, "ootdiffusion") != 0) return status;
  vtm_matching_clear(matching);
  options.pairs = input->list;
  options.order = (size_t)run->report->order;
  return vtm_match(input->people, folder, &options, matching, run->error);
}

void vtm_pairs_check_results(vtm_pairs_run *run, const vtm_folder *folder, vtm_results_summary *summary) {
  vtm_matching matching;
  expectations expected = {0};
  if (match_folder(run, folder, &matching) != VTM_OK) {
    run->failed = true;
    return;
  }
  *summary = (vtm_results_summary){.folder = folder->path, .scheme = matching.scheme, .files = folder->count};
  summary->checked = run->input->list == NULL || can_be_checked(run, run->error);
  if (summary->checked && list_expectations(run, &expected)) {
    for (size_t i = 0; i < expected.count; i++)
      if (!expected.results[i].found) summary->expected++;
    for (size_t i = 0; i < folder->count; i++) report_file(run, folder, &matching, i, &expected, summary);
    report_missing(run, folder, &expected, summary);
  }
  run->failed = run->failed || (summary->checked && expected.results == NULL);
  free(expected.results);
  vtm_matching_clear(&matching);
}
