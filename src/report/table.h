/* A result as a grid of cells, one row a model: what the text, CSV, Markdown and LaTeX formats share. */
#ifndef VTM_REPORT_TABLE_H
#define VTM_REPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/metric.h"

typedef struct vtm_table {
  char **cells; /* (rows + 1) x columns, the first row holds the headings */
  size_t rows, columns;
  size_t text_columns; /* the first column, and for programs the last ones, hold names; the others numbers */
  size_t filled;
} vtm_table;

/* Digits after the point that are worth a reader's while. */
int vtm_report_decimals(const vtm_result *result);

/* Those of a column of values with their intervals: three digits of the narrowest one's half width, no more than
 * without intervals. */
int vtm_column_decimals(const vtm_result *result);

/* For people: numbers rounded, intervals in brackets behind the values. For programs: exact, with the paths,
 * always the same columns, and those of the intervals behind them when there are any. */
vtm_status vtm_table_for_people(const vtm_result *result, vtm_table *table, vtm_error *error);
vtm_status vtm_table_for_programs(const vtm_result *result, vtm_table *table, vtm_error *error);
const char *vtm_table_cell(const vtm_table *table, size_t row, size_t column);
void vtm_table_free(vtm_table *table);

#endif
