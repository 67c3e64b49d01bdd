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

static void append_remarks(vtm_text *text, const vtm_result *result, bool color) {
  const char *warning = color ? VTM_YELLOW : "";
  size_t count = result->note_count + result->warning_count;
  for (size_t i = 0; i < result->row_count; i++) count += result->rows[i].warning_count;
  if (count > 0) vtm_text_append(text, "\n");
  for (size_t i = 0; i < result->note_count; i++) vtm_append_remark(text, "Note", "", NULL, result->notes[i]);
  for (size_t i = 0; i < result->warning_count; i++)
    vtm_append_remark(text, "Warning", warning, NULL, result->warnings[i]);
  for (size_t i = 0; i < result->row_count; i++)
    for (size_t w = 0; w < result->rows[i].warning_count; w++)
      vtm_append_remark(text, "Warning", warning, result->rows[i].name, result->rows[i].warnings[w]);
}

vtm_status vtm_render_text(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                           vtm_error *error) {
  vtm_table table;
  vtm_status status = vtm_table_for_people(result, &table, error);
  if (status != VTM_OK) return status;
  vtm_text_format(text, "%s against ", result->label);
  vtm_append_printable(text, result->reference);
  vtm_text_format(text, " (%s is better)\n\n", result->lower_is_better ? "lower" : "higher");
  status = append_table(text, result, &table, options->color, error);
  vtm_table_free(&table);
  if (status != VTM_OK) return status;
  if (result->difference_count > 0) vtm_text_append(text, "\n");
  status = vtm_append_sentences(result, text, append_sentence, error);
  append_protocol(text, result);
  append_remarks(text, result, options->color);
  return status;
}
