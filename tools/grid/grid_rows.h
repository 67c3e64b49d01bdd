/* Which people become the rows of a grid: by name, at random, or by their scores. */
#ifndef GRID_ROWS_H
#define GRID_ROWS_H

#include "cli/tool.h"
#include "vtonmetrics/tools/figure.h"
#include "vtonmetrics/vtonmetrics.h"

typedef struct grid_columns {
  const char *reference;       /* the photographs */
  const char *const *folders;  /* the other columns */
  const char *const *headings; /* of them; NULL: the folders' names */
  size_t folder_count;
} grid_columns;

typedef struct grid_rows {
  size_t *people; /* of the figure */
  char **notes;   /* below their names; NULL: none */
  size_t count;
} grid_rows;

/* By the options --rows, --order, --by, --metric, --seed and --match. Free also after a failure. */
vtm_status grid_rows_choose(cli_session *session, vtm_figure *figure, const grid_columns *columns, grid_rows *rows,
                            vtm_error *error);
void grid_rows_free(grid_rows *rows);

/* Whether the last part of the path is `name`, whatever the letter case. */
bool grid_folder_is_named(const char *path, const char *name);

#endif
