/* Checks a pair list against the folders of its dataset. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "dataset/name_variants.h"
#include "dataset/names.h"
#include "dataset/own_garment.h"
#include "dataset/pair_order.h"
#include "dataset/pairs_findings.h"
#include "dataset/pairs_results.h"
#include "vtonmetrics/image.h"
#include "vtonmetrics/tools/text.h"

static const char *shown_text(const char *name, char buffer[VTM_SHOWN_NAME]) {
  (void)vtm_printable(name, buffer, VTM_SHOWN_NAME);
  return buffer;
}

/* ---- lines ---- */

static void check_extension(vtm_pairs_run *run, const vtm_folder *folder, size_t line, const char *name, size_t index) {
  char given[VTM_SHOWN_NAME];
  char real[VTM_SHOWN_NAME];
  if (name[vtm_stem_length(name)] == '\0') return;
  const char *stem = folder->entries[index].stem;
  for (size_t i = index; i < folder->count && strcmp(folder->entries[i].stem, stem) == 0; i++)
    if (strcmp(folder->entries[i].name, name) == 0) return;
  vtm_pairs_add(run, VTM_RULE_WRONG_EXTENSION, line, NULL, "%s: in %s the file is %s", shown_text(name, given),
                folder->path, vtm_shown_name(folder, index, real));
}

/* Whether the folder has the name in another letter case or Unicode form. */
static const char *find_near(const vtm_folder *folder, const char *name, char buffer[VTM_SHOWN_NAME]) {
  char *stem = strndup(name, vtm_stem_length(name));
  char *folded = stem != NULL ? vtm_fold_name(stem, NULL) : NULL;
  const char *found = NULL;
  for (size_t i = 0; folded != NULL && i < folder->count && found == NULL; i++) {
    char *other = vtm_fold_name(folder->entries[i].stem, NULL);
    if (other != NULL && strcmp(other, folded) == 0) found = vtm_shown_name(folder, i, buffer);
    free(other);
  }
  free(folded);
  free(stem);
  return found;
}

enum {
  MOST_NEAR_SEARCHES = 50
}; /* each search scans a whole folder; a list with more such names has another problem */

static void report_missing(vtm_pairs_run *run, vtm_pair_rule_number rule, size_t line, const char *name,
                           const vtm_folder *folder, const vtm_folder *other, size_t *searches) {
  char given[VTM_SHOWN_NAME];
  char near[VTM_SHOWN_NAME];
  size_t index;
  if (++*searches <= MOST_NEAR_SEARCHES && find_near(folder, name, near) != NULL)
    vtm_pairs_add(run, VTM_RULE_NEAR_NAME, line, NULL, "%s: %s has %s, which differs in letter case or Unicode form",
                  shown_text(name, given), folder->path, near);
  else if (vtm_folder_has(other, name, &index) && other != folder)
    vtm_pairs_add(run, rule, line, NULL, "%s: not in %s, but in %s", shown_text(name, given), folder->path,
                  other->path);
  else
    vtm_pairs_add(run, rule, line, NULL, "%s: not in %s", shown_text(name, given), folder->path);
}

static void check_unidentified_name(vtm_pairs_run *run, size_t line, const char *name) {
  const vtm_pairs_input *input = run->input;
  size_t index;
  char given[VTM_SHOWN_NAME];
  if (vtm_folder_has(input->people, name, &index))
    check_extension(run, input->people, line, name, index);
  else if (vtm_folder_has(input->garments, name, &index))
    check_extension(run, input->garments, line, name, index);
  else
    vtm_pairs_add(run, VTM_RULE_MISSING_NAME, line, NULL, "%s: neither in %s nor in %s", shown_text(name, given),
                  input->people->path, input->garments->path);
}

