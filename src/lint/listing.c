/* Lists a folder without opening what is in it: FIFOs and devices may lie among the files. */
#include "lint/listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/memory.h"
#include "lint/layouts.h"

static bool same_place(const struct stat *a, const struct stat *b) {
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* The folders that a link inside must not lead back to: the dataset's and this one. */
typedef struct above {
  struct stat root, here;
} above;

static void classify_entry(DIR *directory, const above *folders, vtm_lint_entry *entry, bool maybe_link) {
  struct stat status;
  if (fstatat(dirfd(directory), entry->name, &status, 0) != 0) {
    entry->kind = errno == ELOOP ? VTM_ENTRY_LOOP : VTM_ENTRY_SPECIAL;
    return;
  }
  entry->bytes = (uint64_t)status.st_size;
  if (S_ISREG(status.st_mode))
    entry->kind = VTM_ENTRY_FILE;
  else if (!S_ISDIR(status.st_mode))
    entry->kind = VTM_ENTRY_SPECIAL;
  else if (maybe_link && (same_place(&status, &folders->root) || same_place(&status, &folders->here)))
    entry->kind = VTM_ENTRY_LOOP;
  else
    entry->kind = VTM_ENTRY_FOLDER;
}

static int by_name(const void *left, const void *right) {
  const vtm_lint_entry *a = left;
  const vtm_lint_entry *b = right;
  return strcmp(a->name, b->name);
}

static bool add_hidden(vtm_lint_listing *listing, const char *name) {
  if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return true;
  listing->hidden_count++;
  if (listing->hidden != NULL && strcmp(listing->hidden, name) <= 0) return true;
  free(listing->hidden);
  listing->hidden = vtm_copy_text(name, NULL);
  return listing->hidden != NULL;
}

static vtm_status read_entries(DIR *directory, const char *path, const above *folders, vtm_lint_listing *listing,
                               vtm_error *error) {
  for (;;) {
    errno = 0;
    const struct dirent *found = readdir(directory);
    if (found == NULL) return errno == 0 ? VTM_OK : vtm_fail_errno(error, errno, path, "list the folder");
    if (found->d_name[0] == '.') {
      if (!add_hidden(listing, found->d_name)) return vtm_fail_memory(error, strlen(found->d_name));
      continue;
    }
    if (!vtm_grow(&listing->entries, &listing->capacity, listing->count + 1, sizeof(*listing->entries), error))
      return VTM_ERROR_MEMORY;
    vtm_lint_entry *entry = &listing->entries[listing->count];
    *entry = (vtm_lint_entry){.name = vtm_copy_text(found->d_name, error)};
    if (entry->name == NULL) return VTM_ERROR_MEMORY;
    listing->count++;
    classify_entry(directory, folders, entry, found->d_type == DT_LNK || found->d_type == DT_UNKNOWN);
  }
}

vtm_status vtm_lint_list(const char *path, const char *root, vtm_lint_listing *listing, vtm_error *error) {
  *listing = (vtm_lint_listing){0};
  DIR *directory = opendir(path);
  if (directory == NULL && errno == ENOTDIR)
    return vtm_fail(error, VTM_ERROR_IO, "%s: is a file, a folder was expected", path);
  if (directory == NULL) return vtm_fail_errno(error, errno, path, "list the folder");
  above folders = {0};
  if (fstat(dirfd(directory), &folders.here) != 0 || stat(root, &folders.root) != 0) {
    const int code = errno;
    (void)closedir(directory);
    return vtm_fail_errno(error, code, path, "list the folder");
  }
  const vtm_status status = read_entries(directory, path, &folders, listing, error);
  (void)closedir(directory);
  if (status != VTM_OK)
    vtm_lint_listing_close(listing);
  else if (listing->count > 0)
    qsort(listing->entries, listing->count, sizeof(*listing->entries), by_name);
  return status;
}

void vtm_lint_listing_close(vtm_lint_listing *listing) {
  for (size_t i = 0; i < listing->count; i++) free(listing->entries[i].name);
  free(listing->entries);
  free(listing->hidden);
  *listing = (vtm_lint_listing){0};
}

const vtm_lint_entry *vtm_lint_listing_find(const vtm_lint_listing *listing, const char *name) {
  const vtm_lint_entry key = {.name = (char *)(uintptr_t)name};
  return listing->count > 0 ? bsearch(&key, listing->entries, listing->count, sizeof(key), by_name) : NULL;
}

const vtm_lint_entry *vtm_lint_listing_spelled(const vtm_lint_listing *listing, const char *words) {
  for (const char *word = words; *word != '\0'; word += strcspn(word, "|") + (word[strcspn(word, "|")] == '|')) {
    for (size_t i = 0; i < listing->count; i++) {
      const vtm_lint_entry *entry = &listing->entries[i];
      const size_t length = strcspn(word, "|");
      if (entry->kind == VTM_ENTRY_FOLDER && strlen(entry->name) == length && memcmp(entry->name, word, length) == 0)
        return entry;
    }
  }
  return NULL;
}
