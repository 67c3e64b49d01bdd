/* Which sidecars are missing, and which belong to nothing. Files of a folder are sorted by id, so that one
 * walk along images and sidecars finds both. */
#include "lint/presence.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lint/engine.h"

static int compare_ids(const char *a, size_t a_length, const char *b, size_t b_length) {
  const int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
  if (order != 0) return order;
  return a_length == b_length ? 0 : a_length < b_length ? -1 : 1;
}

/* NOLINTBEGIN(clang-analyzer-core.NullDereference): while the loop of match_sidecars runs, one of its two is there */
static bool same_id(const vtm_lint_file *a, const vtm_lint_file *b) {
  return compare_ids(a->id, a->id_length, b->id, b->id_length) == 0;
}

static void report_duplicates(vtm_lint_run *run, const vtm_lint_folder *folder) {
  for (size_t i = 1; i < folder->count; i++) {
    const vtm_lint_file *file = &run->files[folder->first + i];
    if (same_id(file - 1, file))
      vtm_lint_report_two(run, vtm_lint_presence_rule(VTM_PRESENCE_DUPLICATE_NAME), file, file - 1,
                          "%s is there too: which of them is meant?", (file - 1)->name);
  }
}

static const vtm_lint_folder *images_of(const vtm_lint_run *run, const vtm_lint_folder *sidecars) {
  for (size_t i = 0; i < run->folder_count; i++)
    if (run->folders[i].set == sidecars->set && run->folders[i].part->kind == sidecars->part->of &&
        run->folders[i].count > 0)
      return &run->folders[i];
  return NULL;
}

static void report_missing(vtm_lint_run *run, const vtm_lint_folder *sidecars, const vtm_lint_file *image) {
  const char *pattern = sidecars->part->pattern;
  const char *hole = strstr(pattern, "{id}");
  vtm_lint_report(run, vtm_lint_presence_rule(VTM_PRESENCE_SIDECAR_MISSING), image, "%s/%.*s%.*s%s is missing",
                  sidecars->path, (int)(hole - pattern), pattern, (int)image->id_length, image->id,
                  hole + strlen("{id}"));
}
/* NOLINTEND(clang-analyzer-core.NullDereference) */

static void match_sidecars(vtm_lint_run *run, const vtm_lint_folder *sidecars, const vtm_lint_folder *images) {
  size_t s = 0;
  size_t i = 0;
  while (s < sidecars->count || i < images->count) {
    vtm_lint_file *sidecar = s < sidecars->count ? &run->files[sidecars->first + s] : NULL;
    const vtm_lint_file *image = i < images->count ? &run->files[images->first + i] : NULL;
    const int order = sidecar == NULL ? 1
                      : image == NULL ? -1
                                      : compare_ids(sidecar->id, sidecar->id_length, image->id, image->id_length);
    if (order < 0) {
      vtm_lint_report(run, vtm_lint_presence_rule(VTM_PRESENCE_SIDECAR_ORPHAN), sidecar,
                      "%s/ has no image of that name", images->path);
      s++;
    } else if (order > 0) {
      if (i == 0 || !same_id(image - 1, image)) report_missing(run, sidecars, image);
      i++;
    } else {
      /* several files of one name, on either side, are all matched */
      sidecar->owner = (int)(images->first + i);
      const vtm_lint_file *matched = image;
      s++;
      while (s < sidecars->count && same_id(&run->files[sidecars->first + s], matched))
        run->files[sidecars->first + s++].owner = (int)(images->first + i);
      while (i < images->count && same_id(&run->files[images->first + i], matched)) i++;
    }
  }
}

vtm_status vtm_lint_check_presence(vtm_lint_run *run, vtm_error *error) {
  (void)error;
  for (size_t i = 0; i < run->folder_count; i++) {
    const vtm_lint_folder *folder = &run->folders[i];
    if (folder->part->kind == VTM_LINT_PAIRS || folder->part->kind == VTM_LINT_CAPTIONS) continue;
    report_duplicates(run, folder);
    if (folder->part->kind == VTM_LINT_RESULT) {
      vtm_lint_match_results(run, folder);
      continue;
    }
    if (folder->part->of == VTM_LINT_KINDS || folder->count == 0) continue;
    const vtm_lint_folder *images = images_of(run, folder);
    if (images != NULL) match_sidecars(run, folder, images);
  }
  return VTM_OK;
}

/* ---- finding a file by its id ---- */

typedef struct key {
  int set;
  vtm_lint_kind kind;
  const char *id;
  size_t length;
} key;

static int compare_key(const vtm_lint_run *run, const key *wanted, int index) {
  const vtm_lint_file *file = &run->files[index];
  const int set = run->folders[file->folder].set;
  if (wanted->set != set) return wanted->set < set ? -1 : 1;
  if (wanted->kind != file->part->kind) return wanted->kind < file->part->kind ? -1 : 1;
  return compare_ids(wanted->id, wanted->length, file->id, file->id_length);
}

static int by_key(const void *left, const void *right, void *user) {
  const vtm_lint_run *run = user;
  const vtm_lint_file *file = &run->files[*(const int *)left];
  const key wanted = {run->folders[file->folder].set, file->part->kind, file->id, file->id_length};
  const int order = compare_key(run, &wanted, *(const int *)right);
  return order != 0 ? order : *(const int *)left - *(const int *)right;
}

vtm_status vtm_lint_build_index(vtm_lint_run *run, vtm_error *error) {
  vtm_lint_engine *engine = run->engine;
  free(engine->index);
  engine->index = vtm_allocate(run->file_count, sizeof(*engine->index), error);
  if (engine->index == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < run->file_count; i++) engine->index[i] = (int)i;
  qsort_r(engine->index, run->file_count, sizeof(*engine->index), by_key, run);
  engine->indexed = run->file_count;
  return VTM_OK;
}

const vtm_lint_file *vtm_lint_find_file(const vtm_lint_run *run, int set, vtm_lint_kind kind, const char *id,
                                        size_t length) {
  const key wanted = {set, kind, id, length};
  size_t low = 0;
  size_t high = run->engine->indexed;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (compare_key(run, &wanted, run->engine->index[middle]) > 0)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == run->engine->indexed || compare_key(run, &wanted, run->engine->index[low]) != 0) return NULL;
  return &run->files[run->engine->index[low]];
}
