#include "dataset/suffixes.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "dataset/names.h"
#include "dataset/own_garment.h"
#include "vtonmetrics/tools/text.h"

enum { FEWEST_PEOPLE = 2, SUFFIXES_SHOWN = 4 };

typedef struct ending {
  size_t file, person;
  vtm_slice suffix, garment; /* the garment before it, or no bytes */
} ending;

typedef struct suffix_search {
  const vtm_known_names *names;
  const vtm_scheme *scheme;
  vtm_slice *listed; /* names of the list, sorted */
  size_t listed_count;
  ending *endings;
  size_t count;
  size_t people; /* who have results */
} suffix_search;

static int by_bytes(const void *left, const void *right) {
  return vtm_slice_compare(*(const vtm_slice *)left, *(const vtm_slice *)right);
}

/* ---- what is a garment ---- */

static bool is_known(const suffix_search *search, size_t person, vtm_slice name) {
  const vtm_known_names *names = search->names;
  const vtm_slice stem = {name.bytes, vtm_slice_stem_length(name.bytes, name.length)};
  size_t index;
  if (names->garments != NULL && vtm_folder_find(names->garments, stem.bytes, stem.length, &index)) return true;
  if (vtm_folder_find(names->reference, stem.bytes, stem.length, &index)) return true;
  if (vtm_is_own_garment_slice(names->reference->entries[person].stem, stem.bytes, stem.length)) return true;
  return search->listed_count > 0 &&
         bsearch(&stem, search->listed, search->listed_count, sizeof(stem), by_bytes) != NULL;
}

static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

static bool is_number(vtm_slice text) {
  for (size_t i = 0; i < text.length; i++)
    if (!is_digit(text.bytes[i])) return false;
  return text.length > 0;
}

/* Whether `name` is the person's name but for its numbers: 14651_00 beside 00006_00, img7 beside img12. */
static bool is_built_alike(const char *person, vtm_slice name) {
  size_t at = 0;
  bool number = false;
  while (*person != '\0' && at < name.length) {
    if (is_digit(*person) && is_digit(name.bytes[at])) {
      number = true;
      while (is_digit(*person)) person++;
      while (at < name.length && is_digit(name.bytes[at])) at++;
    } else if (*person++ != name.bytes[at++]) {
      return false;
    }
  }
  return number && *person == '\0' && at == name.length;
}

/* A mere number may be an id: where nobody knows, the set counts as unpaired. */
static bool is_garment(const suffix_search *search, size_t person, vtm_slice name) {
  return is_number(name) || is_known(search, person, name) ||
         is_built_alike(search->names->reference->entries[person].stem, name);
}

/* ---- endings ---- */

/* A number behind a garment is a repeat, and stays what it is. */
static bool find_ending(const suffix_search *search, const vtm_file_match *file, ending *found) {
  const vtm_slice text = {file->garment, file->garment_length};
  if (is_garment(search, file->reference, text)) return false;
  found->person = file->reference;
  for (size_t cut = text.length - 1; cut > 0; cut--) {
    if (text.bytes[cut] != '_' || text.bytes[cut - 1] == '_') continue;
    if (!is_garment(search, file->reference, (vtm_slice){text.bytes, cut})) continue;
    found->garment = (vtm_slice){text.bytes, cut};
    found->suffix = (vtm_slice){text.bytes + cut, text.length - cut};
    return found->suffix.length > 1 && !is_number((vtm_slice){text.bytes + cut + 1, text.length - cut - 1});
  }
  found->garment = (vtm_slice){0};
  found->suffix = text;
  return true;
}

static int by_suffix(const void *left, const void *right) {
  const ending *a = left;
  const ending *b = right;
  const int order = vtm_slice_compare(a->suffix, b->suffix);
  if (order != 0) return order;
  return a->person != b->person ? (a->person > b->person) - (a->person < b->person)
                                : (a->file > b->file) - (a->file < b->file);
}

static int by_pair(const void *left, const void *right) {
  const ending *a = left;
  const ending *b = right;
  if (a->person != b->person) return a->person < b->person ? -1 : 1;
  const int order = vtm_slice_compare(a->garment, b->garment);
  return order != 0 ? order : (a->file > b->file) - (a->file < b->file);
}

static vtm_status find_endings(suffix_search *search, const vtm_file_match *files, vtm_error *error) {
  const size_t count = search->names->generated->count;
  search->endings = vtm_allocate(count, sizeof(*search->endings), error);
  bool *seen = vtm_allocate(search->names->reference->count, sizeof(*seen), error);
  if (search->endings == NULL || seen == NULL) {
    free(seen);
    return VTM_ERROR_MEMORY;
  }
  for (size_t i = 0; i < count; i++) {
    if (files[i].kind != VTM_MATCHED) continue;
    search->people += !seen[files[i].reference];
    seen[files[i].reference] = true;
    ending found = {.file = i};
    if (files[i].garment != NULL && files[i].garment_length > 0 && find_ending(search, &files[i], &found))
      search->endings[search->count++] = found;
  }
  free(seen);
  if (search->count > 0) qsort(search->endings, search->count, sizeof(*search->endings), by_suffix);
  return VTM_OK;
}

/* Behind the endings of the suffix that starts at `from`; *people of them. */
static size_t end_of_suffix(const suffix_search *search, size_t from, size_t *people) {
  size_t end = from;
  *people = 0;
  while (end < search->count && vtm_slice_compare(search->endings[end].suffix, search->endings[from].suffix) == 0) {
    if (end == from || search->endings[end].person != search->endings[end - 1].person) ++*people;
    end++;
  }
  return end;
}

/* ---- what is made of them ---- */

