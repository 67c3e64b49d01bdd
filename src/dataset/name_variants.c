#include "dataset/name_variants.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/error.h"
#include "base/memory.h"
#include "vtonmetrics/tools/text.h"

char *vtm_fold_name(const char *name, vtm_error *error) {
  utf8proc_uint8_t *folded = NULL;
  if (vtm_is_utf8(name)) {
    const utf8proc_option_t form = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD;
    if (utf8proc_map((const utf8proc_uint8_t *)name, 0, &folded, form) >= 0) return (char *)folded;
  }
  char *copy = vtm_copy_text(name, error);
  for (char *letter = copy; letter != NULL && *letter != '\0'; letter++)
    if (*letter >= 'A' && *letter <= 'Z') *letter = (char)(*letter - 'A' + 'a');
  return copy;
}

static bool equal_in_form(const char *a, const char *b, utf8proc_option_t form) {
  utf8proc_uint8_t *left = NULL;
  utf8proc_uint8_t *right = NULL;
  const bool mapped = vtm_is_utf8(a) && vtm_is_utf8(b) &&
                      utf8proc_map((const utf8proc_uint8_t *)a, 0, &left, UTF8PROC_NULLTERM | form) >= 0 &&
                      utf8proc_map((const utf8proc_uint8_t *)b, 0, &right, UTF8PROC_NULLTERM | form) >= 0;
  const bool equal = mapped && strcmp((const char *)left, (const char *)right) == 0;
  free(left);
  free(right);
  return equal;
}

const char *vtm_name_difference(const char *a, const char *b) {
  if (equal_in_form(a, b, UTF8PROC_STABLE | UTF8PROC_COMPOSE)) return "Unicode form";
  if (equal_in_form(a, b, UTF8PROC_CASEFOLD)) return "letter case";
  return "letter case or Unicode form";
}

typedef struct folded_name {
  char *text;
  size_t index; /* of the entry */
} folded_name;

static int by_text(const void *left, const void *right) {
  return strcmp(((const folded_name *)left)->text, ((const folded_name *)right)->text);
}

static void free_names(folded_name *names, size_t count) {
  for (size_t i = 0; names != NULL && i < count; i++) free(names[i].text);
  free(names);
}

static vtm_status fold_folder(const vtm_folder *folder, folded_name **names_out, vtm_error *error) {
  folded_name *names = vtm_allocate(folder->count, sizeof(*names), error);
  if (names == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < folder->count; i++) {
    names[i] = (folded_name){vtm_fold_name(folder->entries[i].stem, error), i};
    if (names[i].text == NULL) {
      free_names(names, i);
      return VTM_ERROR_MEMORY;
    }
  }
  qsort(names, folder->count, sizeof(*names), by_text);
  *names_out = names;
  return VTM_OK;
}

/* The same schemes read the folded names, from a folder that has folded names. */
static vtm_status read_folded(const vtm_known_names *names, const vtm_scheme *scheme, const folded_name *origins,
                              size_t generated, vtm_file_match *file, vtm_error *error) {
  char *stem = vtm_fold_name(names->generated->entries[generated].stem, error);
  if (stem == NULL) return VTM_ERROR_MEMORY;
  vtm_reading reading = VTM_READING_START;
  scheme->read(scheme, names, (vtm_slice){stem, strlen(stem)}, &reading);
  if (reading.rank != VTM_READ_NOTHING) file->other = origins[reading.reference].index;
  free(stem);
  return VTM_OK;
}

/* A pair list may have taken its partner. */
static bool is_read_as_it_is(const vtm_known_names *names, const vtm_scheme *scheme, size_t generated) {
  vtm_reading reading = VTM_READING_START;
  scheme->read(scheme, names, vtm_stem_of(names->generated, generated), &reading);
  return reading.rank != VTM_READ_NOTHING;
}

vtm_status vtm_find_name_variants(const vtm_known_names *names, const vtm_scheme *scheme, vtm_file_match *files,
                                  vtm_error *error) {
  const size_t people = names->reference->count;
  folded_name *folded = NULL;
  if (fold_folder(names->reference, &folded, error) != VTM_OK) return VTM_ERROR_MEMORY;
  vtm_folder reference = {.path = names->reference->path, .count = people};
  reference.entries = vtm_allocate(people, sizeof(*reference.entries), error);
  vtm_status status = reference.entries != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t i = 0; i < people && status == VTM_OK; i++)
    reference.entries[i] = (vtm_folder_entry){folded[i].text, folded[i].text};
  const vtm_known_names known = {.reference = &reference, .generated = names->generated};
  for (size_t i = 0; i < names->generated->count && status == VTM_OK; i++)
    if (files[i].kind == VTM_NO_PARTNER && !is_read_as_it_is(names, scheme, i))
      status = read_folded(&known, scheme, folded, i, &files[i], error);
  free(reference.entries);
  free_names(folded, people);
  return status;
}
