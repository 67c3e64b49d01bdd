#include "dataset/schemes.h"

#include <stdio.h>
#include <string.h>

#include "dataset/names.h"
#include "dataset/own_garment.h"

enum { MOST_SUFFIXES = 64, LARGEST_NUMBER_DIGITS = 9 };

vtm_slice vtm_stem_of(const vtm_folder *folder, size_t index) {
  const char *stem = folder->entries[index].stem;
  return (vtm_slice){stem, strlen(stem)};
}

/* ---- what is known ---- */

static size_t without_extension(vtm_slice name) { return vtm_slice_stem_length(name.bytes, name.length); }

static bool is_known_garment(const vtm_known_names *names, size_t person, vtm_slice garment) {
  size_t index;
  const size_t length = without_extension(garment);
  if (names->garments != NULL && vtm_folder_find(names->garments, garment.bytes, length, &index)) return true;
  /* The photographs of a paired set are named after their garments, so the same name exists as both. */
  if (vtm_folder_find(names->reference, garment.bytes, length, &index)) return true;
  return vtm_is_own_garment_slice(names->reference->entries[person].stem, garment.bytes, length);
}

void vtm_reading_offer(vtm_reading *reading, const vtm_reading *offered) {
  if (offered->rank > reading->rank)
    *reading = *offered;
  else if (offered->rank == reading->rank && offered->reference != reading->reference && reading->rival == VTM_NO_ENTRY)
    reading->rival = offered->reference;
}

void vtm_reading_offer_names(const vtm_known_names *names, vtm_slice person, const vtm_reading *rest,
                             vtm_reading *reading) {
  vtm_reading offered = *rest;
  if (person.length == 0) return;
  if (!vtm_folder_find(names->reference, person.bytes, person.length, &offered.reference) &&
      !vtm_folder_find(names->reference, person.bytes, without_extension(person), &offered.reference))
    return;
  offered.rival = VTM_NO_ENTRY;
  const bool all = rest->garment.bytes == NULL || is_known_garment(names, offered.reference, rest->garment);
  offered.rank = all ? VTM_READ_ALL : VTM_READ_PERSON;
  vtm_reading_offer(reading, &offered);
}

long vtm_slice_number(vtm_slice text) {
  long number = 0;
  if (text.length == 0 || text.length > LARGEST_NUMBER_DIGITS) return -1;
  for (size_t i = 0; i < text.length; i++) {
    if (text.bytes[i] < '0' || text.bytes[i] > '9') return -1;
    number = 10 * number + (text.bytes[i] - '0');
  }
  return number;
}

/* ---- P.jpg ---- */

static void read_stem(const vtm_scheme *scheme, const vtm_known_names *names, vtm_slice stem, vtm_reading *reading) {
  (void)scheme;
  vtm_reading_offer_names(names, stem, &(vtm_reading){.repeat = -1}, reading);
}

/* ---- P and C with underscores between ---- */

/* Where the next run of exactly `count` underscores starts, at `from` or later; the stem's length: nowhere. */
static size_t next_separator(vtm_slice stem, size_t from, size_t count) {
  for (size_t i = from; i < stem.length;) {
    size_t run = 0;
    while (i + run < stem.length && stem.bytes[i + run] == '_') run++;
    if (run == count && i > 0 && i + run < stem.length) return i;
    i += run > 0 ? run : 1;
  }
  return stem.length;
}

static bool is_existing_pair(const vtm_known_names *names, vtm_slice person, vtm_slice garment) {
  size_t index;
  return vtm_folder_find(names->reference, person.bytes, person.length, &index) &&
         is_known_garment(names, index, garment);
}

static bool has_result(const vtm_known_names *names, vtm_slice beginning, const char *end) {
  char name[VTM_SHOWN_NAME];
  size_t index;
  const int length = snprintf(name, sizeof(name), "%.*s%s", (int)beginning.length, beginning.bytes, end);
  return length < (int)sizeof(name) && vtm_folder_find(names->generated, name, (size_t)length, &index);
}

/* C_k is garment C for the k-th time when C exists, when the folder has C without _k too, or, of a garment that nobody
 * knows, the first two times: C_0 and C_1, with k as Python writes it. */
