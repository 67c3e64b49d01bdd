#ifdef VTM_HAVE_SQLITE3

#include "store/row_checksum.h"

#include <string.h>
#include <zlib.h>

static uLong add_to_checksum(uLong checksum, const void *bytes, size_t size) {
  return size > 0 ? crc32_z(checksum, bytes, size) : checksum;
}

uint32_t vtm_row_checksum(const char *fingerprint, const vtm_row *row) {
  uLong checksum = add_to_checksum(0, fingerprint, strlen(fingerprint) + 1);
  checksum = add_to_checksum(checksum, row->content, row->content_size);
  checksum = add_to_checksum(checksum, row->other, row->other_size);
  return (uint32_t)add_to_checksum(checksum, row->value, row->value_size);
}

uint32_t vtm_file_checksum(const vtm_file_stamp *stamp, const void *content, size_t size) {
  return (uint32_t)add_to_checksum(add_to_checksum(0, stamp, sizeof(*stamp)), content, size);
}

#else
typedef int vtm_no_row_checksum; /* a file may not be empty */
#endif
