/* The pair lists of the dataset, checked as pairs-check does, each against the set that holds most of its names. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "lint/file_index.h"
#include "lint/findings.h"
#include "lint/lint_run.h"
#include "lint/match_results.h"
#include "lint/rules/pair_rules.h"
#include "lint/rules/rule_tables.h"
#include "vtonmetrics/tools/pairs.h"

typedef struct pair_fault {
  int number; /* of the rule; VTM_LINT_NONE: the list cannot be read */
  size_t line;
  const char *path; /* the list's, relative to the dataset */
  char *text;
  bool everywhere; /* found in every list of its set so far */
  int set;
} pair_fault;

struct vtm_lint_pairs {
  pair_fault *faults;
  size_t count, capacity;
};

static const char prefix[] = "pairs-";

int vtm_lint_pair_rule_number(const vtm_lint_rule *rule) {
  const char *id = rule->info.id + strlen(prefix);
  for (size_t i = 0; i < vtm_pair_rule_count(); i++)
    if (strcmp(vtm_pair_rule_at(i)->id, id) == 0) return (int)i;
  return VTM_LINT_NONE;
}

void vtm_lint_pairs_free(vtm_lint_pairs *pairs) {
  if (pairs == NULL) return;
  for (size_t i = 0; i < pairs->count; i++) free(pairs->faults[i].text);
  free(pairs->faults);
  free(pairs);
}

static void give_up(vtm_lint_run *run) { atomic_store(&run->engine->out_of_memory, true); }

static void add_fault(vtm_lint_run *run, pair_fault fault, const char *text) {
  vtm_lint_pairs *pairs = run->engine->pairs;
  fault.text = vtm_copy_text(text, NULL);
  if (fault.text == NULL ||
      !vtm_grow(&pairs->faults, &pairs->capacity, pairs->count + 1, sizeof(*pairs->faults), NULL)) {
    free(fault.text);
    give_up(run);
    return;
  }
  pairs->faults[pairs->count++] = fault;
}

static bool folder_has_name(const vtm_folder *folder, const char *name) {
  size_t index;
  return vtm_folder_find(folder, name, vtm_stem_length(name), &index);
}

static size_t count_known(const vtm_pair_list *list, const vtm_folder *people, const vtm_folder *garments) {
  size_t known = 0;
  for (size_t i = 0; i < list->count; i++) {
    const vtm_pair_line *line = &list->lines[i];
    known += folder_has_name(people, line->first) || folder_has_name(people, line->second);
    known += folder_has_name(garments, line->first) || folder_has_name(garments, line->second);
  }
  return known;
}

/* The set whose folders hold most names of the list; opens them. */
static int choose_set(const vtm_lint_run *run, const vtm_pair_list *list, int given, vtm_folder *people,
                      vtm_folder *garments) {
  int best = VTM_LINT_NONE;
  size_t most = 0;
  for (int set = 0; set < (int)run->set_count; set++) {
    vtm_folder some_people, some_garments;
    if (given != VTM_LINT_NONE && set != given) continue;
    if (!vtm_lint_open_folder(run, set, VTM_LINT_PERSON, &some_people)) continue;
    if (!vtm_lint_open_folder(run, set, VTM_LINT_GARMENT, &some_garments)) {
      vtm_folder_clear(&some_people);
      continue;
    }
    const size_t known = count_known(list, &some_people, &some_garments);
    const bool better = best == VTM_LINT_NONE || known > most;
    vtm_folder *drop_people = better ? people : &some_people;
    vtm_folder *drop_garments = better ? garments : &some_garments;
    vtm_folder_clear(drop_people);
    vtm_folder_clear(drop_garments);
    if (!better) continue;
    best = set;
    most = known;
    *people = some_people;
    *garments = some_garments;
  }
  return best;
}

static bool is_named(int number, const char *id) { return strcmp(vtm_pair_rule_at((size_t)number)->id, id) == 0; }

static bool is_about_use(int number) {
  return number != VTM_LINT_NONE && (is_named(number, "unused-person") || is_named(number, "unused-garment"));
}

