/* What photographs and garments show: anything at all, and each something else. */
#include <stdlib.h>
#include <string.h>

#include "lint/file_index.h"
#include "lint/findings.h"
#include "lint/near_duplicates.h"
#include "lint/rules/rule_tables.h"

static void look_at_flatness(vtm_lint_reader *reader, const vtm_lint_rule *rule, vtm_flatness flatness,
                             const char *what) {
  const vtm_phash *hash = vtm_lint_hash_picture(reader);
  if (hash != NULL && vtm_phash_flatness(hash) == flatness)
    vtm_lint_report(reader->run, rule, reader->file, "%s", what);
}

static void look_whether_black(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  look_at_flatness(reader, rule, VTM_BLACK, "every pixel is black");
}

static void look_for_one_colour(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_phash *hash = vtm_lint_hash_picture(reader);
  if (hash != NULL && vtm_phash_flatness(hash) == VTM_SINGLE_COLOUR)
    vtm_lint_report(reader->run, rule, reader->file, "every pixel has one colour, red %d, green %d, blue %d",
                    hash->colours[0], hash->colours[1], hash->colours[2]);
}

static void look_whether_flat(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  look_at_flatness(reader, rule, VTM_FLAT, "its pixels hardly differ: nothing can be seen");
}

static void hash_picture(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  (void)rule;
  (void)vtm_lint_hash_picture(reader);
}

enum { DUPLICATE, ACROSS, NEAR, DUPLICATE_RULES };
/* The first rules of the table below. */
static const vtm_lint_rule *duplicate_rule(int which);

static bool is_person(const vtm_lint_run *run, const vtm_lint_file *file) {
  (void)run;
  return file->part->kind == VTM_LINT_PERSON;
}

static bool is_garment(const vtm_lint_run *run, const vtm_lint_file *file) {
  (void)run;
  return file->part->kind == VTM_LINT_GARMENT;
}

/* The fine and the coarse set of testing show the same people; only a model that is trained on one set must not be
 * tested on it. */
static bool are_of_one_use(const char *a, const char *b) {
  return (strncmp(a, "test", 4) == 0 && strncmp(b, "test", 4) == 0) ||
         (strncmp(a, "train", 5) == 0 && strncmp(b, "train", 5) == 0);
}

static void report_duplicate(vtm_lint_run *run, const vtm_near_duplicate *pair) {
  const int set = run->folders[pair->file->folder].set;
  const int other_set = run->folders[pair->other->folder].set;
  const bool across = set != other_set;
  if (across && are_of_one_use(run->sets[set], run->sets[other_set])) return;
  char *other = vtm_lint_file_path(run, pair->other);
  const char *path = other != NULL ? other : pair->other->name;
  if (!pair->equal)
    vtm_lint_report_two(run, duplicate_rule(NEAR), pair->file, pair->other, "shows almost the same as %s", path);
  else if (across)
    vtm_lint_report_two(run, duplicate_rule(ACROSS), pair->file, pair->other, "is %s, pixel for pixel", path);
  else
    vtm_lint_report_two(run, duplicate_rule(DUPLICATE), pair->file, pair->other, "is %s, pixel for pixel", path);
  free(other);
}

static void compare_pictures(vtm_lint_run *run, const vtm_lint_rule *rule) {
  if (!vtm_lint_is_first_enabled(run, duplicate_rule(0), DUPLICATE_RULES, rule)) return;
  bool (*const kinds[])(const vtm_lint_run *, const vtm_lint_file *) = {is_person, is_garment};
  for (size_t kind = 0; kind < sizeof(kinds) / sizeof(*kinds); kind++) {
    vtm_near_duplicate *pairs = NULL;
    size_t count = 0;
    if (!vtm_lint_find_near_duplicates(run, kinds[kind], &pairs, &count)) return;
    for (size_t i = 0; i < count; i++) report_duplicate(run, &pairs[i]);
    free(pairs);
  }
}

