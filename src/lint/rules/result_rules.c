/* What a model returned, compared with the photographs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "lint/file_index.h"
#include "lint/findings.h"
#include "lint/lint_run.h"
#include "lint/listed.h"
#include "lint/near_duplicates.h"
#include "lint/rules/rule_tables.h"

static const vtm_lint_file *owner_of(const vtm_lint_run *run, const vtm_lint_file *file) {
  return file->owner != VTM_LINT_NONE ? &run->files[file->owner] : NULL;
}

static bool is_result_folder(const vtm_lint_folder *folder) { return folder->part->kind == VTM_LINT_RESULT; }

/* ---- strips ---- */

static void look_for_strip(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  (void)rule;
  const vtm_image *image = vtm_lint_reader_pixels(reader);
  vtm_lint_memo *memo = image != NULL ? vtm_lint_reader_memo(reader) : NULL;
  if (memo != NULL) memo->picture.strip = vtm_strip_find(image);
}

static bool is_strip(const vtm_lint_run *run, const vtm_lint_file *file) {
  const vtm_lint_memo *memo = file->facts.memo;
  if (memo == NULL || memo->picture.strip.pictures < 2) return false;
  const vtm_lint_file *person = owner_of(run, file);
  const int width = person != NULL ? person->facts.width : 0, height = person != NULL ? person->facts.height : 0;
  return memo->picture.strip.repeated ||
         vtm_strip_fits(&memo->picture.strip, file->facts.width, file->facts.height, width, height);
}

static void compare_strips(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_folder *folder) {
  if (!is_result_folder(folder)) return;
  for (size_t i = 0; i < folder->count; i++) {
    const vtm_lint_file *file = &run->files[folder->first + i];
    if (is_strip(run, file))
      vtm_lint_report(run, rule, file, "%dx%d, %d pictures %s", file->facts.width, file->facts.height,
                      file->facts.memo->picture.strip.pictures,
                      file->facts.memo->picture.strip.stacked ? "one above the other" : "side by side");
  }
}

/* ---- sizes ---- */

static void compare_sizes(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_folder *folder) {
  if (!is_result_folder(folder)) return;
  for (size_t i = 0; i < folder->count; i++) {
    const vtm_lint_file *file = &run->files[folder->first + i], *person = owner_of(run, file);
    if (person == NULL || file->facts.width == 0 || person->facts.width == 0 || is_strip(run, file)) continue;
    if (file->facts.width == person->facts.width && file->facts.height == person->facts.height) continue;
    const double shape = (double)file->facts.width / file->facts.height;
    const double its = (double)person->facts.width / person->facts.height;
    const bool stretched = shape / its > 1.02 || its / shape > 1.02;
    vtm_lint_report_two(run, rule, file, person, "is %dx%d, the photograph %dx%d%s", file->facts.width,
                        file->facts.height, person->facts.width, person->facts.height,
                        stretched ? ", which is another shape" : "");
  }
}

/* ---- results that are something else ---- */

static void hash_picture(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  (void)rule;
  (void)vtm_lint_hash_picture(reader);
}

static const vtm_phash *hash_of(const vtm_lint_file *file) {
  const vtm_lint_memo *memo = file != NULL ? file->facts.memo : NULL;
  return memo != NULL && memo->picture.taken ? &memo->picture.hash : NULL;
}

static bool is_same_picture(vtm_lint_run *run, const vtm_lint_file *file, const vtm_lint_file *input) {
  const vtm_phash *mine = hash_of(file), *its = hash_of(input);
  return mine != NULL && its != NULL && vtm_phash_is_near(mine, its) && vtm_lint_equal_pixels(run, file, input);
}

/* The photograph, and the garment that has the same name. */
static void compare_inputs(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_folder *folder) {
  if (!is_result_folder(folder)) return;
  for (size_t i = 0; i < folder->count; i++) {
    const vtm_lint_file *file = &run->files[folder->first + i], *person = owner_of(run, file);
    if (person == NULL) continue;
    const vtm_lint_file *garment =
        vtm_lint_find_file(run, run->folders[person->folder].set, VTM_LINT_GARMENT, person->id, person->id_length);
    const bool photograph = is_same_picture(run, file, person);
    if (photograph || is_same_picture(run, file, garment))
      vtm_lint_report_two(run, rule, file, photograph ? person : garment, "is %s itself, pixel for pixel",
                          photograph ? "the photograph" : "the garment's picture");
  }
}

static bool is_result(const vtm_lint_run *run, const vtm_lint_file *file) {
  (void)run;
  return file->part->kind == VTM_LINT_RESULT;
}

static void compare_results(vtm_lint_run *run, const vtm_lint_rule *rule) {
  vtm_near_duplicate *pairs = NULL;
  size_t count = 0;
  if (!vtm_lint_find_near_duplicates(run, is_result, &pairs, &count)) return;
  for (size_t i = 0; i < count; i++) {
    if (!pairs[i].equal) continue;
    char *other = vtm_lint_file_path(run, pairs[i].other);
    vtm_lint_report_two(run, rule, pairs[i].file, pairs[i].other, "is %s, pixel for pixel",
                        other != NULL ? other : pairs[i].other->name);
    free(other);
  }
  free(pairs);
}

/* ---- counts ---- */

