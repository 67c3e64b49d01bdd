/* The rules of pairs-check, its findings, and what is asked of a line. */
#include "dataset/pairs_findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "dataset/pair_order.h"

static const vtm_pair_rule rules[VTM_RULES] = {
    [VTM_RULE_EMPTY_LIST] = {"pairs-empty-list", "the list names no pair, so nothing is scored or trained on",
                             "copy it again, or remove it", false},
    [VTM_RULE_MALFORMED_LINE] =
        {"pairs-malformed-line",
         "a line does not have two names: programs stop there, or misread the lines that follow",
         "fix the line, or remove it", false},
    [VTM_RULE_MISSING_PERSON] = {"pairs-missing-person", "the list names a person whose photograph is not found",
                                 "add the photograph, or remove the line", true},
    [VTM_RULE_MISSING_GARMENT] = {"pairs-missing-garment", "the list names a garment whose picture is not found",
                                  "add the picture, or remove the line", true},
    [VTM_RULE_MISSING_NAME] = {"pairs-missing-name", "the list has a name that is neither a person's nor a garment's",
                               "check the spelling, or remove the line", true},
    [VTM_RULE_WRONG_EXTENSION] = {"pairs-wrong-extension",
                                  "the file exists with another extension, so loaders do not find it",
                                  "write the extension that the file has (--write FILE does)", false},
    [VTM_RULE_DUPLICATE_PAIR] = {"pairs-duplicate-pair", "a pair listed twice counts twice in a mean",
                                 "remove one of the lines (--write FILE does)", false},
    [VTM_RULE_MIXED_ORDER] =
        {"pairs-mixed-order", "lines have person and garment in different order",
         "swap the columns of these lines (--write FILE does; where --order or the layout says the "
         "order, it leaves them out)",
         false},
    [VTM_RULE_SWAPPED_COLUMNS] = {"pairs-swapped-columns", "the columns are in the opposite order to --order",
                                  "correct --order", false},
    [VTM_RULE_MISSING_TYPE] = {"pairs-missing-type", "some lines have a third column, the garment's type, and some not",
                               "give each line a type, or none", false},
    [VTM_RULE_UNUSED_PERSON] = {"pairs-unused-person", "a person is in no pair, so no result will show them",
                                "add a line, or move the photograph out", false},
    [VTM_RULE_UNUSED_GARMENT] = {"pairs-unused-garment", "a garment is in no pair, so nobody will wear it",
                                 "add a line, or move the picture out", false},
    [VTM_RULE_TWIN_FILES] = {"duplicate-name",
                             "two files of one folder have the same name: it is ambiguous which is meant",
                             "move one of them out", false},
    [VTM_RULE_MISSING_RESULT] = {"result-missing",
                                 "a pair of the list has no result, so models are scored on different "
                                 "sets",
                                 "run the model on the pair, or remove the line", true},
    [VTM_RULE_RESULT_OF_NOBODY] = {"result-of-nobody", "a result's name leads to no photograph: it will not be scored",
                                   "rename it after its photograph (see Names of results in --help), or move it out",
                                   false},
    [VTM_RULE_RESULT_UNLISTED] = {"result-unlisted", "a result shows a pair that is not in the list",
                                  "add the pair, or move the result out", false},
    [VTM_RULE_DOUBLE_RESULT] = {"result-twice", "two results show the same pair: it is ambiguous which is meant",
                                "move one of them out", false},
    [VTM_RULE_AMBIGUOUS_RESULT] = {"result-ambiguous", "the result's name may mean either of two people",
                                   "rename the result, or say with --match how names are built", false},
    [VTM_RULE_UNREAD_PICTURE] = {"image-unread",
                                 "a picture cannot be read, or its name has no extension of a format that is read, so "
                                 "scores are of fewer pictures than the folder has",
                                 "save it as PNG or JPEG, or move it out", false},
    [VTM_RULE_NEAR_NAME] =
        {"pairs-near-name",
         "names differ only in letter case or Unicode form: they look equal, but programs treat them as different",
         "rename one of them", true},
};

size_t vtm_pair_rule_count(void) { return VTM_RULES; }

const vtm_pair_rule *vtm_pair_rule_at(size_t index) { return index < VTM_RULES ? &rules[index] : NULL; }

void vtm_pairs_add(vtm_pairs_run *run, vtm_pair_rule_number rule, size_t line, const char *folder, const char *format,
                   ...) {
  vtm_pairs_report *report = run->report;
  if (run->failed) return;
  char *text = NULL;
  va_list arguments;
  va_start(arguments, format);
  const int length = vasprintf(&text, format, arguments);
  va_end(arguments);
  if (length < 0) text = NULL;
  if (text == NULL || !vtm_grow(&report->findings, &report->finding_capacity, report->finding_count + 1,
                                sizeof(*report->findings), run->error)) {
    free(text);
    run->failed = true;
    (void)vtm_fail_memory(run->error, 0);
    return;
  }
  report->findings[report->finding_count++] = (vtm_pair_finding){&rules[rule], line, folder, text};
}

bool vtm_folder_has(const vtm_folder *folder, const char *name, size_t *index) {
  return vtm_folder_find(folder, name, vtm_stem_length(name), index);
}

bool vtm_exists(const vtm_pairs_input *input, const char *name) {
  size_t index;
  return vtm_folder_has(input->people, name, &index) || vtm_folder_has(input->garments, name, &index);
}

vtm_identified_line vtm_identify_line(const vtm_pairs_input *input, const vtm_pairs_report *report,
                                      const vtm_pair_line *line) {
  vtm_pair_order order = report->order;
  const vtm_order_evidence *evidence = &report->evidence;
  const bool told = input->order != VTM_ORDER_UNKNOWN || input->usual != VTM_ORDER_UNKNOWN;
  if (order == VTM_ORDER_UNKNOWN && !evidence->shared_names)
    order = vtm_pair_line_order(line, input->people, input->garments);
  else if (!told && vtm_line_is_turned(line, input->people, input->garments, evidence, order))
    order = vtm_opposite_order(order);
  const bool garment_first = order == VTM_ORDER_GARMENT_PERSON;
  return (vtm_identified_line){.line = line,
                               .is_identified = order != VTM_ORDER_UNKNOWN || vtm_is_same_name(line),
                               .person = garment_first ? line->second : line->first,
                               .garment = garment_first ? line->first : line->second};
}
