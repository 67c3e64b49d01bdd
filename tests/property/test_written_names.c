/* Results under the names that programs write, of ids as datasets have them, lead to nobody but the person that they
 * show: whoever is drawn, however the folder is read. Names that two pairs share are left out: nobody can read these.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "helpers/named_folder.h"
#include "helpers/random_cases.h"
#include "vtonmetrics/tools/dataset.h"

enum { PEOPLE = 8, MOST = 4 * PEOPLE, NAME = 64, COLLIDES = -1 };

/* ---- ids ---- */

/* printf formats of the i-th person's id and its garment's, or ids as they are, the same for the garment. */
typedef struct id_family {
  const char *name, *person, *garment;
  int step;
  const char *ids[PEOPLE];
  bool begin_others;
} id_family;

static const id_family families[] = {
    {"five digits", "%05d_00", "%05d_00", 3},
    {"six digits", "%06d", "%06d", 7},
    {"DressCode", "%06d_0", "%06d_1", 5},
    {"GP-VTON", "%06d_0", "%06d_0", 11},
    {"plain numbers", "%d", "%d", 1},
    {"words", "model%d", "shirt%d", 1},
    {"words with _", "model_%d", "shirt_%d", 1},
    {"person and garment", "m%d_g1", "g%d_m1", 1},
    {"UPT", "fashion%d-ab_c__%d", "item%d-x_y__%d", 1},
    {"dashes", "a1-b%d_x", "c2-d%d_y", 1},
    {"StreetVTON", "%06d", "%05d_00", 13},
    {"with dots", "v1.5_%d", "v1.5_%d", 1},
    {.name = "two views", .ids = {"00006_00", "00006_01", "00007_00", "00008_00", "00008_01", "00009_01"}},
    {.name = "hashes", .ids = {"a1b2-c3_d4", "a1b2-c3_d5", "x_1", "x_1-2", "x_2", "7f3e", "7f3e_0", "9-9_9"}},
    {.name = "beginnings of others",
     .ids = {"1", "1_1", "1_1_1", "1_2", "2", "2_1", "11", "11_1"},
     .begin_others = true},
    {.name = "model_garment", .ids = {"m1_g1", "m1_g2", "m2_g1", "m2_g2", "m10_g1", "m1_g10"}},
};
enum { FAMILIES = sizeof(families) / sizeof(*families) };

static int family_size(const id_family *family) {
  int count = 0;
  while (count < PEOPLE && family->ids[count] != NULL) count++;
  return count;
}

/* ---- what programs write: an f-string each ---- */

static void until(const char *name, char stop, char part[NAME]) {
  (void)snprintf(part, NAME, "%.*s", (int)strcspn(name, (const char[]){stop, '\0'}), name);
}

static void write_stem(const char *p, const char *c, int k, char name[4 * NAME]) {
  (void)c;
  (void)k;
  (void)snprintf(name, (size_t)4 * NAME, "%s.png", p);
}

static void write_hr_viton(const char *p, const char *c, int k, char name[4 * NAME]) {
  char person[NAME], garment[NAME];
  (void)k;
  until(p, '.', person);
  until(c, '.', garment);
  (void)snprintf(name, (size_t)4 * NAME, "%s_%s.png", person, garment);
}

static void write_viton_hd(const char *p, const char *c, int k, char name[4 * NAME]) {
  char person[NAME];
  (void)k;
  until(p, '_', person);
  (void)snprintf(name, (size_t)4 * NAME, "%s_%s.jpg", person, c);
}

static void write_promptdresser(const char *p, const char *c, int k, char name[4 * NAME]) {
  (void)k;
  (void)snprintf(name, (size_t)4 * NAME, "%s__%s.jpg", p, c);
}

static void write_repeat(const char *p, const char *c, int k, char name[4 * NAME]) {
  (void)snprintf(name, (size_t)4 * NAME, "%s__%s_%d.jpg", p, c, k);
}

static void write_gp_vton(const char *p, const char *c, int k, char name[4 * NAME]) {
  (void)k;
  (void)snprintf(name, (size_t)4 * NAME, "upper_body___%s.jpg___%s.png", p, c);
}

static void write_pasta_gan(const char *p, const char *c, int k, char name[4 * NAME]) {
  (void)k;
  (void)snprintf(name, (size_t)4 * NAME, "%s___%s.png", p, c);
}

typedef struct writer {
  const char *name;
  bool cuts; /* its names are cut, or joined by what ids have inside: of ids that begin others they are ambiguous */
  void (*write)(const char *person, const char *garment, int repeat, char name[4 * NAME]);
  int repeats;
} writer;

static const writer writers[] = {
    {"P", false, write_stem, 1},
    {"HR-VITON and Magic-TryOn", true, write_hr_viton, 1},
    {"VITON-HD", true, write_viton_hd, 1},
    {"PromptDresser", false, write_promptdresser, 1},
    {"PromptDresser, repeats", false, write_repeat, 3},
    {"GP-VTON", false, write_gp_vton, 1},
    {"PASTA-GAN", false, write_pasta_gan, 1},
};
enum { WRITERS = sizeof(writers) / sizeof(*writers) };

/* ---- a case ---- */

