#ifdef VTM_HAVE_SQLITE3

#include "store/prune.h"

#include <time.h>

int64_t vtm_store_today(void) { return (int64_t)time(NULL) / 86400; }

int vtm_database_content_bytes(sqlite3 *handle, uint64_t *bytes) {
  int64_t pages = 0;
  int64_t unused = 0;
  int64_t size = 0;
  int code = vtm_database_number(handle, "PRAGMA page_count", &pages);
  if (code == SQLITE_OK) code = vtm_database_number(handle, "PRAGMA freelist_count", &unused);
  if (code == SQLITE_OK) code = vtm_database_number(handle, "PRAGMA page_size", &size);
  *bytes = (uint64_t)(pages - unused) * (uint64_t)size;
  return code;
}

/* One short transaction. Files were not used for longer than any row of an image that is still there: they go too.
 * Fingerprints stay: a process that runs may know their numbers. */
static int drop_some(vtm_database *database, int64_t *dropped) {
  sqlite3 *handle = database->handle;
  int code = sqlite3_exec(handle,
                          "BEGIN IMMEDIATE;"
                          "DELETE FROM rows WHERE id IN (SELECT id FROM rows ORDER BY used, id LIMIT 256)",
                          NULL, NULL, NULL);
  *dropped = code == SQLITE_OK ? sqlite3_changes64(handle) : 0;
  if (code == SQLITE_OK)
    code = sqlite3_exec(handle,
                        "DELETE FROM files WHERE used < (SELECT ifnull(min(used), 1 << 30) FROM rows);"
                        "COMMIT",
                        NULL, NULL, NULL);
  if (code != SQLITE_OK && sqlite3_get_autocommit(handle) == 0)
    (void)sqlite3_exec(handle, "ROLLBACK", NULL, NULL, NULL);
  return code;
}

int vtm_database_prune(vtm_database *database, uint64_t limit, uint64_t *dropped) {
  uint64_t bytes = 0;
  int64_t some = 1;
  *dropped = 0;
  int code = vtm_database_content_bytes(database->handle, &bytes);
  while (code == SQLITE_OK && bytes > limit && some > 0) {
    code = drop_some(database, &some);
    *dropped += (uint64_t)some;
    if (code == SQLITE_OK) code = vtm_database_content_bytes(database->handle, &bytes);
  }
  if (code == SQLITE_OK && *dropped > 0)
    code = sqlite3_exec(database->handle, "PRAGMA incremental_vacuum", NULL, NULL, NULL);
  return code;
}

#else
typedef int vtm_no_prune; /* a file may not be empty */
#endif
