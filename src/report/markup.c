/* Markdown and LaTeX: tables to paste into a README or a paper. */
#include "report/markup.h"

#include <stdlib.h>
#include <string.h>

#include "report/plain_text.h"
#include "report/sentence.h"
#include "report/table.h"
#include "vtonmetrics/tools/text.h"

typedef struct replacement {
  char character;
  const char *text;
} replacement;

static const replacement markdown_replacements[] = {
    {'\\', "\\\\"}, {'|', "\\|"}, {'`', "\\`"}, {'*', "\\*"},   {'_', "\\_"},
    {'<', "&lt;"},  {'[', "\\["}, {']', "\\]"}, {'&', "&amp;"},
};
static const replacement latex_replacements[] = {
    {'\\', "\\textbackslash{}"},
    {'&', "\\&"},
    {'%', "\\%"},
    {'$', "\\$"},
    {'#', "\\#"},
    {'_', "\\_"},
    {'{', "\\{"},
    {'}', "\\}"},
    {'~', "\\textasciitilde{}"},
    {'^', "\\textasciicircum{}"},
};

typedef struct markup {
  const replacement *replacements;
  size_t count;
} markup;

static const markup markdown = {markdown_replacements, sizeof(markdown_replacements) / sizeof(*markdown_replacements)};
static const markup latex = {latex_replacements, sizeof(latex_replacements) / sizeof(*latex_replacements)};

static void append_escaped(vtm_text *text, const markup *markup_in_use, const char *piece) {
  vtm_text printable = {0};
  vtm_append_printable(&printable, piece);
  text->failed = text->failed || printable.failed;
  for (const char *c = printable.bytes != NULL ? printable.bytes : ""; *c != '\0'; c++) {
    const char *replaced = NULL;
    for (size_t i = 0; i < markup_in_use->count; i++)
      if (markup_in_use->replacements[i].character == *c) replaced = markup_in_use->replacements[i].text;
    if (replaced != NULL)
      vtm_text_append(text, replaced);
    else
      vtm_text_append_bytes(text, c, 1);
  }
  vtm_text_free(&printable);
}

void vtm_append_markdown(vtm_text *text, const char *piece) { append_escaped(text, &markdown, piece); }
void vtm_append_latex(vtm_text *text, const char *piece) { append_escaped(text, &latex, piece); }

/* Calls `append` with each note and warning; warnings of a row come with its name. */
static void append_remarks(vtm_text *text, const vtm_result *result,
                           void (*append)(vtm_text *text, const char *subject, const char *remark)) {
  for (size_t i = 0; i < result->note_count; i++) append(text, NULL, result->notes[i]);
  for (size_t i = 0; i < result->warning_count; i++) append(text, NULL, result->warnings[i]);
  for (size_t i = 0; i < result->row_count; i++)
    for (size_t w = 0; w < result->rows[i].warning_count; w++)
      append(text, result->rows[i].name, result->rows[i].warnings[w]);
  for (size_t i = 0; i < result->protocol_count; i++) append(text, result->protocol[i].name, result->protocol[i].text);
}

static void append_markdown_remark(vtm_text *text, const char *subject, const char *remark) {
  vtm_text_append(text, "- ");
  if (subject != NULL) {
    vtm_append_markdown(text, subject);
    vtm_text_append(text, ": ");
  }
  vtm_append_markdown(text, remark);
  vtm_text_append(text, "\n");
}

static void append_markdown_sentence(vtm_text *text, const char *sentence) {
  append_markdown_remark(text, NULL, sentence);
}

vtm_status vtm_render_markdown(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                               vtm_error *error) {
  (void)options;
  vtm_table table;
  vtm_status status = vtm_table_for_people(result, &table, error);
  if (status != VTM_OK) return status;
  for (size_t row = 0; row <= table.rows; row++) {
    for (size_t column = 0; column < table.columns; column++) {
      vtm_text_append(text, column == 0 ? "| " : " | ");
      vtm_append_markdown(text, vtm_table_cell(&table, row, column));
    }
    vtm_text_append(text, " |\n");
    for (size_t column = 0; row == 0 && column < table.columns; column++)
      vtm_text_append(text, column < table.text_columns ? "|:---" : "|---:");
    if (row == 0) vtm_text_append(text, "|\n");
  }
  vtm_table_free(&table);
  vtm_text_append(text, "\n");
  status = vtm_append_sentences(result, text, append_markdown_sentence, error);
  append_remarks(text, result, append_markdown_remark);
  return status;
}

static void append_latex_remark(vtm_text *text, const char *subject, const char *remark) {
  vtm_text_append(text, "% ");
  if (subject != NULL) {
    vtm_append_printable(text, subject);
    vtm_text_append(text, ": ");
  }
  vtm_append_printable(text, remark);
  vtm_text_append(text, "\n");
}

static void append_latex_sentence(vtm_text *text, const char *sentence) { append_latex_remark(text, NULL, sentence); }

vtm_status vtm_render_latex(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                            vtm_error *error) {
  (void)options;
  vtm_table table;
  vtm_status status = vtm_table_for_people(result, &table, error);
  if (status != VTM_OK) return status;
  status = vtm_append_sentences(result, text, append_latex_sentence, error);
  append_remarks(text, result, append_latex_remark);
  vtm_text_append(text, "\\begin{tabular}{");
  for (size_t column = 0; column < table.columns; column++)
    vtm_text_append(text, column < table.text_columns ? "l" : "r");
  vtm_text_append(text, "}\n\\hline\n");
  for (size_t row = 0; row <= table.rows; row++) {
    for (size_t column = 0; column < table.columns; column++) {
      if (column > 0) vtm_text_append(text, " & ");
      vtm_append_latex(text, vtm_table_cell(&table, row, column));
    }
    vtm_text_append(text, row == 0 ? " \\\\\n\\hline\n" : " \\\\\n");
  }
  vtm_text_append(text, "\\hline\n\\end{tabular}\n");
  vtm_table_free(&table);
  return status;
}
