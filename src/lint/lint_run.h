/* The inside of a run: what its files share. */
#ifndef VTM_LINT_RUN_H
#define VTM_LINT_RUN_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/context.h"
#include "lint/filter.h"
#include "lint/layout_file.h"
#include "lint/rule.h"

/* A finding as it is kept; the strings are its own. */
typedef struct vtm_lint_kept_finding {
  const vtm_lint_rule *rule;
  char *path, *other, *message;
  const char *lacks; /* the folder that has nothing for the file, or NULL; of the run */
  char **more;       /* where the same was found: the findings that this one speaks for */
  size_t more_count;
  size_t line;
  bool path_of_results, other_of_results;
} vtm_lint_kept_finding;

typedef struct vtm_lint_engine {
  vtm_context *context;
  const vtm_lint_options *options;
  vtm_lint_filter filter;
  vtm_lint_need needs[VTM_LINT_KINDS]; /* the most that any enabled rule needs of a kind */
  vtm_arena texts;
  size_t file_capacity, folder_capacity;
  const char **sets;
  vtm_layout_file *own_layout;
  char *layout_reason;
  pthread_mutex_t lock; /* of what follows */
  vtm_lint_kept_finding *kept;
  size_t kept_count, kept_capacity;
  size_t delivered, ignored;
  atomic_bool out_of_memory;
  atomic_size_t done;
  bool owners_turn; /* this round inspects persons and garments, the next all other files */
  char **notes;
  size_t note_count, note_capacity;
  struct vtm_lint_pairs *pairs; /* of pair_rules.c */
  bool *listed;                 /* of each file: a person of a list for testing */
  bool *set_is_listed;          /* of each set: such a list names people of it */
  size_t indexed;
  int *index; /* files sorted by set, kind and id, for vtm_lint_find_file */
} vtm_lint_engine;

#endif
