/* Who is compared with whom: random folders of names that share beginnings and ends, differ in case, Unicode form and
 * zeros, and stand there twice, against a plain matcher that tries every person for every result. No result gets two
 * people, files that have nothing to do with it change no pair, and no order of listing does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "helpers/named_folder.h"
#include "helpers/random_cases.h"
#include "helpers/scratch.h"
#include "vtonmetrics/tools/dataset.h"

enum { NAMES = 7, NAME = 96, LISTS = 3, NOBODY = -1, SEVERAL = -2 };
enum { PEOPLE, RESULTS, GARMENTS };

static const char *const schemes[] = {"stem", "promptdresser", "stableviton", "viton-hd", "gp-vton", "pasta-gan"};
enum { SCHEMES = sizeof(schemes) / sizeof(*schemes), AUTO = SCHEMES };

typedef struct names {
  char text[LISTS][NAMES + 1][NAME]; /* of files */
  int count[LISTS];
  int scheme;
} names;

/* ---- making names ---- */

static const char *make_id(random_case *random) {
  static const char *const ids[] = {
      "1",     "01",    "1_00",  "01_0",     "a",          "A",           "a_b",       "b",       "b_c",
      "6",     "6_1",   "77",    "00006_00", "00006_01",   "08348_00",    "08348_0",   "08348_1", "x_2",
      "x_1-2", "m1_g1", "m1_g2", "a__b",     "Zo\xc3\xab", "Zoe\xcc\x88", "zo\xc3\xab"};
  return ids[random_between(random, 0, sizeof(ids) / sizeof(*ids) - 1)];
}

/* Another ending, beginning or nothing at all. */
static const char *make_part(random_case *random, const char *const parts[], int count) {
  return random_one_in(random, 8) ? parts[random_between(random, 0, count - 1)] : "";
}

static void make_result(random_case *random, int scheme, char name[NAME]) {
  static const char *const endings[] = {"_0", "_1", "_12", "_", "x"};
  static const char *const beginnings[] = {"_", "gen-", "0"};
  static const char *const between[] = {"", "__", "_", "_", "___", "___"};
  char person[NAME / 4];
  (void)snprintf(person, sizeof(person), "%s", make_id(random));
  if (scheme == 3 && strrchr(person, '_') != NULL) *strrchr(person, '_') = '\0';
  (void)snprintf(name, NAME, "%s%s%s%s%s%s", make_part(random, beginnings, 3), scheme == 4 ? "dresses___" : "", person,
                 scheme == 4 && random_one_in(random, 2) ? ".jpg" : "", between[scheme],
                 scheme > 0 ? make_id(random) : "");
  (void)snprintf(name + strlen(name), NAME - strlen(name), "%s", make_part(random, endings, 5));
  if (scheme == 1 && random_one_in(random, 3)) (void)strcat(name, random_one_in(random, 2) ? "_0" : "_3");
}

static void add_name(random_case *random, names *n, int list, const char *stem) {
  static const char *const extensions[] = {".jpg", ".png", ".JPG", ".webp"};
  char name[NAME];
  (void)snprintf(name, NAME, "%.80s%s", stem, extensions[random_one_in(random, 2) ? 0 : random_between(random, 0, 3)]);
  for (int i = 0; i < n->count[list]; i++)
    if (strcmp(n->text[list][i], name) == 0) return; /* a folder has a name once */
  memcpy(n->text[list][n->count[list]++], name, NAME);
}

static names make_names(random_case *random) {
  names n = {.scheme = random_between(random, 0, AUTO)};
  const int usual = n.scheme == AUTO ? random_between(random, 0, SCHEMES - 1) : n.scheme;
  const int wanted[LISTS] = {random_between(random, 1, NAMES), random_between(random, 1, NAMES),
                             random_one_in(random, 2) ? 0 : random_between(random, 1, NAMES)};
  for (int list = 0; list < LISTS; list++)
    for (int i = 0; i < wanted[list]; i++) {
      char stem[NAME];
      (void)snprintf(stem, NAME, "%s", make_id(random));
      if (n.count[list] > 0 && random_one_in(random, 8)) { /* the same once more, in another format */
        const char *last = n.text[list][n.count[list] - 1];
        (void)snprintf(stem, NAME, "%.*s", (int)vtm_stem_length(last), last);
      } else if (list == RESULTS) {
        make_result(random, random_one_in(random, 5) ? random_between(random, 0, SCHEMES - 1) : usual, stem);
      }
      add_name(random, &n, list, stem);
    }
  return n;
}

