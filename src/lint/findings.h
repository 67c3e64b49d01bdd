/* What rules report, from any thread. */
#ifndef VTM_LINT_FINDINGS_H
#define VTM_LINT_FINDINGS_H

#include "base/arena.h"
#include "lint/rule.h"

/* Reports a finding; may be called from any thread. The message says what was found in this file ("12 % of
 * the pixels are neither black nor white"), without the path, which is shown before it. */
void vtm_lint_report(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_file *file, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same about a folder that lacks something of the file: those who read it stop. */
void vtm_lint_report_lack(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_file *file, const char *folder,
                          const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The same about two files: a picture and the one it equals. */
void vtm_lint_report_two(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_file *file,
                         const vtm_lint_file *other, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* About a path relative to the dataset ("test", "test_pairs.txt"), or of results as given, and a line of it, 0: no
 * line. */
void vtm_lint_report_path(vtm_lint_run *run, const vtm_lint_rule *rule, const char *path, size_t line,
                          const char *format, ...) __attribute__((format(printf, 5, 6)));
/* A remark about the run: what was not checked, and the like. */
void vtm_lint_note(vtm_lint_run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Hands findings made since the last call to the caller's function. */
void vtm_lint_deliver(vtm_lint_run *run);

/* Path as shown: folder, slash, name; a new string, NULL when out of memory. */
char *vtm_lint_file_path(const vtm_lint_run *run, const vtm_lint_file *file);

/* NULL with *error set when memory has run out. */
char *vtm_lint_arena_copy(vtm_arena *arena, const char *text, vtm_error *error);

#endif
