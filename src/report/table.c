#include "report/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "report/number.h"

enum { STANDARD_DECIMALS = 4, SMALL_DECIMALS = 7 };

int vtm_report_decimals(const vtm_result *result) {
  const vtm_metric_info *info = vtm_metric_find(result->metric);
  if (info != NULL && info->decimals > 0) return info->decimals;
  double largest = 0.0;
  for (size_t i = 0; i < result->row_count; i++) largest = fmax(largest, fabs(result->rows[i].value));
  return largest < 0.1 ? SMALL_DECIMALS : STANDARD_DECIMALS;
}

int vtm_column_decimals(const vtm_result *result) {
  const int most = vtm_report_decimals(result);
  int decimals = -1;
  for (size_t i = 0; i < result->row_count; i++) {
    const vtm_interval *interval = result->rows[i].interval;
    const int needed = interval != NULL && interval->high > interval->low ? vtm_interval_decimals(interval) + 1 : -1;
    if (needed > decimals) decimals = needed;
  }
  return decimals >= 0 && decimals < most ? decimals : most;
}

static bool open_table(vtm_table *table, size_t rows, size_t columns, vtm_error *error) {
  *table = (vtm_table){.rows = rows, .columns = columns};
  table->cells = vtm_allocate((rows + 1) * columns, sizeof(*table->cells), error);
  return table->cells != NULL;
}

/* Cells are added in reading order; the first failure is found by finish_table(). */
static void add_cell(vtm_table *table, const char *text) { table->cells[table->filled++] = vtm_copy_text(text, NULL); }

static void add_rounded(vtm_table *table, double value, int decimals) {
  char text[VTM_NUMBER_TEXT];
  vtm_number_rounded(value, decimals, text);
  add_cell(table, text);
}

static void add_exact(vtm_table *table, double value) {
  char text[VTM_NUMBER_TEXT];
  vtm_number_exact(value, text);
  add_cell(table, isnan(value) ? "" : text);
}

/* Saved statistics may not say how many images they come from. */
static void add_count(vtm_table *table, size_t count, const char *unknown) {
  char text[32];
  (void)snprintf(text, sizeof(text), "%zu", count);
  add_cell(table, count > 0 ? text : unknown);
}

static vtm_status finish_table(vtm_table *table, vtm_error *error) {
  for (size_t i = 0; i < table->filled; i++) {
    if (table->cells[i] != NULL) continue;
    const size_t cells = table->filled;
    vtm_table_free(table);
    return vtm_fail_memory(error, cells);
  }
  return VTM_OK;
}

static const vtm_named_value *find_term(const vtm_score_row *row, const char *name) {
  for (size_t i = 0; i < row->term_count; i++)
    if (strcmp(row->terms[i].name, name) == 0) return &row->terms[i];
  return NULL;
}

static size_t term_columns(const vtm_result *result) { return result->row_count > 0 ? result->rows[0].term_count : 0; }

/* The mean of LPIPS is its value: said once is enough for people. */
static bool repeats_value(const vtm_result *result, const char *term_name) {
  for (size_t i = 0; i < result->row_count; i++) {
    const vtm_named_value *term = find_term(&result->rows[i], term_name);
    if (term == NULL || term->value < result->rows[i].value || term->value > result->rows[i].value) return false;
  }
  return true;
}

static bool has_intervals(const vtm_result *result) {
  for (size_t i = 0; i < result->row_count; i++)
    if (result->rows[i].interval != NULL) return true;
  return false;
}

static void add_value(vtm_table *table, const vtm_score_row *row, int decimals) {
  char cell[VTM_INTERVAL_TEXT];
  vtm_interval_text(row->value, row->interval, decimals, cell);
  add_cell(table, cell);
}

vtm_status vtm_table_for_people(const vtm_result *result, vtm_table *table, vtm_error *error) {
  bool one_count = true;
  for (size_t i = 0; i < result->row_count; i++)
    if (result->rows[i].n_reference != result->rows[i].n_generated) one_count = false;
  const size_t terms = term_columns(result);
  const int decimals = vtm_column_decimals(result);
  size_t columns = one_count ? 3 : 4;
  for (size_t t = 0; t < terms; t++) columns += !repeats_value(result, result->rows[0].terms[t].name);
  if (!open_table(table, result->row_count, columns, error)) return VTM_ERROR_MEMORY;
  table->text_columns = 1;
  add_cell(table, "model");
  add_cell(table, result->label);
  add_cell(table, one_count ? "images" : "photographs");
  if (!one_count) add_cell(table, "results");
  for (size_t t = 0; t < terms; t++)
    if (!repeats_value(result, result->rows[0].terms[t].name)) add_cell(table, result->rows[0].terms[t].name);
  for (size_t i = 0; i < result->row_count; i++) {
    const vtm_score_row *row = &result->rows[i];
    add_cell(table, row->name);
    add_value(table, row, decimals);
    add_count(table, row->n_reference, "?");
    if (!one_count) add_count(table, row->n_generated, "?");
    for (size_t t = 0; t < terms; t++) {
      const char *term_name = result->rows[0].terms[t].name;
      const vtm_named_value *term = find_term(row, term_name);
      if (repeats_value(result, term_name)) continue;
      if (term != NULL)
        add_rounded(table, term->value, decimals);
      else
        add_cell(table, "");
    }
  }
  return finish_table(table, error);
}

vtm_status vtm_table_for_programs(const vtm_result *result, vtm_table *table, vtm_error *error) {
  static const char *const headings[] = {"model", "metric", "value", "n_reference", "n_generated"};
  static const char *const interval_headings[] = {"interval_low", "interval_high", "standard_error"};
  const size_t terms = term_columns(result);
  const bool intervals = has_intervals(result);
  if (!open_table(table, result->row_count, 5 + terms + 2 + (intervals ? 3 : 0), error)) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < sizeof(headings) / sizeof(*headings); i++) add_cell(table, headings[i]);
  for (size_t t = 0; t < terms; t++) add_cell(table, result->rows[0].terms[t].name);
  add_cell(table, "reference");
  add_cell(table, "generated");
  for (size_t i = 0; i < 3 && intervals; i++) add_cell(table, interval_headings[i]);
  for (size_t i = 0; i < result->row_count; i++) {
    const vtm_score_row *row = &result->rows[i];
    add_cell(table, row->name);
    add_cell(table, result->label);
    add_exact(table, row->value);
    add_count(table, row->n_reference, "");
    add_count(table, row->n_generated, "");
    for (size_t t = 0; t < terms; t++) {
      const vtm_named_value *term = find_term(row, result->rows[0].terms[t].name);
      add_exact(table, term != NULL ? term->value : (double)NAN);
    }
    add_cell(table, result->reference);
    add_cell(table, row->path);
    const vtm_interval interval = row->interval != NULL ? *row->interval : (vtm_interval){NAN, NAN, NAN};
    const double numbers[] = {interval.low, interval.high, interval.standard_error};
    for (size_t k = 0; k < 3 && intervals; k++) add_exact(table, numbers[k]);
  }
  return finish_table(table, error);
}

const char *vtm_table_cell(const vtm_table *table, size_t row, size_t column) {
  return table->cells[row * table->columns + column];
}

void vtm_table_free(vtm_table *table) {
  for (size_t i = 0; i < table->filled; i++) free(table->cells[i]);
  free(table->cells);
  *table = (vtm_table){0};
}
