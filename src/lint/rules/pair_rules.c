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
#include "vtonmetrics/tools/text.h"

/* Numbers beside those of pairs-check's rules. */
enum { UNREADABLE = VTM_LINT_NONE, FORM = -2, GAPS = -3, SET = -4 };

typedef struct pair_fault {
  int number; /* of the rule in vtm_pair_rule_at, UNREADABLE, FORM, GAPS or SET */
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

int vtm_lint_pair_rule_number(const vtm_lint_rule *rule) {
  const char *id = rule->info.id;
  if (strcmp(id, "pairs-form") == 0) return FORM;
  if (strcmp(id, "pairs-gaps") == 0) return GAPS;
  if (strcmp(id, "pairs-set") == 0) return SET;
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

/* The people and garments of a set. */
typedef struct set_names {
  int set; /* VTM_LINT_NONE: not open */
  vtm_folder people, garments;
} set_names;

static void close_set(set_names *names) {
  vtm_folder_clear(&names->people);
  vtm_folder_clear(&names->garments);
  names->set = VTM_LINT_NONE;
}

static bool open_set(const vtm_lint_run *run, int set, set_names *names) {
  *names = (set_names){.set = VTM_LINT_NONE};
  if (!vtm_lint_open_folder(run, set, VTM_LINT_PERSON, &names->people)) return false;
  if (!vtm_lint_open_folder(run, set, VTM_LINT_GARMENT, &names->garments)) {
    vtm_folder_clear(&names->people);
    return false;
  }
  names->set = set;
  return true;
}

/* train_pairs.txt is about the set train, and never about test. */
static bool may_be_about(const char *list, const char *set) {
  static const char *const words[] = {"train", "test"};
  const char *slash = strrchr(list, '/');
  const char *name = slash != NULL ? slash + 1 : list;
  for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
    if (strncmp(name, words[i], strlen(words[i])) == 0 && strstr(set, words[1 - i]) != NULL) return false;
  return true;
}

/* The set whose folders hold most names of the list; opens them. */
static bool choose_set(const vtm_lint_run *run, const char *path, const vtm_pair_list *list, int given,
                       set_names *best) {
  size_t most = 0;
  *best = (set_names){.set = VTM_LINT_NONE};
  for (int set = 0; set < (int)run->set_count; set++) {
    set_names next;
    if (given != VTM_LINT_NONE && set != given) continue;
    if (!may_be_about(path, run->sets[set]) || !open_set(run, set, &next)) continue;
    const size_t known = count_known(list, &next.people, &next.garments);
    if (best->set == VTM_LINT_NONE || known > most) {
      close_set(best);
      *best = next;
      most = known;
    } else {
      close_set(&next);
    }
  }
  return best->set != VTM_LINT_NONE;
}

static bool is_named(int number, const char *id) { return strcmp(vtm_pair_rule_at((size_t)number)->id, id) == 0; }

static bool is_about_use(int number) {
  return number >= 0 && (is_named(number, "pairs-unused-person") || is_named(number, "pairs-unused-garment"));
}

static int number_of(const vtm_pair_rule *rule) {
  for (size_t i = 0; i < vtm_pair_rule_count(); i++)
    if (vtm_pair_rule_at(i) == rule) return (int)i;
  return VTM_LINT_NONE;
}

/* Whether the report has this finding too; its findings are sorted by rule, line and text. */
static bool has_finding(const vtm_pairs_report *report, int number, const char *text) {
  size_t low = 0;
  size_t high = report->finding_count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const vtm_pair_finding *finding = &report->findings[middle];
    const int its_number = number_of(finding->rule);
    const int order = its_number != number ? its_number - number : strcmp(finding->text, text);
    if (order == 0) return true;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return false;
}

/* Who is in no pair of this list may be in another list of the set: only who is in none stays. */
static void merge_use(vtm_lint_run *run, const vtm_pairs_report *report, int set, const char *path, bool first) {
  vtm_lint_pairs *pairs = run->engine->pairs;
  for (size_t i = 0; i < pairs->count && !first; i++) {
    pair_fault *fault = &pairs->faults[i];
    if (fault->set == set && is_about_use(fault->number) && fault->everywhere)
      fault->everywhere = has_finding(report, fault->number, fault->text);
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

/* test_pairs_unpaired.txt gives everyone another garment, test_pairs_paired.txt the own. */
static void check_kind(vtm_lint_run *run, const char *path, const vtm_pairs_report *report, int set) {
  const size_t all = report->own + report->foreign;
  const bool unpaired = strstr(path, "unpair") != NULL;
  const size_t wrong = unpaired ? report->own : report->foreign;
  char text[128];
  if ((!unpaired && strstr(path, "paired") == NULL) || wrong * 2 <= all) return;
  (void)snprintf(text, sizeof(text), "%zu of %zu pairs are of a person and %s garment", wrong, all,
                 unpaired ? "the own" : "another's");
  add_fault(run, (pair_fault){SET, 0, path, NULL, true, set}, text);
}

static void check_in_set(vtm_lint_run *run, const char *path, const vtm_pair_list *list, const set_names *names,
                         bool *seen) {
  const vtm_pairs_input input = {
      .people = &names->people,
      .garments = &names->garments,
      .list = list,
      .order = run->layout->garment_first ? VTM_ORDER_GARMENT_PERSON : VTM_ORDER_PERSON_GARMENT};
  vtm_pairs_report report = {0};
  if (vtm_pairs_check(&input, &report, NULL) != VTM_OK) {
    give_up(run);
    return;
  }
  for (size_t i = 0; i < report.finding_count; i++) {
    const vtm_pair_finding *finding = &report.findings[i];
    const int number = number_of(finding->rule);
    if (is_about_use(number)) continue;
    /* pairs-check speaks of its option --order here */
    const char *text = is_named(number, "pairs-swapped-columns") ? swapped_text(run->layout) : finding->text;
    add_fault(run, (pair_fault){number, finding->line, path, NULL, true, names->set}, text);
  }
  check_kind(run, path, &report, names->set);
  if (list->count > 0) { /* an empty list says nothing of who is used */
    merge_use(run, &report, names->set, path, !seen[names->set]);
    seen[names->set] = true;
  }
  vtm_pairs_report_clear(&report);
}

static void check_list(vtm_lint_run *run, const char *path, const vtm_pair_list *list, int given, bool *seen) {
  set_names names;
  if (choose_set(run, path, list, given, &names)) check_in_set(run, path, list, &names, seen);
  close_set(&names); /* that people or garments are missing is said by other rules */
}

/* ---- a list about all categories ---- */

static bool set_has_name(const set_names *names, const char *name) {
  return names->set != VTM_LINT_NONE &&
         (folder_has_name(&names->people, name) || folder_has_name(&names->garments, name));
}

/* Lines of a category that is absent are nobody's: that it is absent is said by another rule. */
static bool all_categories_there(const vtm_lint_run *run) {
  size_t known = 0;
  const char *word;
  size_t length;
  for (const char *rest = run->layout->sets; vtm_next_word(&rest, &word, &length);) known += *word != '.';
  return run->set_count >= known;
}

/* The category of a line: that which has its person, else its garment; `last` when none has them. */
static int category_of(const vtm_lint_run *run, const set_names *sets, const vtm_pair_line *line, int last) {
  const char *names[] = {line->first, line->second};
  if (run->layout->garment_first) {
    names[0] = line->second;
    names[1] = line->first;
  }
  for (size_t k = 0; k < 2; k++)
    for (int set = 0; set < (int)run->set_count; set++)
      if (set_has_name(&sets[set], names[k])) return set;
  return last;
}

/* The lines of a category as a list; `lines` has room for all. */
static vtm_pair_list list_of_category(const vtm_pair_list *list, const int *categories, int set, vtm_pair_line *lines) {
  vtm_pair_list part = *list;
  part.lines = lines;
  part.count = part.with_type = 0;
  for (size_t i = 0; i < list->count; i++) {
    if (categories[i] != set) continue;
    lines[part.count++] = list->lines[i];
    part.with_type += list->lines[i].third != NULL;
  }
  return part;
}

static void check_categories(vtm_lint_run *run, const char *path, const vtm_pair_list *list, const set_names *sets,
                             bool *seen) {
  int *categories = vtm_allocate(list->count, sizeof(*categories), NULL);
  vtm_pair_line *lines = vtm_allocate(list->count, sizeof(*lines), NULL);
  const bool all = all_categories_there(run);
  int last = all ? 0 : VTM_LINT_NONE;
  size_t faults = list->fault_count; /* told once */
  if (categories == NULL || lines == NULL) give_up(run);
  for (size_t i = 0; i < list->count && categories != NULL && lines != NULL; i++) {
    categories[i] = category_of(run, sets, &list->lines[i], last);
    if (all) last = categories[i];
  }
  for (int set = 0; set < (int)run->set_count && categories != NULL && lines != NULL; set++) {
    vtm_pair_list part = list_of_category(list, categories, set, lines);
    part.fault_count = faults;
    if (sets[set].set == VTM_LINT_NONE || part.count + part.fault_count == 0) continue;
    check_in_set(run, path, &part, &sets[set], seen);
    faults = 0;
  }
  free(categories);
  free(lines);
}

static void check_common_list(vtm_lint_run *run, const char *path, const vtm_pair_list *list, bool *seen) {
  set_names *sets = vtm_allocate(run->set_count, sizeof(*sets), NULL);
  if (sets == NULL) {
    give_up(run);
    return;
  }
  for (int set = 0; set < (int)run->set_count; set++) (void)open_set(run, set, &sets[set]);
  check_categories(run, path, list, sets, seen);
  for (int set = 0; set < (int)run->set_count; set++) close_set(&sets[set]);
  free(sets);
}

/* ---- the form ---- */

static bool reads_anything(const vtm_program *program, const void *user) {
  (void)user;
  return program->lists != NULL;
}

static bool cuts_at_one_space(const vtm_program *program, const void *user) {
  const char *name = user;
  return program->one_space && vtm_is_word_of(program->lists, name);
}

/* Loaders do `a, b = line.split()` with each line and open what they get. */
static void check_form(vtm_lint_run *run, const char *path, const vtm_pair_list *list) {
  const pair_fault fault = {FORM, 0, path, NULL, true, VTM_LINT_NONE};
  if (list->count == 0) return; /* that it is empty is said by another rule */
  pair_fault at = fault;
  if (list->byte_order_mark)
    add_fault(run, fault, "begins with a byte-order mark, which becomes a part of the first name");
  at.line = list->first_blank;
  if (list->blank > 0) add_fault(run, at, "is an empty line, where two names are expected");
  at.line = list->first_comment;
  if (list->comments > 0) add_fault(run, at, "is a comment, and is read as names");
  if (list->with_type > 0 && list->with_type == list->count)
    add_fault(run, fault, "has a third column in each line, where two names are expected");
  if (list->commas) add_fault(run, fault, "has commas between names, where blanks are expected");
  if (list->quotes) add_fault(run, fault, "has quotation marks around names, which become a part of them");
  if (list->folders) add_fault(run, fault, "has folders before names, to which programs add their own");
  for (size_t i = 0; i < list->count; i++) {
    const char *const names[] = {list->lines[i].first, list->lines[i].second};
    const char *bare = names[0][vtm_stem_length(names[0])] == '\0' ? names[0] : names[1];
    if (bare[vtm_stem_length(bare)] != '\0') continue;
    char text[512];
    char shown[256];
    (void)vtm_printable(bare, shown, sizeof(shown));
    (void)snprintf(text, sizeof(text), "%s: a name without extension; programs open it as it stands", shown);
    at.line = list->lines[i].line;
    add_fault(run, at, text);
    return;
  }
}

/* Published lists of DressCode have tabs; those who read it all the same are told when they are asked for. */
static void check_gaps(vtm_lint_run *run, const char *path, const vtm_pair_list *list) {
  const char *slash = strrchr(path, '/');
  vtm_text text = {0};
  if (run->layout->whole && run->engine->options->programs == NULL) return;
  if (!list->tabs && !list->wide_gaps) return;
  const size_t count = vtm_programs_append(run, cuts_at_one_space, slash != NULL ? slash + 1 : path, &text);
  vtm_text_format(&text, "%s at single spaces, and this list has %s; %s here",
                  count == 1 ? " cuts lines" : " cut lines", list->tabs ? "tabs" : "wider gaps",
                  count == 1 ? "it stops" : "they stop");
  if (count > 0 && !text.failed) add_fault(run, (pair_fault){GAPS, 0, path, NULL, true, VTM_LINT_NONE}, text.bytes);
  vtm_text_free(&text);
}

static void check_forms(vtm_lint_run *run, const char *path, const vtm_pair_list *list) {
  vtm_text text = {0};
  const bool common = run->layout->whole && strchr(path, '/') == NULL; /* read by scripts of their own */
  if (!common && vtm_programs_append(run, reads_anything, NULL, &text) > 0) {
    check_form(run, path, list);
    check_gaps(run, path, list);
  }
  vtm_text_free(&text);
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
    check_forms(run, path, &list);
    const bool root_is_set = set != VTM_LINT_NONE && run->set_count > 1 && strcmp(run->sets[set], ".") == 0;
    const int given = root_is_set ? VTM_LINT_NONE : set;
    if (given == VTM_LINT_NONE && run->layout->whole && run->set_count > 1)
      check_common_list(run, path, &list, seen);
    else
      check_list(run, path, &list, given, seen);
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

#define PAIRS VTM_LINT_KIND(VTM_LINT_PAIRS)
#define STOPS VTM_EFFECT_STOPS
#define READ VTM_EFFECT_NONE
#define PAIR_RULE(name, level, does, reason_text, mend_text)                                                  \
  {                                                                                                           \
    .info = {"pairs-" name, level, VTM_LINT_DATASET, VTM_LINT_NAMES, reason_text, mend_text}, .effect = does, \
    .kinds = PAIRS, .dataset = report_faults                                                                  \
  }
static const vtm_lint_rule rules[] = {
    PAIR_RULE("unreadable", VTM_LINT_ERROR, STOPS, "A pair list cannot be read, or is not text.",
              "Copy it again; save it as plain UTF-8 text."),
    PAIR_RULE("empty-list", VTM_LINT_ERROR, STOPS, "A pair list names no pair.", "Copy it again, or remove it."),
    PAIR_RULE("malformed-line", VTM_LINT_ERROR, STOPS,
              "A line of a pair list does not have two names: programs stop there, or misread the lines that follow.",
              "Fix the line, or remove it."),
    PAIR_RULE(
        "form", VTM_LINT_ERROR, STOPS,
        "A pair list has a form that programs stop at: each line is to be two names, blanks between, and nothing else.",
        "`vtonmetrics pairs-check DATASET --pairs LIST --write FILE --to viton-hd` writes it plainly (for DressCode: "
        "--to "
        "dresscode)."),
    PAIR_RULE(
        "gaps", VTM_LINT_ERROR, READ,
        "Names of a pair list are apart by tabs or several spaces, where a program that is named expects one space.",
        "`vtonmetrics pairs-check DATASET --pairs LIST --write FILE --to viton-hd` writes single spaces."),
    PAIR_RULE("set", VTM_LINT_ERROR, READ,
              "A pair list says unpaired in its name and gives people their own garments, or paired and gives others': "
              "it is scored as what it is not.",
              "Copy it again: another list was saved under its name."),
    PAIR_RULE("missing-person", VTM_LINT_ERROR, STOPS, "A pair list names a person whose photograph is not found.",
              "Add the photograph, or write the list without such lines: `vtonmetrics pairs-check DATASET --pairs LIST "
              "--write FILE`."),
    PAIR_RULE("missing-garment", VTM_LINT_ERROR, STOPS, "A pair list names a garment whose picture is not found.",
              "Add the picture, or write the list without such lines: `vtonmetrics pairs-check DATASET --pairs LIST "
              "--write FILE`."),
    PAIR_RULE(
        "wrong-extension", VTM_LINT_ERROR, STOPS,
        "A file of a pair list exists with another extension: loaders do not find it.",
        "Write the extension that the file has; `vtonmetrics pairs-check DATASET --pairs LIST --write FILE` does."),
    PAIR_RULE("duplicate-pair", VTM_LINT_WARNING, READ, "A pair listed twice counts twice in a mean.",
              "Remove one of the lines."),
    PAIR_RULE("mixed-order", VTM_LINT_ERROR, READ, "Lines of one pair list have person and garment in different order.",
              "Swap the columns of the lines that are named."),
    PAIR_RULE(
        "swapped-columns", VTM_LINT_ERROR, READ,
        "The columns of a pair list are in the other order than the layout has them: everyone wears the wrong thing.",
        "Swap the columns: `vtonmetrics pairs-check DATASET --pairs LIST --write FILE --to course`, or viton-hd, "
        "dresscode."),
    PAIR_RULE("missing-type", VTM_LINT_WARNING, STOPS, "Some lines of a pair list have a third column, and some not.",
              "Give each line a type, or none."),
    PAIR_RULE("unused-person", VTM_LINT_WARNING, READ,
              "A person is in no pair list of the set: no result will show them.",
              "Add a line, or move the photograph out."),
    PAIR_RULE("unused-garment", VTM_LINT_WARNING, READ, "A garment is in no pair list of the set: nobody will wear it.",
              "Add a line, or move the picture out."),
    PAIR_RULE("near-name", VTM_LINT_WARNING, READ,
              "A name differs from a file's only in letter case or Unicode form: they look equal, but programs treat "
              "them as different.",
              "Rename one of them."),
};

const vtm_lint_table vtm_lint_pair_rules = {rules, sizeof(rules) / sizeof(*rules)};
