/* The photographs of a reference: of a tree whose folders `images` hold people and garments, the people. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "dataset/names.h"
#include "dataset/schemes.h"
#include "vtonmetrics/tools/pairs.h"

static const char person_ending[] = "_0";

/* Lists of one kind are of one set of people; those of the test set are looked for first. */
enum { LISTS_OF_A_SET = 2 };
static const char *const sets[][LISTS_OF_A_SET] = {{"test_pairs_paired.txt", "test_pairs_unpaired.txt"},
                                                   {"train_pairs.txt", NULL}};
enum { SETS = sizeof(sets) / sizeof(*sets) };

/* ---- which images a list names as people ---- */

static bool is_person(const char *name, size_t length) {
  const size_t ending = strlen(person_ending);
  return length >= ending && strncmp(name + length - ending, person_ending, ending) == 0;
}

static size_t mark(const vtm_folder *folder, const char *name, bool *listed) {
  size_t index;
  const size_t length = vtm_stem_length(name);
  if (!is_person(name, length) || !vtm_folder_find(folder, name, length, &index) || listed[index]) return 0;
  listed[index] = true;
  return 1;
}

static vtm_status mark_people(const char *path, const vtm_folder *folder, bool *listed, size_t *count,
                              vtm_error *error) {
  vtm_pair_list list;
  /* Whoever names a list hears of its faults from the matching. */
  const vtm_status status = vtm_pair_list_read(path, &list, error);
  if (status != VTM_OK) return status == VTM_ERROR_MEMORY ? status : VTM_OK;
  for (size_t i = 0; i < list.count; i++) {
    *count += mark(folder, list.lines[i].first, listed);
    *count += mark(folder, list.lines[i].second, listed);
  }
  vtm_pair_list_clear(&list);
  return VTM_OK;
}

static vtm_status mark_set(const char *place, const char *const lists[LISTS_OF_A_SET], const vtm_folder *folder,
                           bool *listed, size_t *count, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < LISTS_OF_A_SET && status == VTM_OK; i++) {
    if (lists[i] == NULL || !vtm_path_is_kind(place, lists[i], S_IFREG)) continue;
    char *path = vtm_path_join(place, lists[i], error);
    status = path != NULL ? mark_people(path, folder, listed, count, error) : VTM_ERROR_MEMORY;
    free(path);
  }
  return status;
}

static vtm_status keep(vtm_folder *folder, const bool *listed, const char *by, vtm_error *error) {
  size_t kept = 0;
  folder->chosen_by = vtm_copy_text(by, error);
  folder->chosen_of = folder->count;
  if (folder->chosen_by == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < folder->count; i++) {
    const vtm_folder_entry entry = folder->entries[i];
    if (listed[i]) {
      folder->entries[kept++] = entry;
      continue;
    }
    free(entry.name);
    free(entry.stem);
  }
  folder->count = kept;
  return VTM_OK;
}

/* Where lists and names are looked for. */
typedef struct people_place {
  const char *list;          /* one that the caller names, or NULL */
  const char *category;      /* the folder of a category */
  const char *root;          /* the one that it lies in */
  bool named_like_dresscode; /* it is called as a category is: names tell people from garments where no list does */
} people_place;

static size_t mark_by_name(const vtm_folder *folder, bool *listed) {
  size_t count = 0;
  for (size_t i = 0; i < folder->count; i++) {
    listed[i] = is_person(folder->entries[i].stem, strlen(folder->entries[i].stem));
    count += listed[i];
  }
  return count;
}

/* By a list that the caller names, else by those of the category, else by those of the tree. */
static vtm_status mark_listed(const vtm_folder *folder, const people_place *place, bool *listed, const char **by,
                              vtm_error *error) {
  const char *const places[] = {place->category, place->root};
  size_t count = 0;
  vtm_status status = VTM_OK;
  if (place->list != NULL) status = mark_people(place->list, folder, listed, &count, error);
  if (count > 0) *by = place->list;
  for (size_t s = 0; s < SETS && place->list == NULL; s++)
    for (size_t p = 0; p < sizeof(places) / sizeof(*places) && status == VTM_OK && *by == NULL; p++) {
      status = mark_set(places[p], sets[s], folder, listed, &count, error);
      if (count > 0) *by = s == 0 ? "the test set's pair lists" : sets[s][0];
    }
  if (status == VTM_OK && *by == NULL && place->named_like_dresscode && mark_by_name(folder, listed) > 0)
    *by = "the names that end in _0";
  return status;
}

