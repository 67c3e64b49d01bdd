/* Checksums of rows, and dropping rows: what the store in use and its maintenance share. */
#ifndef VTM_STORE_ROWS_H
#define VTM_STORE_ROWS_H

#include "store/database.h"

typedef struct vtm_row {
  const void *content, *other, *value;
  size_t content_size, other_size, value_size;
} vtm_row;

/* CRC-32 of all that a row says, with the text of its fingerprint in place of its number. */
uint32_t vtm_row_checksum(const char *fingerprint, const vtm_row *row);
uint32_t vtm_file_checksum(const vtm_file_stamp *stamp, const void *content, size_t size);

int64_t vtm_store_today(void); /* days since 1970 */

/* Bytes that rows and indices take. */
int vtm_database_content_bytes(sqlite3 *handle, uint64_t *bytes);
/* Drops rows, those not used for longest first, until the content is within `limit` bytes. */
int vtm_database_prune(vtm_database *database, uint64_t limit, uint64_t *dropped);

#endif
