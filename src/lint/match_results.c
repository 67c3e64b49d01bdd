/* Which person each result shows, by the schemes of names that vtm_match knows. */
#include "lint/match_results.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "lint/file_index.h"
#include "lint/findings.h"
#include "lint/lint_run.h"
#include "lint/rules/structure_rules.h"
#include "vtonmetrics/tools/pairs.h"

bool vtm_lint_open_folder(const vtm_lint_run *run, int set, vtm_lint_kind kind, vtm_folder *folder) {
  *folder = (vtm_folder){0};
  for (size_t i = 0; i < run->folder_count; i++) {
    const vtm_lint_folder *candidate = &run->folders[i];
    if (candidate->set != set || candidate->part->kind != kind || candidate->count == 0) continue;
    char *path = vtm_path_join(run->root, candidate->path, NULL);
    const bool opened = path != NULL && vtm_folder_open(path, folder, NULL) == VTM_OK;
    free(path);
    if (!opened) return false;
    const char *after = strstr(candidate->part->pattern, "{id}") + strlen("{id}");
    char ending[256];
    (void)snprintf(ending, sizeof(ending), "%.*s", (int)(strrchr(after, '.') - after), after);
    if (*ending != '\0') vtm_folder_keep(folder, ending);
    if (folder->count > 0) return true;
    vtm_folder_clear(folder);
    return false;
  }
  return false;
}

/* The persons of one set that results were matched with. */
typedef struct person_set {
  int set;
  vtm_folder people, garments;
  vtm_matching matching;
} person_set;

static void close_candidate(person_set *candidate) {
  vtm_matching_clear(&candidate->matching);
  vtm_folder_clear(&candidate->people);
  vtm_folder_clear(&candidate->garments);
}

static const vtm_folder *garments_of(const person_set *candidate) {
  return candidate->garments.count > 0 ? &candidate->garments : NULL;
}

/* By a pair list, in the layout's order; false where it leads to nobody. */
static bool match_by_list(vtm_lint_run *run, const vtm_lint_file *file, const vtm_folder *results,
                          const person_set *candidate, vtm_matching *matching) {
  char *disk = vtm_lint_disk_path(run, file, NULL);
  vtm_pair_list list = {0};
  const vtm_match_options options = {
      .struct_size = sizeof(options),
      .garments = garments_of(candidate),
      .pairs = &list,
      .order = run->layout->garment_first ? VTM_ORDER_GARMENT_PERSON : VTM_ORDER_PERSON_GARMENT};
  *matching = (vtm_matching){0};
  if (disk != NULL && vtm_pair_list_read(disk, &list, NULL) == VTM_OK && list.count > 0 &&
      vtm_match(&candidate->people, results, &options, matching, NULL) != VTM_OK)
    *matching = (vtm_matching){0};
  vtm_pair_list_clear(&list);
  free(disk);
  return matching->count > 0;
}

static bool is_for_testing(const vtm_lint_run *run, const vtm_lint_file *file, int set) {
  const int its_set = run->folders[file->folder].set;
  return file->part->kind == VTM_LINT_PAIRS && strncmp(file->name, "train", strlen("train")) != 0 &&
         (its_set == VTM_LINT_NONE || its_set == set || strcmp(run->sets[its_set], ".") == 0);
}

/* Names that are numbers of lines. Where two lists say different people, it is not known who is meant. */
static void match_by_lists(vtm_lint_run *run, const vtm_folder *results, person_set *candidate) {
  static const vtm_file_match nobody = {
      .kind = VTM_NO_PARTNER, .reference = VTM_NO_ENTRY, .other = VTM_NO_ENTRY, .repeat = -1};
  for (size_t i = 0; i < run->file_count; i++) {
    vtm_matching next;
    if (!is_for_testing(run, &run->files[i], candidate->set) ||
        !match_by_list(run, &run->files[i], results, candidate, &next))
      continue;
    for (size_t k = 0; k < results->count && candidate->matching.count > 0; k++)
      if (candidate->matching.files[k].reference != next.files[k].reference) candidate->matching.files[k] = nobody;
    if (candidate->matching.count == 0) {
      vtm_matching_clear(&candidate->matching);
      candidate->matching = next;
    } else {
      vtm_matching_clear(&next);
    }
  }
}

