#include "lint/whole.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "lint/findings.h"
#include "lint/lint_run.h"
#include "lint/programs.h"
#include "lint/rules/structure_rules.h"

/* "test=train" as two names. */
typedef struct relation {
  char left[128], right[128];
} relation;

static bool next_relation(const char **rest, relation *found) {
  const char *word;
  size_t length;
  if (!vtm_next_word(rest, &word, &length)) return false;
  const size_t left = strcspn(word, "=");
  (void)snprintf(found->left, sizeof(found->left), "%.*s", (int)left, word);
  (void)snprintf(found->right, sizeof(found->right), "%.*s", (int)(length - left - 1), word + left + 1);
  return true;
}

static int set_named(const vtm_lint_run *run, const char *name) {
  for (size_t i = 0; i < run->set_count; i++)
    if (strcmp(run->sets[i], name) == 0) return (int)i;
  return VTM_LINT_NONE;
}

static vtm_status report_at(vtm_lint_run *run, vtm_lint_structure structure, const char *folder, const char *name,
                            const char *message, vtm_error *error) {
  char *path = strcmp(folder, ".") == 0 ? vtm_copy_text(name, error) : vtm_path_join(folder, name, error);
  if (path == NULL) return VTM_ERROR_MEMORY;
  vtm_lint_report_path(run, vtm_lint_structure_rule(structure), path, 0, "%s", message);
  free(path);
  return VTM_OK;
}

/* ---- folders ---- */

/* The folder of that part, whatever is in it. */
static const vtm_lint_folder *folder_of(const vtm_lint_run *run, int set, const vtm_layout_part *part) {
  for (size_t i = 0; i < run->folder_count; i++)
    if (run->folders[i].set == set && run->folders[i].part == part) return &run->folders[i];
  return NULL;
}

static bool has_any_folder(const vtm_lint_run *run, int set) {
  for (size_t i = 0; i < run->folder_count; i++)
    if (run->folders[i].set == set && *run->folders[i].part->folder != '\0') return true;
  return false;
}

/* Two parts of one folder are one folder; what every dataset has is reported where folders are listed. */
static bool is_compared(const vtm_layout *layout, size_t part) {
  if (layout->parts[part].required || (layout->parts[part].extra && !layout->whole)) return false;
  return part == 0 || strcmp(layout->parts[part - 1].folder, layout->parts[part].folder) != 0;
}

/* Each folder is reported once, whichever sister has it. */
static bool was_reported(const vtm_lint_run *run, const relation *until, const vtm_layout_part *part) {
  relation sisters;
  for (const char *rest = run->layout->sisters; next_relation(&rest, &sisters);) {
    if (strcmp(sisters.left, until->left) == 0 && strcmp(sisters.right, until->right) == 0) return false;
    const int other = set_named(run, sisters.right);
    if (strcmp(sisters.left, until->left) == 0 && other != VTM_LINT_NONE && folder_of(run, other, part) != NULL)
      return true;
  }
  return false;
}

static vtm_status compare_sisters(vtm_lint_run *run, const relation *sisters, vtm_error *error) {
  const vtm_layout *layout = run->layout;
  const int set = set_named(run, sisters->left);
  const int other = set_named(run, sisters->right);
  vtm_status status = VTM_OK;
  if (set == VTM_LINT_NONE || other == VTM_LINT_NONE || !has_any_folder(run, set)) return VTM_OK;
  for (size_t i = 0; i < layout->part_count && status == VTM_OK; i++) {
    const vtm_lint_folder *its = folder_of(run, other, &layout->parts[i]);
    if (!is_compared(layout, i) || its == NULL || its->count == 0) continue;
    if (folder_of(run, set, &layout->parts[i]) != NULL || was_reported(run, sisters, &layout->parts[i])) continue;
    char message[512];
    const char *slash = strrchr(its->path, '/');
    (void)snprintf(message, sizeof(message), "missing, though %s is there", its->path);
    status = report_at(run, VTM_STRUCTURE_FOLDER_NOT_IN_SET, sisters->left, slash != NULL ? slash + 1 : its->path,
                       message, error);
  }
  return status;
}

/* ---- spellings ---- */

static const char *last_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

/* 0 for the usual spelling of a folder, 1 for the next; VTM_LINT_NONE where there is one only. */
static int spelling_of(const vtm_lint_folder *folder) {
  int index = 0;
  const char *word;
  size_t length;
  if (strchr(folder->part->folder, '|') == NULL) return VTM_LINT_NONE;
  for (const char *rest = folder->part->folder; vtm_next_word(&rest, &word, &length); index++)
    if (strlen(last_part(folder->path)) == length && memcmp(last_part(folder->path), word, length) == 0) return index;
  return VTM_LINT_NONE;
}

static bool reads_spelling(const vtm_program *program, const void *user) { return vtm_program_reads(program, user); }

static void report_spelling(vtm_lint_run *run, const vtm_lint_folder *folder, int usual) {
  char spelled[128] = "";
  const char *word;
  size_t length;
  int index = 0;
  for (const char *rest = folder->part->folder; vtm_next_word(&rest, &word, &length); index++)
    if (index == usual) (void)snprintf(spelled, sizeof(spelled), "%.*s", (int)length, word);
  vtm_text names = {0};
  const size_t count = vtm_programs_append(run, reads_spelling, spelled, &names);
  if (count > 0 && !names.failed)
    vtm_lint_report_path(run, vtm_lint_structure_rule(VTM_STRUCTURE_FOLDER_SPELLING), folder->path, 0,
                         "the other folders are spelled for %s, which read%s %s", names.bytes, count == 1 ? "s" : "",
                         spelled);
  vtm_text_free(&names);
}

