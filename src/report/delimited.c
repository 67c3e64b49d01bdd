/* CSV and TSV for programs and spreadsheets: exact numbers, one line a model. */
#include "report/delimited.h"

#include <stdlib.h>
#include <string.h>

#include "report/number.h"
#include "report/plain_text.h"
#include "report/table.h"

/* A spreadsheet takes a field that begins so for a formula, which may run programs; names of files are anybody's. */
static bool is_formula(const char *field) {
  char *end = NULL;
  if (field[0] == '\0' || strchr("=+-@\t\r", field[0]) == NULL || field[1] == '\0') return false;
  (void)strtod(field, &end);
  return *end != '\0';
}

/* A formula becomes text for a spreadsheet behind an apostrophe. */
static void append_harmless(vtm_text *text, const char *field) {
  if (is_formula(field)) vtm_text_append(text, "'");
}

void vtm_append_tsv_field(vtm_text *text, const char *field) {
  append_harmless(text, field);
  vtm_append_printable(text, field); /* a tab in a name is written \t */
}

/* What a terminal would obey is written \xNN. */
static bool is_control(char c) { return ((unsigned char)c < ' ' && strchr("\t\r\n", c) == NULL) || c == 0x7f; }

static void append_char(vtm_text *text, char c) {
  if (is_control(c))
    vtm_text_format(text, "\\x%02x", (unsigned)(unsigned char)c);
  else
    vtm_text_append_bytes(text, &c, 1);
}

void vtm_append_csv_field(vtm_text *text, const char *field) {
  if (field[strcspn(field, ",\"\r\n")] == '\0') {
    append_harmless(text, field);
    for (const char *c = field; *c != '\0'; c++) append_char(text, *c);
    return;
  }
  vtm_text_append(text, "\"");
  append_harmless(text, field);
  for (const char *c = field; *c != '\0'; c++) {
    if (*c == '"') vtm_text_append(text, "\"");
    append_char(text, *c);
  }
  vtm_text_append(text, "\"");
}

typedef void (*append_function)(vtm_text *text, const char *field);

static vtm_status render_table(const vtm_result *result, append_function append, const char *separator, vtm_text *text,
                               vtm_error *error) {
  vtm_table table;
  const vtm_status status = vtm_table_for_programs(result, &table, error);
  if (status != VTM_OK) return status;
  for (size_t row = 0; row <= table.rows; row++)
    for (size_t column = 0; column < table.columns; column++) {
      append(text, vtm_table_cell(&table, row, column));
      vtm_text_append(text, column + 1 < table.columns ? separator : "\n");
    }
  vtm_table_free(&table);
  return VTM_OK;
}

vtm_status vtm_render_csv(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                          vtm_error *error) {
  (void)options;
  return render_table(result, vtm_append_csv_field, ",", text, error);
}

vtm_status vtm_render_tsv(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                          vtm_error *error) {
  (void)options;
  return render_table(result, vtm_append_tsv_field, "\t", text, error);
}

vtm_status vtm_render_value(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                            vtm_error *error) {
  (void)options;
  (void)error;
  char number[VTM_NUMBER_TEXT];
  for (size_t i = 0; i < result->row_count; i++) {
    vtm_number_exact(result->rows[i].value, number);
    vtm_text_format(text, "%s\n", number);
  }
  return VTM_OK;
}

vtm_status vtm_report_per_image(const vtm_result *result, char **output, vtm_error *error) {
  vtm_text text = {0};
  char number[VTM_NUMBER_TEXT];
  const size_t layers = result->row_count > 0 ? result->rows[0].layer_count : 0;
  vtm_text_append(&text, "model,name,value");
  for (size_t i = 1; i <= layers; i++) vtm_text_format(&text, ",layer%zu", i);
  vtm_text_append(&text, "\n");
  for (size_t r = 0; r < result->row_count; r++) {
    const vtm_score_row *row = &result->rows[r];
    for (size_t i = 0; i < row->image_count; i++) {
      vtm_append_csv_field(&text, row->name);
      vtm_text_append(&text, ",");
      vtm_append_csv_field(&text, row->images[i].name);
      vtm_number_exact(row->images[i].value, number);
      vtm_text_format(&text, ",%s", number);
      for (size_t l = 0; l < layers; l++) {
        if (row->images[i].layers != NULL && l < row->layer_count) vtm_number_exact(row->images[i].layers[l], number);
        vtm_text_format(&text, ",%s", row->images[i].layers != NULL && l < row->layer_count ? number : "");
      }
      vtm_text_append(&text, "\n");
    }
  }
  *output = vtm_text_take(&text, error);
  return *output != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}
