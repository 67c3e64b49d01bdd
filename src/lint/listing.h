/* What is in a folder. */
#ifndef VTM_LINT_LISTING_H
#define VTM_LINT_LISTING_H

#include <stddef.h>
#include <stdint.h>

#include "vtonmetrics/status.h"

typedef struct vtm_lint_entry {
  char *name;
  uint64_t bytes;
  enum { VTM_ENTRY_FILE, VTM_ENTRY_FOLDER, VTM_ENTRY_SPECIAL, VTM_ENTRY_LOOP } kind;
} vtm_lint_entry;
typedef struct vtm_lint_listing {
  vtm_lint_entry *entries; /* sorted by name; hidden files left out */
  size_t count, capacity;
  char *hidden; /* the first hidden file by name, or NULL */
  size_t hidden_count;
} vtm_lint_listing;
/* Lists a folder without opening anything in it. A link back to `root` is a loop. */
vtm_status vtm_lint_list(const char *path, const char *root, vtm_lint_listing *listing, vtm_error *error);
void vtm_lint_listing_close(vtm_lint_listing *listing);
const vtm_lint_entry *vtm_lint_listing_find(const vtm_lint_listing *listing, const char *name);
/* The entry that is a folder of one of these spellings. */
const vtm_lint_entry *vtm_lint_listing_spelled(const vtm_lint_listing *listing, const char *words);

#endif
