/* Lists the images of a folder, or of the folders below it. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "dataset/folder_below.h"
#include "dataset/folder_list.h"
#include "dataset/names.h"
#include "vtonmetrics/image.h"

/* So many may be a folder for each person. */
enum { MANY_SUBFOLDERS = 10 };

static vtm_status fail_without_images(const vtm_folder_listing *list, vtm_error *error) {
  const char *known = vtm_image_extensions();
  const vtm_folder *folder = list->folder;
  if (list->subfolders > 0)
    return vtm_fail(
        error, VTM_ERROR_DATA,
        "%s: no images in this folder itself, but it has subfolders: give one of them, for example %s%s%s%s",
        folder->path, folder->path, folder->path[strlen(folder->path) - 1] == '/' ? "" : "/", list->subfolder,
        list->subfolders < MANY_SUBFOLDERS
            ? ""
            : "; of a folder a person all are read, when the names of its images begin with its own");
  if (folder->passed_over > 0)
    return vtm_fail(
        error, VTM_ERROR_DATA,
        "%s: no images among its %zu files, but %zu look like pictures, for example %s: save them as PNG or "
        "give them their extension; looked for %s",
        folder->path, folder->other_files, folder->passed_over, folder->passed_over_name, known);
  if (folder->other_files > 0)
    return vtm_fail(error, VTM_ERROR_DATA, "%s: no images among its %zu files; looked for %s", folder->path,
                    folder->other_files, known);
  return vtm_fail(error, VTM_ERROR_DATA, "%s: the folder is empty; looked for %s", folder->path, known);
}

vtm_status vtm_folder_open(const char *path, vtm_folder *folder, vtm_error *error) {
  *folder = (vtm_folder){0};
  if (*path == '\0')
    return vtm_fail(error, VTM_ERROR_USAGE, "the name of a folder is empty: is a variable of your script not set?");
  vtm_folder_listing list = {.folder = folder};
  vtm_status status = vtm_folder_list(&list, path, error);
  if (status == VTM_OK && list.subfolders > 0) status = vtm_folder_take_below(folder, error);
  if (status == VTM_OK && folder->count == 0) status = fail_without_images(&list, error);
  if (status != VTM_OK)
    vtm_folder_clear(folder);
  else
    vtm_folder_sort(folder);
  return status;
}

bool vtm_folder_find(const vtm_folder *folder, const char *stem, size_t length, size_t *index) {
  size_t low = 0;
  size_t high = folder->count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const char *other = folder->entries[middle].stem;
    const int order = strncmp(other, stem, length);
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  *index = low;
  return low < folder->count && strncmp(folder->entries[low].stem, stem, length) == 0 &&
         folder->entries[low].stem[length] == '\0';
}

void vtm_folder_keep(vtm_folder *folder, const char *ending) {
  const size_t length = strlen(ending);
  size_t kept = 0;
  for (size_t i = 0; i < folder->count; i++) {
    const vtm_folder_entry entry = folder->entries[i];
    const size_t stem = strlen(entry.stem);
    if (stem >= length && strcmp(entry.stem + stem - length, ending) == 0) {
      folder->entries[kept++] = entry;
      continue;
    }
    free(entry.name);
    free(entry.stem);
  }
  folder->count = kept;
}

char *vtm_folder_file(const vtm_folder *folder, size_t index) {
  return vtm_path_join(folder->path, folder->entries[index].name, NULL);
}