/* ---- the plain matcher ---- */

typedef struct reading {
  int person; /* or NOBODY, SEVERAL */
  int rank;   /* 2: the garment is known as well */
  char garment[NAME];
  long repeat;
} reading;

static bool has_stem(const vtm_folder *folder, const char *stem) {
  for (size_t i = 0; i < folder->count; i++)
    if (strcmp(folder->entries[i].stem, stem) == 0) return true;
  return false;
}

static bool all_digits(const char *text) {
  return *text != '\0' && strlen(text) <= 9 && strspn(text, "0123456789") == strlen(text);
}

/* A garment is known that a folder has, or that is the person's own. */
static bool is_known(const vtm_folder folders[LISTS], const char *person, const char *garment) {
  return has_stem(&folders[GARMENTS], garment) || has_stem(&folders[PEOPLE], garment) ||
         vtm_is_own_garment(person, garment);
}

/* The garment of stem = head, `width` underscores and no more, garment; NULL: it is not of that form. */
static const char *garment_behind(const char *stem, const char *head, size_t width) {
  const size_t length = strlen(head);
  if (strncmp(stem, head, length) != 0 || length == 0 || head[length - 1] == '_') return NULL;
  if (strspn(stem + length, "_") != width || stem[length + width] == '\0') return NULL;
  return stem + length + width;
}

static bool has_result(const vtm_folder folders[LISTS], const char *person, const char *garment, const char *end) {
  char name[3 * NAME];
  (void)snprintf(name, sizeof(name), "%s__%s%s", person, garment, end);
  return has_stem(&folders[RESULTS], name);
}

/* C_k is C for the k-th time, unless C_k is known itself, when C is known, or the results have P__C too, or both P__C_0
 * and P__C_1 and k has no zero before it. */
static void take_repeat(const vtm_folder folders[LISTS], const char *person, reading *r) {
  char shorter[NAME];
  (void)snprintf(shorter, NAME, "%s", r->garment);
  char *mark = strrchr(shorter, '_');
  if (mark == NULL || mark == shorter || !all_digits(mark + 1) || is_known(folders, person, r->garment)) return;
  *mark = '\0';
  const long repeat = strtol(mark + 1, NULL, 10);
  char written[24];
  (void)snprintf(written, sizeof(written), "%ld", repeat);
  const bool counted = strcmp(written, mark + 1) == 0 && has_result(folders, person, shorter, "_0") &&
                       has_result(folders, person, shorter, "_1");
  if (!is_known(folders, person, shorter) && !has_result(folders, person, shorter, "") && !counted) return;
  r->repeat = repeat;
  memcpy(r->garment, shorter, NAME);
}

/* Whether the name begins with the whole of a person's name of that beginning: then it was not cut. */
static bool is_whole(const vtm_folder folders[LISTS], const char *stem, const char *head) {
  const size_t length = strlen(head);
  for (size_t i = 0; i < folders[PEOPLE].count; i++) {
    const char *other = folders[PEOPLE].entries[i].stem;
    const size_t whole = strlen(other);
    if (strncmp(other, head, length) == 0 && other[length] == '_' && strncmp(stem, other, whole) == 0 &&
        (stem[whole] == '\0' || stem[whole] == '_'))
      return true;
  }
  return false;
}

/* stem = head, underscores, garment; rank 0 when it is not. */
static reading read_behind(const vtm_folder folders[LISTS], int scheme, const char *stem, const char *person,
                           const char *head) {
  static const size_t widths[] = {0, 2, 1, 1, 3, 3};
  reading r = {.repeat = -1};
  const char *garment = garment_behind(stem, head, widths[scheme]);
  if (garment == NULL) return r;
  (void)snprintf(r.garment, NAME, "%s", garment);
  if (scheme == 1) take_repeat(folders, person, &r);
  r.rank = is_known(folders, person, r.garment) ? 2 : 1;
  /* behind one underscore a mere number is another picture of the id */
  const bool numbers = strspn(r.garment, "0123456789") == strlen(r.garment);
  if ((scheme == 2 || scheme == 3) && r.rank == 1 && numbers && strspn(person, "0123456789") != strlen(person))
    r.rank = 0;
  return r;
}

