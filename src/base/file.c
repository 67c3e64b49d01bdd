#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "vtonmetrics/tools/file.h"

static const char *kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "not a file";
}

/* O_NONBLOCK: a FIFO that takes the file's place between stat and open must not hang us. */
static vtm_status open_regular(const char *path, int *descriptor, uint64_t *size, vtm_error *error) {
  struct stat status;
  if (stat(path, &status) != 0) return vtm_fail_errno(error, errno, path, "open");
  if (!S_ISREG(status.st_mode))
    return vtm_fail(error, VTM_ERROR_IO, "%s: is %s, a regular file was expected", path, kind_of(status.st_mode));
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return vtm_fail_errno(error, errno, path, "open");
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    (void)close(fd);
    return vtm_fail(error, VTM_ERROR_IO, "%s: changed while it was opened", path);
  }
  *descriptor = fd;
  *size = (uint64_t)status.st_size;
  return VTM_OK;
}

static vtm_status read_fully(int fd, const char *path, uint8_t *bytes, size_t size, vtm_error *error) {
  size_t done = 0;
  while (done < size) {
    const ssize_t got = read(fd, bytes + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return vtm_fail_errno(error, errno, path, "read");
    if (got == 0)
      return vtm_fail(error, VTM_ERROR_IO, "%s: shrank while it was read (%zu of %zu bytes)", path, done, size);
    done += (size_t)got;
  }
  return VTM_OK;
}

vtm_status vtm_file_read(const char *path, uint64_t limit, uint8_t **bytes, size_t *size, vtm_error *error) {
  int fd = -1;
  uint64_t length = 0;
  *bytes = NULL;
  *size = 0;
  vtm_status status = open_regular(path, &fd, &length, error);
  if (status != VTM_OK) return status;
  uint8_t *content = NULL;
  if (length > limit || length > SIZE_MAX) {
    status = vtm_fail(error, VTM_ERROR_LIMIT, "%s: %llu bytes, more than the limit of %llu", path,
                      (unsigned long long)length, (unsigned long long)limit);
  } else if ((content = malloc(length ? (size_t)length : 1)) == NULL) {
    status = vtm_fail(error, VTM_ERROR_MEMORY, "%s: no memory for its %llu bytes", path, (unsigned long long)length);
  } else {
    status = read_fully(fd, path, content, (size_t)length, error);
  }
  (void)close(fd);
  if (status != VTM_OK) {
    free(content);
    return status;
  }
  *bytes = content;
  *size = (size_t)length;
  return VTM_OK;
}

vtm_status vtm_file_read_start(const char *path, uint8_t *bytes, size_t capacity, size_t *size, uint64_t *whole,
                               vtm_error *error) {
  int fd = -1;
  *size = 0;
  vtm_status status = open_regular(path, &fd, whole, error);
  if (status != VTM_OK) return status;
  const size_t wanted = *whole < capacity ? (size_t)*whole : capacity;
  status = read_fully(fd, path, bytes, wanted, error);
  (void)close(fd);
  if (status == VTM_OK) *size = wanted;
  return status;
}

/* Of a path whose last part is long, as much as leaves room for an ending: a name may have 255 bytes. */
static size_t beginning_length(const char *path) {
  enum { LONGEST = 200 };
  const char *slash = strrchr(path, '/');
  const size_t folder = slash != NULL ? (size_t)(slash + 1 - path) : 0;
  size_t length = strlen(path);
  if (length - folder <= LONGEST) return length;
  length = folder + LONGEST;
  while (length > folder && ((unsigned char)path[length] & 0xc0) == 0x80) length--; /* a whole character of UTF-8 */
  return length;
}

/* A new private file BEGINNING.XXXXXX; -1 with errno set, and *name NULL. */
static int open_temporary(const char *beginning, char **name) {
  const size_t length = beginning_length(beginning);
  const size_t size = length + sizeof(".XXXXXX");
  *name = vtm_allocate(size, 1, NULL);
  errno = ENOMEM;
  if (*name == NULL) return -1;
  (void)snprintf(*name, size, "%.*s.XXXXXX", (int)length, beginning);
  const int fd = mkostemp(*name, O_CLOEXEC);
  if (fd >= 0) return fd;
  const int code = errno;
  free(*name);
  *name = NULL;
  errno = code;
  return -1;
}

int vtm_file_open_nameless(const char *beginning) {
  char *name = NULL;
  const int fd = open_temporary(beginning, &name);
  if (fd < 0) return -1;
  (void)unlink(name);
  free(name);
  return fd;
}

/* NULL with errno set. `replaced`: the file of that name, or NULL. */
static FILE *open_beside(vtm_output *output, const struct stat *replaced) {
  int fd = open_temporary(output->path, &output->temporary);
  if (fd < 0) return NULL;
  /* mkostemp makes private files (0600). A file of the same name made by open() gets the mode that the umask decides,
   * which cannot be asked for without setting it. */
  (void)close(fd);
  (void)unlink(output->temporary);
  fd = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd >= 0 && replaced != NULL) {
    if (fchown(fd, replaced->st_uid, replaced->st_gid) != 0)
      (void)fchown(fd, (uid_t)-1, replaced->st_gid); /* only root gives files away */
    (void)fchmod(fd, replaced->st_mode & 0777);
  }
  FILE *stream = fd >= 0 ? fdopen(fd, "wb") : NULL;
  if (stream == NULL && fd >= 0) (void)close(fd);
  return stream;
}

