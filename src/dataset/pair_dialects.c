/* The dialects of pair lists, and writing a corrected list in one of them. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "dataset/names.h"
#include "dataset/own_garment.h"
#include "dataset/pairs_findings.h"

static const vtm_pair_dialect dialects[] = {
    {"course", "the course dataset", "08348_00.jpg 00006_00.jpg", VTM_ORDER_GARMENT_PERSON, ' ', false, true},
    {"viton-hd", "VITON-HD, LaDI-VTON, IDM-VTON, StableVITON", "00006_00.jpg 08348_00.jpg", VTM_ORDER_PERSON_GARMENT,
     ' ', false, true},
    {"dresscode", "DressCode", "013563_0.jpg\t020714_1.jpg", VTM_ORDER_PERSON_GARMENT, '\t', false, true},
    {"gp-vton", "GP-VTON", "00006_00.jpg 08348_00.jpg upper_body", VTM_ORDER_PERSON_GARMENT, ' ', true, true},
    {"stems", "programs that add the extension themselves", "00006_00 08348_00", VTM_ORDER_PERSON_GARMENT, ' ', false,
     false},
};
enum { DIALECTS = sizeof(dialects) / sizeof(*dialects) };

size_t vtm_pair_dialect_count(void) { return DIALECTS; }

const vtm_pair_dialect *vtm_pair_dialect_at(size_t index) { return index < DIALECTS ? &dialects[index] : NULL; }

const vtm_pair_dialect *vtm_pair_dialect_find(const char *name) {
  for (size_t i = 0; i < DIALECTS; i++)
    if (strcmp(dialects[i].name, name) == 0) return &dialects[i];
  return NULL;
}

typedef struct list_writer {
  const vtm_pairs_input *input;
  const vtm_pairs_report *report;
  const vtm_pair_dialect *dialect; /* NULL: as the list is */
  vtm_text text;
  size_t pairs;
  vtm_error *error;
} list_writer;

static void append_name(list_writer *writer, const vtm_folder *folder, size_t index) {
  const vtm_folder_entry *entry = &folder->entries[index];
  const bool extension = writer->dialect == NULL || writer->dialect->extension;
  vtm_text_append(&writer->text, extension ? entry->name : entry->stem);
}

/* A name with a space can only be written between tabs, one that starts like a comment or ends a line not at all. */
static vtm_status check_name(const list_writer *writer, const vtm_folder *folder, size_t index) {
  const char *name = folder->entries[index].name;
  if (name[0] != '#' && strpbrk(name, "\t\r\n") == NULL) return VTM_OK;
  return vtm_fail(writer->error, VTM_ERROR_DATA,
                  "%s: a file whose name begins with # or has a tab or a line end in it "
                  "cannot be written into a pair list; rename it (it is number %zu of the folder)",
                  folder->path, index + 1);
}

static vtm_status write_pair(list_writer *writer, size_t person, size_t garment, const char *type, size_t line) {
  const vtm_folder *people = writer->input->people;
  const vtm_folder *garments = writer->input->garments;
  const vtm_pair_dialect *dialect = writer->dialect;
  if (check_name(writer, people, person) != VTM_OK || check_name(writer, garments, garment) != VTM_OK)
    return VTM_ERROR_DATA;
  if (dialect != NULL && dialect->type && type == NULL)
    return vtm_fail(writer->error, VTM_ERROR_DATA,
                    "%s: line %zu has no third column; the dialect %s needs the garment's type there",
                    writer->input->list != NULL ? writer->input->list->path : people->path, line, dialect->name);
  const vtm_pair_order order = dialect != NULL ? dialect->order : writer->report->order;
  const bool garment_first = order == VTM_ORDER_GARMENT_PERSON;
  const char *names = people->entries[person].name;
  const bool spaces = strchr(names, ' ') != NULL || strchr(garments->entries[garment].name, ' ') != NULL ||
                      (type != NULL && strchr(type, ' ') != NULL);
  const char separator[2] = {spaces ? '\t' : dialect != NULL ? dialect->separator : ' ', '\0'};
  append_name(writer, garment_first ? garments : people, garment_first ? garment : person);
  vtm_text_append(&writer->text, separator);
  append_name(writer, garment_first ? people : garments, garment_first ? person : garment);
  if (type != NULL && (dialect == NULL || dialect->type)) {
    vtm_text_append(&writer->text, separator);
    vtm_text_append(&writer->text, type);
  }
  vtm_text_append(&writer->text, "\n");
  writer->pairs++;
  return VTM_OK;
}