/* 00006_01 (1) beside 00006_00: what is behind the head begins with as many digits as P has there, a number. */
static bool is_view(const char *person, const char *head, const reading *r) {
  const char *cut = person + strlen(head) + (person[strlen(head)] == '_');
  return r->rank == 1 && all_digits(cut) && strspn(r->garment, "0123456789") == strlen(cut);
}

/* P up to its first underscore, or without its last _00. */
static reading read_cut(const vtm_folder folders[LISTS], const char *stem, const char *person) {
  char head[NAME];
  reading best = {.repeat = -1};
  (void)snprintf(head, NAME, "%.*s", (int)strcspn(person, "_"), person);
  if (!is_whole(folders, stem, head)) best = read_behind(folders, 3, stem, person, head);
  if (strchr(person, '_') != NULL && is_view(person, head, &best)) best.rank = 0;
  (void)snprintf(head, NAME, "%s", person);
  char *mark = strrchr(head, '_');
  if (mark == NULL || !all_digits(mark + 1)) return best;
  *mark = '\0';
  if (is_whole(folders, stem, head)) return best;
  const reading r = read_behind(folders, 3, stem, person, head);
  return r.rank > best.rank && !is_view(person, head, &r) ? r : best;
}

/* Behind the first three underscores, with an extension or without. */
static reading read_typed(const vtm_folder folders[LISTS], const char *stem, const char *person) {
  static const char *const extensions[] = {"", ".jpg", ".png", ".JPG"};
  const char *type = strstr(stem, "___");
  reading r = {.repeat = -1};
  if (type == NULL || type == stem || strspn(type, "_") != 3) return r;
  for (int i = 0; i < 4 && r.rank == 0; i++) {
    char head[NAME];
    (void)snprintf(head, NAME, "%.80s%s", person, extensions[i]);
    r = read_behind(folders, 4, type + 3, person, head);
  }
  return r;
}

/* As a result for this person: rank 0 when it is none. */
static reading read_as(const vtm_folder folders[LISTS], int scheme, const char *stem, const char *person) {
  reading r = {.repeat = -1, .rank = strcmp(stem, person) == 0 ? 2 : 0};
  if (scheme == 0) return r;
  if (scheme == 3) return read_cut(folders, stem, person);
  return scheme == 4 ? read_typed(folders, stem, person) : read_behind(folders, scheme, stem, person, person);
}

/* Of all people the one of whom most is known; several alike: SEVERAL. */
static reading read_plainly(const vtm_folder folders[LISTS], int scheme, const char *stem) {
  reading best = {.person = NOBODY, .repeat = -1};
  for (size_t p = 0; p < folders[PEOPLE].count; p++) {
    if (p > 0 && strcmp(folders[PEOPLE].entries[p - 1].stem, folders[PEOPLE].entries[p].stem) == 0) continue;
    reading r = read_as(folders, scheme, stem, folders[PEOPLE].entries[p].stem);
    r.person = (int)p;
    if (r.rank > best.rank)
      best = r;
    else if (r.rank > 0 && r.rank == best.rank)
      best.person = SEVERAL;
  }
  return best;
}

/* The scheme that reads most names, ambiguous ones too; then the one that explains most, then the one whose every part
 * exists most often, then the simplest. NOBODY: two read as much and differ. Names that all exist as they are need no
 * other explanation. */
static int choose_plainly(const vtm_folder folders[LISTS]) {
  size_t scores[SCHEMES] = {0};
  size_t read[SCHEMES] = {0}; /* with those that may show several */
  size_t alone = 0;
  int best = 0;
  const vtm_folder *results = &folders[RESULTS];
  for (int s = 0; s < SCHEMES; s++)
    for (size_t i = 0; i < results->count; i++) {
      const reading r = read_plainly(folders, s, results->entries[i].stem);
      const size_t points = r.person == NOBODY ? 0 : r.rank == 2 ? 1001 : 1000;
      read[s] += points;
      if (r.person >= 0) scores[s] += points;
      if (r.person >= 0 && s == 0) alone++;
    }
  if (alone == results->count) return 0;
  for (int s = 1; s < SCHEMES; s++)
    if (read[s] / 1000 != read[best] / 1000 ? read[s] / 1000 > read[best] / 1000 : scores[s] > scores[best]) best = s;
  for (int s = 0; s < SCHEMES && read[best] > 0; s++)
    for (size_t i = 0; i < results->count && s != best && read[s] == read[best]; i++) {
      const reading a = read_plainly(folders, s, results->entries[i].stem);
      const reading b = read_plainly(folders, best, results->entries[i].stem);
      if (a.person != b.person || a.rank != b.rank) return NOBODY;
    }
  return best;
}