static vtm_status match_set(vtm_lint_run *run, const vtm_folder *results, person_set *candidate) {
  vtm_error failure = {0};
  const vtm_match_options options = {.struct_size = sizeof(options), .garments = garments_of(candidate)};
  vtm_status status = vtm_match(&candidate->people, results, &options, &candidate->matching, &failure);
  if (status != VTM_OK) { /* ambiguous: two schemes explain the names, so match by stem */
    vtm_lint_note(run, "%s", failure.message);
    const vtm_match_options plain = {.struct_size = sizeof(plain), .how = "stem"};
    status = vtm_match(&candidate->people, results, &plain, &candidate->matching, NULL);
  }
  if (status == VTM_OK && candidate->matching.count == 0 && strcmp(candidate->matching.scheme, "ootdiffusion") == 0)
    match_by_lists(run, results, candidate);
  return status;
}

/* The set with which most results match. */
static bool choose_set(vtm_lint_run *run, const vtm_folder *results, person_set *best) {
  bool found = false;
  for (int set = 0; set < (int)run->set_count; set++) {
    person_set next = {.set = set};
    if (!vtm_lint_open_folder(run, set, VTM_LINT_PERSON, &next.people)) continue;
    (void)vtm_lint_open_folder(run, set, VTM_LINT_GARMENT, &next.garments);
    const vtm_status status = match_set(run, results, &next);
    if (status == VTM_OK && (!found || next.matching.count > best->matching.count)) {
      if (found) close_candidate(best);
      *best = next;
      found = true;
    } else {
      close_candidate(&next);
    }
  }
  return found;
}

static const vtm_lint_file *file_of_person(const vtm_lint_run *run, const person_set *candidate, size_t entry) {
  const char *name = candidate->people.entries[entry].name;
  for (size_t i = 0; i < run->layout->part_count; i++) {
    vtm_layout_name parsed;
    const vtm_layout_part *part = &run->layout->parts[i];
    if (part->kind == VTM_LINT_PERSON && vtm_layout_parse_name(part, name, &parsed))
      return vtm_lint_find_file(run, candidate->set, VTM_LINT_PERSON, parsed.id, parsed.id_length);
  }
  return NULL;
}

static size_t index_of(const vtm_folder *results, const char *name) {
  size_t entry;
  const char *slash = strrchr(name, '/');
  const char *file = slash != NULL ? slash + 1 : name;
  if (!vtm_folder_find(results, file, (size_t)(vtm_path_extension(file) - file), &entry)) return VTM_NO_ENTRY;
  for (; entry < results->count; entry++)
    if (strcmp(results->entries[entry].name, name) == 0) return entry;
  return VTM_NO_ENTRY;
}

/* The photograph that the file shows; of one whose name may mean either of two people that is said, and it has none. */
static const vtm_lint_file *person_of(vtm_lint_run *run, const person_set *chosen, vtm_lint_file *file,
                                      const vtm_file_match *match) {
  if (match->reference == VTM_NO_ENTRY) return NULL;
  const vtm_lint_file *person = file_of_person(run, chosen, match->reference);
  if (match->kind != VTM_AMBIGUOUS ||
      strcmp(chosen->people.entries[match->reference].stem, chosen->people.entries[match->other].stem) == 0)
    return person; /* of two photographs of one name another rule speaks */
  file->ambiguous = true;
  vtm_lint_report(run, vtm_lint_structure_rule(VTM_STRUCTURE_RESULT_AMBIGUOUS), file, "may show %s or %s",
                  chosen->people.entries[match->reference].name, chosen->people.entries[match->other].name);
  return NULL;
}

void vtm_lint_match_results(vtm_lint_run *run, const vtm_lint_folder *folder) {
  vtm_folder results;
  person_set chosen;
  if (run->root == NULL || vtm_folder_open(folder->path, &results, NULL) != VTM_OK) return;
  if (choose_set(run, &results, &chosen)) {
    for (size_t i = 0; i < folder->count; i++) {
      vtm_lint_file *file = &run->files[folder->first + i];
      const size_t entry = index_of(&results, file->name);
      const vtm_lint_file *person =
          entry != VTM_NO_ENTRY ? person_of(run, &chosen, file, &chosen.matching.files[entry]) : NULL;
      if (person != NULL) file->owner = (int)(person - run->files);
    }
    close_candidate(&chosen);
  }
  vtm_folder_clear(&results);
}
