#include "report/grid.h"

#include <string.h>

#include "report/delimited.h"
#include "report/markup.h"
#include "report/plain_text.h"

enum { GAP = 2, GROUP_GAP = 4 };

void vtm_grid_add_column(vtm_grid *grid, const char *group, const char *heading, bool left) {
  vtm_grid_column *larger = vtm_arena_extend(grid->arena, grid->columns, grid->column_count, sizeof(*larger));
  if (larger == NULL || grid->arena->failed) return;
  grid->columns = larger;
  larger[grid->column_count++] = (vtm_grid_column){group, heading, left};
}

void vtm_grid_add(vtm_grid *grid, const char *text, bool best) {
  vtm_grid_cell *larger = vtm_arena_extend(grid->arena, grid->cells, grid->cell_count, sizeof(*larger));
  if (larger == NULL || grid->arena->failed) return;
  grid->cells = larger;
  larger[grid->cell_count++] = (vtm_grid_cell){text, best};
}

static size_t row_count(const vtm_grid *grid) {
  return grid->column_count > 0 ? grid->cell_count / grid->column_count : 0;
}

static const vtm_grid_cell *cell_at(const vtm_grid *grid, size_t row, size_t column) {
  return &grid->cells[row * grid->column_count + column];
}

static bool has_groups(const vtm_grid *grid) {
  for (size_t i = 0; i < grid->column_count; i++)
    if (*grid->columns[i].group != '\0') return true;
  return false;
}

static bool starts_group(const vtm_grid *grid, size_t column) {
  return column > 0 && strcmp(grid->columns[column].group, grid->columns[column - 1].group) != 0;
}

/* The column after the last one of the group that `column` starts. */
static size_t end_of_group(const vtm_grid *grid, size_t column) {
  size_t end = column + 1;
  while (end < grid->column_count && !starts_group(grid, end)) end++;
  return end;
}

static size_t printed_width(const char *cell) {
  vtm_text piece = {0};
  vtm_append_printable(&piece, cell);
  const size_t width = piece.bytes != NULL ? vtm_text_width(piece.bytes) : 0;
  vtm_text_free(&piece);
  return width;
}

static size_t gap_before(const vtm_grid *grid, size_t column) {
  return starts_group(grid, column) && *grid->columns[column - 1].group != '\0' ? GROUP_GAP : GAP;
}

/* Wide enough for all cells, and the last column of a group for the group's heading. */
static size_t *column_widths(const vtm_grid *grid) {
  size_t *widths = vtm_arena_allocate(grid->arena, grid->column_count, sizeof(*widths));
  for (size_t c = 0; c < grid->column_count && widths != NULL; c++) {
    widths[c] = printed_width(grid->columns[c].heading);
    for (size_t r = 0; r < row_count(grid); r++) {
      const size_t width = printed_width(cell_at(grid, r, c)->text);
      if (width > widths[c]) widths[c] = width;
    }
  }
  for (size_t c = 0; c < grid->column_count && widths != NULL; c = end_of_group(grid, c)) {
    const size_t end = end_of_group(grid, c);
    const size_t wanted = printed_width(grid->columns[c].group);
    size_t width = 0;
    for (size_t i = c; i < end; i++) width += widths[i] + (i > c ? GAP : 0);
    if (width < wanted) widths[end - 1] += wanted - width;
  }
  return widths;
}

static void append_group_line(const vtm_grid *grid, const size_t *widths, bool color, vtm_text *text) {
  size_t pending = 0; /* spaces, not to end a line with them */
  for (size_t c = 0; c < grid->column_count; c = end_of_group(grid, c)) {
    size_t width = 0;
    for (size_t i = c; i < end_of_group(grid, c); i++) width += widths[i] + (i > c ? GAP : 0);
    pending += gap_before(grid, c);
    if (*grid->columns[c].group != '\0') {
      vtm_append_spaces(text, pending);
      vtm_append_cell(text, grid->columns[c].group, 0, true, color ? VTM_BOLD : "");
      pending = width - printed_width(grid->columns[c].group);
    } else {
      pending += width;
    }
  }
  vtm_text_append(text, "\n");
}

/* One line of cells; nothing is padded at its end. */
static void append_text_cell(const vtm_grid *grid, const size_t *widths, size_t column, const char *cell,
                             const char *color, vtm_text *text) {
  const bool left = grid->columns[column].left;
  const bool last = column + 1 == grid->column_count;
  vtm_append_spaces(text, gap_before(grid, column));
  vtm_append_cell(text, cell, last && left ? 0 : widths[column], left, color);
  if (last) vtm_text_append(text, "\n");
}

