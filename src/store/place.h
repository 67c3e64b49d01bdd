/* The place of a store in the file system: locks, network file systems, and moving a damaged file away. */
#ifndef VTM_STORE_PLACE_H
#define VTM_STORE_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "vtonmetrics/context.h"

/* Whether it is where a store is looked for when nothing is said. */
bool vtm_place_is_standard(const char *path);

/* Says why no store can be opened or made there. */
vtm_status vtm_place_check(const char *path, bool must_exist, vtm_error *error);

/* A descriptor of the folder that the file is in; -1 when it cannot be opened. */
int vtm_place_open_folder(const char *path);

/* Whether several machines may see the file. */
bool vtm_place_is_network(int folder, const char *path);

/* All who use a store hold a shared lock on its folder, and who moves it away holds it alone: SQLite would delete, by
 * name, the journal of another database if a file were exchanged while it is open. The lock is one of the folder
 * because closing any descriptor of the file itself would end SQLite's own locks. */
typedef struct vtm_place_lock {
  int folder; /* -1: nothing can be locked, and nothing is moved */
  vtm_context *context;
} vtm_place_lock;
void vtm_place_lock_shared(const vtm_place_lock *lock);
bool vtm_place_lock_alone(const vtm_place_lock *lock); /* gives up after a while; the shared lock is gone then */

bool vtm_place_is_file(const char *path, uint64_t device, uint64_t inode);
/* Renames the file and its journals; *moved is the new name, free with free(). */
vtm_status vtm_place_move_aside(const char *path, char **moved, vtm_error *error);

#endif
