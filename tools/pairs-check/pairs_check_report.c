#include "pairs-check/pairs_check_report.h"

#include <stdlib.h>
#include <string.h>

#include "vtonmetrics/tools/text.h"

const char *pairs_check_printable(const char *text, char buffer[PAIRS_CHECK_PRINTED_NAME]) {
  (void)vtm_printable(text, buffer, PAIRS_CHECK_PRINTED_NAME);
  return buffer;
}

/* NULL: nothing of the list was found, so nothing can be said. */
static const char *set_name(const vtm_pairs_report *report) {
  if (report->own == 0 && report->foreign == 0) return NULL;
  if (report->foreign == 0) return "paired";
  return report->own == 0 ? "unpaired" : "mixed";
}

/* ---- text ---- */

static void print_order(FILE *out, const vtm_pairs_input *input, const vtm_pairs_report *report) {
  const vtm_order_evidence *seen = &report->evidence;
  (void)fprintf(out, "columns   ");
  if (input->order != VTM_ORDER_UNKNOWN)
    (void)fprintf(out, "%s, as you said", vtm_pair_order_name(report->order));
  else if (seen->same_names)
    (void)fprintf(out, "either order: each line names the same picture twice");
  else if (report->by_layout)
    (void)fprintf(out, "%s, as this layout has them: the names do not tell (--order says otherwise)",
                  vtm_pair_order_name(report->order));
  else if (report->order != VTM_ORDER_UNKNOWN)
    (void)fprintf(out, "%s", vtm_pair_order_name(report->order));
  else
    (void)fprintf(out, "cannot determine which is the person; use --order garment-person or person-garment");
  if (!seen->same_names || seen->neither > 0)
    (void)fprintf(out,
                  "\n          (lines that can only be garment, person: %zu; only person, garment: %zu; either: %zu; "
                  "neither: %zu)",
                  seen->garment_person, seen->person_garment, seen->either, seen->neither);
  (void)fputc('\n', out);
}

static void print_set(FILE *out, const vtm_pairs_input *input, const vtm_pairs_report *report) {
  const size_t seen = report->own + report->foreign;
  (void)fprintf(out, "set       ");
  if (seen == 0) {
    (void)fprintf(out, "can't tell: of no pair both names were found\n");
    return;
  }
  if (report->foreign == 0)
    (void)fprintf(out, "paired: each person wears their own garment; suitable for LPIPS and FID\n");
  else if (report->own == 0)
    (void)fprintf(out, "unpaired: each person wears another garment; suitable for FID, not for LPIPS\n");
  else
    (void)fprintf(out, "mixed: %zu people wear their own garment, %zu another one; not suitable for LPIPS\n",
                  report->own, report->foreign);
  if (seen < input->list->count)
    (void)fprintf(out, "          (of the %zu of %zu pairs of which both names were found)\n", seen,
                  input->list->count);
}

static void print_list(FILE *out, const vtm_pairs_input *input, const vtm_pairs_report *report) {
  const vtm_pair_list *list = input->list;
  char name[PAIRS_CHECK_PRINTED_NAME];
  if (list == NULL) {
    (void)fprintf(out, "list      none in the dataset: people and garments are compared by name\n");
    return;
  }
  (void)fprintf(out, "list      %s: %zu pairs in %zu lines\n", pairs_check_printable(list->path, name), list->count,
                list->line_count);
  if (list->byte_order_mark || list->carriage_returns || list->tabs || list->commas || list->quotes || list->folders ||
      list->comments > 0)
    (void)fprintf(out, "          with%s%s%s%s%s%s%s\n", list->byte_order_mark ? " a byte-order mark;" : "",
                  list->carriage_returns ? " Windows line ends;" : "", list->tabs ? " tabs;" : "",
                  list->commas ? " commas;" : "", list->quotes ? " quotation marks;" : "",
                  list->folders ? " folders before names, which count for nothing;" : "",
                  list->comments > 0 ? " comments;" : "");
  print_order(out, input, report);
  if (list->count > 0) print_set(out, input, report);
}

static void print_results(FILE *out, const vtm_pairs_report *report) {
  if (report->result_count == 0) return;
  (void)fprintf(out, "\n%-28s %7s %8s %8s %9s  named like\n", "results", "files", "expected", "missing", "left over");
  for (size_t i = 0; i < report->result_count; i++) {
    const vtm_results_summary *row = &report->results[i];
    char name[PAIRS_CHECK_PRINTED_NAME];
    if (row->checked)
      (void)fprintf(out, "%-28s %7zu %8zu %8zu %9zu  %s\n", pairs_check_printable(row->folder, name), row->files,
                    row->expected, row->missing, row->left_over, row->scheme);
    else
      (void)fprintf(out, "%-28s %7zu not checked: the order of the columns is not known\n",
                    pairs_check_printable(row->folder, name), row->files);
  }
}

