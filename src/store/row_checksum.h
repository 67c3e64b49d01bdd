/* Checksums of the rows of a store. */
#ifndef VTM_STORE_ROW_CHECKSUM_H
#define VTM_STORE_ROW_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "store/file_stamp.h"

typedef struct vtm_row {
  const void *content, *other, *value;
  size_t content_size, other_size, value_size;
} vtm_row;

/* CRC-32 of all that a row says, with the text of its fingerprint in place of its number. */
uint32_t vtm_row_checksum(const char *fingerprint, const vtm_row *row);
uint32_t vtm_file_checksum(const vtm_file_stamp *stamp, const void *content, size_t size);

#endif
