/* The result of matching as text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "dataset/name_variants.h"
#include "dataset/names.h"
#include "dataset/schemes.h"
#include "vtonmetrics/tools/pairs.h"
#include "vtonmetrics/tools/text.h"

enum { NAMES_SHOWN = 3 };

static const char *shown_slice(const char *bytes, size_t length, char buffer[VTM_SHOWN_NAME]) {
  char *copy = strndup(bytes, length);
  (void)vtm_printable(copy != NULL ? copy : "", buffer, VTM_SHOWN_NAME);
  free(copy);
  return buffer;
}

/* ---- refusals ---- */

static vtm_status refuse_double_names(const vtm_folder *folder, vtm_error *error) {
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
                  "%s: two images have one name, '%s' and '%s'%s: it is ambiguous which is meant; move one of them out "
                  "of the folder",
                  folder->path, folder->entries[first - 1].name, folder->entries[first].name, others);
}

static void append_names(vtm_text *text, const vtm_folder *folder) {
  vtm_text_format(text, "%s has ", folder->path);
  for (size_t i = 0; i < folder->count && i < NAMES_SHOWN; i++)
    vtm_text_format(text, "%s%s", i ? ", " : "", folder->entries[i].name);
  if (folder->count > NAMES_SHOWN) vtm_text_format(text, " ... (%zu images)", folder->count);
}

static const char *naming_advice(const vtm_matching *matching) {
  if (strcmp(matching->scheme, "ootdiffusion") == 0)
    return "Results of OOTDiffusion are numbered and do not say who is in them; a pair list can tell: --match "
           "pairs:FILE";
  if (strcmp(matching->scheme, "pairs") == 0) return "The pair list names none of them";
  if (strcmp(matching->scheme, "regex") == 0)
    return "The expression has to match the whole name without its extension, and its group person has to be the name "
           "of a photograph";
  return "A result must be named after its photograph: 00003_00.jpg and 00003_00.png are a pair, and so are the names "
         "that known models write (--match in --help)";
}

/* Names that look equal: what they differ in, and what to do. */
static vtm_status fail_with_near_names(const vtm_folder *reference, const vtm_folder *generated,
                                       const vtm_matching *matching, vtm_error *error) {
  char photograph[VTM_SHOWN_NAME];
  char result[VTM_SHOWN_NAME];
  size_t first = 0;
  while (matching->files[first].other == VTM_NO_ENTRY) first++;
  const vtm_folder_entry *near = &reference->entries[matching->files[first].other];
  const char *difference = vtm_name_difference(near->stem, generated->entries[first].stem);
  const bool form = strcmp(difference, "Unicode form") == 0;
  return vtm_fail(
      error, VTM_ERROR_DATA,
      "%s: no image has the same name as one of %s: %zu of %zu differ in %s only (%s and %s%s). Rename them%s",
      generated->path, reference->path, matching->near_names, generated->count, difference,
      vtm_shown_name(generated, first, result), vtm_shown_name(reference, matching->files[first].other, photograph),
      form ? ", composed letters and decomposed ones, as macOS writes them" : "",
      form ? ", for example with 'convmv -r -f utf8 -t utf8 --nfc --notest' of both folders"
           : " so that they are equal to the letter");
}

static vtm_status fail_with_ambiguous_names(const vtm_folder *reference, const vtm_folder *generated,
                                            const vtm_matching *matching, vtm_error *error) {
  char result[VTM_SHOWN_NAME];
  char person[VTM_SHOWN_NAME];
  char rival[VTM_SHOWN_NAME];
  size_t first = 0;
  while (matching->files[first].kind != VTM_AMBIGUOUS) first++;
  const vtm_file_match *file = &matching->files[first];
  return vtm_fail(
      error, VTM_ERROR_DATA,
      "%s: %zu of %zu names are ambiguous, and no other leads to a photograph: %s may show %s or %s. Rename "
      "the results, or say who is in each with a list of two names per line, result and photograph: --match "
      "pairs:FILE",
      generated->path, matching->ambiguous, generated->count, vtm_shown_name(generated, first, result),
      vtm_shown_name(reference, file->reference, person), vtm_shown_name(reference, file->other, rival));
}

/* A scheme that is read only on request and would lead to a photograph, or NULL. */
static const vtm_scheme *find_on_request(const vtm_folder *reference, const vtm_folder *generated) {
  const vtm_known_names names = {.reference = reference, .generated = generated};
  const vtm_scheme *table;
  const size_t count = vtm_scheme_table(&table);
  for (size_t k = 0; k < count; k++)
    for (size_t i = 0; i < generated->count && table[k].info.on_request; i++) {
      vtm_reading reading = VTM_READING_START;
      table[k].read(&table[k], &names, vtm_stem_of(generated, i), &reading);
      if (reading.rank != VTM_READ_NOTHING) return &table[k];
    }
  return NULL;
}

