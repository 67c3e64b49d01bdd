/* The figure of papers: one row for each person, one column for each folder, to compare models by eye.
 *
 *   const vtm_figure_request request = {.reference = "image", .folders = folders, .count = 4, .garments = "cloth"};
 *   vtm_figure_open(&request, &figure, &error);
 *   vtm_figure_write(figure, people, NULL, 5, "grid.png", &error);
 */
#ifndef VTONMETRICS_TOOLS_FIGURE_H
#define VTONMETRICS_TOOLS_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vtm_figure vtm_figure;

typedef struct vtm_figure_request {
  const char *reference;       /* photographs: the first column */
  const char *const *folders;  /* the other columns */
  const char *const *headings; /* of the other columns; NULL, or NULL for one: the folder's last part */
  size_t count;                /* of them */
  const char *garments;        /* the one of `folders` that holds garments; NULL: none does */
  const char *match;           /* how names of results are read, as in vtm_match_options; NULL: "auto" */
  int cell;                    /* height of a picture in pixels; 0: 256 */
} vtm_figure_request;

/* Matches the pictures of all folders to people. A folder that cannot be read, or without a picture of any person, is
 * an error. On success the caller owns *figure. The request is not needed afterwards. */
VTM_API vtm_status vtm_figure_open(const vtm_figure_request *request, vtm_figure **figure, vtm_error *error);
VTM_API void vtm_figure_destroy(vtm_figure *figure); /* NULL is allowed */

/* The people of the reference, sorted by name. */
VTM_API size_t vtm_figure_people(const vtm_figure *figure);
VTM_API const char *vtm_figure_person(const vtm_figure *figure, size_t person); /* file name of the photograph */
VTM_API bool vtm_figure_is_complete(const vtm_figure *figure, size_t person);   /* each column has a picture */

/* Shows this picture of the person (a file's name in `folder`) instead of the first; false when there is none. */
VTM_API bool vtm_figure_show(vtm_figure *figure, const char *folder, size_t person, const char *file);

/* Draws a row for each of `people` (indices), in this order; `notes` (may be NULL) are written below their names. What
 * is missing or cannot be read is shown as such. The path's ending decides: .png, .svg or .pdf; any other is
 * VTM_ERROR_USAGE. VTM_ERROR_UNSUPPORTED in a build without cairo. */
VTM_API vtm_status vtm_figure_write(const vtm_figure *figure, const size_t *people, const char *const *notes,
                                    size_t count, const char *path, vtm_error *error);

#ifdef __cplusplus
}
#endif
#endif
