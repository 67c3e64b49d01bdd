/* From findings to the contact sheet: which of them have a picture, and where it is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "image/reader.h"
#include "lint/render_common.h"
#include "lint/sheet.h"
#include "vtonmetrics/tools/lint.h"

typedef struct sheet_maker {
  const vtm_lint_result *result;
  vtm_sheet_tile *tiles;
  vtm_sheet_section *sections;
  size_t tile_count, section_count;
} sheet_maker;

/* NULL: no picture, or no memory. */
static char *find_picture(const sheet_maker *maker, const char *path, bool of_results) {
  struct stat there;
  if (path == NULL || !vtm_image_has_extension(path)) return NULL;
  char *file = vtm_lint_working_path(maker->result, path, of_results);
  if (file != NULL && stat(file, &there) == 0 && S_ISREG(there.st_mode)) return file;
  free(file);
  return NULL;
}

static bool starts_with(const char *text, const char *beginning) {
  return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* Findings come sorted by rule: a new rule begins a section. */
static void add_tile(sheet_maker *maker, const vtm_lint_finding *finding) {
  char *file = find_picture(maker, finding->path, finding->path_of_results);
  char *other = find_picture(maker, finding->other, finding->other_of_results);
  if (file == NULL && other == NULL) return;
  vtm_sheet_section *section = maker->section_count > 0 ? &maker->sections[maker->section_count - 1] : NULL;
  if (section == NULL || strcmp(section->title, finding->rule->id) != 0) {
    section = &maker->sections[maker->section_count++];
    *section = (vtm_sheet_section){.title = finding->rule->id,
                                   .reason = finding->rule->reason,
                                   .error = finding->rule->severity == VTM_LINT_ERROR,
                                   .stretch = starts_with(finding->rule->id, "parse-"),
                                   .tiles = &maker->tiles[maker->tile_count]};
  }
  section->count++;
  maker->tiles[maker->tile_count++] = (vtm_sheet_tile){.file = file != NULL ? file : other,
                                                       .name = finding->path,
                                                       .other = file != NULL ? other : NULL,
                                                       .message = finding->message};
}

static void free_paths(const sheet_maker *maker) {
  for (size_t i = 0; i < maker->tile_count; i++) {
    free((void *)(uintptr_t)maker->tiles[i].file);
    free((void *)(uintptr_t)maker->tiles[i].other);
  }
}

static const char *plural_ending(size_t count) { return count == 1 ? "" : "s"; }

vtm_status vtm_lint_write_sheet(const vtm_lint_result *result, const char *path, vtm_error *error) {
  sheet_maker maker = {.result = result};
  maker.tiles = vtm_allocate(result->finding_count, sizeof(*maker.tiles), error);
  maker.sections = vtm_allocate(result->finding_count, sizeof(*maker.sections), error);
  vtm_status status = maker.tiles != NULL && maker.sections != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t i = 0; i < result->finding_count && status == VTM_OK; i++) add_tile(&maker, &result->findings[i]);
  if (status == VTM_OK) {
    char title[512], subtitle[256], files[VTM_GROUPED_TEXT];
    (void)snprintf(title, sizeof(title), "dataset-lint: %s", result->dataset != NULL ? result->dataset : "results");
    (void)snprintf(subtitle, sizeof(subtitle), "%zu error%s and %zu warning%s in %s files; %s", result->errors,
                   plural_ending(result->errors), result->warnings, plural_ending(result->warnings),
                   vtm_group_digits(result->files, files),
                   maker.tile_count > 0 ? "below are those that have a picture" : "none of them has a picture to show");
    const vtm_sheet sheet = {title, subtitle, maker.sections, maker.section_count};
    status = vtm_sheet_write(&sheet, path, error);
  }
  if (maker.tiles != NULL) free_paths(&maker);
  free(maker.tiles);
  free(maker.sections);
  return status;
}
