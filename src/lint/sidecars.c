/* Which sidecars are missing, and which belong to nothing. Files of a folder are sorted by id, so that one
 * walk along images and sidecars finds both. */
#include "lint/sidecars.h"

#include "lint/file_index.h"
#include "lint/findings.h"
#include "lint/listed.h"
#include "lint/match_results.h"
#include "lint/rules/structure_rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* NOLINTBEGIN(clang-analyzer-core.NullDereference): while the loop of match_sidecars runs, one of its two is there */
static bool same_id(const vtm_lint_file *a, const vtm_lint_file *b) {
  return vtm_lint_compare_ids(a->id, a->id_length, b->id, b->id_length) == 0;
}

static void report_duplicates(vtm_lint_run *run, const vtm_lint_folder *folder) {
  for (size_t i = 1; i < folder->count; i++) {
    const vtm_lint_file *file = &run->files[folder->first + i];
    if (same_id(file - 1, file))
      vtm_lint_report_two(run, vtm_lint_structure_rule(VTM_STRUCTURE_DUPLICATE_NAME), file, file - 1, "%s is there too",
                          (file - 1)->name);
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
  vtm_lint_report_lack(run, vtm_lint_structure_rule(VTM_STRUCTURE_SIDECAR_MISSING), image, sidecars->path,
                       "%s/%.*s%.*s%s is missing", sidecars->path, (int)(hole - pattern), pattern,
                       (int)image->id_length, image->id, hole + strlen("{id}"));
}
/* NOLINTEND(clang-analyzer-core.NullDereference) */

/* What one program made for itself it made for testing. */
static bool is_needed(const vtm_lint_run *run, const vtm_lint_folder *sidecars, const vtm_lint_file *image) {
  return !sidecars->part->extra || vtm_lint_is_tested(run, (size_t)(image - run->files));
}

static void match_sidecars(vtm_lint_run *run, const vtm_lint_folder *sidecars, const vtm_lint_folder *images) {
  size_t s = 0;
  size_t i = 0;
  while (s < sidecars->count || i < images->count) {
    vtm_lint_file *sidecar = s < sidecars->count ? &run->files[sidecars->first + s] : NULL;
    const vtm_lint_file *image = i < images->count ? &run->files[images->first + i] : NULL;
    const int order = sidecar == NULL ? 1
                      : image == NULL
                          ? -1
                          : vtm_lint_compare_ids(sidecar->id, sidecar->id_length, image->id, image->id_length);
    if (order < 0) {
      vtm_lint_report(run, vtm_lint_structure_rule(VTM_STRUCTURE_SIDECAR_ORPHAN), sidecar, "%s/ has no image %.*s",
                      images->path, (int)sidecar->id_length, sidecar->id);
      s++;
    } else if (order > 0) {
      if ((i == 0 || !same_id(image - 1, image)) && is_needed(run, sidecars, image))
        report_missing(run, sidecars, image);
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

vtm_status vtm_lint_check_sidecars(vtm_lint_run *run, vtm_error *error) {
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
