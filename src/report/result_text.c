/* The report for people: an aligned table, then what it was computed with and what to know about it. */
#include "report/result_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/plain_text.h"
#include "report/sentence.h"
#include "report/table.h"
#include "vtonmetrics/compare.h"

enum { GAP = 2 };

static size_t column_width(const vtm_table *table, size_t column) {
  size_t widest = 0;
  for (size_t row = 0; row <= table->rows; row++) {
    vtm_text piece = {0};
    vtm_append_printable(&piece, vtm_table_cell(table, row, column));
    const size_t width = piece.bytes != NULL ? vtm_text_width(piece.bytes) : 0;
    if (width > widest) widest = width;
    vtm_text_free(&piece);
  }
  return widest;
}

/* Rows of the first rank are emphasised. */
static vtm_status append_table(vtm_text *text, const vtm_result *result, const vtm_table *table, bool color,
                               vtm_error *error) {
  size_t *order = vtm_allocate(result->row_count, sizeof(*order), error);
  size_t *rank = vtm_allocate(result->row_count, sizeof(*rank), error);
  bool *best = vtm_allocate(result->row_count, sizeof(*best), error);
  const bool complete = order != NULL && rank != NULL && best != NULL;
  if (complete) vtm_result_ranking(result, order, rank);
  for (size_t i = 0; complete && i < result->row_count; i++) best[order[i]] = rank[i] == 1 && result->row_count > 1;
  for (size_t row = 0; complete && row <= table->rows; row++) {
    for (size_t column = 0; column < table->columns; column++) {
      const bool is_best = row > 0 && column == 1 && best[row - 1];
      const char *emphasis = !color ? "" : row == 0 ? VTM_BOLD : is_best ? VTM_GREEN : "";
      vtm_append_spaces(text, GAP);
      const bool left = column < table->text_columns;
      vtm_append_cell(text, vtm_table_cell(table, row, column), column_width(table, column), left, emphasis);
    }
    vtm_text_append(text, "\n");
  }
  free(order);
  free(rank);
  free(best);
  return complete ? VTM_OK : VTM_ERROR_MEMORY;
}

static void append_sentence(vtm_text *text, const char *sentence) {
  vtm_append_spaces(text, GAP);
  vtm_append_printable(text, sentence);
  vtm_text_append(text, "\n");
}

static void append_protocol(vtm_text *text, const vtm_result *result) {
  size_t widest = 0;
  for (size_t i = 0; i < result->protocol_count; i++) {
    const size_t width = strlen(result->protocol[i].name);
    if (width > widest) widest = width;
  }
  if (result->protocol_count > 0) vtm_text_append(text, "\nComputed with\n");
  for (size_t i = 0; i < result->protocol_count; i++) {
    vtm_append_spaces(text, GAP);
    vtm_append_cell(text, result->protocol[i].name, widest + GAP, true, "");
    vtm_append_printable(text, result->protocol[i].text);
    vtm_text_append(text, "\n");
  }
}

static void append_brief_protocol(vtm_text *text, const vtm_result *result) {
  vtm_text_append(text, "Computed with ");
  for (size_t i = 0; i < result->protocol_count; i++) {
    if (!vtm_is_told_briefly(result->protocol[i].name)) continue;
    vtm_append_printable(text, result->protocol[i].text);
    vtm_text_append(text, "; ");
  }
  vtm_text_append(text, "-v tells all\n");
}

/* Files that are broken come after `findings` other warnings. */
static void append_warnings(vtm_text *text, const vtm_report_options *options, const char *subject,
                            const char *const *warnings, size_t count, size_t findings, size_t broken) {
  const char *color = options->color ? VTM_YELLOW : "";
  const size_t shown = options->brief && broken > VTM_LISTED_BRIEFLY ? VTM_LISTED_BRIEFLY : broken;
  for (size_t i = 0; i < count; i++) {
    if (i == findings + shown && shown < broken) {
      vtm_text more = {0};
      vtm_text_format(&more, "%zu more are left out; -v names them", broken - shown);
      vtm_append_remark(text, "Warning", color, subject, more.failed ? "" : more.bytes);
      vtm_text_free(&more);
    }
    if (i < findings + shown || i >= findings + broken) vtm_append_remark(text, "Warning", color, subject, warnings[i]);
  }
}

static size_t append_remarks(vtm_text *text, const vtm_result *result, const vtm_report_options *options) {
  const size_t before = text->length;
  for (size_t i = 0; i < result->note_count; i++) vtm_append_remark(text, "Note", "", NULL, result->notes[i]);
  append_warnings(text, options, NULL, result->warnings, result->warning_count, 0, result->broken_count);
  for (size_t i = 0; i < result->row_count; i++) {
    const vtm_score_row *row = &result->rows[i];
    append_warnings(text, options, row->name, row->warnings, row->warning_count, row->finding_count, row->broken_count);
  }
  return text->length - before;
}

static vtm_status append_scores(vtm_text *text, const vtm_result *result, const vtm_report_options *options,
                                vtm_error *error) {
  vtm_table table;
  vtm_status status = vtm_table_for_people(result, &table, error);
  if (status != VTM_OK) return status;
  vtm_text_format(text, "%s against ", result->label);
  vtm_append_printable(text, result->reference);
  vtm_text_format(text, " (%s is better)\n\n", result->lower_is_better ? "lower" : "higher");
  status = append_table(text, result, &table, options->color, error);
  vtm_table_free(&table);
  if (status == VTM_OK && result->difference_count > 0) vtm_text_append(text, "\n");
  return status == VTM_OK ? vtm_append_sentences(result, text, append_sentence, error) : status;
}

/* What comes last stays on the screen; what comes first is seen first in a file. */
vtm_status vtm_render_text(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                           vtm_error *error) {
  if (options->brief) {
    (void)append_remarks(text, result, options);
    append_brief_protocol(text, result);
    vtm_text_append(text, "\n");
    return append_scores(text, result, options, error);
  }
  const vtm_status status = append_scores(text, result, options, error);
  vtm_text remarks = {0};
  append_protocol(text, result);
  if (append_remarks(&remarks, result, options) > 0) vtm_text_format(text, "\n%s", remarks.bytes);
  text->failed = text->failed || remarks.failed;
  vtm_text_free(&remarks);
  return status;
}
