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

/* ---- which column is the person ---- */

typedef enum vtm_pair_order {
  VTM_ORDER_UNKNOWN, /* cannot be told */
  VTM_ORDER_GARMENT_PERSON,
  VTM_ORDER_PERSON_GARMENT
} vtm_pair_order;

VTM_API const char *vtm_pair_order_name(vtm_pair_order order); /* "garment-person"; unknown is "auto" */

/* Lines by the orders in which their names exist. */
typedef struct vtm_order_evidence {
  size_t garment_person; /* only as garment, person */
  size_t person_garment; /* only as person, garment */
  size_t either;         /* both names exist as person and as garment */
  size_t neither;
  size_t first_garment_person, first_person_garment; /* line numbers, 0: none */
  bool same_names;                                   /* each line names one picture twice: any order is right */
} vtm_order_evidence;

/* The order in which `line` must be read, by the folders that hold its names; UNKNOWN for either and neither.
 * `garments` may be NULL: then only the people tell. */
VTM_API vtm_pair_order vtm_pair_line_order(const vtm_pair_line *line, const vtm_folder *people,
                                           const vtm_folder *garments);
/* The order of the whole list: that of the lines that show one. A list of both orders has that of nine in
 * ten, else none. */
VTM_API vtm_pair_order vtm_pair_list_order(const vtm_pair_list *list, const vtm_folder *people,
                                           const vtm_folder *garments, vtm_order_evidence *evidence);

#ifdef __cplusplus
}
#endif
#endif
