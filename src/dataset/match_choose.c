/* --match auto: the scheme that reads most of the names. */
#include "dataset/match_choose.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "dataset/names.h"

typedef struct scheme_score {
  size_t read;       /* names that lead to one person, or to either of two */
  size_t explained;  /* of those, that lead to one */
  size_t whole;      /* of those, whose every part exists */
  size_t read_whole; /* of all that are read */
} scheme_score;

static vtm_reading read_name(const vtm_known_names *names, const vtm_scheme *scheme, size_t index) {
  vtm_reading reading = VTM_READING_START;
  scheme->read(scheme, names, vtm_stem_of(names->generated, index), &reading);
  return reading;
}

static scheme_score score_scheme(const vtm_known_names *names, const vtm_scheme *scheme) {
  scheme_score result = {0};
  for (size_t i = 0; i < names->generated->count; i++) {
    const vtm_reading reading = read_name(names, scheme, i);
    if (reading.rank == VTM_READ_NOTHING) continue;
    const bool whole = reading.rank == VTM_READ_ALL;
    result.read++;
    result.read_whole += whole;
    if (reading.rival != VTM_NO_ENTRY) continue;
    result.explained++;
    result.whole += whole;
  }
  return result;
}

static int compare_scores(scheme_score a, scheme_score b) {
  if (a.read != b.read) return a.read < b.read ? -1 : 1;
  if (a.explained != b.explained) return a.explained < b.explained ? -1 : 1;
  return (a.whole > b.whole) - (a.whole < b.whole);
}

/* The first file that two schemes take for different people, or the number of files. */
static size_t first_difference(const vtm_known_names *names, const vtm_scheme *a, const vtm_scheme *b) {
  for (size_t i = 0; i < names->generated->count; i++) {
    const vtm_reading left = read_name(names, a, i);
    const vtm_reading right = read_name(names, b, i);
    if (left.rank != right.rank || (left.rank != VTM_READ_NOTHING && left.reference != right.reference) ||
        (left.rival == VTM_NO_ENTRY) != (right.rival == VTM_NO_ENTRY))
      return i;
  }
  return names->generated->count;
}

static void append_reading(vtm_text *text, const vtm_known_names *names, const vtm_scheme *scheme, size_t file) {
  char name[VTM_SHOWN_NAME];
  const vtm_reading reading = read_name(names, scheme, file);
  vtm_text_format(text, "as %s (%s) it is ", scheme->info.name, scheme->info.pattern);
  if (reading.rank == VTM_READ_NOTHING)
    vtm_text_append(text, "nobody");
  else
    vtm_text_format(text, "a result for %s", vtm_shown_name(names->reference, reading.reference, name));
  if (reading.rival != VTM_NO_ENTRY)
    vtm_text_format(text, " or %s", vtm_shown_name(names->reference, reading.rival, name));
}

static vtm_status fail_ambiguous_scheme(const vtm_known_names *names, const vtm_scheme *a, const vtm_scheme *b,
                                        size_t explained, size_t file, vtm_error *error) {
  char name[VTM_SHOWN_NAME];
  vtm_text text = {0};
  append_reading(&text, names, a, file);
  vtm_text_append(&text, ", ");
  append_reading(&text, names, b, file);
  const vtm_status status = vtm_fail(
      error, VTM_ERROR_DATA,
      "%s: its names can be read in two ways that explain %zu of %zu of them equally well. Take %s: %s. Say which is "
      "meant: --match %s or --match %s",
      names->generated->path, explained, names->generated->count, vtm_shown_name(names->generated, file, name),
      text.bytes != NULL ? text.bytes : "", a->info.name, b->info.name);
  vtm_text_free(&text);
  return status;
}

static char *explain_choice(const vtm_known_names *names, const vtm_scheme *scheme, scheme_score best,
                            const vtm_scheme *second, size_t second_explained, vtm_error *error) {
  vtm_text text = {0};
  const size_t count = names->generated->count;
  if (best.explained == 0 && best.read > 0) {
    vtm_text_format(&text, "%s may mean either of two people in %zu of %zu names", scheme->info.pattern, best.read,
                    count);
  } else if (best.explained == 0) {
    vtm_text_append(&text, "no known scheme leads from a name to a photograph");
  } else {
    vtm_text_format(&text, "%s explains %zu of %zu names", scheme->info.pattern, best.explained, count);
    if (second_explained > 0)
      vtm_text_format(&text, "; the next best, %s (%s), %zu", second->info.name, second->info.pattern,
                      second_explained);
  }
  return vtm_text_take(&text, error);
}

/* If no scheme explains the names: a scheme whose names carry no person (numbers only), or NULL. */
static const vtm_scheme *find_nameless(const vtm_known_names *names, const vtm_scheme *table, size_t count) {
  for (size_t k = 0; k < count; k++) {
    size_t alike = 0;
    for (size_t i = 0; i < names->generated->count && table[k].nameless; i++)
      if (read_name(names, &table[k], i).repeat >= 0) alike++;
    if (alike > 0 && alike == names->generated->count) return &table[k];
  }
  return NULL;
}

vtm_status vtm_choose_scheme(const vtm_known_names *names, const vtm_scheme **scheme, char **reason, vtm_error *error) {
  const vtm_scheme *table;
  const size_t count = vtm_scheme_table(&table);
  scheme_score scores[VTM_MOST_SCHEMES] = {{0, 0}};
  scores[0] = score_scheme(names, &table[0]);
  size_t best = 0;
  /* Names that equal a photograph's name need no other scheme. */
  for (size_t k = 1; k < count && scores[0].explained < names->generated->count; k++) {
    if (!table[k].nameless && !table[k].info.on_request) scores[k] = score_scheme(names, &table[k]);
    if (compare_scores(scores[k], scores[best]) > 0) best = k;
  }
  size_t second = best == 0 ? 1 : 0;
  for (size_t k = 0; k < count; k++) {
    if (k == best) continue;
    if (compare_scores(scores[k], scores[second]) > 0) second = k;
    if (scores[k].read == 0 || scores[k].read != scores[best].read || scores[k].read_whole != scores[best].read_whole)
      continue;
    const size_t file = first_difference(names, &table[best], &table[k]);
    if (file < names->generated->count)
      return fail_ambiguous_scheme(names, &table[best], &table[k], scores[best].read, file, error);
  }
  const vtm_scheme *nameless = scores[best].read == 0 ? find_nameless(names, table, count) : NULL;
  *scheme = nameless != NULL ? nameless : &table[best];
  *reason = explain_choice(names, *scheme, scores[best], &table[second], scores[second].explained, error);
  return *reason != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}
