#include "base/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "vtonmetrics/tools/file.h"

/* Opens a path below a folder without following it out; -1 with errno set, EXDEV where it leads out. */
typedef int (*opener)(int folder, const char *path);

static int open_by_walk(int folder, const char *path) {
  int fd = fcntl(folder, F_DUPFD_CLOEXEC, 0);
  while (fd >= 0 && *path != '\0') {
    char part[NAME_MAX + 1];
    struct stat status;
    const size_t length = strcspn(path, "/");
    (void)snprintf(part, sizeof(part), "%.*s", (int)length, path);
    const int next = length > NAME_MAX ? -1 : openat(fd, length > 0 ? part : ".", O_PATH | O_NOFOLLOW | O_CLOEXEC);
    int code = length > NAME_MAX ? ENAMETOOLONG : errno;
    (void)close(fd);
    fd = next;
    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISLNK(status.st_mode)) {
      (void)close(fd);
      fd = -1;
      code = EXDEV;
    }
    if (fd < 0) errno = code;
    path += length + (path[length] == '/');
  }
  return fd;
}

static int open_by_kernel(int folder, const char *path) {
  enum { MOST_TRIES = 16 };
  struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_BENEATH};
  long fd = -1;
  /* EAGAIN: something was renamed meanwhile, and the kernel does not know whether it had led out */
  for (int i = 0; i < MOST_TRIES && (i == 0 || (fd < 0 && errno == EAGAIN)); i++)
    fd = syscall(SYS_openat2, folder, path, &how, sizeof(how));
  return fd < 0 && (errno == ENOSYS || errno == EPERM) ? open_by_walk(folder, path) : (int)fd;
}

static bool leaves_by_name(const char *path) {
  if (*path == '/') return true;
  for (const char *part = path; part != NULL; part = strchr(part, '/')) {
    if (*part == '/') part++;
    if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0')) return true;
  }
  return false;
}

static bool stays_beneath(const char *folder, const char *path, opener open_below) {
  char rest[PATH_MAX];
  if (leaves_by_name(path) || strlen(path) >= sizeof(rest)) return false;
  const int root = open(*folder != '\0' ? folder : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) return errno == ENOENT;
  (void)snprintf(rest, sizeof(rest), "%s", path);
  int fd = -1;
  int code = ENOENT;
  /* What is not there yet cannot lead anywhere; the folder that it will be in can. */
  while (fd < 0 && code == ENOENT && *rest != '\0') {
    fd = open_below(root, rest);
    code = fd < 0 ? errno : 0;
    char *slash = strrchr(rest, '/');
    *(slash != NULL ? slash : rest) = '\0';
  }
  if (fd >= 0) (void)close(fd);
  (void)close(root);
  return fd >= 0 || code == ENOENT;
}

bool vtm_path_stays_beneath(const char *folder, const char *path) {
  return stays_beneath(folder, path, open_by_kernel);
}

bool vtm_path_stays_beneath_by_walk(const char *folder, const char *path) {
  return stays_beneath(folder, path, open_by_walk);
}

/* ---- a path that stays what it was ---- */

/* Cuts the last part off a path, which stays behind `*last`; returns the folder's. */
static const char *split(char *path, const char **last) {
  char *slash = strrchr(path, '/');
  *last = slash != NULL ? slash + 1 : path;
  if (slash != NULL) *slash = '\0';
  return slash != NULL ? path : ".";
}

/* A folder of `root` and the name of a file in it that is no link, or is not there; -1 with errno set. */
static int open_parent(int root, const char *path, char rest[PATH_MAX], const char **name) {
  enum { MOST_LINKS = 40 };
  if (snprintf(rest, PATH_MAX, "%s", path) >= PATH_MAX) errno = ENAMETOOLONG;
  for (size_t end = strlen(rest); end > 1 && rest[end - 1] == '/';) rest[--end] = '\0';
  for (int i = 0; i < MOST_LINKS && strlen(path) < PATH_MAX; i++) {
    char target[PATH_MAX];
    char next[2 * PATH_MAX];
    const char *folder = split(rest, name);
    errno = EXDEV;
    if (strcmp(*name, "..") == 0) return -1;
    const int parent = open_by_kernel(root, folder);
    const ssize_t length = parent >= 0 ? readlinkat(parent, *name, target, sizeof(target) - 1) : -1;
    if (length < 0) return parent;
    (void)close(parent);
    target[length] = '\0';
    (void)snprintf(next, sizeof(next), "%s/%s", folder, target);
    errno = target[0] == '/' ? EXDEV : ENAMETOOLONG;
    if (target[0] == '/' || strlen(next) >= PATH_MAX) return -1;
    memcpy(rest, next, strlen(next) + 1);
    errno = ELOOP;
  }
  return -1;
}

vtm_status vtm_path_pin(const char *folder, const char *path, char **pinned, int *descriptor, vtm_error *error) {
  char rest[PATH_MAX];
  const char *name = NULL;
  *pinned = NULL;
  *descriptor = -1;
  const int root = open(*folder != '\0' ? folder : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  const bool leaves = leaves_by_name(path);
  const int parent = root >= 0 && !leaves ? open_parent(root, path, rest, &name) : -1;
  const int code = leaves ? EXDEV : errno;
  if (root >= 0) (void)close(root);
  if (parent < 0 && code == EXDEV)
    return vtm_fail(error, VTM_ERROR_USAGE, "%s%s: leads out of the folder of the configuration by now: not written",
                    folder, path);
  if (parent < 0) return vtm_fail_errno(error, code, path, "write");
  if (asprintf(pinned, "/proc/self/fd/%d/%s", parent, name) < 0) {
    *pinned = NULL;
    (void)close(parent);
    return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory");
  }
  *descriptor = parent;
  return VTM_OK;
}