/* The set whose people most of the results belong to. */
static int set_of_results(const vtm_lint_run *run, const vtm_lint_folder *folder) {
  size_t most = 0;
  int best = VTM_LINT_NONE;
  for (int set = 0; set < (int)run->set_count; set++) {
    size_t matched = 0;
    for (size_t i = 0; i < folder->count; i++) {
      const vtm_lint_file *person = owner_of(run, &run->files[folder->first + i]);
      matched += person != NULL && run->folders[person->folder].set == set;
    }
    if (matched <= most) continue;
    most = matched;
    best = set;
  }
  return best;
}

static void count_people(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_folder *folder, int set) {
  enum { NAMED = 5 };
  bool *has_result = calloc(run->file_count + 1, sizeof(*has_result));
  if (has_result == NULL) {
    atomic_store(&run->engine->out_of_memory, true);
    return;
  }
  for (size_t i = 0; i < folder->count; i++) {
    const vtm_lint_file *file = &run->files[folder->first + i];
    if (file->owner != VTM_LINT_NONE) has_result[file->owner] = true;
  }
  size_t people = 0, missing = 0;
  vtm_text names = {0};
  for (size_t i = 0; i < run->file_count; i++) {
    const vtm_lint_file *person = &run->files[i];
    if (person->part->kind != VTM_LINT_PERSON || run->folders[person->folder].set != set) continue;
    if (!vtm_lint_is_tested(run, i)) continue;
    people++;
    if (has_result[i]) continue;
    if (missing++ >= NAMED) continue;
    if (missing > 1) vtm_text_append(&names, ", ");
    vtm_text_append_bytes(&names, person->id, person->id_length);
  }
  if (missing > 0)
    vtm_lint_report_path(run, rule, folder->path, 0, "no result for %zu of %zu people: %s%s", missing, people,
                         names.failed ? "" : names.bytes, missing > NAMED ? ", ..." : "");
  vtm_text_free(&names);
  free(has_result);
}

/* Without photographs: the folders of several models should hold the same number. */
static void count_against_others(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_folder *folder) {
  const vtm_lint_folder *fullest = folder;
  for (size_t i = 0; i < run->folder_count; i++)
    if (is_result_folder(&run->folders[i]) && run->folders[i].count > fullest->count) fullest = &run->folders[i];
  if (fullest != folder)
    vtm_lint_report_path(run, rule, folder->path, 0, "holds %zu results, %s holds %zu", folder->count, fullest->path,
                         fullest->count);
}

static void compare_counts(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_folder *folder) {
  if (!is_result_folder(folder) || folder->count == 0) return;
  const int set = set_of_results(run, folder);
  if (set != VTM_LINT_NONE)
    count_people(run, rule, folder, set);
  else if (run->root == NULL)
    count_against_others(run, rule, folder);
}

/* A result whose name leads to nobody, where others lead to someone. */
static void compare_names(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_folder *folder) {
  if (run->root == NULL || !is_result_folder(folder)) return;
  for (size_t i = 0; i < folder->count; i++) {
    const vtm_lint_file *file = &run->files[folder->first + i];
    if (file->owner == VTM_LINT_NONE && !file->ambiguous)
      vtm_lint_report(run, rule, file, "its name belongs to nobody in the dataset");
  }
}

#define RESULT VTM_LINT_KIND(VTM_LINT_RESULT)
#define INPUTS (RESULT | VTM_LINT_KIND(VTM_LINT_PERSON) | VTM_LINT_KIND(VTM_LINT_GARMENT))

static const vtm_lint_rule rules[] = {
    {.info = {"result-strip", VTM_LINT_ERROR, VTM_LINT_FOLDER, VTM_LINT_PIXELS,
              "A result is several pictures in one, such as garment, person and result: scores of it mean nothing.",
              "Cut the result out: `mogrify -crop WIDTHxHEIGHT+X+0 +repage FILE`."},
     .kinds = RESULT,
     .inspect = look_for_strip,
     .folder = compare_strips},
    {.info =
         {"result-size", VTM_LINT_WARNING, VTM_LINT_PAIR, VTM_LINT_HEADER,
          "A result differs in size from its photograph: scaling before scoring blurs it, another shape distorts it.",
          "Let the model return results of the photograph's size; say so in your report when it cannot."},
     .kinds = INPUTS,
     .folder = compare_sizes},
    {.info = {"result-is-input", VTM_LINT_ERROR, VTM_LINT_PAIR, VTM_LINT_SMALL,
              "A result is its own input, the photograph or the garment: its score would be perfect, or absurd.",
              "Run the model on it again; check whether the script copies inputs that it cannot process."},
     .kinds = INPUTS,
     .inspect = hash_picture,
     .folder = compare_inputs},
    {.info = {"result-repeated", VTM_LINT_ERROR, VTM_LINT_FOLDER, VTM_LINT_SMALL,
              "Two results are one picture, pixel for pixel: the model did not run for one of them.",
              "Run the model again for the pairs that are named."},
     .kinds = RESULT,
     .inspect = hash_picture,
     .dataset = compare_results},
    {.info = {"result-missing", VTM_LINT_ERROR, VTM_LINT_FOLDER, VTM_LINT_NAMES,
              "Results are missing: models scored on different people cannot be compared.",
              "Run the model for the people that are named."},
     .kinds = RESULT,
     .folder = compare_counts},
    {.info = {"result-of-nobody", VTM_LINT_WARNING, VTM_LINT_PAIR, VTM_LINT_NAMES,
              "No photograph of the dataset matches a result's name: it will not be scored.",
              "Name results after their photographs; `vtonmetrics pairs-check --help` lists all names that are read."},
     .kinds = RESULT,
     .folder = compare_names},
};

const vtm_lint_table vtm_lint_result_rules = {rules, sizeof(rules) / sizeof(*rules)};
