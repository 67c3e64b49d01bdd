/* Which program reads which folders and lists of a dataset: whom a fault stops. To add one, write a record. */
#ifndef VTM_LINT_PROGRAMS_H
#define VTM_LINT_PROGRAMS_H

#include "base/text.h"
#include "lint/layouts.h"
#include "lint/lint_file.h"

typedef struct vtm_program {
  const char *name;    /* "hr-viton", the value of --for; a program that reads two layouts has two records */
  const char *title;   /* "HR-VITON" */
  const char *layout;  /* "viton-hd" */
  const char *sets;    /* that it reads, "test|train"; NULL: every one */
  const char *folders; /* below a set, in its own spelling: "image:RGB|cloth-mask:L|openpose_json". RGB: it stops at any
                          other mode, L: at any but one channel; the names of files are those of the layout */
  const char *lists; /* without which it stops when it tests: beside the sets, in DressCode in each category; or NULL */
  const char *files; /* more that it opens, below the dataset: "test/vitonhd_test_tagged.json"; or NULL */
  const char *size;  /* of the photographs, which is in its code: "768x1024"; or NULL */
  const char *every_file; /* folders that it lists, to read all that is there, hidden files too: "image"; or NULL */
  bool one_space;         /* it cuts lines of lists at single spaces */
  const char *source;     /* where this was read: repository, file */
} vtm_program;

/* What a fault does to those who read the file: nothing that is known, they stop, they read something else; or those
 * stop that need a mode of its folder. */
typedef enum vtm_lint_effect {
  VTM_EFFECT_NONE,
  VTM_EFFECT_STOPS,
  VTM_EFFECT_MISREADS,
  VTM_EFFECT_NEEDS_MODE
} vtm_lint_effect;

size_t vtm_program_count(void);
const vtm_program *vtm_program_at(size_t index);

/* Whether it reads the folder, by this spelling. */
bool vtm_program_reads(const vtm_program *program, const char *folder);
/* The mode that it needs there, "RGB" or "L"; NULL: any. */
const char *vtm_program_mode(const vtm_program *program, const char *folder);

/* The mode that a program needs there which counts in this run; NULL: none needs one. */
const char *vtm_programs_mode(const vtm_lint_run *run, const char *folder);

/* Whether the program counts in this run: it reads the layout, and is among those chosen with --for, if any are. */
bool vtm_program_counts(const vtm_lint_run *run, const vtm_program *program);
/* Appends "HR-VITON, LaDI-VTON and DCI-VTON", those that count and of which `is_hit` is true; how many they are. */
typedef bool (*vtm_program_test)(const vtm_program *program, const void *user);
size_t vtm_programs_append(const vtm_lint_run *run, vtm_program_test is_hit, const void *user, vtm_text *text);
/* Whether a program that counts opens the folder or the list of that name. */
bool vtm_programs_open(const vtm_lint_run *run, const char *name);
/* Appends "; HR-VITON and LaDI-VTON stop here" about those that read the folder; nothing where there are none. */
void vtm_programs_append_effect(const vtm_lint_run *run, vtm_lint_effect effect, const char *folder, vtm_text *text);

/* An error of the user for a word of --for that is no program. */
vtm_status vtm_programs_check(const char *chosen, vtm_error *error);

#endif
