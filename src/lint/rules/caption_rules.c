/* test_gpt4o.json: a description for each person. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "lint/captions.h"
#include "lint/file_index.h"
#include "lint/findings.h"
#include "lint/rules/rule_tables.h"

enum { NAMED = 5 };

/* Counts cases and names the first of them. */
typedef struct tally {
  size_t count;
  vtm_text names;
} tally;

static void add_example(tally *cases, const char *name, size_t length) {
  if (cases->count++ >= NAMED) return;
  if (cases->count > 1) vtm_text_append(&cases->names, ", ");
  vtm_text_append_bytes(&cases->names, name, length);
}

static const char *names_of(const tally *cases) { return cases->names.failed ? "" : cases->names.bytes; }
static const char *and_more(const tally *cases) { return cases->count > NAMED ? ", ..." : ""; }

static bool read_captions(vtm_lint_reader *reader, vtm_captions *captions) {
  size_t size = 0;
  vtm_error error;
  const uint8_t *bytes = vtm_lint_reader_bytes(reader, &size);
  return bytes != NULL && vtm_captions_read(bytes, size, captions, &error) == VTM_OK;
}

static void look_whether_valid(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  size_t size = 0;
  vtm_error error = {0};
  vtm_captions captions;
  const uint8_t *bytes = vtm_lint_reader_bytes(reader, &size);
  if (bytes == NULL || size == 0) return;
  if (vtm_captions_read(bytes, size, &captions, &error) == VTM_OK)
    vtm_captions_free(&captions);
  else
    vtm_lint_report(reader->run, rule, reader->file, "%s", error.message);
}

/* The people that a list of descriptions is about: those of its set, or of all sets that begin as its name does when it
 * lies above them. */
static bool is_described(const vtm_lint_reader *reader, const vtm_lint_file *person) {
  const vtm_lint_run *run = reader->run;
  const int set = run->folders[reader->file->folder].set;
  const int its_set = run->folders[person->folder].set;
  const char *name = reader->file->name;
  if (person->part->kind != VTM_LINT_PERSON) return false;
  if (set != VTM_LINT_NONE) return its_set == set;
  return its_set != VTM_LINT_NONE && strncmp(run->sets[its_set], name, strcspn(name, "_")) == 0;
}

/* A person of several sets, such as test_fine and test_coarse, counts once. */
static bool was_described(const vtm_lint_reader *reader, const vtm_lint_file *person) {
  const vtm_lint_run *run = reader->run;
  for (int set = 0; set < run->folders[person->folder].set; set++) {
    const vtm_lint_file *same = vtm_lint_find_file(run, set, VTM_LINT_PERSON, person->id, person->id_length);
    if (same != NULL && is_described(reader, same)) return true;
  }
  return false;
}

static const vtm_caption *entry_of(const vtm_lint_reader *reader, const vtm_captions *captions, size_t file) {
  const vtm_lint_file *person = &reader->run->files[file];
  if (!is_described(reader, person) || was_described(reader, person)) return NULL;
  return vtm_captions_find(captions, person->id, person->id_length);
}

static void look_for_missing(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  vtm_captions captions;
  if (!read_captions(reader, &captions)) return;
  tally missing = {0};
  size_t people = 0;
  for (size_t i = 0; i < reader->run->file_count; i++) {
    const vtm_lint_file *person = &reader->run->files[i];
    if (!is_described(reader, person) || was_described(reader, person)) continue;
    people++;
    if (vtm_captions_find(&captions, person->id, person->id_length) == NULL)
      add_example(&missing, person->id, person->id_length);
  }
  if (missing.count > 0)
    vtm_lint_report(reader->run, rule, reader->file, "no entry for %zu of %zu people: %s%s", missing.count, people,
                    names_of(&missing), and_more(&missing));
  vtm_text_free(&missing.names);
  vtm_captions_free(&captions);
}

static void look_for_empty(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  vtm_captions captions;
  if (!read_captions(reader, &captions)) return;
  tally empty = {0};
  for (size_t i = 0; i < reader->run->file_count; i++) {
    const vtm_caption *entry = entry_of(reader, &captions, i);
    const vtm_caption *end = captions.entries + captions.count;
    if (entry == NULL) continue;
    const char *name = entry->name;
    for (; entry < end && entry->empty == NULL && strcmp(entry->name, name) == 0; entry++) continue;
    if (entry == end || entry->empty == NULL || strcmp(entry->name, name) != 0) continue;
    vtm_text label = {0};
    vtm_text_append(&label, entry->name);
    if (*entry->empty != '\0') vtm_text_format(&label, " (%s)", entry->empty);
    if (!label.failed) add_example(&empty, label.bytes, label.length);
    vtm_text_free(&label);
  }
  if (empty.count > 0)
    vtm_lint_report(reader->run, rule, reader->file, "%zu of the entries have an empty field: %s%s", empty.count,
                    names_of(&empty), and_more(&empty));
  vtm_text_free(&empty.names);
  vtm_captions_free(&captions);
}

/* ---- fields ---- */

/* The fields that most entries have, by the vote of Boyer and Moore; NULL: no entry has any. */
static const char *usual_fields(const vtm_lint_reader *reader, const vtm_captions *captions) {
  const char *usual = NULL;
  size_t votes = 0;
  for (size_t i = 0; i < reader->run->file_count; i++) {
    const vtm_caption *entry = entry_of(reader, captions, i);
    if (entry == NULL || entry->fields == NULL) continue;
    if (votes == 0) usual = entry->fields;
    if (strcmp(entry->fields, usual) == 0)
      votes++;
    else
      votes--;
  }
  return usual;
}

