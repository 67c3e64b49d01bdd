/* Pairs the images of two folders. Both are sorted by stem, so one walk along both finds all pairs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "vtonmetrics/dataset.h"

enum { NAMES_SHOWN = 3 };

static vtm_status refuse_duplicates(const vtm_folder *folder, vtm_error *error) {
  size_t more = 0;
  size_t first = 0;
  for (size_t i = 1; i < folder->count; i++) {
    if (strcmp(folder->entries[i - 1].stem, folder->entries[i].stem) != 0) continue;
    if (more++ == 0) first = i;
  }
  if (more == 0) return VTM_OK;
  char others[64] = "";
  if (more > 1) (void)snprintf(others, sizeof(others), ", and %zu more such files", more - 1);
  return vtm_fail(error, VTM_ERROR_DATA,
                  "%s: two images have one name, '%s' and '%s'%s: which of them is meant cannot be known; move one of "
                  "them out of the folder",
                  folder->path, folder->entries[first - 1].name, folder->entries[first].name, others);
}

static void append_names(vtm_text *text, const vtm_folder *folder) {
  vtm_text_format(text, "%s has ", folder->path);
  for (size_t i = 0; i < folder->count && i < NAMES_SHOWN; i++)
    vtm_text_format(text, "%s%s", i ? ", " : "", folder->entries[i].name);
  if (folder->count > NAMES_SHOWN) vtm_text_format(text, " ... (%zu images)", folder->count);
}

static vtm_status fail_without_pairs(const vtm_folder *reference, const vtm_folder *generated, vtm_error *error) {
  vtm_text text = {0};
  append_names(&text, reference);
  vtm_text_append(&text, "; ");
  append_names(&text, generated);
  char *names = vtm_text_take(&text, error);
  if (names == NULL) return VTM_ERROR_MEMORY;
  const vtm_status status =
      vtm_fail(error, VTM_ERROR_DATA,
               "%s: no image has the same name (extension left out) as one of %s: %s. A result must be named after its "
               "photograph: 00003_00.jpg and 00003_00.png are a pair",
               generated->path, reference->path, names);
  free(names);
  return status;
}

vtm_status vtm_match_by_stem(const vtm_folder *reference, const vtm_folder *generated, vtm_matching *matching,
                             vtm_error *error) {
  *matching = (vtm_matching){0};
  vtm_status status = refuse_duplicates(reference, error);
  if (status == VTM_OK) status = refuse_duplicates(generated, error);
  if (status != VTM_OK) return status;
  const size_t most = reference->count < generated->count ? reference->count : generated->count;
  matching->pairs = vtm_allocate(most, sizeof(*matching->pairs), error);
  matching->only_reference = vtm_allocate(reference->count, sizeof(size_t), error);
  matching->only_generated = vtm_allocate(generated->count, sizeof(size_t), error);
  if (matching->pairs == NULL || matching->only_reference == NULL || matching->only_generated == NULL) {
    vtm_matching_close(matching);
    return VTM_ERROR_MEMORY;
  }
  size_t r = 0;
  size_t g = 0;
  while (r < reference->count || g < generated->count) {
    const int order = r == reference->count   ? 1
                      : g == generated->count ? -1
                                              : strcmp(reference->entries[r].stem, generated->entries[g].stem);
    if (order < 0)
      matching->only_reference[matching->only_reference_count++] = r++;
    else if (order > 0)
      matching->only_generated[matching->only_generated_count++] = g++;
    else
      matching->pairs[matching->count++] = (vtm_pair){r++, g++};
  }
  if (matching->count > 0) return VTM_OK;
  vtm_matching_close(matching);
  return fail_without_pairs(reference, generated, error);
}

void vtm_matching_close(vtm_matching *matching) {
  free(matching->pairs);
  free(matching->only_reference);
  free(matching->only_generated);
  *matching = (vtm_matching){0};
}
