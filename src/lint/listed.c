#include "lint/listed.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lint/file_index.h"
#include "lint/lint_run.h"
#include "vtonmetrics/tools/pairs.h"

static bool is_for_training(const vtm_lint_file *list) { return strncmp(list->name, "train", strlen("train")) == 0; }

/* In each set that has the person: a list beside the sets may be about any of them. */
static void mark_person(vtm_lint_run *run, int given, const char *name) {
  vtm_lint_engine *engine = run->engine;
  vtm_layout_name parsed;
  for (size_t i = 0; i < run->layout->part_count; i++) {
    if (run->layout->parts[i].kind != VTM_LINT_PERSON || !vtm_layout_parse_name(&run->layout->parts[i], name, &parsed))
      continue;
    for (int set = 0; set < (int)run->set_count; set++) {
      if (given != VTM_LINT_NONE && set != given) continue;
      const vtm_lint_file *person = vtm_lint_find_file(run, set, VTM_LINT_PERSON, parsed.id, parsed.id_length);
      if (person == NULL) continue;
      engine->listed[person - run->files] = true;
      engine->set_is_listed[set] = true;
    }
  }
}

static vtm_status mark_list(vtm_lint_run *run, const vtm_lint_file *file, vtm_error *error) {
  char *disk = vtm_lint_disk_path(run, file, error);
  if (disk == NULL) return VTM_ERROR_MEMORY;
  vtm_pair_list list;
  vtm_error failure = {0};
  const vtm_status status = vtm_pair_list_read(disk, &list, &failure);
  const int set = run->folders[file->folder].set;
  const bool here = set != VTM_LINT_NONE && strcmp(run->sets[set], ".") != 0;
  for (size_t i = 0; i < list.count && status == VTM_OK; i++)
    mark_person(run, here ? set : VTM_LINT_NONE,
                run->layout->garment_first ? list.lines[i].second : list.lines[i].first);
  if (status == VTM_OK) vtm_pair_list_clear(&list);
  free(disk);
  return VTM_OK; /* that it cannot be read is a finding of the rules about lists */
}

vtm_status vtm_lint_find_listed(vtm_lint_run *run, vtm_error *error) {
  vtm_lint_engine *engine = run->engine;
  engine->listed = vtm_allocate(run->file_count, sizeof(*engine->listed), error);
  engine->set_is_listed = vtm_allocate(run->set_count, sizeof(*engine->set_is_listed), error);
  if (engine->listed == NULL || engine->set_is_listed == NULL) return VTM_ERROR_MEMORY;
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < run->file_count && status == VTM_OK; i++)
    if (run->files[i].part->kind == VTM_LINT_PAIRS && !is_for_training(&run->files[i]))
      status = mark_list(run, &run->files[i], error);
  return status;
}

bool vtm_lint_is_tested(const vtm_lint_run *run, size_t person) {
  const int set = run->folders[run->files[person].folder].set;
  return set == VTM_LINT_NONE || !run->engine->set_is_listed[set] || run->engine->listed[person];
}