typedef struct written {
  char people[PEOPLE][NAME], garments[PEOPLE][NAME];
  char names[MOST][4 * NAME];
  int shown[MOST], worn[MOST], repeat[MOST];
  int person_count, count;
  const id_family *family;
  const writer *by;
  bool unpaired, garments_known;
} written;

static void add_result(written *w, int person, int garment, int repeat) {
  char name[4 * NAME];
  w->by->write(w->people[person], w->garments[garment], repeat, name);
  for (int i = 0; i < w->count; i++)
    if (strcmp(w->names[i], name) == 0) {
      if (w->shown[i] != person || w->worn[i] != garment) w->shown[i] = COLLIDES;
      return;
    }
  memcpy(w->names[w->count], name, sizeof(name));
  w->shown[w->count] = person;
  w->worn[w->count] = garment;
  w->repeat[w->count++] = repeat;
}

static void make_ids(const id_family *family, int first, int i, char person[NAME], char garment[NAME]) {
  const int id = first + i * family->step;
  if (family->person == NULL) {
    (void)snprintf(person, NAME, "%s", family->ids[(first + i) % family_size(family)]);
    (void)snprintf(garment, NAME, "%s", person);
    return;
  }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  (void)snprintf(person, NAME, family->person, id, id);
  (void)snprintf(garment, NAME, family->garment, id, id);
#pragma GCC diagnostic pop
}

static written make_results(random_case *random) {
  written w = {.family = &families[random_between(random, 0, FAMILIES - 1)],
               .by = &writers[random_between(random, 0, WRITERS - 1)],
               .person_count = random_between(random, 2, PEOPLE - 2),
               .unpaired = random_one_in(random, 2),
               .garments_known = random_one_in(random, 2)};
  if (w.by->cuts && w.family->begin_others) w.family = &families[0];
  const int first = random_between(random, 0, 12);
  for (int i = 0; i < w.person_count; i++) make_ids(w.family, first, i, w.people[i], w.garments[i]);
  for (int i = 0; i < w.person_count; i++)
    for (int k = 0; k < w.by->repeats; k++)
      if (!random_one_in(random, 12))
        add_result(&w, i, w.unpaired ? (i + 1) % w.person_count : i, w.by->repeats > 1 ? k : -1);
  return w;
}

static vtm_folder folder_of(const char *path, const char *names, size_t size, int count, const char *extension) {
  char all[MOST * (4 * NAME + 8)] = "";
  for (int i = 0; i < count; i++)
    (void)snprintf(all + strlen(all), (size_t)4 * NAME + 8, "%s%s|", names + (size_t)i * size, extension);
  return named_folder(path, all);
}

static int index_of(const written *w, const char *name) {
  for (int i = 0; i < w->count; i++)
    if (strcmp(w->names[i], name) == 0) return i;
  return -1;
}

/* Whether the file was taken for another person than the one it shows. */
static bool is_wrong(const written *w, const vtm_folder *people, const vtm_folder *results,
                     const vtm_matching *matching, size_t file) {
  const vtm_file_match *match = &matching->files[file];
  const int i = index_of(w, results->entries[file].name);
  if (match->kind != VTM_MATCHED || w->shown[i] == COLLIDES) return false;
  const char *stem = people->entries[match->reference].stem;
  return strcmp(stem, w->people[w->shown[i]]) != 0;
}

static void fail_with_case(const written *w, uint64_t seed, const char *name, const char *taken_for) {
  char all[MOST * NAME] = "";
  for (int i = 0; i < w->person_count; i++) (void)snprintf(all + strlen(all), NAME, " %s", w->people[i]);
  fail_msg("VTM_SEED=%llu: %s, as %s names it, is taken for %s; people:%s; garments %s, %s", (unsigned long long)seed,
           name, w->by->name, taken_for, all, w->garments_known ? "known" : "not known",
           w->unpaired ? "unpaired" : "paired");
}

static void check_case(const written *w, uint64_t seed, size_t *matched) {
  vtm_folder people = folder_of("image", w->people[0], NAME, w->person_count, ".jpg");
  vtm_folder garments = folder_of("cloth", w->garments[0], NAME, w->person_count, ".jpg");
  vtm_folder results = folder_of("results", w->names[0], (size_t)4 * NAME, w->count, "");
  const vtm_match_options options = {.struct_size = sizeof(options), .garments = w->garments_known ? &garments : NULL};
  vtm_matching matching;
  if (w->count > 0 && vtm_match(&people, &results, &options, &matching, NULL) == VTM_OK) {
    for (size_t i = 0; i < results.count; i++)
      if (is_wrong(w, &people, &results, &matching, i))
        fail_with_case(w, seed, results.entries[i].name, people.entries[matching.files[i].reference].name);
    *matched += matching.count;
    vtm_matching_clear(&matching);
  }
  vtm_folder_clear(&people);
  vtm_folder_clear(&garments);
  vtm_folder_clear(&results);
}

static void test_nobody_else(void **state) {
  (void)state;
  const uint64_t rounds = random_rounds(20000);
  size_t results = 0;
  size_t matched = 0;
  for (uint64_t round = 0; round < rounds; round++) {
    random_case random = random_start(round);
    const written w = make_results(&random);
    results += (size_t)w.count;
    check_case(&w, random.seed, &matched);
  }
  print_message("%zu of %zu results were matched\n", matched, results);
  assert_true(rounds < 1000 || matched * 10 > results * 8);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_nobody_else),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
