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
