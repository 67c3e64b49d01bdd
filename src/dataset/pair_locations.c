/* Where datasets keep their pair lists, people and garments. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "dataset/names.h"
#include "vtonmetrics/tools/pairs.h"

typedef struct location {
  const char *list, *people, *garments;
  const char *person_ending, *garment_ending;
  vtm_pair_order usual;
} location;

/* DressCode's root lists are about all categories. */
#define ALL_IMAGES "*/images"

#define COMMON(name) \
  { name, ALL_IMAGES, ALL_IMAGES, "_0", "_1", VTM_ORDER_PERSON_GARMENT }

#define CATEGORY(name)                                                                                           \
  {name "/test_pairs_paired.txt", name "/images", name "/images", "_0", "_1", VTM_ORDER_PERSON_GARMENT},         \
      {name "/test_pairs_unpaired.txt", name "/images", name "/images", "_0", "_1", VTM_ORDER_PERSON_GARMENT}, { \
    name "/train_pairs.txt", name "/images", name "/images", "_0", "_1", VTM_ORDER_PERSON_GARMENT                \
  }

/* The folders of a VITON-HD set, and the order of its lists. */
#define SET(list, set) \
  { list, set "/image", set "/cloth", NULL, NULL, VTM_ORDER_PERSON_GARMENT }

/* VITON-HD's own test folder and the course's dataset both hold image and cloth, and have the columns the other way
 * round. */
static const location locations[] = {
    SET("test_pairs.txt", "test"),
    SET("test_pairs_same.txt", "test"),
    SET("test_pairs_unpaired.txt", "test"),
    SET("train_pairs.txt", "train"),
    SET("test_pairs.txt", "test_fine"),
    SET("test_unpairs.txt", "test_fine"),
    SET("test_pairs.txt", "test_coarse"),
    SET("test_unpairs.txt", "test_coarse"),
    SET("train_pairs.txt", "train_fine"),
    SET("train_pairs.txt", "train_coarse"),
    {"test_pairs.txt", "image", "cloth", NULL, NULL, VTM_ORDER_UNKNOWN},
    {"test_pairs_same.txt", "image", "cloth", NULL, NULL, VTM_ORDER_UNKNOWN},
    {"train_pairs.txt", "image", "cloth", NULL, NULL, VTM_ORDER_UNKNOWN},
    CATEGORY("dresses"),
    CATEGORY("lower_body"),
    CATEGORY("upper_body"),
    COMMON("test_pairs_paired.txt"),
    COMMON("test_pairs_unpaired.txt"),
    COMMON("train_pairs.txt"),
    /* one category of DressCode by itself */
    {"test_pairs_paired.txt", "images", "images", "_0", "_1", VTM_ORDER_PERSON_GARMENT},
    {"test_pairs_unpaired.txt", "images", "images", "_0", "_1", VTM_ORDER_PERSON_GARMENT},
    {"train_pairs.txt", "images", "images", "_0", "_1", VTM_ORDER_PERSON_GARMENT},
};
enum { LOCATIONS = sizeof(locations) / sizeof(*locations) };

static vtm_status check_root(const char *root, vtm_error *error) {
  struct stat status;
  if (stat(root, &status) != 0) return vtm_fail_errno(error, errno, root, "open the dataset");
  if (S_ISDIR(status.st_mode)) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_IO, "%s: not a folder; the folder of a dataset was expected", root);
}

static vtm_status fill_pair_source(const char *root, const location *found, const char *list, vtm_pair_source *source,
                                   vtm_error *error) {
  *source = (vtm_pair_source){.person_ending = found->person_ending,
                              .garment_ending = found->garment_ending,
                              .usual = found->usual,
                              .common = strcmp(found->people, ALL_IMAGES) == 0};
  source->people = vtm_path_join(root, found->people, error);
  source->garments = vtm_path_join(root, found->garments, error);
  if (list != NULL) source->list = vtm_copy_text(list, error);
  const bool complete = source->people != NULL && source->garments != NULL && (list == NULL || source->list != NULL);
  return complete ? VTM_OK : VTM_ERROR_MEMORY;
}

static vtm_status add_pair_source(const char *root, const location *found, const char *list, vtm_pair_sources *sources,
                                  vtm_error *error) {
  vtm_pair_source *source = &sources->sources[sources->count++];
  return fill_pair_source(root, found, list, source, error);
}

static bool is_common(const location *candidate) { return strcmp(candidate->people, ALL_IMAGES) == 0; }

static bool has_categories(const char *root) {
  size_t found = 0;
  for (size_t i = 0; vtm_dataset_category(i) != NULL; i++)
    found += vtm_dataset_has_category(root, vtm_dataset_category(i));
  return found > 1;
}

static bool has_folders(const char *root, const location *candidate) {
  if (is_common(candidate)) return has_categories(root);
  return vtm_path_is_kind(root, candidate->people, S_IFDIR) && vtm_path_is_kind(root, candidate->garments, S_IFDIR);
}

static size_t count_names(const vtm_pair_list *list, const vtm_folder *people, const vtm_folder *garments) {
  size_t count = 0;
  size_t index;
  for (size_t i = 0; i < list->count; i++) {
    const char *const names[] = {list->lines[i].first, list->lines[i].second};
    for (size_t k = 0; k < 2; k++) {
      const size_t length = vtm_stem_length(names[k]);
      if (vtm_folder_find(people, names[k], length, &index) || vtm_folder_find(garments, names[k], length, &index))
        count++;
    }
  }
  return count;
}