static vtm_status fail_without_pairs(const vtm_folder *reference, const vtm_folder *generated,
                                     const vtm_matching *matching, vtm_error *error) {
  vtm_text text = {0};
  append_names(&text, reference);
  vtm_text_append(&text, "; ");
  append_names(&text, generated);
  char *names = vtm_text_take(&text, error);
  if (names == NULL) return VTM_ERROR_MEMORY;
  const vtm_scheme *other = find_on_request(reference, generated);
  char advice[256] = "";
  if (other != NULL)
    (void)snprintf(advice, sizeof(advice), "If these are results of %s (%s): --match %s. ", other->info.models,
                   other->info.pattern, other->info.name);
  const bool chosen = reference->chosen_by != NULL;
  const vtm_status status =
      vtm_fail(error, VTM_ERROR_DATA, "%s: no image has the same name (extension left out) as one of %s: %s. %s%s%s%s",
               generated->path, reference->path, names, advice, naming_advice(matching),
               chosen ? ". Of the images there only the people are taken whom a list names, here by " : "",
               chosen ? reference->chosen_by : "");
  free(names);
  return status;
}

vtm_status vtm_matching_require(const vtm_folder *reference, const vtm_folder *generated, const vtm_matching *matching,
                                vtm_error *error) {
  vtm_status status = refuse_double_names(reference, error);
  if (status == VTM_OK) status = refuse_double_names(generated, error);
  if (status != VTM_OK) return status;
  for (size_t i = 0; i < generated->count && matching->duplicates > 0; i++) {
    const vtm_file_match *file = &matching->files[i];
    if (file->kind == VTM_DUPLICATE)
      return vtm_fail(error, VTM_ERROR_DATA,
                      "%s: '%s' and '%s' are results for one pair (%zu such files): it is ambiguous which is meant; "
                      "move one of them out of the folder",
                      generated->path, generated->entries[i].name, generated->entries[file->other].name,
                      matching->duplicates);
  }
  if (matching->count > 0) return VTM_OK;
  if (matching->ambiguous > 0) return fail_with_ambiguous_names(reference, generated, matching, error);
  return matching->near_names > 0 ? fail_with_near_names(reference, generated, matching, error)
                                  : fail_without_pairs(reference, generated, matching, error);
}

vtm_status vtm_matching_require_paired(const vtm_folder *reference, const vtm_folder *generated,
                                       const vtm_matching *matching, vtm_error *error) {
  if (matching->foreign == 0) return VTM_OK;
  const vtm_file_match *file = &matching->files[matching->foreign_file];
  char name[VTM_SHOWN_NAME];
  char person[VTM_SHOWN_NAME];
  char garment[VTM_SHOWN_NAME] = "";
  if (file->garment != NULL) (void)shown_slice(file->garment, file->garment_length, garment);
  return vtm_fail(
      error, VTM_ERROR_DATA,
      "%s: an unpaired set: in %zu of %zu results the person wears another garment than in the photograph "
      "(%s: %s%s%s). The difference to the photograph would measure the change of clothes, not "
      "the model: use results of the paired test set, or FID; --unpaired-anyway computes it all the same",
      generated->path, matching->foreign, matching->count, vtm_shown_name(generated, matching->foreign_file, name),
      vtm_shown_name(reference, file->reference, person), file->garment != NULL ? " in garment " : "", garment);
}

/* ---- one file, one line ---- */

static void explain_match(vtm_text *text, const vtm_folder *reference, const vtm_file_match *file) {
  char name[VTM_SHOWN_NAME];
  vtm_text_format(text, "shows %s", vtm_shown_name(reference, file->reference, name));
  if (file->garment != NULL) {
    char garment[VTM_SHOWN_NAME];
    const char *person = reference->entries[file->reference].stem;
    char *copy = strndup(file->garment, file->garment_length);
    const bool own = copy != NULL && vtm_is_own_garment(person, copy);
    free(copy);
    vtm_text_format(text, " in %s %s", own ? "the person's own garment" : "garment",
                    shown_slice(file->garment, file->garment_length, garment));
  }
  if (file->type != NULL) vtm_text_format(text, ", type %s", shown_slice(file->type, file->type_length, name));
  if (file->repeat >= 0) vtm_text_format(text, ", repeat %ld", file->repeat);
}

