/* Pair lists: which person wears which garment. Two names a line, separated by white space. */
#ifndef VTONMETRICS_PAIRS_H
#define VTONMETRICS_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/dataset.h"
#include "vtonmetrics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One pair, names as they are written. */
typedef struct vtm_pair_line {
  size_t line; /* in the file, counted from 1 */
  const char *first, *second;
  const char *third; /* the garment's type (GP-VTON); NULL: the line has two columns */
} vtm_pair_line;

/* A line that is neither a pair, nor a comment, nor blank. */
typedef struct vtm_pair_fault {
  size_t line;
  const char *why;  /* static text */
  const char *name; /* the first name of the line */
} vtm_pair_fault;

typedef struct vtm_pair_list {
  char *path;
  vtm_pair_line *lines;
  size_t count;
  vtm_pair_fault *faults;
  size_t fault_count;
  size_t line_count; /* of the file, comments and blank lines included */
  size_t comments, blank;
  size_t with_type; /* lines of three columns */
  bool byte_order_mark, carriage_returns, tabs;
  char *content; /* what the names point into */
} vtm_pair_list;

/* Accepts every known dialect: white space or tabs between names, any line ending, a UTF-8 byte-order mark,
 * blank lines, `#` comments, trailing spaces, names with and without extension, a third column. A line of
 * one name or of more than three becomes a fault of the list, not a failure: the caller decides. Binary
 * data and UTF-16 are VTM_ERROR_FORMAT, a list of more than 64 MiB or 2,000,000 lines VTM_ERROR_LIMIT. */
VTM_API vtm_status vtm_pair_list_read(const char *path, vtm_pair_list *list, vtm_error *error);
/* The same from memory; `path` is for messages. */
VTM_API vtm_status vtm_pair_list_parse(const char *path, const void *bytes, size_t size, vtm_pair_list *list,
                                       vtm_error *error);
VTM_API void vtm_pair_list_close(vtm_pair_list *list); /* a zeroed list is allowed */

/* The length of `name` without its extension, where that is one of an image: "00006_00.jpg" gives 8, and so
 * does "00006_00", while "v1.5_00006" keeps its dot. */
VTM_API size_t vtm_stem_length(const char *name);

/* Whether the garment is the person's own: the same name, or the two pictures of one id that VITON and
 * DressCode call ID_0 (person) and ID_1 (garment). Extensions count for nothing. */
VTM_API bool vtm_is_own_garment(const char *person, const char *garment);

#ifdef __cplusplus
}
#endif
#endif
