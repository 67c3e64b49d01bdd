/* Whether a file is still the one that was read. */
#ifndef VTM_STORE_FILE_STAMP_H
#define VTM_STORE_FILE_STAMP_H

#include <stdbool.h>
#include <stdint.h>

/* A file that keeps all of these was not changed. ctime tells a change after which mtime was set back. */
typedef struct vtm_file_stamp {
  uint64_t device, inode, size;
  int64_t modified, changed; /* nanoseconds since 1970 */
} vtm_file_stamp;

/* false when there is no such regular file */
bool vtm_file_stamp_take(const char *path, vtm_file_stamp *stamp);
bool vtm_file_stamp_equal(const vtm_file_stamp *a, const vtm_file_stamp *b);

/* The time of day, in nanoseconds since 1970. */
int64_t vtm_store_clock(void);

#endif
