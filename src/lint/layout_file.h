/* A layout of the user's own, from a JSON file. */
#ifndef VTM_LINT_LAYOUT_FILE_H
#define VTM_LINT_LAYOUT_FILE_H

#include <stddef.h>

#include "lint/layouts.h"

/* A layout of the user's own. `text` of a JSON file; the caller closes it. */
typedef struct vtm_layout_file vtm_layout_file;
vtm_status vtm_layout_file_read(const char *path, vtm_layout_file **file, vtm_error *error);
vtm_status vtm_layout_file_parse(const char *path, const char *text, size_t size, vtm_layout_file **file,
                                 vtm_error *error);
const vtm_layout *vtm_layout_file_layout(const vtm_layout_file *file);
void vtm_layout_file_close(vtm_layout_file *file); /* NULL is allowed */

#endif
