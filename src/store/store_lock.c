#include "store/store_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

enum { PATIENCE_MS = 2000, NAP_MS = 5, MOST_ASIDE = 1000 };

/* The part before the last slash, or "."; a new string. */
static char *folder_of(const char *path, vtm_error *error) {
  char *folder = vtm_copy_text(path, error);
  if (folder == NULL) return NULL;
  char *slash = strrchr(folder, '/');
  if (slash == NULL) {
    free(folder);
    return vtm_copy_text(".", error);
  }
  slash[slash == folder ? 1 : 0] = '\0';
  return folder;
}

vtm_status vtm_store_check_path(const char *path, bool must_exist, vtm_error *error) {
  struct stat status;
  if (stat(path, &status) == 0) {
    if (S_ISDIR(status.st_mode)) return vtm_fail(error, VTM_ERROR_IO, "%s: is a folder, but a store is a file", path);
    if (!S_ISREG(status.st_mode))
      return vtm_fail(error, VTM_ERROR_IO, "%s: not a regular file, so it cannot be a store", path);
    return VTM_OK;
  }
  if (errno != ENOENT) return vtm_fail_errno(error, errno, path, "open the store");
  if (must_exist) return vtm_fail(error, VTM_ERROR_NOT_FOUND, "%s: store not found", path);
  char *folder = folder_of(path, error);
  if (folder == NULL) return VTM_ERROR_MEMORY;
  vtm_status result = VTM_OK;
  if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode))
    result = vtm_fail(error, VTM_ERROR_NOT_FOUND, "%s: cannot create a store: folder %s not found", path, folder);
  free(folder);
  return result;
}

int vtm_store_open_folder(const char *path) {
  char *folder = folder_of(path, NULL);
  const int descriptor = folder != NULL ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  free(folder);
  return descriptor;
}

bool vtm_store_is_on_network(int folder, const char *path) {
  /* f_type of statfs(2), from linux/magic.h (which lacks some of them) and the file systems' own headers */
  static const uint32_t kinds[] = {
      0x6969,     /* NFS */
      0x517b,     /* SMB */
      0xff534d42, /* CIFS */
      0xfe534d42, /* SMB 2 */
      0x65735546, /* FUSE: sshfs and its like */
      0x01021997, /* 9P */
      0x00c36400, /* Ceph */
      0x0bd00bd0, /* Lustre */
      0x47504653, /* GPFS */
      0x5346414f, /* AFS */
      0x73757245, /* Coda */
      0x7461636f, /* OCFS2 */
      0x01161970, /* GFS2 */
  };
  struct statfs status;
  const int code = folder >= 0 ? fstatfs(folder, &status) : statfs(path, &status);
  for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds) && code == 0; i++)
    if ((uint32_t)status.f_type == kinds[i]) return true;
  return false;
}

static bool try_flock(const vtm_store_lock *lock, int kind) {
  for (int naps = 0; naps < PATIENCE_MS / NAP_MS; naps++) {
    if (flock(lock->folder, kind | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK && errno != EINTR) return false;
    if (lock->context != NULL && vtm_is_cancelled(lock->context)) return false;
    (void)nanosleep(&(struct timespec){.tv_nsec = NAP_MS * 1000000L}, NULL);
  }
  return false;
}

/* Waits while another process moves a damaged file away, which takes no time. Where folders cannot be locked no process
 * moves anything. */
void vtm_store_lock_shared(const vtm_store_lock *lock) {
  if (lock->folder >= 0) (void)try_flock(lock, LOCK_SH);
}

/* Releases the shared lock first: two holders that both upgrade would deadlock. */
bool vtm_store_lock_exclusive(const vtm_store_lock *lock) {
  if (lock->folder < 0) return false;
  (void)flock(lock->folder, LOCK_UN);
  return try_flock(lock, LOCK_EX);
}

bool vtm_store_is_same_file(const char *path, uint64_t device, uint64_t inode) {
  struct stat status;
  return stat(path, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

static vtm_status rename_with_ending(const char *path, const char *name, const char *ending, vtm_error *error) {
  vtm_text from = {0};
  vtm_text to = {0};
  vtm_text_format(&from, "%s%s", path, ending);
  vtm_text_format(&to, "%s%s", name, ending);
  vtm_status status = VTM_OK;
  if (from.failed || to.failed)
    status = vtm_fail_memory(error, strlen(path));
  else if (rename(from.bytes, to.bytes) != 0 && (errno != ENOENT || *ending == '\0'))
    status =
        vtm_fail(error, VTM_ERROR_IO, "%s: the store is damaged and cannot be set aside: %s", path, strerror(errno));
  vtm_text_free(&from);
  vtm_text_free(&to);
  return status;
}

vtm_status vtm_store_set_aside(const char *path, char **moved, vtm_error *error) {
  *moved = NULL;
  for (int number = 1; number <= MOST_ASIDE; number++) {
    vtm_text text = {0};
    vtm_text_format(&text, "%s.damaged-%d", path, number);
    char *name = vtm_text_take(&text, error);
    if (name == NULL) return VTM_ERROR_MEMORY;
    struct stat status;
    if (lstat(name, &status) == 0) {
      free(name);
      continue;
    }
    vtm_status result = rename_with_ending(path, name, "", error);
    if (result == VTM_OK) result = rename_with_ending(path, name, "-wal", error);
    if (result == VTM_OK) result = rename_with_ending(path, name, "-shm", error);
    if (result == VTM_OK) result = rename_with_ending(path, name, "-journal", error);
    if (result == VTM_OK)
      *moved = name;
    else
      free(name);
    return result;
  }
  return vtm_fail(error, VTM_ERROR_IO, "%s: the store is damaged, and so were %d before it: remove %s.damaged-*", path,
                  MOST_ASIDE, path);
}