/* Appends the first field of `usual` that the entry lacks: "clothing.material"; false: it lacks none. */
static bool append_lacking(const char *fields, const char *usual, vtm_text *label) {
  for (const char *field = usual; field[0] == '|' && field[1] != '\0'; field += 1 + strcspn(field + 1, "|")) {
    const size_t length = strcspn(field + 1, "|") + 2;
    if (fields != NULL && memmem(fields, strlen(fields), field, length) != NULL) continue;
    vtm_text_append_bytes(label, field + 1, strcspn(field + 1, ":|"));
    return true;
  }
  return false;
}

static void look_at_fields(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  vtm_captions captions;
  if (!read_captions(reader, &captions)) return;
  tally lacking = {0};
  const char *usual = usual_fields(reader, &captions);
  for (size_t i = 0; i < reader->run->file_count && usual != NULL; i++) {
    const vtm_caption *entry = entry_of(reader, &captions, i);
    if (entry == NULL) continue;
    vtm_text label = {0};
    vtm_text_format(&label, "%s (", entry->name);
    if (append_lacking(entry->fields, usual, &label)) {
      vtm_text_append(&label, ")");
      if (!label.failed) add_example(&lacking, label.bytes, label.length);
    }
    vtm_text_free(&label);
  }
  if (lacking.count > 0)
    vtm_lint_report(reader->run, rule, reader->file,
                    "%zu of the entries lack a field that most have, or have no text in it: %s%s", lacking.count,
                    names_of(&lacking), and_more(&lacking));
  vtm_text_free(&lacking.names);
  vtm_captions_free(&captions);
}

/* Programs look entries up by the name without extension. */
static void look_at_keys(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  vtm_captions captions;
  if (!vtm_programs_open(reader->run, reader->file->name) || !read_captions(reader, &captions)) return;
  tally extended = {0};
  for (size_t i = 0; i < captions.count; i++)
    if (captions.entries[i].extension)
      add_example(&extended, captions.entries[i].name, strlen(captions.entries[i].name));
  if (extended.count > 0)
    vtm_lint_report(reader->run, rule, reader->file, "%zu of the names have an extension behind them: %s%s",
                    extended.count, names_of(&extended), and_more(&extended));
  vtm_text_free(&extended.names);
  vtm_captions_free(&captions);
}

static void look_for_repeated(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  vtm_captions captions;
  if (!read_captions(reader, &captions)) return;
  tally repeated = {0};
  for (size_t i = 1; i < captions.count; i++) {
    const vtm_caption *before = &captions.entries[i - 1], *entry = &captions.entries[i];
    if (before->container == entry->container && strcmp(before->name, entry->name) == 0)
      add_example(&repeated, entry->name, strlen(entry->name));
  }
  if (repeated.count > 0)
    vtm_lint_report(reader->run, rule, reader->file,
                    "%zu of the names have two entries, of which loaders take the last: %s%s", repeated.count,
                    names_of(&repeated), and_more(&repeated));
  vtm_text_free(&repeated.names);
  vtm_captions_free(&captions);
}

#define CAPTIONS VTM_LINT_KIND(VTM_LINT_CAPTIONS)

static const vtm_lint_rule rules[] = {
    {.info = {"captions-invalid", VTM_LINT_ERROR, VTM_LINT_FILE, VTM_LINT_BYTES,
              "The file of descriptions is not JSON, or is neither an object nor a list.",
              "Make it again, or correct the place that is named."},
     .kinds = CAPTIONS,
     .inspect = look_whether_valid},
    {.info = {"captions-missing", VTM_LINT_ERROR, VTM_LINT_DATASET, VTM_LINT_BYTES,
              "Some people have no description: text-guided models stop at the first of them.",
              "Describe them, or remove them from the pair list."},
     .kinds = CAPTIONS,
     .inspect = look_for_missing},
    {.info = {"captions-empty", VTM_LINT_WARNING, VTM_LINT_FILE, VTM_LINT_BYTES,
              "A description has a field with nothing in it: the model gets an incomplete prompt.",
              "Fill the field, for example with what similar images have there."},
     .kinds = CAPTIONS,
     .inspect = look_for_empty},
    {.effect = VTM_EFFECT_STOPS,
     .info = {"captions-fields", VTM_LINT_ERROR, VTM_LINT_FILE, VTM_LINT_BYTES,
              "A description lacks a field that most have, or holds a list where they hold text.",
              "Write the field as the others do; check its spelling."},
     .kinds = CAPTIONS,
     .inspect = look_at_fields},
    {.effect = VTM_EFFECT_STOPS,
     .info = {"captions-keys", VTM_LINT_ERROR, VTM_LINT_FILE, VTM_LINT_BYTES,
              "Descriptions are filed under names with extension, where programs look for names without.",
              "Remove the extension: `sed -i 's/\\.jpg\":/\":/' FILE`."},
     .kinds = CAPTIONS,
     .inspect = look_at_keys},
    {.info = {"captions-repeated", VTM_LINT_WARNING, VTM_LINT_FILE, VTM_LINT_BYTES,
              "One person has two descriptions: loaders silently take the last one.", "Delete the wrong one."},
     .kinds = CAPTIONS,
     .inspect = look_for_repeated},
};

const vtm_lint_table vtm_lint_caption_rules = {rules, sizeof(rules) / sizeof(*rules)};
