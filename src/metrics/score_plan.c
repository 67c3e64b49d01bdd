/* --dry-run: who would be compared with whom. */

#include <stdlib.h>

#include "base/text.h"
#include "features/input.h"
#include "metrics/settings.h"

static vtm_status plan_folder(const vtm_settings *settings, const vtm_folder *reference, const char *path, bool all,
                              vtm_text *text, vtm_error *error) {
  vtm_folder generated;
  vtm_matching matching;
  vtm_status status = vtm_folder_open(path, &generated, error);
  if (status != VTM_OK) return status;
  const vtm_match_options options = {.struct_size = sizeof(options), .how = vtm_settings_text(settings, "match")};
  status = vtm_match(reference, &generated, &options, &matching, error);
  char *lines = NULL;
  if (status == VTM_OK) status = vtm_matching_text(reference, &generated, &matching, all, &lines, error);
  if (lines != NULL) vtm_text_append(text, lines);
  free(lines);
  vtm_matching_clear(&matching);
  vtm_folder_clear(&generated);
  return status;
}

vtm_status vtm_score_plan(const vtm_settings *settings, const char *reference, const char *const *generated,
                          size_t count, bool all, char **text_out, vtm_error *error) {
  vtm_text text = {0};
  vtm_folder folder = {0};
  vtm_status status = vtm_input_is_file(reference) ? VTM_OK : vtm_folder_open(reference, &folder, error);
  for (size_t i = 0; i < count && status == VTM_OK; i++) {
    if (vtm_input_is_file(reference) || vtm_input_is_file(generated[i]))
      vtm_text_format(&text, "%s against %s\n  saved statistics or features: no images are matched here\n",
                      generated[i], reference);
    else
      status = plan_folder(settings, &folder, generated[i], all, &text, error);
  }
  vtm_folder_clear(&folder);
  *text_out = status == VTM_OK ? vtm_text_take(&text, error) : NULL;
  vtm_text_free(&text);
  return status == VTM_OK && *text_out == NULL ? VTM_ERROR_MEMORY : status;
}