static void print_findings(FILE *out, const vtm_pairs_report *report, size_t most) {
  for (size_t i = 0; i < report->finding_count;) {
    const vtm_pair_rule *rule = report->findings[i].rule;
    size_t end = i;
    while (end < report->finding_count && report->findings[end].rule == rule) end++;
    (void)fprintf(out, "\n%s (%zu): %s\n  what to do: %s\n", rule->id, end - i, rule->reason, rule->fix);
    for (size_t k = i; k < end && k - i < most; k++) {
      const vtm_pair_finding *finding = &report->findings[k];
      char name[PAIRS_CHECK_PRINTED_NAME];
      (void)fprintf(out, "  ");
      if (finding->line > 0) (void)fprintf(out, "line %zu: ", finding->line);
      if (finding->folder != NULL) (void)fprintf(out, "%s: ", pairs_check_printable(finding->folder, name));
      (void)fprintf(out, "%s\n", finding->text);
    }
    if (end - i > most) (void)fprintf(out, "  ... and %zu more (--verbose lists all)\n", end - i - most);
    i = end;
  }
}

static void print_dataset(FILE *out, const vtm_pairs_input *input, const vtm_pairs_report *report) {
  char name[PAIRS_CHECK_PRINTED_NAME];
  print_list(out, input, report);
  (void)fprintf(out, "people    %s: %zu pictures\n", pairs_check_printable(input->people->path, name),
                input->people->count);
  (void)fprintf(out, "garments  %s: %zu pictures\n", pairs_check_printable(input->garments->path, name),
                input->garments->count);
  print_results(out, report);
}

void pairs_check_print(FILE *out, const vtm_pairs_input *input, const vtm_pairs_report *report, size_t most) {
  if (input->garments != NULL) print_dataset(out, input, report);
  print_findings(out, report, most);
  if (report->finding_count == 0)
    (void)fprintf(out, "\nno findings\n");
  else
    (void)fprintf(out, "\n%zu finding%s, %zu of them about something missing\n", report->finding_count,
                  report->finding_count == 1 ? "" : "s", vtm_pairs_missing(report));
}

/* ---- JSON ---- */

static void add_text(cJSON *object, const char *name, const char *text) {
  char buffer[PAIRS_CHECK_PRINTED_NAME];
  (void)cJSON_AddItemToObject(
      object, name, text != NULL ? cJSON_CreateString(pairs_check_printable(text, buffer)) : cJSON_CreateNull());
}

static void add_number(cJSON *object, const char *name, size_t number) {
  (void)cJSON_AddNumberToObject(object, name, (double)number);
}

static void add_list(cJSON *object, const vtm_pairs_input *input, const vtm_pairs_report *report) {
  add_text(object, "list", input->list != NULL ? input->list->path : NULL);
  if (input->list == NULL) return;
  add_number(object, "lines", input->list->line_count);
  add_number(object, "pairs", input->list->count);
  (void)cJSON_AddItemToObject(
      object, "order",
      report->order != VTM_ORDER_UNKNOWN ? cJSON_CreateString(vtm_pair_order_name(report->order)) : cJSON_CreateNull());
  (void)cJSON_AddBoolToObject(object, "order_by_layout", report->by_layout);
  cJSON *evidence = cJSON_AddObjectToObject(object, "order_evidence");
  add_number(evidence, "garment_person", report->evidence.garment_person);
  add_number(evidence, "person_garment", report->evidence.person_garment);
  add_number(evidence, "either", report->evidence.either);
  add_number(evidence, "neither", report->evidence.neither);
  (void)cJSON_AddBoolToObject(evidence, "same_names", report->evidence.same_names);
  add_text(object, "set", set_name(report));
  add_number(object, "own_garment", report->own);
  add_number(object, "other_garment", report->foreign);
}

static void add_results(cJSON *object, const vtm_pairs_report *report) {
  cJSON *results = cJSON_AddArrayToObject(object, "results");
  for (size_t i = 0; i < report->result_count; i++) {
    const vtm_results_summary *row = &report->results[i];
    cJSON *entry = cJSON_CreateObject();
    add_text(entry, "folder", row->folder);
    add_text(entry, "scheme", row->scheme);
    (void)cJSON_AddBoolToObject(entry, "checked", row->checked);
    add_number(entry, "files", row->files);
    add_number(entry, "expected", row->expected);
    add_number(entry, "missing", row->missing);
    add_number(entry, "left_over", row->left_over);
    (void)cJSON_AddItemToArray(results, entry);
  }
}

cJSON *pairs_check_json(const vtm_pairs_input *input, const vtm_pairs_report *report) {
  cJSON *object = cJSON_CreateObject();
  add_list(object, input, report);
  add_text(object, "people", input->people->path);
  add_number(object, "people_count", input->people->count);
  add_text(object, "garments", input->garments != NULL ? input->garments->path : NULL);
  if (input->garments != NULL) add_number(object, "garment_count", input->garments->count);
  add_results(object, report);
  cJSON *findings = cJSON_AddArrayToObject(object, "findings");
  for (size_t i = 0; i < report->finding_count; i++) {
    const vtm_pair_finding *finding = &report->findings[i];
    cJSON *entry = cJSON_CreateObject();
    add_text(entry, "rule", finding->rule->id);
    (void)cJSON_AddItemToObject(entry, "line",
                                finding->line > 0 ? cJSON_CreateNumber((double)finding->line) : cJSON_CreateNull());
    add_text(entry, "folder", finding->folder);
    add_text(entry, "text", finding->text);
    (void)cJSON_AddItemToArray(findings, entry);
  }
  return object;
}
