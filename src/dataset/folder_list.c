#include "dataset/folder_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "dataset/names.h"
#include "vtonmetrics/image.h"
#include "vtonmetrics/tools/text.h"

static mode_t kind_of(DIR *directory, const struct dirent *entry) {
  if (entry->d_type == DT_REG) return S_IFREG;
  if (entry->d_type == DT_DIR) return S_IFDIR;
  struct stat status;
  if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN) return S_IFIFO; /* FIFOs, sockets, devices alike */
  if (fstatat(dirfd(directory), entry->d_name, &status, 0) == 0) return status.st_mode & S_IFMT;
  /* A dangling link is listed, so that reading it says what is wrong instead of an image missing silently. */
  return S_IFREG;
}

static vtm_status add_entry(vtm_folder_listing *list, const char *name, vtm_error *error) {
  vtm_folder *folder = list->folder;
  if (!vtm_grow(&folder->entries, &list->capacity, folder->count + 1, sizeof(*folder->entries), error))
    return VTM_ERROR_MEMORY;
  vtm_folder_entry entry = {.name = vtm_copy_text(name, error)};
  if (entry.name != NULL) entry.stem = vtm_copy_text(name, error);
  if (entry.stem == NULL) {
    free(entry.name);
    return VTM_ERROR_MEMORY;
  }
  entry.stem[vtm_path_extension(name) - name] = '\0';
  folder->entries[folder->count++] = entry;
  return VTM_OK;
}

static bool looks_like_picture(DIR *directory, const char *name) {
  enum { LOOKED_AT = 64 };
  uint8_t bytes[LOOKED_AT];
  const int fd = openat(dirfd(directory), name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  const ssize_t size = fd >= 0 ? read(fd, bytes, sizeof(bytes)) : 0;
  if (fd >= 0) (void)close(fd);
  /* of hidden files the content only: macOS's twins have the names of pictures */
  return vtm_image_looks_like_picture(name[0] == '.' ? "" : name, bytes, size > 0 ? (size_t)size : 0);
}

/* A file that is left out is never left out silently if it may be one of the pictures. */
static vtm_status pass_over(vtm_folder_listing *list, DIR *directory, const char *name, vtm_error *error) {
  vtm_folder *folder = list->folder;
  const bool picture = looks_like_picture(directory, name);
  if (picture || name[0] != '.') folder->other_files++;
  if (!picture) return VTM_OK;
  folder->passed_over++;
  if (folder->passed_over_name != NULL && strcmp(folder->passed_over_name, name) < 0) return VTM_OK;
  char *copy = vtm_copy_text(name, error);
  if (copy == NULL) return VTM_ERROR_MEMORY;
  free(folder->passed_over_name);
  folder->passed_over_name = copy;
  return VTM_OK;
}

static vtm_status add_directory_entry(vtm_folder_listing *list, DIR *directory, const struct dirent *entry,
                                      vtm_error *error) {
  const char *name = entry->d_name;
  const bool hidden = name[0] == '.'; /* macOS's "._*" twins, "." and ".." too */
  if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return VTM_OK;
  const mode_t kind = kind_of(directory, entry);
  if (kind == S_IFREG && !hidden && vtm_image_has_extension(name)) return add_entry(list, name, error);
  if (kind == S_IFREG) return pass_over(list, directory, name, error);
  if (hidden) return VTM_OK;
  if (kind != S_IFDIR) {
    list->folder->other_files++;
    return VTM_OK;
  }
  if (list->subfolders++ == 0 || strcmp(entry->d_name, list->subfolder) < 0)
    (void)snprintf(list->subfolder, sizeof(list->subfolder), "%s", entry->d_name);
  return VTM_OK;
}

static int by_stem_then_name(const void *left, const void *right) { return vtm_folder_entry_compare(left, right); }

/* The entry of `parent` that was probably meant by `wanted`; a new string or NULL. */
static char *nearest_sibling(const char *parent, const char *wanted) {
  DIR *directory = opendir(parent);
  if (directory == NULL) return NULL;
  char *nearest = NULL;
  for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (entry->d_name[0] == '.' || entry->d_type == DT_REG) continue;
    const char *const names[] = {entry->d_name, nearest != NULL ? nearest : entry->d_name};
    if (vtm_nearest_name(wanted, names, 2) != entry->d_name) continue;
    char *copy = vtm_copy_text(entry->d_name, NULL);
    if (copy == NULL) break;
    free(nearest);
    nearest = copy;
  }
  (void)closedir(directory);
  return nearest;
}