static const vtm_phash *hash_of(const vtm_lint_file *file) {
  const vtm_lint_memo *memo = file != NULL ? file->facts.memo : NULL;
  return memo != NULL && memo->picture.taken ? &memo->picture.hash : NULL;
}

/* The garment of a person is another picture than the photograph. */
static void compare_garments(vtm_lint_run *run, const vtm_lint_rule *rule) {
  for (size_t i = 0; i < run->file_count; i++) {
    const vtm_lint_file *garment = &run->files[i];
    if (garment->part->kind != VTM_LINT_GARMENT) continue;
    const vtm_lint_file *person =
        vtm_lint_find_file(run, run->folders[garment->folder].set, VTM_LINT_PERSON, garment->id, garment->id_length);
    const vtm_phash *mine = hash_of(garment), *its = hash_of(person);
    if (mine != NULL && its != NULL && vtm_phash_is_near(mine, its) && vtm_lint_equal_pixels(run, garment, person))
      vtm_lint_report_two(run, rule, garment, person, "is the photograph of the person, pixel for pixel");
  }
}

#define IMAGES (VTM_LINT_KIND(VTM_LINT_PERSON) | VTM_LINT_KIND(VTM_LINT_GARMENT))
#define SHOWN (IMAGES | VTM_LINT_KIND(VTM_LINT_PICTURE) | VTM_LINT_KIND(VTM_LINT_RESULT))

static const vtm_lint_rule rules[] = {
    {.info = {"image-duplicate", VTM_LINT_ERROR, VTM_LINT_FOLDER, VTM_LINT_SMALL,
              "One image exists twice under two names: it counts twice, and one of the names is wrong.",
              "Keep the one whose name is right; remove the other and its sidecar files."},
     .kinds = IMAGES,
     .inspect = hash_picture,
     .dataset = compare_pictures},
    {.info = {"image-across-sets", VTM_LINT_ERROR, VTM_LINT_DATASET, VTM_LINT_SMALL,
              "A picture of one set is in another too: a model trained on it is tested on what it has seen.",
              "Remove it from the training set, and from its pair list."},
     .kinds = IMAGES,
     .inspect = hash_picture,
     .dataset = compare_pictures},
    {.info = {"image-near-duplicate", VTM_LINT_WARNING, VTM_LINT_DATASET, VTM_LINT_SMALL,
              "Two pictures are almost the same: one photograph saved twice, scaled or compressed again.",
              "Look at both; keep one if they are one photograph."},
     .kinds = IMAGES,
     .inspect = hash_picture,
     .dataset = compare_pictures},
    {.info = {"image-in-both", VTM_LINT_ERROR, VTM_LINT_DATASET, VTM_LINT_SMALL,
              "A garment's picture is the photograph of its person: the wrong file was copied into one of the folders.",
              "Copy the garment's picture, or the photograph, from where the dataset comes from."},
     .kinds = IMAGES,
     .inspect = hash_picture,
     .dataset = compare_garments},
    {.info = {"image-black", VTM_LINT_ERROR, VTM_LINT_IMAGE, VTM_LINT_SMALL,
              "A picture is black all over: an export or a detector that failed, or a result that was censored.",
              "Make it again; diffusion models return black when their safety checker strikes."},
     .kinds = SHOWN,
     .inspect = look_whether_black},
    {.info = {"image-one-colour", VTM_LINT_ERROR, VTM_LINT_IMAGE, VTM_LINT_SMALL,
              "A picture is of one colour all over: an export that failed.", "Make it again, or take it out."},
     .kinds = SHOWN,
     .inspect = look_for_one_colour},
    {.info = {"image-flat", VTM_LINT_WARNING, VTM_LINT_IMAGE, VTM_LINT_SMALL,
              "An image has almost no contrast: nothing can be learnt from it or scored.",
              "Look at it; was it divided by 255 twice, or saved before the model was done?"},
     .kinds = SHOWN,
     .inspect = look_whether_flat},
};

static const vtm_lint_rule *duplicate_rule(int which) { return &rules[which]; }

const vtm_lint_table vtm_lint_picture_rules = {rules, sizeof(rules) / sizeof(*rules)};