/* Letter case and Unicode form of the names that are made here. */
static void fold(const char *name, char folded[NAME]) {
  size_t at = 0;
  for (; *name != '\0'; name++) {
    if (strncmp(name, "e\xcc\x88", 3) == 0) {
      folded[at++] = (char)0xc3;
      folded[at++] = (char)0xab;
      name += 2;
    } else {
      folded[at++] = (char)(*name >= 'A' && *name <= 'Z' ? *name + 32 : *name);
    }
  }
  folded[at] = '\0';
}

/* ---- comparing ---- */

static void open_folders(const names *n, vtm_folder folders[LISTS]) {
  static const char *const paths[] = {"image", "results", "cloth"};
  for (int list = 0; list < LISTS; list++) {
    char all[(NAMES + 1) * NAME] = "";
    for (int i = 0; i < n->count[list]; i++) (void)snprintf(all + strlen(all), NAME + 1, "%s|", n->text[list][i]);
    folders[list] = named_folder(paths[list], all);
  }
}

static void close_folders(vtm_folder folders[LISTS]) {
  for (int list = 0; list < LISTS; list++) vtm_folder_clear(&folders[list]);
}

static vtm_status match(const vtm_folder folders[LISTS], int scheme, vtm_matching *matching, vtm_error *error) {
  const vtm_match_options options = {.struct_size = sizeof(options),
                                     .how = scheme == AUTO ? NULL : schemes[scheme],
                                     .garments = folders[GARMENTS].count > 0 ? &folders[GARMENTS] : NULL};
  return vtm_match(&folders[PEOPLE], &folders[RESULTS], &options, matching, error);
}

static vtm_match_kind kind_of(const vtm_folder folders[LISTS], const reading *readings, size_t file) {
  const vtm_folder *people = &folders[PEOPLE];
  const reading *r = &readings[file];
  if (r->person == NOBODY) return VTM_NO_PARTNER;
  const size_t next = (size_t)r->person + 1;
  if (r->person == SEVERAL ||
      (next < people->count && strcmp(people->entries[next - 1].stem, people->entries[next].stem) == 0))
    return VTM_AMBIGUOUS; /* two people, or two photographs of one */
  for (size_t i = 0; i < folders[RESULTS].count; i++)
    if (i != file && readings[i].person == r->person && readings[i].repeat == r->repeat &&
        strcmp(readings[i].garment, r->garment) == 0)
      return VTM_DUPLICATE;
  return VTM_MATCHED;
}

static const char *compare_file(const vtm_folder folders[LISTS], int scheme, const vtm_file_match *file,
                                const reading *r, vtm_match_kind kind, const char *stem) {
  if (file->kind != kind) return "what became of it";
  if (kind == VTM_NO_PARTNER && file->other != VTM_NO_ENTRY) { /* never matched silently */
    char person[NAME], name[NAME];
    fold(folders[PEOPLE].entries[file->other].stem, person);
    fold(stem, name);
    const bool like = scheme == 0 ? strchr(name, *person) != NULL : strncmp(person, name, 1) == 0 || scheme == 4;
    return like && strcmp(folders[PEOPLE].entries[file->other].stem, stem) != 0 ? NULL : "a name that is near it";
  }
  if (kind == VTM_NO_PARTNER || kind == VTM_AMBIGUOUS) return NULL;
  if (file->reference != (size_t)r->person) return "the person";
  if (file->repeat != r->repeat) return "the repeat";
  if (strlen(r->garment) != file->garment_length ||
      memcmp(r->garment, file->garment != NULL ? file->garment : "", file->garment_length) != 0)
    return "the garment";
  const bool foreign = scheme != 0 && !vtm_is_own_garment(folders[PEOPLE].entries[r->person].stem, r->garment);
  return kind == VTM_MATCHED && file->foreign != foreign ? "whose the garment is" : NULL;
}

