/* The inside of a run: what its files share. */
#ifndef VTM_LINT_ENGINE_H
#define VTM_LINT_ENGINE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/context.h"
#include "lint/rule.h"
#include "vtonmetrics/dataset.h"

enum { VTM_LINT_MOST_RULES = 256 };

/* NULL with *error set when memory has run out. */
char *vtm_lint_arena_copy(vtm_arena *arena, const char *text, vtm_error *error);

/* Which rules run, and which findings are left out. */
typedef struct vtm_lint_ignore {
  int rule; /* index; VTM_LINT_NONE: all */
  char *pattern;
} vtm_lint_ignore;
typedef struct vtm_lint_filter {
  bool enabled[VTM_LINT_MOST_RULES];
  vtm_lint_ignore *ignores;
  size_t ignore_count, ignore_capacity;
} vtm_lint_filter;
vtm_status vtm_lint_filter_open(vtm_lint_filter *filter, const char *dataset, const vtm_lint_options *options,
                                vtm_error *error);
vtm_status vtm_lint_filter_parse(vtm_lint_filter *filter, const char *path, char *text, vtm_error *error);
bool vtm_lint_filter_ignores(const vtm_lint_filter *filter, size_t rule, const char *path);
void vtm_lint_filter_close(vtm_lint_filter *filter);

/* A finding as it is kept; the strings are its own. */
typedef struct vtm_lint_kept {
  const vtm_lint_rule *rule;
  char *path, *other, *message;
  size_t line;
} vtm_lint_kept;

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
  vtm_lint_kept *kept;
  size_t kept_count, kept_capacity;
  size_t delivered, ignored;
  atomic_bool out_of_memory;
  atomic_size_t done;
  bool owners_turn; /* persons and garments are looked at before all else */
  char **notes;
  size_t note_count, note_capacity;
  struct vtm_lint_pairs *pairs; /* of rules_pairs.c */
  size_t indexed;
  int *index; /* files sorted by set, kind and id, for vtm_lint_find_file */
} vtm_lint_engine;

void vtm_lint_note(vtm_lint_run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
size_t vtm_lint_rule_index(const vtm_lint_rule *rule);
/* Hands findings made since the last call to the caller's function. */
void vtm_lint_deliver(vtm_lint_run *run);

/* ---- scan.c, recognise.c, presence.c: what is there ---- */

typedef struct vtm_lint_entry {
  char *name;
  uint64_t bytes;
  enum { VTM_ENTRY_FILE, VTM_ENTRY_FOLDER, VTM_ENTRY_SPECIAL, VTM_ENTRY_LOOP } kind;
} vtm_lint_entry;
typedef struct vtm_lint_listing {
  vtm_lint_entry *entries; /* sorted by name; hidden files left out */
  size_t count, capacity;
} vtm_lint_listing;
/* Lists a folder without opening anything in it. A link back to `root` is a loop. */
vtm_status vtm_lint_list(const char *path, const char *root, vtm_lint_listing *listing, vtm_error *error);
void vtm_lint_listing_close(vtm_lint_listing *listing);
const vtm_lint_entry *vtm_lint_listing_find(const vtm_lint_listing *listing, const char *name);
/* The entry that is a folder of one of these spellings. */
const vtm_lint_entry *vtm_lint_listing_spelled(const vtm_lint_listing *listing, const char *words);

vtm_status vtm_lint_recognise(vtm_lint_run *run, const vtm_lint_listing *root, vtm_error *error);
vtm_status vtm_lint_scan(vtm_lint_run *run, vtm_error *error);
vtm_status vtm_lint_scan_results(vtm_lint_run *run, const char *path, vtm_error *error);
/* Sidecars and their images; fills in every file's owner. */
vtm_status vtm_lint_check_presence(vtm_lint_run *run, vtm_error *error);
vtm_status vtm_lint_build_index(vtm_lint_run *run, vtm_error *error);

/* ---- owners.c ---- */
/* Opens the people or garments of a set, by the endings of their part ("_0" in DressCode); false: there are none. */
bool vtm_lint_open_folder(const vtm_lint_run *run, int set, vtm_lint_kind kind, vtm_folder *folder);
/* Fills in the owner of each result. */
void vtm_lint_match_results(vtm_lint_run *run, const vtm_lint_folder *folder);

/* ---- content.c ---- */
void vtm_lint_view_open(vtm_lint_view *view);
void vtm_lint_view_close(vtm_lint_view *view);
/* Where the folder is on the disk. */
char *vtm_lint_disk_path(const vtm_lint_run *run, const vtm_lint_file *file, vtm_error *error);

vtm_status vtm_lint_make_result(vtm_lint_run *run, vtm_lint_result **result, vtm_error *error);

#endif