static const char *join_of(const vtm_scheme *scheme, const ending *one) {
  static const char underscores[] = "___";
  return one->garment.bytes != NULL ? "" : underscores + sizeof(underscores) - 1 - scheme->underscores;
}

static void append_slice(vtm_text *text, vtm_slice slice) {
  char *copy = strndup(slice.bytes, slice.length);
  char shown[VTM_SHOWN_NAME] = "";
  if (copy != NULL) (void)vtm_printable(copy, shown, sizeof(shown));
  free(copy);
  vtm_text_append(text, shown);
}

static bool is_plain(vtm_slice text) {
  for (size_t i = 0; i < text.length; i++) {
    const char byte = text.bytes[i];
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    if (!letter && !is_digit(byte) && byte != '_' && byte != '-') return false;
  }
  return true;
}

static void append_choice(const suffix_search *search, vtm_text *text) {
  const ending *one = &search->endings[0];
  const bool expressible = one->garment.bytes == NULL && !search->scheme->shortens &&
                           strcmp(search->scheme->info.name, "gp-vton") != 0 && is_plain(one->suffix);
  vtm_text_append(text, "Choose the results: ");
  if (expressible) {
    vtm_text_format(text, "--match 'regex:(?<person>.+)%s", join_of(search->scheme, one));
    append_slice(text, one->suffix);
    vtm_text_append(text, "' takes those of the first, or ");
  }
  vtm_text_format(text, "move the others out; if these are garments: --match %s", search->scheme->info.name);
}

static vtm_status fail_with_several(const suffix_search *search, size_t suffixes, vtm_error *error) {
  vtm_text text = {0};
  size_t shown = 0;
  size_t people;
  for (size_t from = 0; from < search->count && shown < SUFFIXES_SHOWN; shown++) {
    const size_t end = end_of_suffix(search, from, &people);
    vtm_text_format(&text, "%s%s", shown > 0 ? ", " : "", join_of(search->scheme, &search->endings[from]));
    append_slice(&text, search->endings[from].suffix);
    vtm_text_format(&text, " (%zu files)", end - from);
    from = end;
  }
  if (suffixes > shown) vtm_text_format(&text, " and %zu more", suffixes - shown);
  vtm_text_append(&text, ". ");
  append_choice(search, &text);
  char *rest = vtm_text_take(&text, error);
  if (rest == NULL) return VTM_ERROR_MEMORY;
  const vtm_status status =
      vtm_fail(error, VTM_ERROR_DATA, "%s: several files of a person, told apart by endings that name no garment: %s",
               search->names->generated->path, rest);
  free(rest);
  return status;
}

static vtm_status drop_one(const suffix_search *search, vtm_file_match *files, char **reason, vtm_error *error) {
  vtm_text text = {0};
  for (size_t i = 0; i < search->count; i++) {
    const ending *one = &search->endings[i];
    files[one->file].garment = one->garment.bytes;
    files[one->file].garment_length = one->garment.length;
  }
  vtm_text_format(&text, "%s", join_of(search->scheme, &search->endings[0]));
  append_slice(&text, search->endings[0].suffix);
  vtm_text_format(&text, " at the end of %zu names is taken for a suffix, not for a garment", search->count);
  *reason = vtm_text_take(&text, error);
  return *reason != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

static bool has_several_for_one(suffix_search *search) {
  bool several = false;
  qsort(search->endings, search->count, sizeof(*search->endings), by_pair);
  for (size_t i = 1; i < search->count && !several; i++)
    several = search->endings[i - 1].person == search->endings[i].person &&
              vtm_slice_compare(search->endings[i - 1].garment, search->endings[i].garment) == 0;
  qsort(search->endings, search->count, sizeof(*search->endings), by_suffix);
  return several;
}

static vtm_status judge(suffix_search *search, vtm_file_match *files, char **reason, vtm_error *error) {
  size_t suffixes = 0;
  bool many = false;
  size_t people;
  for (size_t from = 0; from < search->count; suffixes++) {
    from = end_of_suffix(search, from, &people);
    many = many || (people >= FEWEST_PEOPLE && 2 * people >= search->people);
  }
  if (!many) return VTM_OK;
  if (suffixes == 1) return drop_one(search, files, reason, error);
  return has_several_for_one(search) ? fail_with_several(search, suffixes, error) : VTM_OK;
}

static vtm_status sort_listed(suffix_search *search, const vtm_pair_list *list, vtm_error *error) {
  if (list == NULL || list->count == 0) return VTM_OK;
  search->listed = vtm_allocate(2 * list->count, sizeof(*search->listed), error);
  if (search->listed == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < list->count; i++) {
    const vtm_pair_line *line = &list->lines[i];
    search->listed[search->listed_count++] = (vtm_slice){line->first, vtm_stem_length(line->first)};
    search->listed[search->listed_count++] = (vtm_slice){line->second, vtm_stem_length(line->second)};
  }
  qsort(search->listed, search->listed_count, sizeof(*search->listed), by_bytes);
  return VTM_OK;
}

vtm_status vtm_drop_suffixes(const vtm_known_names *names, const vtm_pair_list *list, const vtm_scheme *scheme,
                             vtm_file_match *files, char **reason, vtm_error *error) {
  *reason = NULL;
  suffix_search search = {.names = names, .scheme = scheme};
  if (scheme->underscores == 0) return VTM_OK; /* its names hold no garment */
  vtm_status status = sort_listed(&search, list, error);
  if (status == VTM_OK) status = find_endings(&search, files, error);
  if (status == VTM_OK) status = judge(&search, files, reason, error);
  free(search.listed);
  free(search.endings);
  return status;
}
