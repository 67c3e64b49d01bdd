/* Which people become the rows of a grid: by name, at random, or by their scores. */
#ifndef VTM_TOOLS_GRID_ROWS_H
#define VTM_TOOLS_GRID_ROWS_H

#include "common/tool.h"
#include "vtonmetrics/vtonmetrics.h"

typedef struct vtm_grid_columns {
  const char *reference;       /* the photographs */
  const char *const *folders;  /* the other columns */
  const char *const *headings; /* of them; NULL: the folders' names */
  size_t folder_count;
} vtm_grid_columns;

typedef struct vtm_grid_rows {
  size_t *people; /* of the figure */
  char **notes;   /* below their names; NULL: none */
  size_t count;
} vtm_grid_rows;

/* By the options --rows, --order, --by, --metric, --seed and --match. Free also after a failure. */
vtm_status vtm_grid_rows_choose(vtm_tool_session *session, const vtm_figure *figure, const vtm_grid_columns *columns,
                                vtm_grid_rows *rows, vtm_error *error);
void vtm_grid_rows_free(vtm_grid_rows *rows);

/* Whether the last part of the path is `name`, whatever the letter case. */
bool vtm_grid_is_called(const char *path, const char *name);

#endif