void vtm_grid_text(const vtm_grid *grid, bool color, vtm_text *text) {
  const size_t *widths = column_widths(grid);
  if (widths == NULL) return;
  if (has_groups(grid)) append_group_line(grid, widths, color, text);
  for (size_t c = 0; c < grid->column_count; c++)
    append_text_cell(grid, widths, c, grid->columns[c].heading, color ? VTM_BOLD : "", text);
  for (size_t r = 0; r < row_count(grid); r++)
    for (size_t c = 0; c < grid->column_count; c++) {
      const vtm_grid_cell *cell = cell_at(grid, r, c);
      append_text_cell(grid, widths, c, cell->text, color && cell->best ? VTM_GREEN : "", text);
    }
}

void vtm_grid_markdown(const vtm_grid *grid, vtm_text *text) {
  for (size_t c = 0; c < grid->column_count; c++) {
    vtm_text_append(text, c == 0 ? "| " : " | ");
    if (*grid->columns[c].group != '\0') {
      vtm_append_markdown(text, grid->columns[c].group);
      vtm_text_append(text, "<br>");
    }
    vtm_append_markdown(text, grid->columns[c].heading);
  }
  vtm_text_append(text, " |\n");
  for (size_t c = 0; c < grid->column_count; c++) vtm_text_append(text, grid->columns[c].left ? "|:---" : "|---:");
  vtm_text_append(text, "|\n");
  for (size_t r = 0; r < row_count(grid); r++) {
    for (size_t c = 0; c < grid->column_count; c++) {
      const vtm_grid_cell *cell = cell_at(grid, r, c);
      vtm_text_append(text, c == 0 ? "| " : " | ");
      if (cell->best) vtm_text_append(text, "**");
      vtm_append_markdown(text, cell->text);
      if (cell->best) vtm_text_append(text, "**");
    }
    vtm_text_append(text, " |\n");
  }
}

static void append_latex_groups(const vtm_grid *grid, vtm_text *text) {
  for (size_t c = 0; c < grid->column_count; c = end_of_group(grid, c)) {
    const size_t columns = end_of_group(grid, c) - c;
    if (c > 0) vtm_text_append(text, " & ");
    vtm_text_format(text, "\\multicolumn{%zu}{%s}{", columns, *grid->columns[c].group != '\0' ? "c" : "l");
    vtm_append_latex(text, grid->columns[c].group);
    vtm_text_append(text, "}");
  }
  vtm_text_append(text, " \\\\\n");
  for (size_t c = 0; c < grid->column_count; c = end_of_group(grid, c))
    if (*grid->columns[c].group != '\0')
      vtm_text_format(text, "\\cmidrule(lr){%zu-%zu}\n", c + 1, end_of_group(grid, c));
}

/* A row that starts with [ would be taken for an argument of the \\ before it. */
static void append_latex_cell(const vtm_grid_cell *cell, bool follows, vtm_text *text) {
  const bool braces = cell->best || *cell->text == '[';
  if (follows) vtm_text_append(text, " & ");
  if (braces) vtm_text_append(text, cell->best ? "\\textbf{" : "{");
  vtm_append_latex(text, cell->text);
  if (braces) vtm_text_append(text, "}");
}

void vtm_grid_latex(const vtm_grid *grid, vtm_text *text) {
  vtm_text_append(text, "\\begin{tabular}{");
  for (size_t c = 0; c < grid->column_count; c++) vtm_text_append(text, grid->columns[c].left ? "l" : "r");
  vtm_text_append(text, "}\n\\toprule\n");
  if (has_groups(grid)) append_latex_groups(grid, text);
  for (size_t c = 0; c < grid->column_count; c++) {
    if (c > 0) vtm_text_append(text, " & ");
    vtm_append_latex(text, grid->columns[c].heading);
  }
  vtm_text_append(text, " \\\\\n\\midrule\n");
  for (size_t r = 0; r < row_count(grid); r++) {
    for (size_t c = 0; c < grid->column_count; c++) append_latex_cell(cell_at(grid, r, c), c > 0, text);
    vtm_text_append(text, " \\\\\n");
  }
  vtm_text_append(text, "\\bottomrule\n\\end{tabular}\n");
}

static void append_delimited(const vtm_grid *grid, void (*append)(vtm_text *text, const char *field),
                             const char *separator, vtm_text *text) {
  for (size_t c = 0; c < grid->column_count; c++) {
    append(text, grid->columns[c].heading);
    vtm_text_append(text, c + 1 < grid->column_count ? separator : "\n");
  }
  for (size_t r = 0; r < row_count(grid); r++)
    for (size_t c = 0; c < grid->column_count; c++) {
      append(text, cell_at(grid, r, c)->text);
      vtm_text_append(text, c + 1 < grid->column_count ? separator : "\n");
    }
}

void vtm_grid_csv(const vtm_grid *grid, vtm_text *text) { append_delimited(grid, vtm_append_csv_field, ",", text); }
/* a tab in a name is written \t */
void vtm_grid_tsv(const vtm_grid *grid, vtm_text *text) { append_delimited(grid, vtm_append_tsv_field, "\t", text); }