/* Each result in one place only, sorted by people. */
static const char *check_lists(const vtm_folder folders[LISTS], const vtm_matching *matching) {
  bool seen[NAMES + 1] = {false};
  size_t people = 0;
  for (size_t i = 0; i < matching->count; i++) {
    const vtm_pair *pair = &matching->pairs[i];
    if (i > 0 && pair->reference < pair[-1].reference) return "pairs are not sorted";
    people += i == 0 || pair->reference != pair[-1].reference;
    if (seen[pair->generated]) return "a result has two people";
    seen[pair->generated] = true;
    if (matching->files[pair->generated].reference != pair->reference) return "a pair is not what its file says";
  }
  for (size_t i = 0; i < matching->only_generated_count; i++) {
    if (seen[matching->only_generated[i]]) return "a result is in two lists";
    seen[matching->only_generated[i]] = true;
  }
  if (matching->count + matching->only_generated_count != folders[RESULTS].count) return "a result is in no list";
  if (matching->people != people || people + matching->only_reference_count != folders[PEOPLE].count)
    return "the number of people";
  return NULL;
}

static const char *compare_all(const vtm_folder folders[LISTS], int scheme, const vtm_matching *matching) {
  reading readings[NAMES + 1];
  const vtm_folder *results = &folders[RESULTS];
  if (strcmp(matching->scheme, schemes[scheme]) != 0) return "another scheme";
  for (size_t i = 0; i < results->count; i++) {
    const char *stem = results->entries[i].stem;
    readings[i] = read_plainly(folders, scheme, stem);
    const int person = readings[i].person; /* a photograph's own name, read as another's, may show either */
    if (person >= 0 && has_stem(&folders[PEOPLE], stem) && strcmp(folders[PEOPLE].entries[person].stem, stem) != 0)
      readings[i].person = SEVERAL;
  }
  for (size_t i = 0; i < results->count; i++) {
    const char *what = compare_file(folders, scheme, &matching->files[i], &readings[i], kind_of(folders, readings, i),
                                    results->entries[i].stem);
    if (what != NULL) return what;
  }
  return check_lists(folders, matching);
}

/* A photograph and a result more, whose names are like none: who had a partner has it still. */
static const char *add_unrelated(const names *n, const vtm_folder folders[LISTS], const vtm_matching *matching) {
  static const char *const stems[] = {"nobody.png", "unrelated.png"};
  vtm_folder more[LISTS];
  vtm_matching other;
  names added = *n;
  const char *what = NULL;
  for (int list = PEOPLE; list <= RESULTS; list++)
    (void)snprintf(added.text[list][added.count[list]++], NAME, "%s", stems[list]);
  open_folders(&added, more);
  const vtm_status status = match(more, n->scheme, &other, NULL);
  /* Names that all existed as they are were not looked at otherwise; now two ways may explain as many. It is said. */
  const bool may_be_refused = n->scheme == AUTO && strcmp(matching->scheme, "stem") == 0;
  if (status != VTM_OK) what = status == VTM_ERROR_DATA && may_be_refused ? NULL : "an unrelated file is refused";
  for (size_t i = 0; status == VTM_OK && i < more[RESULTS].count && what == NULL; i++) {
    const vtm_file_match *now = &other.files[i];
    size_t before = 0;
    while (before < folders[RESULTS].count &&
           strcmp(folders[RESULTS].entries[before].name, more[RESULTS].entries[i].name) != 0)
      before++;
    if (before == folders[RESULTS].count) {
      if (now->kind != VTM_NO_PARTNER) what = "an unrelated file has a partner";
    } else if (now->kind != matching->files[before].kind ||
               (now->kind == VTM_MATCHED &&
                strcmp(more[PEOPLE].entries[now->reference].name,
                       folders[PEOPLE].entries[matching->files[before].reference].name) != 0)) {
      what = "an unrelated file changes a pair";
    }
  }
  if (status == VTM_OK) vtm_matching_clear(&other);
  close_folders(more);
  return what;
}

/* Endings that many share are no garments: unit.schemes says which. */
static bool speaks_of_suffixes(vtm_status status, const vtm_matching *matching, const vtm_error *error) {
  if (status == VTM_OK) return strstr(matching->reason, "taken for a suffix") != NULL;
  return strstr(error->message, "told apart by endings") != NULL;
}