/* A line that is turned against the list's order counts as what it can only be: its files are there. */
static vtm_identified_line identify_as_it_is(const vtm_pairs_run *run, const vtm_pair_line *line) {
  const vtm_pairs_input *input = run->input;
  const vtm_pair_order order = run->report->order;
  vtm_identified_line identified = vtm_identify_line(input, run->report, line);
  if (vtm_line_is_turned(line, input->people, input->garments, &run->report->evidence, order)) {
    const bool garment_first = vtm_opposite_order(order) == VTM_ORDER_GARMENT_PERSON;
    identified.person = garment_first ? line->second : line->first;
    identified.garment = garment_first ? line->first : line->second;
  }
  return identified;
}

static void check_names(vtm_pairs_run *run, const vtm_pair_line *line, size_t *searches) {
  const vtm_pairs_input *input = run->input;
  const vtm_identified_line identified = identify_as_it_is(run, line);
  size_t index;
  if (!identified.is_identified) {
    check_unidentified_name(run, line->line, line->first);
    check_unidentified_name(run, line->line, line->second);
    return;
  }
  if (vtm_folder_has(input->people, identified.person, &index))
    check_extension(run, input->people, line->line, identified.person, index);
  else
    report_missing(run, VTM_RULE_MISSING_PERSON, line->line, identified.person, input->people, input->garments,
                   searches);
  if (vtm_folder_has(input->garments, identified.garment, &index))
    check_extension(run, input->garments, line->line, identified.garment, index);
  else
    report_missing(run, VTM_RULE_MISSING_GARMENT, line->line, identified.garment, input->garments, input->people,
                   searches);
}

