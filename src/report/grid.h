/* A table whose columns stand in groups, each group under a heading of its own. */
#ifndef VTM_REPORT_GRID_H
#define VTM_REPORT_GRID_H

#include "base/arena.h"
#include "base/text.h"

typedef struct vtm_grid_column {
  const char *group; /* neighbours with equal texts stand under one heading; "" none */
  const char *heading;
  bool left; /* names, not numbers */
} vtm_grid_column;

typedef struct vtm_grid_cell {
  const char *text; /* never NULL */
  bool best;        /* to be emphasised */
} vtm_grid_cell;

typedef struct vtm_grid {
  vtm_arena *arena; /* of all texts */
  vtm_grid_column *columns;
  size_t column_count;
  vtm_grid_cell *cells; /* in reading order */
  size_t cell_count;
} vtm_grid;

void vtm_grid_add_column(vtm_grid *grid, const char *group, const char *heading, bool left);
/* Cells are added in reading order. */
void vtm_grid_add(vtm_grid *grid, const char *text, bool best);

void vtm_grid_text(const vtm_grid *grid, bool color, vtm_text *text);
void vtm_grid_markdown(const vtm_grid *grid, vtm_text *text); /* a group's heading stands above each of its columns */
void vtm_grid_latex(const vtm_grid *grid, vtm_text *text);    /* for the package booktabs */
void vtm_grid_csv(const vtm_grid *grid, vtm_text *text);      /* headings only: they have to say all */
void vtm_grid_tsv(const vtm_grid *grid, vtm_text *text);

#endif