/* Where folders of a set are spelled in two ways, the fewer are wrong. */
static void compare_spellings(vtm_lint_run *run, int set) {
  size_t counts[2] = {0};
  for (size_t i = 0; i < run->folder_count; i++) {
    const int spelling = run->folders[i].set == set ? spelling_of(&run->folders[i]) : VTM_LINT_NONE;
    if (spelling == 0 || spelling == 1) counts[spelling]++;
  }
  if (counts[0] == 0 || counts[1] == 0) return;
  const int usual = counts[1] > counts[0] ? 1 : 0;
  for (size_t i = 0; i < run->folder_count; i++)
    if (run->folders[i].set == set && spelling_of(&run->folders[i]) == 1 - usual)
      report_spelling(run, &run->folders[i], usual);
}

/* ---- sets ---- */

/* Of the sets that belong together, those that are not there. */
static void report_missing_sets(vtm_lint_run *run) {
  const char *rest = run->layout->sets;
  const char *word;
  size_t length;
  if (!run->layout->whole || run->set_count < 2) return;
  while (vtm_next_word(&rest, &word, &length)) {
    char name[128];
    (void)snprintf(name, sizeof(name), "%.*s", (int)length, word);
    if (strcmp(name, ".") != 0 && set_named(run, name) == VTM_LINT_NONE)
      vtm_lint_report_path(run, vtm_lint_structure_rule(VTM_STRUCTURE_FOLDER_MISSING), name, 0,
                           "missing, though other categories are there: programs go through all of them");
  }
}

/* ---- lists ---- */

/* A set whose name begins so, or the dataset itself. */
static bool has_set_of(const vtm_lint_run *run, const char *word) {
  for (size_t i = 0; i < run->set_count; i++)
    if (strcmp(run->sets[i], ".") == 0 || strncmp(run->sets[i], word, strlen(word)) == 0) return true;
  return false;
}

/* The folder of the list, "" for the dataset's own; of two, the one that is asked for. NULL: there is none. */
static const char *find_list(const vtm_lint_run *run, const char *folder, const char *name) {
  const char *elsewhere = NULL;
  for (size_t i = 0; i < run->file_count; i++) {
    const vtm_lint_file *file = &run->files[i];
    const char *path = run->folders[file->folder].path;
    const bool list = file->part->kind == VTM_LINT_PAIRS || file->part->kind == VTM_LINT_CAPTIONS;
    if (!list || strcmp(file->name, name) != 0) continue;
    if (strcmp(path, strcmp(folder, ".") == 0 ? "" : folder) == 0) return path;
    elsewhere = path;
  }
  return elsewhere;
}

static vtm_status check_list(vtm_lint_run *run, const char *set, const char *folder, const char *name,
                             vtm_error *error) {
  char message[512];
  const char *found = find_list(run, folder, name);
  const bool there = found != NULL && strcmp(found, strcmp(folder, ".") == 0 ? "" : folder) == 0;
  const bool set_there = set_named(run, set) != VTM_LINT_NONE;
  const bool only_set = strncmp(name, set, strlen(set)) == 0; /* test_pairs.txt is about test/, and test_fine/ */
  if (there && !set_there && only_set && !has_set_of(run, set)) {
    (void)snprintf(message, sizeof(message), "missing, though %s is about it", name);
    return report_at(run, VTM_STRUCTURE_FOLDER_MISSING, ".", set, message, error);
  }
  if (there || !set_there) return VTM_OK;
  if (found != NULL && *found != '\0' && strcmp(folder, ".") == 0)
    (void)snprintf(message, sizeof(message), "missing here, where programs look for it; it lies in %s/", found);
  else
    (void)snprintf(message, sizeof(message), "missing: programs begin by reading it");
  return report_at(run, VTM_STRUCTURE_LIST_MISSING, folder, name, message, error);
}

static vtm_status check_needed_list(vtm_lint_run *run, const relation *needed, vtm_error *error) {
  vtm_status status = VTM_OK;
  if (strcmp(needed->left, "*") != 0) return check_list(run, needed->left, ".", needed->right, error);
  for (size_t i = 0; i < run->set_count && status == VTM_OK; i++)
    status = check_list(run, run->sets[i], run->sets[i], needed->right, error);
  return status;
}

vtm_status vtm_lint_check_whole(vtm_lint_run *run, vtm_error *error) {
  relation found;
  vtm_status status = VTM_OK;
  if (run->engine->options->programs != NULL) return VTM_OK; /* the programs' own needs are checked */
  report_missing_sets(run);
  for (size_t i = 0; i < run->set_count; i++) compare_spellings(run, (int)i);
  for (const char *rest = run->layout->sisters; status == VTM_OK && next_relation(&rest, &found);)
    status = compare_sisters(run, &found, error);
  for (const char *rest = run->layout->needed_lists; status == VTM_OK && next_relation(&rest, &found);)
    status = check_needed_list(run, &found, error);
  return status;
}
