/* Which person each result shows, by the schemes of names that vtm_match knows. */
#include "lint/match_results.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "lint/file_index.h"
#include "lint/findings.h"
#include "lint/lint_run.h"
#include "vtonmetrics/tools/dataset.h"

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

/* The set with which most results match. */
static bool choose_set(vtm_lint_run *run, const vtm_folder *results, person_set *best) {
  bool found = false;
  for (int set = 0; set < (int)run->set_count; set++) {
    person_set next = {.set = set};
    vtm_error failure = {0};
    if (!vtm_lint_open_folder(run, set, VTM_LINT_PERSON, &next.people)) continue;
    const bool garments = vtm_lint_open_folder(run, set, VTM_LINT_GARMENT, &next.garments);
    const vtm_match_options options = {.struct_size = sizeof(options), .garments = garments ? &next.garments : NULL};
    vtm_status status = vtm_match(&next.people, results, &options, &next.matching, &failure);
    if (status != VTM_OK) { /* ambiguous: two schemes explain the names, so match by stem */
      vtm_lint_note(run, "%s", failure.message);
      const vtm_match_options plain = {.struct_size = sizeof(plain), .how = "stem"};
      status = vtm_match(&next.people, results, &plain, &next.matching, NULL);
    }
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

static const vtm_file_match *match_of(const person_set *candidate, const vtm_folder *results, const char *name) {
  size_t entry;
  const size_t length = (size_t)(vtm_path_extension(name) - name);
  if (!vtm_folder_find(results, name, length, &entry)) return NULL;
  for (; entry < results->count; entry++)
    if (strcmp(results->entries[entry].name, name) == 0) return &candidate->matching.files[entry];
  return NULL;
}

void vtm_lint_match_results(vtm_lint_run *run, const vtm_lint_folder *folder) {
  vtm_folder results;
  person_set chosen;
  if (run->root == NULL || vtm_folder_open(folder->path, &results, NULL) != VTM_OK) return;
  if (choose_set(run, &results, &chosen)) {
    for (size_t i = 0; i < folder->count; i++) {
      vtm_lint_file *file = &run->files[folder->first + i];
      const vtm_file_match *match = match_of(&chosen, &results, file->name);
      const vtm_lint_file *person =
          match != NULL && match->reference != VTM_NO_ENTRY ? file_of_person(run, &chosen, match->reference) : NULL;
      if (person != NULL) file->owner = (int)(person - run->files);
    }
    close_candidate(&chosen);
  }
  vtm_folder_clear(&results);
}
