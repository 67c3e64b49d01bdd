/* Drops the least recently used rows; shared by the open store and its maintenance. */
#ifndef VTM_STORE_PRUNE_H
#define VTM_STORE_PRUNE_H

#include "store/database.h"

int64_t vtm_store_today(void); /* days since 1970 */

/* Bytes that rows and indices take. */
int vtm_database_content_bytes(sqlite3 *handle, uint64_t *bytes);
/* Drops the least recently used rows until the content is within `limit` bytes. */
int vtm_database_prune(vtm_database *database, uint64_t limit, uint64_t *dropped);

#endif
