#include "store/file_stamp.h"

#include <sys/stat.h>
#include <time.h>

static int64_t to_nanoseconds(const struct timespec *time) {
  return time->tv_sec * INT64_C(1000000000) + time->tv_nsec;
}

bool vtm_file_stamp_take(const char *path, vtm_file_stamp *stamp) {
  struct stat status;
  if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) return false;
  *stamp = (vtm_file_stamp){.device = status.st_dev,
                            .inode = status.st_ino,
                            .size = (uint64_t)status.st_size,
                            .modified = to_nanoseconds(&status.st_mtim),
                            .changed = to_nanoseconds(&status.st_ctim)};
  return true;
}

bool vtm_file_stamp_equal(const vtm_file_stamp *a, const vtm_file_stamp *b) {
  return a->device == b->device && a->inode == b->inode && a->size == b->size && a->modified == b->modified &&
         a->changed == b->changed;
}

int64_t vtm_store_clock(void) {
  struct timespec now = {0};
  (void)clock_gettime(CLOCK_REALTIME, &now);
  return to_nanoseconds(&now);
}
