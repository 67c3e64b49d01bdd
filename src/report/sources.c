#include "report/sources.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "vtonmetrics/tools/pairs.h"
#include "vtonmetrics/weights.h"

/* By the path that a result has, which may begin with "~". */
static vtm_status open_shown(const char *shown, vtm_folder *folder) {
  char *path = vtm_path_real(shown, NULL);
  const vtm_status status = path != NULL ? vtm_folder_open(path, folder, NULL) : VTM_ERROR_MEMORY;
  free(path);
  return status;
}

/* As the scores' reference was opened. */
static void open_people(const char *shown, const char *match, vtm_folder *folder) {
  char *path = vtm_path_real(shown, NULL);
  if (path != NULL) (void)vtm_people_open(path, match, folder, NULL);
  free(path);
}

static void open_model(const vtm_sources *sources, const vtm_score_row *row, const char *match, vtm_source *model) {
  model->name = row->name;
  if (open_shown(row->path, &model->folder) != VTM_OK || sources->reference.count == 0) return;
  const vtm_match_options options = {.struct_size = sizeof(options),
                                     .how = match,
                                     .garments = sources->garments.count > 0 ? &sources->garments : NULL};
  if (vtm_match(&sources->reference, &model->folder, &options, &model->matching, NULL) != VTM_OK)
    model->matching = (vtm_matching){0};
}

/* A folder of garments beside the photographs, as in the usual datasets. */
static void find_garments(const char *reference, vtm_folder *garments) {
  static const char *const usual[] = {"cloth", "clothes", "garments"};
  char *beside = vtm_path_join(reference, "..", NULL);
  for (size_t i = 0; i < sizeof(usual) / sizeof(*usual) && beside != NULL && garments->count == 0; i++) {
    char *path = vtm_path_join(beside, usual[i], NULL);
    if (path != NULL && open_shown(path, garments) != VTM_OK) *garments = (vtm_folder){0};
    free(path);
  }
  free(beside);
}

vtm_status vtm_sources_open(const vtm_comparison *comparison, const char *garments, const char *match,
                            vtm_sources *sources, vtm_error *error) {
  *sources = (vtm_sources){0};
  if (comparison->result_count == 0) return VTM_OK;
  const vtm_result *result = comparison->results[0];
  sources->count = result->row_count;
  sources->models = vtm_allocate(sources->count, sizeof(*sources->models), error);
  if (sources->models == NULL) return VTM_ERROR_MEMORY;
  open_people(comparison->reference, match, &sources->reference);
  if (garments == NULL) find_garments(comparison->reference, &sources->garments);
  const vtm_status status = garments != NULL ? vtm_folder_open(garments, &sources->garments, error) : VTM_OK;
  if (status != VTM_OK) {
    vtm_sources_close(sources);
    return status;
  }
  for (size_t i = 0; i < sources->count; i++) open_model(sources, &result->rows[i], match, &sources->models[i]);
  return VTM_OK;
}

void vtm_sources_close(vtm_sources *sources) {
  for (size_t i = 0; i < sources->count && sources->models != NULL; i++) {
    vtm_matching_clear(&sources->models[i].matching);
    vtm_folder_clear(&sources->models[i].folder);
  }
  free(sources->models);
  vtm_folder_clear(&sources->garments);
  vtm_folder_clear(&sources->reference);
  *sources = (vtm_sources){0};
}

/* Entries of one stem are few. */
static const vtm_file_match *find_match(const vtm_source *model, const char *file) {
  size_t at = 0;
  const size_t length = vtm_stem_length(file);
  if (model->matching.files == NULL || !vtm_folder_find(&model->folder, file, length, &at)) return NULL;
  for (; at < model->folder.count && strncmp(model->folder.entries[at].stem, file, length) == 0; at++)
    if (strcmp(model->folder.entries[at].name, file) == 0) return &model->matching.files[at];
  return NULL;
}

/* The first entry whose stem is not before `length` bytes of `stem`. */
static size_t first_from(const vtm_folder *folder, const char *stem, size_t length) {
  size_t low = 0;
  size_t high = folder->count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (strncmp(folder->entries[middle].stem, stem, length) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

size_t vtm_sources_own_garment(const vtm_folder *garments, const char *person) {
  size_t at = 0;
  const size_t length = vtm_stem_length(person);
  if (vtm_folder_find(garments, person, length, &at)) return at;
  if (length == 0) return VTM_NO_ENTRY;
  /* names of one id differ in their last letter */
  for (at = first_from(garments, person, length - 1); at < garments->count; at++) {
    if (strncmp(garments->entries[at].stem, person, length - 1) != 0) break;
    if (vtm_is_own_garment(person, garments->entries[at].name)) return at;
  }
  return VTM_NO_ENTRY;
}

char *vtm_sources_garment(const vtm_sources *sources, size_t model, const vtm_image_score *pair) {
  const vtm_folder *garments = &sources->garments;
  const vtm_file_match *match = find_match(&sources->models[model], pair->generated);
  size_t at = 0;
  if (match != NULL && match->garment != NULL && vtm_folder_find(garments, match->garment, match->garment_length, &at))
    return vtm_folder_file(garments, at);
  at = match != NULL && match->foreign ? VTM_NO_ENTRY : vtm_sources_own_garment(garments, pair->reference);
  return at != VTM_NO_ENTRY ? vtm_folder_file(garments, at) : NULL;
}