static vtm_status fail_missing(const char *path, vtm_error *error) {
  char *wanted = vtm_path_last_part(path, error);
  char *parent = vtm_copy_text(path, error);
  if (wanted == NULL || parent == NULL) {
    free(wanted);
    free(parent);
    return VTM_ERROR_MEMORY;
  }
  size_t end = strlen(parent);
  while (end > 0 && parent[end - 1] == '/') end--;
  while (end > 0 && parent[end - 1] != '/') end--;
  parent[end] = '\0';
  char *sibling = nearest_sibling(end > 0 ? parent : ".", wanted);
  vtm_status status = VTM_ERROR_NOT_FOUND;
  if (sibling != NULL)
    (void)vtm_fail(error, status, "%s: no such folder; did you mean %s%s?", path, parent, sibling);
  else
    (void)vtm_fail(error, status, "%s: no such folder", path);
  free(sibling);
  free(parent);
  free(wanted);
  return status;
}

static vtm_status fail_to_open(int code, const char *path, vtm_error *error) {
  if (code == ENOENT) return fail_missing(path, error);
  if (code == ENOTDIR) return vtm_fail(error, VTM_ERROR_IO, "%s: is a file, a folder of images was expected", path);
  return vtm_fail_errno(error, code, path, "open the folder");
}

static vtm_status read_entries(vtm_folder_listing *list, DIR *directory, vtm_error *error) {
  vtm_status status = VTM_OK;
  while (status == VTM_OK) {
    errno = 0;
    const struct dirent *entry = readdir(directory);
    if (entry == NULL && errno != 0) return vtm_fail_errno(error, errno, list->folder->path, "list the folder");
    if (entry == NULL) break;
    status = add_directory_entry(list, directory, entry, error);
  }
  return status;
}

vtm_status vtm_folder_list(vtm_folder_listing *list, const char *path, vtm_error *error) {
  DIR *directory = opendir(path);
  if (directory == NULL) return fail_to_open(errno, path, error);
  vtm_status status = VTM_OK;
  list->folder->path = vtm_copy_text(path, error);
  if (list->folder->path == NULL) status = VTM_ERROR_MEMORY;
  if (status == VTM_OK) status = read_entries(list, directory, error);
  (void)closedir(directory);
  return status;
}

vtm_status vtm_folder_name_from(vtm_folder *folder, const char *part, vtm_error *error) {
  for (size_t i = 0; i < folder->count; i++) {
    char *name = vtm_path_join(part, folder->entries[i].name, error);
    if (name == NULL) return VTM_ERROR_MEMORY;
    free(folder->entries[i].name);
    folder->entries[i].name = name;
  }
  return VTM_OK;
}

vtm_status vtm_folder_append(vtm_folder *folder, vtm_folder *more, vtm_error *error) {
  vtm_folder_entry *entries = vtm_reallocate(folder->entries, folder->count + more->count, sizeof(*entries), error);
  if (entries == NULL) return VTM_ERROR_MEMORY;
  folder->entries = entries;
  for (size_t i = 0; i < more->count; i++) entries[folder->count++] = more->entries[i];
  folder->other_files += more->other_files;
  folder->passed_over += more->passed_over;
  more->count = 0; /* its entries have moved */
  if (folder->passed_over_name == NULL) {
    folder->passed_over_name = more->passed_over_name;
    more->passed_over_name = NULL;
  }
  folder->chosen_of += more->chosen_of;
  if (folder->chosen_by == NULL) {
    folder->chosen_by = more->chosen_by;
    more->chosen_by = NULL;
  }
  vtm_folder_clear(more);
  return VTM_OK;
}

void vtm_folder_sort(vtm_folder *folder) {
  if (folder->count > 0) qsort(folder->entries, folder->count, sizeof(*folder->entries), by_stem_then_name);
}

void vtm_folder_clear(vtm_folder *folder) {
  for (size_t i = 0; i < folder->count; i++) {
    free(folder->entries[i].name);
    free(folder->entries[i].stem);
  }
  free(folder->entries);
  free(folder->passed_over_name);
  free(folder->chosen_by);
  free(folder->path);
  *folder = (vtm_folder){0};
}
