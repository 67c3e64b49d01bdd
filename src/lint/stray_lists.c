#include "lint/stray_lists.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "lint/file_index.h"
#include "lint/findings.h"
#include "vtonmetrics/tools/pairs.h"

static bool is_person(const vtm_lint_run *run, const char *name) {
  vtm_layout_name parsed;
  for (size_t i = 0; i < run->layout->part_count; i++) {
    if (run->layout->parts[i].kind != VTM_LINT_PERSON || !vtm_layout_parse_name(&run->layout->parts[i], name, &parsed))
      continue;
    for (int set = 0; set < (int)run->set_count; set++)
      if (vtm_lint_find_file(run, set, VTM_LINT_PERSON, parsed.id, parsed.id_length) != NULL) return true;
  }
  return false;
}

static bool lists_people(const vtm_lint_run *run, const char *disk) {
  vtm_pair_list list;
  size_t known = 0;
  if (vtm_pair_list_read(disk, &list, NULL) != VTM_OK) return false;
  for (size_t i = 0; i < list.count; i++)
    known += is_person(run, list.lines[i].first) || is_person(run, list.lines[i].second);
  const bool people = known > 0 && known * 2 > list.count + list.fault_count;
  vtm_pair_list_clear(&list);
  return people;
}

/* "a|b" as "a, b". */
static void append_words(vtm_text *text, const char *words) {
  const char *word;
  size_t length;
  for (const char *rest = words; vtm_next_word(&rest, &word, &length);) {
    if (text->length > 0) vtm_text_append(text, ", ");
    vtm_text_append_bytes(text, word, length);
  }
}

static vtm_status note_list(vtm_lint_run *run, const char *path, vtm_error *error) {
  char *disk = vtm_path_join(run->root, path, error);
  if (disk == NULL) return VTM_ERROR_MEMORY;
  vtm_text names = {0};
  if (lists_people(run, disk)) append_words(&names, run->layout->pair_lists);
  if (names.length > 0 && !names.failed)
    vtm_lint_note(run, "%s is a pair list under a name that no known program reads, and was not checked; they read %s",
                  path, names.bytes);
  vtm_text_free(&names);
  free(disk);
  return VTM_OK;
}

vtm_status vtm_lint_note_stray_lists(vtm_lint_run *run, const char *folder, const vtm_lint_listing *listing,
                                     vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < listing->count && status == VTM_OK; i++) {
    const vtm_lint_entry *entry = &listing->entries[i];
    if (entry->kind != VTM_ENTRY_FILE || strcmp(vtm_path_extension(entry->name), ".txt") != 0 ||
        vtm_is_word_of(run->layout->pair_lists, entry->name))
      continue;
    char *path = *folder == '\0' ? vtm_copy_text(entry->name, error) : vtm_path_join(folder, entry->name, error);
    status = path != NULL ? note_list(run, path, error) : VTM_ERROR_MEMORY;
    free(path);
  }
  return status;
}
