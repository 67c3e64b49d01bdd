#include "dataset/folder_below.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "dataset/folder_list.h"
#include "dataset/names.h"

static bool is_category(const char *name) {
  size_t i = 0;
  while (vtm_dataset_category(i) != NULL && strcmp(vtm_dataset_category(i), name) != 0) i++;
  return vtm_dataset_category(i) != NULL;
}

/* Magic-TryOn writes PERSON/PERSON_GARMENT.png. A person's name has a number, which "image" and "paired" do not. */
static bool is_of_person(const vtm_folder *pictures, const char *name) {
  const size_t length = strlen(name);
  if (strpbrk(name, "0123456789") == NULL) return false;
  for (size_t i = 0; i < pictures->count; i++) {
    const char *stem = pictures->entries[i].stem;
    if (strncmp(stem, name, length) != 0 || (stem[length] != '\0' && stem[length] != '_')) return false;
  }
  return true;
}

static vtm_status open_part(const char *root, const char *name, vtm_folder *part, vtm_error *error) {
  char *path = vtm_path_join(root, name, error);
  if (path == NULL) return VTM_ERROR_MEMORY;
  const bool is_folder = vtm_path_is_kind(root, name, S_IFDIR);
  vtm_folder_listing list = {.folder = part};
  const vtm_status status = is_folder ? vtm_folder_list(&list, path, error) : VTM_OK;
  free(path);
  return status;
}

/* Adds the pictures of one folder below `all`; *fits is false where they are none of ours to take. */
static vtm_status take_part(vtm_folder *all, const char *name, bool *fits, vtm_error *error) {
  vtm_folder part = {0};
  char *images = NULL;
  vtm_status status = open_part(all->path, name, &part, error);
  if (status == VTM_OK && part.count == 0 && is_category(name)) {
    vtm_folder_clear(&part);
    images = vtm_path_join(name, "images", error);
    status = images != NULL ? open_part(all->path, images, &part, error) : VTM_ERROR_MEMORY;
  }
  *fits = part.count == 0 || is_category(name) || is_of_person(&part, name);
  if (status == VTM_OK && *fits) status = vtm_folder_name_from(&part, images != NULL ? images : name, error);
  if (status == VTM_OK && *fits && part.count > 0) status = vtm_folder_append(all, &part, error);
  vtm_folder_clear(&part);
  free(images);
  return status;
}

static int is_shown(const struct dirent *entry) { return entry->d_name[0] != '.' && entry->d_type != DT_REG; }

static vtm_status fail_of_both(const vtm_folder *folder, const vtm_folder *below, vtm_error *error) {
  return vtm_fail(
      error, VTM_ERROR_DATA,
      "%s: holds %zu pictures itself and %zu in folders of categories, for example %s: which are the results "
      "is not known; move one kind out",
      folder->path, folder->count, below->count, below->entries[0].name);
}

vtm_status vtm_folder_take_below(vtm_folder *folder, vtm_error *error) {
  struct dirent **entries = NULL;
  const bool has_own = folder->count > 0;
  const int count = scandir(folder->path, &entries, is_shown, alphasort);
  vtm_folder all = {.path = vtm_copy_text(folder->path, error)};
  vtm_status status = all.path != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  bool fits = true;
  for (int i = 0; i < count; i++) {
    const char *name = entries[i]->d_name;
    if (status == VTM_OK && fits && (!has_own || is_category(name))) status = take_part(&all, name, &fits, error);
    free(entries[i]);
  }
  free(entries);
  if (status == VTM_OK && has_own && all.count > 0) status = fail_of_both(folder, &all, error);
  if (status == VTM_OK && fits && all.count > 0) status = vtm_folder_append(folder, &all, error);
  vtm_folder_clear(&all);
  return status;
}