static bool is_repeat(const vtm_known_names *names, vtm_slice person, vtm_slice garment, vtm_slice *shorter,
                      long *repeat) {
  const char *mark = memrchr(garment.bytes, '_', garment.length);
  if (mark == NULL || mark == garment.bytes) return false;
  const size_t length = (size_t)(mark - garment.bytes);
  *repeat = vtm_slice_number((vtm_slice){mark + 1, garment.length - length - 1});
  *shorter = (vtm_slice){garment.bytes, length};
  if (*repeat < 0 || is_existing_pair(names, person, garment)) return false;
  const vtm_slice whole = {person.bytes, (size_t)(mark - person.bytes)};
  const bool plain = mark[1] != '0' || garment.length == length + 2;
  return is_existing_pair(names, person, *shorter) || has_result(names, whole, "") ||
         (plain && has_result(names, whole, "_0") && has_result(names, whole, "_1"));
}

static bool is_number(const char *bytes, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (bytes[i] < '0' || bytes[i] > '9') return false;
  return length > 0;
}

/* As vtm_reading_offer_names, for a single underscore, which ids have inside as well: a mere number after it is
 * more likely another picture of the same id (00006_00, 00006_01) than a garment that nobody knows. */
static void offer_single(const vtm_known_names *names, vtm_slice person, const vtm_reading *rest,
                         vtm_reading *reading) {
  vtm_reading one = VTM_READING_START;
  vtm_reading_offer_names(names, person, rest, &one);
  if (one.rank == VTM_READ_PERSON && is_number(rest->garment.bytes, rest->garment.length) &&
      !is_number(person.bytes, person.length))
    return;
  if (one.rank != VTM_READ_NOTHING) vtm_reading_offer(reading, &one);
}

/* Whether the name begins with the whole person's name: then it was not cut. */
static bool begins_with(vtm_slice stem, const char *person, size_t length) {
  return stem.length >= length && memcmp(stem.bytes, person, length) == 0 &&
         (stem.length == length || stem.bytes[length] == '_');
}

/* Of a person 00006_00 the name 00006_01 (1) is another view of the id, not a garment: it begins with as many digits as
 * the part that would have been cut. */
static bool is_another_view(vtm_slice garment, size_t digits) {
  size_t leading = 0;
  while (leading < garment.length && garment.bytes[leading] >= '0' && garment.bytes[leading] <= '9') leading++;
  return leading == digits;
}

/* The people of whom `head` is the beginning: the name without its last _00, or what is before its first underscore,
 * where VITON-HD cuts. Where somebody's whole name is there, it was not cut. */
static void offer_shortened(const vtm_known_names *names, vtm_slice stem, size_t head, const vtm_reading *rest,
                            vtm_reading *reading) {
  const vtm_folder *people = names->reference;
  const bool first_part = memchr(stem.bytes, '_', head) == NULL;
  size_t first;
  (void)vtm_folder_find(people, stem.bytes, head + 1, &first);
  size_t end = first;
  for (; end < people->count && end - first < MOST_SUFFIXES; end++) {
    const char *person = people->entries[end].stem;
    if (strncmp(person, stem.bytes, head + 1) != 0) break;
    if (begins_with(stem, person, strlen(person))) return;
  }
  if (first_part) offer_single(names, (vtm_slice){stem.bytes, head}, rest, reading);
  for (size_t i = first; i < end; i++) {
    const char *person = people->entries[i].stem;
    const size_t length = strlen(person);
    const vtm_slice cut = {person + head + 1, length - head - 1};
    const bool number = vtm_slice_number(cut) >= 0;
    const bool view =
        number && is_another_view(rest->garment, cut.length) && !is_known_garment(names, i, rest->garment);
    if ((first_part || number) && !view) offer_single(names, (vtm_slice){person, length}, rest, reading);
  }
}

static void read_separated(const vtm_scheme *scheme, const vtm_known_names *names, vtm_slice stem,
                           vtm_reading *reading) {
  const size_t width = scheme->underscores;
  for (size_t at = next_separator(stem, 0, width); at < stem.length; at = next_separator(stem, at + width, width)) {
    vtm_reading rest = {.repeat = -1, .garment = {stem.bytes + at + width, stem.length - at - width}};
    vtm_slice shorter;
    long repeat;
    if (scheme->repeats && is_repeat(names, (vtm_slice){stem.bytes, at}, rest.garment, &shorter, &repeat)) {
      rest.garment = shorter;
      rest.repeat = repeat;
    }
    if (scheme->shortens)
      offer_shortened(names, stem, at, &rest, reading);
    else if (width == 1)
      offer_single(names, (vtm_slice){stem.bytes, at}, &rest, reading);
    else
      vtm_reading_offer_names(names, (vtm_slice){stem.bytes, at}, &rest, reading);
  }
}

/* ---- type___P.jpg___C.png ---- */