/* What is wrong, or NULL. */
static const char *check_names(const names *n) {
  vtm_folder folders[LISTS];
  vtm_matching matching;
  const char *what = NULL;
  open_folders(n, folders);
  const int scheme = n->scheme == AUTO ? choose_plainly(folders) : n->scheme;
  vtm_error error = {0};
  const vtm_status status = match(folders, n->scheme, &matching, &error);
  if (n->scheme == AUTO && speaks_of_suffixes(status, &matching, &error)) {
    if (status == VTM_OK) what = check_lists(folders, &matching);
    if (status == VTM_OK) vtm_matching_clear(&matching);
    close_folders(folders);
    return what;
  }
  if ((status != VTM_OK) != (scheme == NOBODY)) what = "whether two ways are alike";
  if (status == VTM_OK && what == NULL) what = compare_all(folders, scheme, &matching);
  if (status == VTM_OK && what == NULL) what = add_unrelated(n, folders, &matching);
  if (status == VTM_OK) vtm_matching_clear(&matching);
  close_folders(folders);
  return what;
}

static void fail_with_names(names *n, uint64_t seed, const char *what) {
  static const char *const titles[] = {"people", "results", "garments"};
  char text[4096] = "";
  for (int list = 0; list < LISTS; list++)
    for (int i = 0; i < n->count[list];) { /* without this name? */
      names less = *n;
      memmove(less.text[list][i], less.text[list][i + 1], sizeof(less.text[list][i]) * (size_t)(NAMES - i));
      less.count[list]--;
      const char *other = less.count[list] == 0 && list != GARMENTS ? NULL : check_names(&less);
      if (other == NULL) {
        i++;
        continue;
      }
      *n = less;
      what = other;
      list = i = 0;
    }
  for (int list = 0; list < LISTS; list++) {
    (void)snprintf(text + strlen(text), 16, " %s:", titles[list]);
    for (int i = 0; i < n->count[list]; i++) (void)snprintf(text + strlen(text), NAME + 1, " %s", n->text[list][i]);
  }
  fail_msg("VTM_SEED=%llu: %s: %s; made smaller:%s", (unsigned long long)seed,
           n->scheme == AUTO ? "auto" : schemes[n->scheme], what, text);
}

static void test_names(void **state) {
  (void)state;
  const uint64_t rounds = random_rounds(20000);
  for (uint64_t round = 0; round < rounds; round++) {
    random_case random = random_start(round);
    names n = make_names(&random);
    const char *what = check_names(&n);
    if (what != NULL) fail_with_names(&n, random.seed, what);
  }
}

/* ---- folders on a disk ---- */

static void write_folder(const names *n, int list, const char *path, bool backwards) {
  char file[2 * NAME];
  assert_int_equal(mkdir(path, 0777), 0);
  for (int i = 0; i < n->count[list]; i++) {
    (void)snprintf(file, sizeof(file), "%s/%s", path, n->text[list][backwards ? n->count[list] - 1 - i : i]);
    FILE *made = fopen(file, "wb");
    assert_non_null(made);
    assert_int_equal(fclose(made), 0);
  }
}

static void test_order_of_listing(void **state) {
  (void)state;
  const uint64_t rounds = random_rounds(100);
  for (uint64_t round = 0; round < rounds; round++) {
    random_case random = random_start(round);
    const names n = make_names(&random);
    vtm_folder sorted[LISTS];
    open_folders(&n, sorted);
    for (int way = 0; way < 2; way++) {
      char path[NAME];
      vtm_folder listed;
      (void)snprintf(path, NAME, "%s/%u-%d", scratch_folder, (unsigned)round, way);
      write_folder(&n, RESULTS, path, way == 1);
      assert_int_equal(vtm_folder_open(path, &listed, NULL), VTM_OK);
      assert_int_equal(listed.count, sorted[RESULTS].count);
      for (size_t i = 0; i < listed.count; i++) {
        assert_string_equal(listed.entries[i].name, sorted[RESULTS].entries[i].name);
        assert_string_equal(listed.entries[i].stem, sorted[RESULTS].entries[i].stem);
      }
      vtm_folder_clear(&listed);
    }
    close_folders(sorted);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names),
      cmocka_unit_test_setup_teardown(test_order_of_listing, scratch_setup, scratch_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