/* "/dev/fd/3", "/proc/self/fd/3": 3; -1 for other paths. */
static int descriptor_of(const char *path) {
  static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
  for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
    const char *digits = path + strlen(folders[i]);
    if (strncmp(path, folders[i], strlen(folders[i])) != 0 || *digits == '\0') continue;
    if (strlen(digits) < 8 && strspn(digits, "0123456789") == strlen(digits)) return (int)strtol(digits, NULL, 10);
  }
  return -1;
}

/* What a link points to, as a new string that is absolute or relative to the working folder; NULL: no link. */
static char *read_link(const char *path) {
  char target[PATH_MAX];
  const ssize_t length = readlink(path, target, sizeof(target) - 1);
  if (length < 0 || (size_t)length == sizeof(target) - 1) return NULL;
  target[length] = '\0';
  const char *slash = strrchr(path, '/');
  if (target[0] == '/' || slash == NULL) return strdup(target);
  char *joined = NULL;
  return asprintf(&joined, "%.*s/%s", (int)(slash - path), path, target) < 0 ? NULL : joined;
}

/* From vtm_path_pin, which has followed the links that may be followed. */
static bool is_pinned(const char *path) {
  static const char folder[] = "/proc/self/fd/";
  return strncmp(path, folder, strlen(folder)) == 0 && strchr(path + strlen(folder), '/') != NULL;
}

/* Follows links, so that their target is replaced, as `>` of a shell does. Stops at a descriptor of this process
 * (/dev/fd/3): its file may have no name any more, or be written already. */
static void follow_links(vtm_output *output, int *descriptor) {
  enum { MOST_LINKS = 40 };
  if (is_pinned(output->path)) return;
  for (int i = 0; i < MOST_LINKS; i++) {
    *descriptor = descriptor_of(output->path);
    char *target = *descriptor < 0 ? read_link(output->path) : NULL;
    if (target == NULL) return;
    free(output->path);
    output->path = target;
  }
}

static FILE *open_descriptor(int descriptor) {
  const int fd = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  FILE *stream = fd >= 0 ? fdopen(fd, "wb") : NULL;
  if (stream == NULL && fd >= 0) (void)close(fd);
  return stream;
}

vtm_status vtm_output_open(const char *path, vtm_output *output, vtm_error *error) {
  *output = (vtm_output){0};
  output->path = vtm_copy_text(path, error);
  if (output->path == NULL) return VTM_ERROR_MEMORY;
  struct stat status;
  int descriptor = -1;
  follow_links(output, &descriptor);
  const bool pinned = is_pinned(output->path);
  const bool there = (pinned ? lstat(output->path, &status) : stat(output->path, &status)) == 0;
  if (there && S_ISDIR(status.st_mode)) {
    vtm_output_discard(output);
    return vtm_fail(error, VTM_ERROR_IO, "%s: is a folder, cannot write a file of that name", path);
  }
  if (descriptor >= 0)
    output->stream = open_descriptor(descriptor);
  else if (there && !S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode))
    output->stream = fopen(output->path, "wb");
  else
    output->stream = open_beside(output, there && S_ISREG(status.st_mode) ? &status : NULL);
  if (output->stream == NULL) {
    const int code = errno;
    vtm_output_discard(output);
    return vtm_fail_errno(error, code, path, "write");
  }
  return VTM_OK;
}

vtm_status vtm_output_commit(vtm_output *output, vtm_error *error) {
  int code = 0;
  errno = 0;
  if (ferror(output->stream) || fflush(output->stream) != 0) code = errno ? errno : EIO;
  if (code == 0 && output->temporary != NULL && fsync(fileno(output->stream)) != 0) code = errno;
  if (fclose(output->stream) != 0 && code == 0) code = errno;
  output->stream = NULL;
  if (code == 0 && output->temporary != NULL && rename(output->temporary, output->path) != 0) code = errno;
  vtm_status status = VTM_OK;
  if (code != 0) {
    status = vtm_fail_errno(error, code, output->path, "write");
  } else {
    free(output->temporary);
    output->temporary = NULL;
  }
  vtm_output_discard(output);
  return status;
}

void vtm_output_discard(vtm_output *output) {
  if (output->stream != NULL) (void)fclose(output->stream);
  if (output->temporary != NULL) (void)unlink(output->temporary);
  free(output->temporary);
  free(output->path);
  *output = (vtm_output){0};
}