/* Names of `list` that the folders of one location hold; 0 also where they cannot be read. */
static size_t count_at(const char *root, const location *candidate, const vtm_pair_list *list) {
  vtm_pair_source source;
  vtm_folder people = {0};
  vtm_folder garments = {0};
  size_t count = 0;
  if (fill_pair_source(root, candidate, NULL, &source, NULL) == VTM_OK &&
      vtm_pair_source_open(&source, &people, &garments, NULL) == VTM_OK)
    count = count_names(list, &people, &garments);
  vtm_folder_clear(&people);
  vtm_folder_clear(&garments);
  free(source.people);
  free(source.garments);
  return count;
}

static vtm_status find_for_list(const char *root, const char *path, vtm_pair_sources *sources, vtm_error *error) {
  vtm_pair_list list;
  const vtm_status status = vtm_pair_list_read(path, &list, error);
  if (status != VTM_OK) return status;
  const location *best = NULL;
  size_t most = 0;
  for (size_t i = 0; i < LOCATIONS; i++) {
    if (!has_folders(root, &locations[i])) continue;
    if (best != NULL && strcmp(best->people, locations[i].people) == 0) continue;
    const size_t count = count_at(root, &locations[i], &list);
    if (best == NULL || count > most) {
      best = &locations[i];
      most = count;
    }
  }
  vtm_pair_list_clear(&list);
  return best != NULL ? add_pair_source(root, best, path, sources, error) : VTM_OK;
}

static vtm_status find_all(const char *root, vtm_pair_sources *sources, vtm_error *error) {
  vtm_status status = VTM_OK;
  const location *without_list = NULL;
  for (size_t i = 0; i < LOCATIONS && status == VTM_OK; i++) {
    if (!has_folders(root, &locations[i])) continue;
    if (without_list == NULL) without_list = &locations[i];
    if (!vtm_path_is_kind(root, locations[i].list, S_IFREG)) continue;
    char *path = vtm_path_join(root, locations[i].list, error);
    status = path != NULL ? add_pair_source(root, &locations[i], path, sources, error) : VTM_ERROR_MEMORY;
    free(path);
  }
  if (status == VTM_OK && sources->count == 0 && without_list != NULL)
    status = add_pair_source(root, without_list, NULL, sources, error);
  return status;
}

vtm_status vtm_pair_sources_find(const char *root, const char *list, vtm_pair_sources *sources, vtm_error *error) {
  *sources = (vtm_pair_sources){0};
  vtm_status status = check_root(root, error);
  if (status != VTM_OK) return status;
  sources->sources = vtm_allocate(LOCATIONS + 1, sizeof(*sources->sources), error);
  if (sources->sources == NULL) return VTM_ERROR_MEMORY;
  status = list != NULL ? find_for_list(root, list, sources, error) : find_all(root, sources, error);
  if (status == VTM_OK && sources->count == 0)
    status = vtm_fail(error, VTM_ERROR_DATA,
                      "%s: no people and garments found: looked for image and cloth, test/image and test/cloth, "
                      "train/image and train/cloth, DressCode's dresses/images, lower_body/images and "
                      "upper_body/images, and images of one of these",
                      root);
  if (status != VTM_OK) vtm_pair_sources_clear(sources);
  return status;
}

void vtm_pair_sources_clear(vtm_pair_sources *sources) {
  for (size_t i = 0; i < sources->count; i++) {
    free(sources->sources[i].list);
    free(sources->sources[i].people);
    free(sources->sources[i].garments);
  }
  free(sources->sources);
  *sources = (vtm_pair_sources){0};
}

/* "ROOT/" and the images of all categories that are there. */
static vtm_status open_categories(const char *path, vtm_folder *folder, vtm_error *error) {
  const int root = (int)(strlen(path) - strlen(ALL_IMAGES));
  vtm_status status = VTM_OK;
  folder->path = vtm_copy_text(path, error);
  if (folder->path == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; vtm_dataset_category(i) != NULL && status == VTM_OK; i++) {
    vtm_folder category = {0};
    char *images = NULL;
    if (asprintf(&images, "%.*s%s/images", root, path, vtm_dataset_category(i)) < 0)
      return vtm_fail_memory(error, strlen(path));
    if (vtm_path_is_kind(images, "", S_IFDIR)) status = vtm_folder_open(images, &category, error);
    if (status == VTM_OK) status = vtm_folder_append(folder, &category, error);
    vtm_folder_clear(&category);
    free(images);
  }
  vtm_folder_sort(folder);
  if (status != VTM_OK) vtm_folder_clear(folder);
  return status;
}

static vtm_status open_pictures(const vtm_pair_source *source, const char *path, vtm_folder *folder, vtm_error *error) {
  return source->common ? open_categories(path, folder, error) : vtm_folder_open(path, folder, error);
}

vtm_status vtm_pair_source_open(const vtm_pair_source *source, vtm_folder *people, vtm_folder *garments,
                                vtm_error *error) {
  *people = (vtm_folder){0};
  *garments = (vtm_folder){0};
  vtm_status status = open_pictures(source, source->people, people, error);
  if (status == VTM_OK) status = open_pictures(source, source->garments, garments, error);
  if (status != VTM_OK) {
    vtm_folder_clear(people);
    return status;
  }
  if (source->person_ending != NULL) vtm_folder_keep(people, source->person_ending);
  if (source->garment_ending != NULL) vtm_folder_keep(garments, source->garment_ending);
  return VTM_OK;
}