static void read_typed(const vtm_scheme *scheme, const vtm_known_names *names, vtm_slice stem, vtm_reading *reading) {
  const size_t width = scheme->underscores;
  const size_t first = next_separator(stem, 0, width);
  if (first == stem.length) return;
  const size_t start = first + width;
  for (size_t at = next_separator(stem, start, width); at < stem.length; at = next_separator(stem, at + width, width)) {
    const vtm_reading rest = {
        .repeat = -1, .type = {stem.bytes, first}, .garment = {stem.bytes + at + width, stem.length - at - width}};
    vtm_reading_offer_names(names, (vtm_slice){stem.bytes + start, at - start}, &rest, reading);
  }
}

/* ---- ID_0.png for ID_1.jpg ---- */

/* Garments under the names of photographs: in DressCode these end in _0 and _1, and ID_0.png is never ID_0; in VITON-HD
 * both have one name. */
static void read_garment(const vtm_scheme *scheme, const vtm_known_names *names, vtm_slice stem, vtm_reading *reading) {
  char garment[VTM_SHOWN_NAME];
  if (stem.length < 3 || stem.length >= sizeof(garment) || memcmp(stem.bytes + stem.length - 2, "_0", 2) != 0) {
    read_stem(scheme, names, stem, reading);
    return;
  }
  memcpy(garment, stem.bytes, stem.length);
  garment[stem.length - 1] = '1';
  vtm_reading_offer_names(names, (vtm_slice){garment, stem.length}, &(vtm_reading){.repeat = -1}, reading);
}

/* ---- out_hd_i.png ---- */

static void read_numbered(const vtm_scheme *scheme, const vtm_known_names *names, vtm_slice stem,
                          vtm_reading *reading) {
  static const char *const starts[] = {"out_hd_", "out_dc_"};
  (void)scheme;
  (void)names;
  for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
    const size_t length = strlen(starts[i]);
    if (stem.length <= length || memcmp(stem.bytes, starts[i], length) != 0) continue;
    reading->repeat = vtm_slice_number((vtm_slice){stem.bytes + length, stem.length - length});
  }
}

/* ---- the table, simplest first: of two that explain the same, the first is taken ---- */

static const vtm_scheme schemes[] = {
    {.info = {"stem", "LaDI-VTON, IDM-VTON, CatVTON, DCI-VTON", "P.jpg", "00006_00.jpg"}, .read = read_stem},
    {.info = {"promptdresser", "PromptDresser", "P__C.jpg, repeats P__C_k.jpg", "00006_00__08348_00.jpg"},
     .underscores = 2,
     .repeats = true,
     .read = read_separated},
    {.info = {"stableviton", "StableVITON, HR-VITON", "P_C.jpg", "00006_00_08348_00.jpg"},
     .also = "hr-viton",
     .underscores = 1,
     .read = read_separated},
    {.info = {"viton-hd", "VITON-HD", "P without its last _00, then _C.jpg", "00006_08348_00.jpg"},
     .underscores = 1,
     .shortens = true,
     .read = read_separated},
    {.info = {"gp-vton", "GP-VTON", "type___P.jpg___C.png", "upper_body___00006_00.jpg___08348_00.png"},
     .underscores = 3,
     .read = read_typed},
    {.info = {"pasta-gan", "PASTA-GAN++", "P___C.png", "00006_00___08348_00.png"},
     .also = "pasta-gan++",
     .underscores = 3,
     .read = read_separated},
    {.info = {"tryoffdiff", "TryOffDiff", "P.png for a garment; ID_0.png for ID_1.jpg", "013563_0.png", true},
     .of_garments = true,
     .read = read_garment},
    {.info = {"ootdiffusion", "OOTDiffusion", "out_hd_i.png", "out_hd_0.png"}, .nameless = true, .read = read_numbered},
};
enum { SCHEMES = sizeof(schemes) / sizeof(*schemes) };
_Static_assert(sizeof(schemes) / sizeof(*schemes) <= (size_t)VTM_MOST_SCHEMES, "auto keeps a score for each");

size_t vtm_scheme_table(const vtm_scheme **table) {
  *table = schemes;
  return SCHEMES;
}

const vtm_scheme *vtm_scheme_find(const char *name) {
  for (size_t i = 0; i < SCHEMES; i++)
    if (strcmp(schemes[i].info.name, name) == 0 || (schemes[i].also != NULL && strcmp(schemes[i].also, name) == 0))
      return &schemes[i];
  return NULL;
}

size_t vtm_scheme_count(void) { return SCHEMES; }

const vtm_scheme_info *vtm_scheme_at(size_t index) { return index < SCHEMES ? &schemes[index].info : NULL; }