static void explain_file(vtm_text *text, const vtm_folder *reference, const vtm_folder *generated,
                         const vtm_matching *matching, size_t index) {
  const vtm_file_match *file = &matching->files[index];
  char name[VTM_SHOWN_NAME];
  switch (file->kind) {
    case VTM_MATCHED: explain_match(text, reference, file); break;
    case VTM_NO_PARTNER:
      vtm_text_append(text, strcmp(matching->scheme, "pairs") == 0
                                ? "skipped: not in the pair list, or its photograph is not found"
                                : "skipped: no photograph of that name");
      if (file->other != VTM_NO_ENTRY)
        vtm_text_format(text, "; %s differs only in letter case or Unicode form: rename one of them",
                        vtm_shown_name(reference, file->other, name));
      break;
    case VTM_DUPLICATE:
      explain_match(text, reference, file);
      vtm_text_format(text, ", and so does %s: it is ambiguous which is meant",
                      vtm_shown_name(generated, file->other, name));
      break;
    case VTM_AMBIGUOUS:
      vtm_text_format(text, "skipped: may show %s", vtm_shown_name(reference, file->reference, name));
      vtm_text_format(text, " or %s", vtm_shown_name(reference, file->other, name));
      break;
  }
}

size_t vtm_matching_explain(const vtm_folder *reference, const vtm_folder *generated, const vtm_matching *matching,
                            size_t index, char *buffer, size_t size) {
  vtm_text text = {0};
  char name[VTM_SHOWN_NAME];
  vtm_text_format(&text, "%s: ", vtm_shown_name(generated, index, name));
  explain_file(&text, reference, generated, matching, index);
  if (size > 0) (void)snprintf(buffer, size, "%s", text.bytes != NULL ? text.bytes : "");
  const size_t length = text.length;
  vtm_text_free(&text);
  return length;
}

/* ---- the whole ---- */

/* Names of folders are anybody's: nothing of them may reach a terminal as it is. */
static void append_path(vtm_text *text, const char *path) {
  const size_t size = vtm_printable(path, NULL, 0) + 1;
  char *shown = malloc(size);
  if (shown != NULL) (void)vtm_printable(path, shown, size);
  vtm_text_append(text, shown != NULL ? shown : "");
  free(shown);
}

static void append_counts(vtm_text *text, const vtm_folder *reference, const vtm_folder *generated,
                          const vtm_matching *matching) {
  append_path(text, generated->path);
  vtm_text_append(text, " against ");
  append_path(text, reference->path);
  vtm_text_format(text, "\n  matched by    %s: ", matching->scheme);
  append_path(text, matching->reason);
  vtm_text_append(text, "\n");
  vtm_text_format(text, "  pairs         %zu, of %zu people", matching->count, matching->people);
  if (matching->repeats > 0) vtm_text_format(text, " (%zu are further results of a person)", matching->repeats);
  vtm_text_format(text, "\n  skipped       %zu of %zu photographs, %zu of %zu results", matching->only_reference_count,
                  reference->count, matching->only_generated_count, generated->count);
  if (matching->duplicates > 0) vtm_text_format(text, "; %zu duplicates", matching->duplicates);
  if (matching->ambiguous > 0) vtm_text_format(text, "; %zu ambiguous", matching->ambiguous);
  if (matching->near_names > 0)
    vtm_text_format(text, "; %zu whose name differs only in letter case or Unicode form", matching->near_names);
  vtm_text_append(text, "\n");
  if (matching->foreign > 0)
    vtm_text_format(text, "  unpaired set  %zu of %zu results show a garment that is not the person's own\n",
                    matching->foreign, matching->count);
}

vtm_status vtm_matching_text(const vtm_folder *reference, const vtm_folder *generated, const vtm_matching *matching,
                             bool all, char **text_out, vtm_error *error) {
  vtm_text text = {0};
  append_counts(&text, reference, generated, matching);
  for (size_t i = 0; i < generated->count && all; i++) {
    char name[VTM_SHOWN_NAME];
    vtm_text_format(&text, "  %s: ", vtm_shown_name(generated, i, name));
    explain_file(&text, reference, generated, matching, i);
    vtm_text_append(&text, "\n");
  }
  for (size_t i = 0; i < matching->only_reference_count && all; i++) {
    char name[VTM_SHOWN_NAME];
    vtm_text_format(&text, "  %s: no result shows it\n", vtm_shown_name(reference, matching->only_reference[i], name));
  }
  *text_out = vtm_text_take(&text, error);
  return *text_out != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}