static int number_of(const vtm_pair_rule *rule) {
  for (size_t i = 0; i < vtm_pair_rule_count(); i++)
    if (vtm_pair_rule_at(i) == rule) return (int)i;
  return VTM_LINT_NONE;
}

/* Who is in no pair of this list may be in another list of the set: only who is in none stays. */
static void merge_use(vtm_lint_run *run, const vtm_pairs_report *report, int set, const char *path, bool first) {
  vtm_lint_pairs *pairs = run->engine->pairs;
  for (size_t i = 0; i < pairs->count && !first; i++) {
    pair_fault *fault = &pairs->faults[i];
    if (fault->set != set || !is_about_use(fault->number)) continue;
    bool again = false;
    for (size_t k = 0; k < report->finding_count && !again; k++)
      again =
          number_of(report->findings[k].rule) == fault->number && strcmp(report->findings[k].text, fault->text) == 0;
    fault->everywhere = fault->everywhere && again;
  }
  for (size_t k = 0; k < report->finding_count && first; k++) {
    const vtm_pair_finding *finding = &report->findings[k];
    const int number = number_of(finding->rule);
    if (is_about_use(number)) add_fault(run, (pair_fault){number, 0, path, NULL, true, set}, finding->text);
  }
}

static const char *swapped_text(const vtm_layout *layout) {
  return layout->garment_first ? "the names can only be person first, garment second; the layout has the garment first"
                               : "the names can only be garment first, person second; the layout has the person first";
}

static void check_list(vtm_lint_run *run, const char *path, const vtm_pair_list *list, int given, bool *seen) {
  vtm_folder people = {0};
  vtm_folder garments = {0};
  const int set = choose_set(run, list, given, &people, &garments);
  if (set == VTM_LINT_NONE) return; /* that people or garments are missing is said by other rules */
  const vtm_pairs_input input = {
      .people = &people,
      .garments = &garments,
      .list = list,
      .order = run->layout->garment_first ? VTM_ORDER_GARMENT_PERSON : VTM_ORDER_PERSON_GARMENT};
  vtm_pairs_report report = {0};
  if (vtm_pairs_check(&input, &report, NULL) == VTM_OK) {
    for (size_t i = 0; i < report.finding_count; i++) {
      const vtm_pair_finding *finding = &report.findings[i];
      const int number = number_of(finding->rule);
      if (is_about_use(number)) continue;
      /* pairs-check speaks of its option --order here */
      const char *text = is_named(number, "swapped-columns") ? swapped_text(run->layout) : finding->text;
      add_fault(run, (pair_fault){number, finding->line, path, NULL, true, set}, text);
    }
    merge_use(run, &report, set, path, !seen[set]);
    seen[set] = true;
    vtm_pairs_report_clear(&report);
  } else {
    give_up(run);
  }
  vtm_folder_clear(&people);
  vtm_folder_clear(&garments);
}

static void check_file(vtm_lint_run *run, const vtm_lint_file *file, bool *seen) {
  char *disk = vtm_lint_disk_path(run, file, NULL);
  char *shown = vtm_lint_file_path(run, file);
  const char *path = shown != NULL ? vtm_lint_arena_copy(&run->engine->texts, shown, NULL) : NULL;
  free(shown);
  vtm_pair_list list = {0};
  vtm_error failure = {0};
  const int set = run->folders[file->folder].set;
  if (disk == NULL || path == NULL) {
    give_up(run);
  } else if (vtm_pair_list_read(disk, &list, &failure) != VTM_OK) {
    const size_t length = strlen(disk);
    const bool named = strncmp(failure.message, disk, length) == 0 && strncmp(failure.message + length, ": ", 2) == 0;
    add_fault(run, (pair_fault){VTM_LINT_NONE, 0, path, NULL, true, set}, failure.message + (named ? length + 2 : 0));
  } else {
    const bool root_is_set = set != VTM_LINT_NONE && run->set_count > 1 && strcmp(run->sets[set], ".") == 0;
    check_list(run, path, &list, root_is_set ? VTM_LINT_NONE : set, seen);
    vtm_pair_list_clear(&list);
  }
  free(disk);
}