static int compare_names(const char *a, const char *b) {
  const size_t a_length = vtm_stem_length(a);
  const size_t b_length = vtm_stem_length(b);
  const int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
  return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

static int by_pair(const void *left, const void *right) {
  const vtm_identified_line *a = left;
  const vtm_identified_line *b = right;
  int order = compare_names(a->person, b->person);
  if (order == 0) order = compare_names(a->garment, b->garment);
  return order != 0 ? order : (a->line->line > b->line->line) - (a->line->line < b->line->line);
}

static void check_duplicates(vtm_pairs_run *run) {
  const vtm_pair_list *list = run->input->list;
  vtm_identified_line *lines = vtm_allocate(list->count, sizeof(*lines), run->error);
  if (lines == NULL) {
    run->failed = true;
    return;
  }
  for (size_t i = 0; i < list->count; i++) lines[i] = identify_as_it_is(run, &list->lines[i]);
  qsort(lines, list->count, sizeof(*lines), by_pair);
  size_t first = 0;
  for (size_t i = 1; i < list->count; i++) {
    if (compare_names(lines[first].person, lines[i].person) != 0 ||
        compare_names(lines[first].garment, lines[i].garment) != 0) {
      first = i;
      continue;
    }
    char one[VTM_SHOWN_NAME];
    char two[VTM_SHOWN_NAME];
    vtm_pairs_add(run, VTM_RULE_DUPLICATE_PAIR, lines[i].line->line, NULL, "%s %s: the same pair as in line %zu",
                  shown_text(lines[i].line->first, one), shown_text(lines[i].line->second, two),
                  lines[first].line->line);
  }
  free(lines);
}

/* ---- order ---- */

/* What was given rules; then what all lines can only be, then the layout. */
static void choose_order(const vtm_pairs_input *input, vtm_pair_order seen, vtm_pairs_report *report) {
  const bool names_tell = seen != VTM_ORDER_UNKNOWN && !report->evidence.shared_names;
  report->by_layout = false;
  if (input->order != VTM_ORDER_UNKNOWN) {
    report->order = input->order;
  } else if (names_tell || input->usual == VTM_ORDER_UNKNOWN) {
    report->order = seen;
  } else {
    report->order = input->usual;
    report->by_layout = seen != input->usual;
  }
}

static bool report_swapped_columns(vtm_pairs_run *run, vtm_pair_order seen) {
  const vtm_order_evidence *evidence = &run->report->evidence;
  const vtm_pair_order given = run->input->order;
  if (given == VTM_ORDER_UNKNOWN || seen == VTM_ORDER_UNKNOWN || seen == given || evidence->shared_names) return false;
  const bool garment_first = seen == VTM_ORDER_GARMENT_PERSON;
  vtm_pairs_add(run, VTM_RULE_SWAPPED_COLUMNS, 0, NULL,
                "%zu lines can only be %s (the first is line %zu), but --order %s was given",
                garment_first ? evidence->garment_person : evidence->person_garment, vtm_pair_order_name(seen),
                garment_first ? evidence->first_garment_person : evidence->first_person_garment,
                vtm_pair_order_name(given));
  return true;
}

static void check_order(vtm_pairs_run *run) {
  const vtm_pairs_input *input = run->input;
  vtm_pairs_report *report = run->report;
  const vtm_pair_order seen = vtm_pair_list_order(input->list, input->people, input->garments, &report->evidence);
  const vtm_order_evidence *evidence = &report->evidence;
  choose_order(input, seen, report);
  if (report_swapped_columns(run, seen)) return;
  if (report->order == VTM_ORDER_UNKNOWN && !evidence->shared_names && evidence->garment_person > 0)
    vtm_pairs_add(run, VTM_RULE_MIXED_ORDER, 0, NULL,
                  "%zu lines can only be garment, person (the first is line %zu), %zu only person, garment (line %zu)",
                  evidence->garment_person, evidence->first_garment_person, evidence->person_garment,
                  evidence->first_person_garment);
  for (size_t i = 0; i < input->list->count; i++) {
    const vtm_pair_line *line = &input->list->lines[i];
    char one[VTM_SHOWN_NAME];
    char two[VTM_SHOWN_NAME];
    if (vtm_line_is_turned(line, input->people, input->garments, evidence, report->order))
      vtm_pairs_add(run, VTM_RULE_MIXED_ORDER, line->line, NULL, "%s %s: is %s, the list is %s",
                    shown_text(line->first, one), shown_text(line->second, two),
                    vtm_pair_order_name(vtm_opposite_order(report->order)), vtm_pair_order_name(report->order));
  }
}

/* Of an order that is not known: names in both columns must be in both folders, whichever it is. */
static void check_both_columns(vtm_pairs_run *run, bool garments) {
  const vtm_pairs_input *input = run->input;
  const vtm_folder *folder = garments ? input->people : input->garments;
  const vtm_folder *other = garments ? input->garments : input->people;
  bool *first = vtm_allocate(folder->count, sizeof(*first), run->error);
  bool *second = vtm_allocate(folder->count, sizeof(*second), run->error);
  run->failed = run->failed || first == NULL || second == NULL;
  for (size_t i = 0; i < input->list->count && !run->failed; i++) {
    const vtm_pair_line *line = &input->list->lines[i];
    size_t index;
    if (vtm_is_same_name(line)) continue; /* checked by itself */
    if (vtm_folder_has(folder, line->first, &index)) first[index] = true;
    if (vtm_folder_has(folder, line->second, &index)) second[index] = true;
  }
  for (size_t i = 0; i < folder->count && !run->failed; i++) {
    char name[VTM_SHOWN_NAME];
    size_t index;
    if (first[i] && second[i] && !vtm_folder_has(other, folder->entries[i].stem, &index))
      vtm_pairs_add(run, garments ? VTM_RULE_MISSING_GARMENT : VTM_RULE_MISSING_PERSON, 0, NULL,
                    "%s: in both columns and in %s, but not in %s", vtm_shown_name(folder, i, name), folder->path,
                    other->path);
  }
  free(first);
  free(second);
}

/* ---- folders ---- */

static void check_double_names(vtm_pairs_run *run, const vtm_folder *folder) {
  for (size_t i = 1; i < folder->count; i++) {
    char one[VTM_SHOWN_NAME];
    char two[VTM_SHOWN_NAME];
    if (strcmp(folder->entries[i - 1].stem, folder->entries[i].stem) == 0)
      vtm_pairs_add(run, VTM_RULE_TWIN_FILES, 0, folder->path, "%s and %s have one name",
                    vtm_shown_name(folder, i - 1, one), vtm_shown_name(folder, i, two));
  }
}

/* Pictures that a score would leave out or refuse. */
static void check_unread(vtm_pairs_run *run, const vtm_folder *folder) {
  size_t refused = 0;
  size_t first = 0;
  char name[VTM_SHOWN_NAME];
  for (size_t i = 0; i < folder->count; i++)
    if (vtm_image_unread_format(folder->entries[i].name) != NULL && refused++ == 0) first = i;
  if (refused > 0)
    vtm_pairs_add(run, VTM_RULE_UNREAD_PICTURE, 0, folder->path,
                  "%zu of %zu pictures are not read, for example %s (%s)", refused, folder->count,
                  vtm_shown_name(folder, first, name), vtm_image_unread_format(folder->entries[first].name));
  if (folder->passed_over > 0)
    vtm_pairs_add(run, VTM_RULE_UNREAD_PICTURE, 0, folder->path,
                  "%zu more files look like pictures but are passed over, for example %s", folder->passed_over,
                  shown_text(folder->passed_over_name, name));
}

static void mark_used(const vtm_folder *folder, const char *name, bool *used) {
  size_t index;
  if (!vtm_folder_has(folder, name, &index)) return;
  const char *stem = folder->entries[index].stem;
  for (; index < folder->count && strcmp(folder->entries[index].stem, stem) == 0; index++) used[index] = true;
}

static void check_unused(vtm_pairs_run *run, bool garments) {
  const vtm_pairs_input *input = run->input;
  const vtm_folder *folder = garments ? input->garments : input->people;
  bool *used = vtm_allocate(folder->count, sizeof(*used), run->error);
  if (used == NULL) {
    run->failed = true;
    return;
  }
  for (size_t i = 0; i < input->list->count; i++) {
    const vtm_identified_line identified = identify_as_it_is(run, &input->list->lines[i]);
    if (!identified.is_identified) {
      mark_used(folder, identified.line->first, used);
      mark_used(folder, identified.line->second, used);
    } else {
      mark_used(folder, garments ? identified.garment : identified.person, used);
    }
  }
  for (size_t k = 0; k < input->other_count; k++)
    for (size_t i = 0; i < input->others[k].count; i++) {
      mark_used(folder, input->others[k].lines[i].first, used);
      mark_used(folder, input->others[k].lines[i].second, used);
    }
  for (size_t i = 0; i < folder->count; i++) {
    char name[VTM_SHOWN_NAME];
    if (!used[i])
      vtm_pairs_add(run, garments ? VTM_RULE_UNUSED_GARMENT : VTM_RULE_UNUSED_PERSON, 0, folder->path,
                    "%s: in no line of the list", vtm_shown_name(folder, i, name));
  }
  free(used);
}

static void count_own(vtm_pairs_run *run) {
  const vtm_pairs_input *input = run->input;
  for (size_t i = 0; i < input->list->count; i++) {
    const vtm_pair_line *line = &input->list->lines[i];
    if (!vtm_exists(input, line->first) || !vtm_exists(input, line->second)) continue;
    const bool own = vtm_is_own_garment(line->first, line->second) || vtm_is_own_garment(line->second, line->first);
    *(own ? &run->report->own : &run->report->foreign) += 1;
  }
}

static void check_list(vtm_pairs_run *run) {
  const vtm_pair_list *list = run->input->list;
  for (size_t i = 0; i < list->fault_count; i++) {
    char name[VTM_SHOWN_NAME];
    vtm_pairs_add(run, VTM_RULE_MALFORMED_LINE, list->faults[i].line, NULL, "%s: %s",
                  shown_text(list->faults[i].name, name), list->faults[i].why);
  }
  if (list->count == 0 && list->fault_count == 0) {
    vtm_pairs_add(run, VTM_RULE_EMPTY_LIST, 0, NULL, "no pair in %zu lines", list->line_count);
    return; /* that everybody is unused says no more */
  }
  check_order(run);
  if (run->report->order == VTM_ORDER_UNKNOWN && run->report->evidence.shared_names) {
    check_both_columns(run, true);
    check_both_columns(run, false);
  }
  size_t searches = 0;
  for (size_t i = 0; i < list->count; i++) check_names(run, &list->lines[i], &searches);
  check_duplicates(run);
  if (list->with_type > 0 && list->with_type < list->count)
    vtm_pairs_add(run, VTM_RULE_MISSING_TYPE, 0, NULL, "%zu of %zu lines have a third column", list->with_type,
                  list->count);
  count_own(run);
  check_unused(run, false);
  check_unused(run, true);
}

/* Without a list each person is expected to have a garment of the same name. */
static void compare_folders(vtm_pairs_run *run) {
  const vtm_pairs_input *input = run->input;
  const vtm_folder *people = input->people;
  const vtm_folder *garments = input->garments;
  for (size_t i = 0; i < people->count; i++) {
    size_t index;
    char name[VTM_SHOWN_NAME];
    if (vtm_find_own_garment(garments, people->entries[i].stem, &index))
      run->report->own++;
    else
      vtm_pairs_add(run, VTM_RULE_MISSING_GARMENT, 0, people->path, "%s: no garment of that name in %s",
                    vtm_shown_name(people, i, name), garments->path);
  }
  for (size_t i = 0; i < garments->count; i++) {
    char name[VTM_SHOWN_NAME];
    if (!vtm_has_owner(people, garments->entries[i].stem))
      vtm_pairs_add(run, VTM_RULE_MISSING_PERSON, 0, garments->path, "%s: no person of that name in %s",
                    vtm_shown_name(garments, i, name), people->path);
  }
}

static int by_place(const void *left, const void *right) {
  const vtm_pair_finding *a = left;
  const vtm_pair_finding *b = right;
  if (a->rule != b->rule) return a->rule < b->rule ? -1 : 1;
  if (a->line != b->line) return a->line < b->line ? -1 : 1;
  if (a->folder != b->folder && a->folder != NULL && b->folder != NULL && strcmp(a->folder, b->folder) != 0)
    return strcmp(a->folder, b->folder);
  return strcmp(a->text, b->text);
}

vtm_status vtm_pairs_check(const vtm_pairs_input *input, vtm_pairs_report *report, vtm_error *error) {
  *report = (vtm_pairs_report){.order = input->order};
  if (input->list != NULL && input->garments == NULL)
    return vtm_fail(error, VTM_ERROR_USAGE, "%s: a list needs the folder of its garments", input->list->path);
  vtm_error local = {0};
  vtm_pairs_run run = {.input = input, .report = report, .error = error != NULL ? error : &local};
  report->results = vtm_allocate(input->result_count, sizeof(*report->results), error);
  if (report->results == NULL) return VTM_ERROR_MEMORY;
  check_double_names(&run, input->people);
  if (input->garments != NULL) check_double_names(&run, input->garments);
  check_unread(&run, input->people);
  if (input->garments != NULL && strcmp(input->garments->path, input->people->path) != 0)
    check_unread(&run, input->garments);
  for (size_t i = 0; i < input->result_count; i++) check_unread(&run, &input->results[i]);
  if (input->list != NULL)
    check_list(&run);
  else if (input->garments != NULL)
    compare_folders(&run);
  for (size_t i = 0; i < input->result_count && !run.failed; i++) {
    vtm_pairs_check_results(&run, &input->results[i], &report->results[i]);
    report->result_count = i + 1;
  }
  if (!run.failed) {
    if (report->finding_count > 0) qsort(report->findings, report->finding_count, sizeof(*report->findings), by_place);
    return VTM_OK;
  }
  vtm_pairs_report_clear(report);
  return run.error->status;
}

void vtm_pairs_report_clear(vtm_pairs_report *report) {
  for (size_t i = 0; i < report->finding_count; i++) free(report->findings[i].text);
  free(report->findings);
  free(report->results);
  *report = (vtm_pairs_report){0};
}

size_t vtm_pairs_missing(const vtm_pairs_report *report) {
  size_t count = 0;
  for (size_t i = 0; i < report->finding_count; i++)
    if (report->findings[i].rule->missing) count++;
  return count;
}
