#include "lint/program_needs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "lint/findings.h"
#include "lint/lint_run.h"
#include "lint/programs.h"
#include "lint/rules/structure_rules.h"

bool vtm_lint_is_read(const vtm_lint_run *run, const char *folder) {
  if (run->engine->options->programs == NULL) return true;
  for (size_t i = 0; i < vtm_program_count(); i++)
    if (vtm_program_counts(run, vtm_program_at(i)) && vtm_program_reads(vtm_program_at(i), folder)) return true;
  return false;
}

vtm_status vtm_lint_check_programs(const vtm_lint_run *run, vtm_error *error) {
  const char *chosen = run->engine->options->programs;
  if (chosen == NULL) return VTM_OK;
  for (size_t i = 0; i < vtm_program_count(); i++)
    if (vtm_program_counts(run, vtm_program_at(i))) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_USAGE, "--for %s: reads no dataset of the layout '%s'; --list-programs says which",
                  chosen, run->layout->name);
}

/* "test" and "image" to "test/image"; the word may end in a mode, ":RGB". */
static void join_word(const char *set, const char *word, size_t length, char path[512]) {
  size_t name = 0;
  while (name < length && word[name] != ':') name++;
  (void)snprintf(path, 512, "%s%s%.*s", set, *set == '\0' ? "" : "/", (int)name, word);
}

static vtm_status report_unless_there(vtm_lint_run *run, const vtm_program *program, const char *path, mode_t kind,
                                      vtm_error *error) {
  struct stat there;
  char *disk = vtm_path_join(run->root, path, error);
  if (disk == NULL) return VTM_ERROR_MEMORY;
  const bool found = stat(disk, &there) == 0 && (there.st_mode & S_IFMT) == kind;
  free(disk);
  if (!found)
    vtm_lint_report_path(run, vtm_lint_structure_rule(VTM_STRUCTURE_PROGRAM_NEED), path, 0, "missing: %s opens it",
                         program->title);
  return VTM_OK;
}

static vtm_status check_words(vtm_lint_run *run, const vtm_program *program, const char *set, const char *words,
                              mode_t kind, vtm_error *error) {
  const char *word;
  size_t length;
  vtm_status status = VTM_OK;
  while (status == VTM_OK && vtm_next_word(&words, &word, &length)) {
    char path[512];
    join_word(set, word, length, path);
    status = report_unless_there(run, program, path, kind, error);
  }
  return status;
}

static vtm_status check_program(vtm_lint_run *run, const vtm_program *program, vtm_error *error) {
  const bool in_sets = run->layout->whole;
  size_t sets = 0;
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < run->set_count && status == VTM_OK; i++) {
    const char *set = run->sets[i];
    if (strcmp(set, ".") == 0 || (program->sets != NULL && !vtm_is_word_of(program->sets, set))) continue;
    sets++;
    status = check_words(run, program, set, program->folders, S_IFDIR, error);
    if (status == VTM_OK && in_sets) status = check_words(run, program, set, program->lists, S_IFREG, error);
  }
  if (status == VTM_OK && !in_sets) status = check_words(run, program, "", program->lists, S_IFREG, error);
  if (status == VTM_OK) status = check_words(run, program, "", program->files, S_IFREG, error);
  if (sets == 0 && program->sets != NULL)
    vtm_lint_report_path(run, vtm_lint_structure_rule(VTM_STRUCTURE_PROGRAM_NEED), ".", 0,
                         "%s reads %s/, which is not here", program->title, program->sets);
  return status;
}

vtm_status vtm_lint_check_program_needs(vtm_lint_run *run, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < vtm_program_count() && status == VTM_OK && run->engine->options->programs != NULL; i++)
    if (vtm_program_counts(run, vtm_program_at(i))) status = check_program(run, vtm_program_at(i), error);
  return status;
}