vtm_status vtm_file_write(const char *path, const void *bytes, size_t size, vtm_error *error) {
  vtm_output output;
  const vtm_status status = vtm_output_open(path, &output, error);
  if (status != VTM_OK) return status;
  if (fwrite(bytes, 1, size, output.stream) != size) {
    const int code = errno;
    vtm_output_discard(&output);
    return vtm_fail_errno(error, code, path, "write");
  }
  return vtm_output_commit(&output, error);
}

char *vtm_path_last_part(const char *path, vtm_error *error) {
  size_t end = strlen(path);
  while (end > 1 && path[end - 1] == '/') end--;
  size_t start = end;
  while (start > 0 && path[start - 1] != '/') start--;
  if (start == end && end > 0) start = end - 1; /* "/" itself */
  char *part = vtm_allocate(end - start + 1, 1, error);
  if (part != NULL) memcpy(part, path + start, end - start);
  return part;
}

char *vtm_path_join(const char *folder, const char *name, vtm_error *error) {
  const size_t length = strlen(folder);
  const bool slash = length > 0 && folder[length - 1] != '/';
  const size_t size = length + (slash ? 1 : 0) + strlen(name) + 1;
  char *path = vtm_allocate(size, 1, error);
  if (path != NULL) (void)snprintf(path, size, "%s%s%s", folder, slash ? "/" : "", name);
  return path;
}

bool vtm_path_is_kind(const char *folder, const char *name, mode_t kind) {
  char *path = vtm_path_join(folder, name, NULL);
  struct stat status;
  const bool is = path != NULL && stat(path, &status) == 0 && (status.st_mode & S_IFMT) == kind;
  free(path);
  return is;
}

/* Removes empty parts, ".", and each ".." with the part before it, from an absolute path. */
static void simplify_path(char *path) {
  size_t length = 0;
  for (const char *part = path; *part != '\0';) {
    const size_t size = strcspn(part, "/");
    const bool here = size == 0 || (size == 1 && part[0] == '.');
    const bool up = size == 2 && part[0] == '.' && part[1] == '.';
    while (up && length > 0 && path[--length] != '/') {
    }
    if (!here && !up) {
      path[length++] = '/';
      memmove(path + length, part, size);
      length += size;
    }
    part += size + (part[size] == '/');
  }
  if (length == 0) path[length++] = '/';
  path[length] = '\0';
}

/* The part of `path` below `folder`; NULL when it is not below, or is that folder itself. */
static const char *part_below(const char *path, const char *folder) {
  size_t length = strlen(folder);
  while (length > 0 && folder[length - 1] == '/') length--;
  if (folder[0] != '/' || strncmp(path, folder, length) != 0 || path[length] != '/') return NULL;
  const char *part = path + length + strspn(path + length, "/");
  return *part != '\0' ? part : NULL;
}

/* The part below the working folder, named by its real path or by $PWD, which may have links in it; or NULL. */
static const char *part_below_here(const char *path) {
  char here[PATH_MAX];
  struct stat by_name;
  struct stat itself;
  const char *part = getcwd(here, sizeof(here)) != NULL ? part_below(path, here) : NULL;
  const char *name = getenv("PWD");
  if (part != NULL || name == NULL || stat(name, &by_name) != 0 || stat(".", &itself) != 0) return part;
  return by_name.st_dev == itself.st_dev && by_name.st_ino == itself.st_ino ? part_below(path, name) : NULL;
}

char *vtm_path_from_here(const char *path, vtm_error *error) {
  char here[PATH_MAX];
  if (getcwd(here, sizeof(here)) == NULL) return vtm_copy_text(path, error);
  const char *below = part_below_here(path);
  char *whole = path[0] != '/'  ? vtm_path_join(here, path, error)
                : below != NULL ? vtm_path_join(here, below, error)
                                : vtm_copy_text(path, error);
  if (whole == NULL) return NULL;
  simplify_path(whole);
  const char *rest = strcmp(whole, here) == 0 ? "." : part_below(whole, here);
  if (rest != NULL) memmove(whole, rest, strlen(rest) + 1);
  return whole;
}

/* "." and ".." stay: after a link, ".." is not the part before it. */
char *vtm_path_shown(const char *path, vtm_error *error) {
  const char *home = getenv("HOME");
  const char *below = path[0] == '/' ? part_below_here(path) : path;
  if (below == NULL && home != NULL && (below = part_below(path, home)) != NULL)
    return vtm_path_join("~", below, error);
  return vtm_copy_text(below != NULL ? below : path, error);
}

char *vtm_path_real(const char *shown, vtm_error *error) {
  const char *home = getenv("HOME");
  if (strncmp(shown, "~/", 2) != 0 || home == NULL || access("~", F_OK) == 0) return vtm_copy_text(shown, error);
  return vtm_path_join(home, shown + 2, error);
}

const char *vtm_path_extension(const char *name) {
  const char *slash = strrchr(name, '/');
  const char *start = slash ? slash + 1 : name;
  const char *dot = strrchr(start, '.');
  return dot != NULL && dot != start ? dot : start + strlen(start);
}