static vtm_status keep_people(vtm_folder *folder, const people_place *place, vtm_error *error) {
  bool *listed = vtm_allocate(folder->count, sizeof(*listed), error);
  const char *by = NULL;
  vtm_status status = listed != NULL ? mark_listed(folder, place, listed, &by, error) : VTM_ERROR_MEMORY;
  if (status == VTM_OK && by != NULL) status = keep(folder, listed, by, error);
  free(listed);
  return status;
}

/* ---- where ---- */

static vtm_status open_category(const char *root, const char *category, const char *list, vtm_folder *folder,
                                vtm_error *error) {
  char *part = NULL;
  char *place = vtm_path_join(root, category, error);
  char *path = place != NULL ? vtm_path_join(place, "images", error) : NULL;
  vtm_status status = path != NULL ? vtm_folder_open(path, folder, error) : VTM_ERROR_MEMORY;
  if (status == VTM_OK) status = keep_people(folder, &(people_place){list, place, root, true}, error);
  if (status == VTM_OK && asprintf(&part, "%s/images", category) < 0) status = vtm_fail_memory(error, strlen(category));
  if (status == VTM_OK) status = vtm_folder_name_from(folder, part, error);
  free(part);
  free(path);
  free(place);
  return status;
}

static vtm_status open_tree(const char *root, const char *list, vtm_folder *folder, vtm_error *error) {
  folder->path = vtm_copy_text(root, error);
  vtm_status status = folder->path != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t i = 0; vtm_dataset_category(i) != NULL && status == VTM_OK; i++) {
    vtm_folder category = {0};
    if (!vtm_dataset_has_category(root, vtm_dataset_category(i))) continue;
    status = open_category(root, vtm_dataset_category(i), list, &category, error);
    if (status == VTM_OK) status = vtm_folder_append(folder, &category, error);
    vtm_folder_clear(&category);
  }
  vtm_folder_sort(folder);
  return status;
}

/* By its name, with links and ".." followed. */
static bool is_category(const char *place) {
  char *real = realpath(place, NULL);
  const char *slash = real != NULL ? strrchr(real, '/') : NULL;
  bool is = false;
  for (size_t i = 0; slash != NULL && vtm_dataset_category(i) != NULL; i++)
    is = is || strcmp(slash + 1, vtm_dataset_category(i)) == 0;
  free(real);
  return is;
}

/* A folder `images` whose lists lie in `place`, or in the folder above it. */
static vtm_status open_images(const char *images, const char *place, const char *list, vtm_folder *folder,
                              vtm_error *error) {
  char *root = vtm_path_join(place, "..", error);
  vtm_status status = root != NULL ? vtm_folder_open(images, folder, error) : VTM_ERROR_MEMORY;
  if (status == VTM_OK) status = keep_people(folder, &(people_place){list, place, root, is_category(place)}, error);
  free(root);
  return status;
}

static bool is_called_images(const char *path) {
  char *last = vtm_path_last_part(path, NULL);
  const bool is = last != NULL && strcmp(last, "images") == 0;
  free(last);
  return is;
}

/* One category, by its folder of images or by the folder that this lies in; or any folder of pictures. */
static vtm_status open_one(const char *path, const char *list, vtm_folder *folder, vtm_error *error) {
  const bool itself = is_called_images(path);
  char *other = vtm_path_join(path, itself ? ".." : "images", error);
  if (other == NULL) return VTM_ERROR_MEMORY;
  vtm_status status = VTM_ERROR_DATA;
  if (!itself) status = vtm_folder_open(path, folder, error);
  if (itself)
    status = open_images(path, other, list, folder, error);
  else if (status == VTM_ERROR_DATA && vtm_path_is_kind(path, "images", S_IFDIR))
    status = open_images(other, path, list, folder, error);
  free(other);
  return status;
}

vtm_status vtm_people_open(const char *path, const char *match, vtm_folder *folder, vtm_error *error) {
  const vtm_scheme *scheme = match != NULL ? vtm_scheme_find(match) : NULL;
  if (scheme != NULL && scheme->of_garments) return vtm_folder_open(path, folder, error);
  const char *list = vtm_match_list_file(match);
  bool tree = false;
  *folder = (vtm_folder){0};
  for (size_t i = 0; vtm_dataset_category(i) != NULL; i++)
    tree = tree || vtm_dataset_has_category(path, vtm_dataset_category(i));
  const vtm_status status = tree ? open_tree(path, list, folder, error) : open_one(path, list, folder, error);
  if (status != VTM_OK) vtm_folder_clear(folder);
  return status;
}
