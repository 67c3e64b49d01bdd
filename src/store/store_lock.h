/* The file of a store in the file system: its lock, network file systems, and setting a damaged file aside. */
#ifndef VTM_STORE_LOCK_H
#define VTM_STORE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "vtonmetrics/context.h"

/* Says why no store can be opened or made there. */
vtm_status vtm_store_check_path(const char *path, bool must_exist, vtm_error *error);

/* A descriptor of the folder that the file is in; -1 when it cannot be opened. */
int vtm_store_open_folder(const char *path);

/* Whether several machines may see the file. */
bool vtm_store_is_on_network(int folder, const char *path);

/* All who use a store hold a shared lock on its folder, and who moves it away holds it alone: SQLite would delete, by
 * name, the journal of another database if a file were exchanged while it is open. The lock is one of the folder
 * because closing any descriptor of the file itself would end SQLite's own locks. */
typedef struct vtm_store_lock {
  int folder; /* -1: nothing can be locked, and nothing is moved */
  vtm_context *context;
} vtm_store_lock;
void vtm_store_lock_shared(const vtm_store_lock *lock);
bool vtm_store_lock_exclusive(const vtm_store_lock *lock); /* gives up after a while; the shared lock is gone then */

bool vtm_store_is_same_file(const char *path, uint64_t device, uint64_t inode);
/* Renames the file and its journals; *moved is the new name, free with free(). */
vtm_status vtm_store_set_aside(const char *path, char **moved, vtm_error *error);

#endif