static bool is_repeated(const vtm_pairs_report *report, size_t line) {
  size_t low = 0;
  size_t high = report->finding_count;
  while (low < high) { /* findings are sorted by rule, then line */
    const size_t middle = low + (high - low) / 2;
    const vtm_pair_finding *finding = &report->findings[middle];
    const size_t rule = (size_t)(finding->rule - vtm_pair_rule_at(0));
    if (rule < VTM_RULE_DUPLICATE_PAIR || (rule == VTM_RULE_DUPLICATE_PAIR && finding->line < line))
      low = middle + 1;
    else
      high = middle;
  }
  return low < report->finding_count && report->findings[low].line == line &&
         report->findings[low].rule == vtm_pair_rule_at(VTM_RULE_DUPLICATE_PAIR);
}

static vtm_status write_line(list_writer *writer, const vtm_pair_line *line) {
  const vtm_pairs_input *input = writer->input;
  /* Columns whose order is not known are equal, or stay where they are. */
  const vtm_identified_line identified = vtm_identify_line(input, writer->report, line);
  size_t person;
  size_t garment;
  if (is_repeated(writer->report, line->line)) return VTM_OK;
  if (!vtm_folder_has(input->people, identified.person, &person) ||
      !vtm_folder_has(input->garments, identified.garment, &garment))
    return VTM_OK;
  return write_pair(writer, person, garment, line->third, line->line);
}

static vtm_status write_own_garments(list_writer *writer) {
  const vtm_folder *people = writer->input->people;
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < people->count && status == VTM_OK; i++) {
    size_t garment;
    if (vtm_find_own_garment(writer->input->garments, people->entries[i].stem, &garment))
      status = write_pair(writer, i, garment, NULL, 0);
  }
  return status;
}

static vtm_status check_order(const list_writer *writer) {
  const vtm_order_evidence *evidence = &writer->report->evidence;
  if (writer->input->list == NULL || writer->report->order != VTM_ORDER_UNKNOWN || evidence->same_names) return VTM_OK;
  if (writer->dialect == NULL && evidence->garment_person == 0 && evidence->person_garment == 0) return VTM_OK;
  return vtm_fail(writer->error, VTM_ERROR_DATA,
                  "%s: cannot determine which column is the person, so the list cannot be written; use --order "
                  "garment-person or --order person-garment",
                  writer->input->list->path);
}

vtm_status vtm_pairs_correct(const vtm_pairs_input *input, const vtm_pairs_report *report,
                             const vtm_pair_dialect *dialect, char **text, size_t *pairs, vtm_error *error) {
  list_writer writer = {.input = input, .report = report, .dialect = dialect, .error = error};
  vtm_status status = check_order(&writer);
  *text = NULL;
  *pairs = 0;
  if (status == VTM_OK && input->list == NULL) status = write_own_garments(&writer);
  for (size_t i = 0; input->list != NULL && i < input->list->count && status == VTM_OK; i++)
    status = write_line(&writer, &input->list->lines[i]);
  if (status == VTM_OK && writer.pairs == 0)
    status = vtm_fail(error, VTM_ERROR_DATA, "%s: no pair is left that could be written",
                      input->list != NULL ? input->list->path : input->people->path);
  if (status != VTM_OK) {
    vtm_text_free(&writer.text);
    return status;
  }
  *text = vtm_text_take(&writer.text, error);
  *pairs = writer.pairs;
  return *text != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}