static void check_all(vtm_lint_run *run) {
  run->engine->pairs = vtm_allocate(1, sizeof(*run->engine->pairs), NULL);
  bool *seen = vtm_allocate(run->set_count, sizeof(*seen), NULL);
  if (run->engine->pairs == NULL || seen == NULL) give_up(run);
  for (size_t i = 0; i < run->file_count && run->engine->pairs != NULL && seen != NULL; i++)
    if (run->files[i].part->kind == VTM_LINT_PAIRS && run->files[i].bytes > 0) check_file(run, &run->files[i], seen);
  free(seen);
}

static void report_faults(vtm_lint_run *run, const vtm_lint_rule *rule) {
  if (run->root == NULL) return;
  if (run->engine->pairs == NULL) check_all(run);
  const vtm_lint_pairs *pairs = run->engine->pairs;
  const int number = vtm_lint_pair_rule_number(rule);
  for (size_t i = 0; pairs != NULL && i < pairs->count; i++)
    if (pairs->faults[i].number == number && pairs->faults[i].everywhere)
      vtm_lint_report_path(run, rule, pairs->faults[i].path, pairs->faults[i].line, "%s", pairs->faults[i].text);
}

#define PAIR_RULE(name, level, reason_text, mend_text) \
  { .info = {"pairs-" name, level, VTM_LINT_DATASET, VTM_LINT_NAMES, reason_text, mend_text}, .dataset = report_faults }
static const vtm_lint_rule rules[] = {
    PAIR_RULE("unreadable", VTM_LINT_ERROR, "A pair list cannot be read, or is not text.",
              "Copy it again; save it as plain UTF-8 text."),
    PAIR_RULE("malformed-line", VTM_LINT_ERROR,
              "A line of a pair list does not have two names: programs stop there, or misread the lines that follow.",
              "Fix the line, or put # before it."),
    PAIR_RULE("missing-person", VTM_LINT_ERROR, "A pair list names a person whose photograph is not found.",
              "Add the photograph, or remove the line: `vtonmetrics pairs-check DATASET --write FILE`."),
    PAIR_RULE("missing-garment", VTM_LINT_ERROR, "A pair list names a garment whose picture is not found.",
              "Add the picture, or remove the line: `vtonmetrics pairs-check DATASET --write FILE`."),
    PAIR_RULE("wrong-extension", VTM_LINT_ERROR,
              "A file of a pair list exists with another extension: loaders do not find it.",
              "Write the extension that the file has; `vtonmetrics pairs-check DATASET --write FILE` does."),
    PAIR_RULE("duplicate-pair", VTM_LINT_WARNING, "A pair listed twice counts twice in a mean.",
              "Remove one of the lines."),
    PAIR_RULE("mixed-order", VTM_LINT_ERROR, "Lines of one pair list have person and garment in different order.",
              "Swap the columns of the lines that are named."),
    PAIR_RULE(
        "swapped-columns", VTM_LINT_ERROR,
        "The columns of a pair list are in the other order than the layout has them: everyone wears the wrong thing.",
        "Swap the columns: `vtonmetrics pairs-check DATASET --pairs LIST --write FILE --to course`, or viton-hd, "
        "dresscode."),
    PAIR_RULE("missing-type", VTM_LINT_WARNING, "Some lines of a pair list have a third column, and some not.",
              "Give each line a type, or none."),
    PAIR_RULE("unused-person", VTM_LINT_WARNING, "A person is in no pair list of the set: no result will show them.",
              "Add a line, or move the photograph out."),
    PAIR_RULE("unused-garment", VTM_LINT_WARNING, "A garment is in no pair list of the set: nobody will wear it.",
              "Add a line, or move the picture out."),
    PAIR_RULE("near-name", VTM_LINT_WARNING,
              "A name differs from a file's only in letter case or Unicode form: they look equal, but programs treat "
              "them as different.",
              "Rename one of them."),
};

const vtm_lint_table vtm_lint_pair_rules = {rules, sizeof(rules) / sizeof(*rules)};
