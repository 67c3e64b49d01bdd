/* Pair lists: which person wears which garment. Two names a line, separated by white space. */
#ifndef VTONMETRICS_TOOLS_PAIRS_H
#define VTONMETRICS_TOOLS_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/status.h"
#include "vtonmetrics/tools/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One pair. Names are as in the file, without quotation marks, folders and drive letters. */
typedef struct vtm_pair_line {
  size_t line; /* in the file, counted from 1 */
  const char *first, *second;
  const char *third; /* the garment's type (GP-VTON); NULL: the line has two columns */
} vtm_pair_line;

/* A line that is neither a pair, nor a comment, nor blank. */
typedef struct vtm_pair_fault {
  size_t line;
  const char *why;  /* static text */
  const char *name; /* the first one of the line; "," where commas stand alone */
} vtm_pair_fault;

typedef struct vtm_pair_list {
  char *path;
  vtm_pair_line *lines;
  size_t count;
  vtm_pair_fault *faults;
  size_t fault_count;
  size_t line_count; /* of the file, comments and blank lines included */
  size_t comments, blank;
  size_t first_comment, first_blank; /* lines; 0: none */
  size_t with_type;                  /* lines of three columns */
  bool byte_order_mark, carriage_returns, tabs, commas, quotes;
  bool wide_gaps; /* two blanks or more between names of a line */
  bool folders;   /* names had folders before them, which were removed */
  char *content;  /* what the names point into */
} vtm_pair_list;

/* Accepts every known dialect: white space, tabs or commas between names, any line ending, a UTF-8 byte-order mark,
 * blank lines, `#` comments, trailing spaces, names with and without extension, in quotation marks, with folders before
 * them, a third column. A line of one name or of more than three becomes a fault of the list, not a failure: the caller
 * decides. Binary data and UTF-16 are VTM_ERROR_FORMAT, a list of more than 64 MiB or 2,000,000 lines is
 * VTM_ERROR_LIMIT.
 */
VTM_API vtm_status vtm_pair_list_read(const char *path, vtm_pair_list *list, vtm_error *error);
/* The same from memory; `path` is for messages. */
VTM_API vtm_status vtm_pair_list_parse(const char *path, const void *bytes, size_t size, vtm_pair_list *list,
                                       vtm_error *error);
VTM_API void vtm_pair_list_clear(vtm_pair_list *list); /* a zeroed list is allowed */

/* The length of `name` without its extension, where that is one of an image: "00006_00.jpg" gives 8, and so
 * does "00006_00", while "v1.5_00006" keeps its dot. */
VTM_API size_t vtm_stem_length(const char *name);

/* Whether the garment is the person's own: the same name, or the two pictures of one id that VITON and
 * DressCode call ID_0 (person) and ID_1 (garment). Extensions count for nothing. */
VTM_API bool vtm_is_own_garment(const char *person, const char *garment);

/* ---- which column is the person ---- */

typedef enum vtm_pair_order {
  VTM_ORDER_UNKNOWN = 0, /* not known */
  VTM_ORDER_GARMENT_PERSON = 1,
  VTM_ORDER_PERSON_GARMENT = 2
} vtm_pair_order;

VTM_API const char *vtm_pair_order_name(vtm_pair_order order); /* "garment-person"; unknown is "auto" */

/* Lines by the orders in which their names exist. */
typedef struct vtm_order_evidence {
  size_t garment_person; /* only as garment, person */
  size_t person_garment; /* only as person, garment */
  size_t either;         /* both names exist as person and as garment */
  size_t neither;
  size_t first_garment_person, first_person_garment; /* line numbers, 0: none */
  bool same_names; /* each line whose names exist names one picture twice: any order is right */
  /* More than half of the smaller folder's names are in both, as in VITON-HD: a name that is in one of them tells of a
   * missing file rather than of an order. */
  bool shared_names;
} vtm_order_evidence;

/* The order in which `line` must be read, by the folders that hold its names; UNKNOWN for either and neither.
 * `garments` may be NULL: then only the people tell. */
VTM_API vtm_pair_order vtm_pair_line_order(const vtm_pair_line *line, const vtm_folder *people,
                                           const vtm_folder *garments);
/* The order of the whole list: that of the lines that show one. A list of both orders has that of nine in
 * ten, else none. Where the folders share most names, lines count for nothing: it is then the order by which fewer
 * files are missing, if the other one would need two at least, and more than nine for each of these. */
VTM_API vtm_pair_order vtm_pair_list_order(const vtm_pair_list *list, const vtm_folder *people,
                                           const vtm_folder *garments, vtm_order_evidence *evidence);

/* ---- dialects ---- */

typedef struct vtm_pair_dialect {
  const char *name;    /* "viton-hd", the value of --to */
  const char *used_by; /* "VITON-HD, LaDI-VTON, ..." */
  const char *example; /* a line */
  vtm_pair_order order;
  char separator;
  bool type;      /* a third column */
  bool extension; /* names with extension */
} vtm_pair_dialect;

VTM_API size_t vtm_pair_dialect_count(void);
VTM_API const vtm_pair_dialect *vtm_pair_dialect_at(size_t index);
VTM_API const vtm_pair_dialect *vtm_pair_dialect_find(const char *name); /* NULL when unknown */

/* ---- checking a list against its dataset ---- */

/* A kind of finding. */
typedef struct vtm_pair_rule {
  const char *id;     /* stable: "pairs-missing-person" */
  const char *reason; /* why it matters, one line */
  const char *fix;    /* what to do */
  bool missing;       /* something is not there: what --max-missing counts */
} vtm_pair_rule;

VTM_API size_t vtm_pair_rule_count(void);
VTM_API const vtm_pair_rule *vtm_pair_rule_at(size_t index);

typedef struct vtm_pair_finding {
  const vtm_pair_rule *rule;
  size_t line;        /* of the list; 0: about no line */
  const char *folder; /* path of the folder it is about; NULL: the list */
  char *text;         /* printable, without the line */
} vtm_pair_finding;

typedef struct vtm_pairs_input {
  const vtm_folder *people;
  const vtm_folder *garments; /* may be NULL where there is no list: then results are compared with people only */
  const vtm_pair_list *list;  /* NULL: there is none, people and garments are compared by name */
  vtm_pair_order order;       /* given: no line overrules it. UNKNOWN: to be told from the folders */
  /* Of the layout; UNKNOWN: it has none. Only a whole list of names that cannot be read so overrules it. */
  vtm_pair_order usual;
  const vtm_pair_list *others; /* lists of the same people: who is in one of them is used; may be NULL */
  size_t other_count;
  const vtm_folder *results; /* of each model; may be NULL */
  size_t result_count;
  const char *how; /* names of results, as in vtm_match_options */
} vtm_pairs_input;

/* One folder of results against the list. */
typedef struct vtm_results_summary {
  const char *folder;
  const char *scheme; /* by which its names were read */
  size_t files, expected, missing, left_over;
  bool checked; /* false: the order is not known, so it is not known who is expected */
} vtm_results_summary;

typedef struct vtm_pairs_report {
  vtm_pair_order order;
  bool by_layout; /* the order is that of the layout: the folders did not show one */
  vtm_order_evidence evidence;
  size_t own;     /* pairs in the person's own garment: a paired list has no other */
  size_t foreign; /* pairs in another garment */
  vtm_pair_finding *findings;
  size_t finding_count, finding_capacity;
  vtm_results_summary *results;
  size_t result_count;
} vtm_pairs_report;

VTM_API vtm_status vtm_pairs_check(const vtm_pairs_input *input, vtm_pairs_report *report, vtm_error *error);
VTM_API void vtm_pairs_report_clear(vtm_pairs_report *report);
/* Findings of rules that count as missing. */
VTM_API size_t vtm_pairs_missing(const vtm_pairs_report *report);

/* The list without faults: names that do not exist and repeated pairs left out, columns in one order, names as
 * the files have them. Without a list: every person in the own garment. `dialect` NULL keeps the list's order
 * and third column. VTM_ERROR_DATA when the order is needed and unknown, or a type is missing. */
VTM_API vtm_status vtm_pairs_correct(const vtm_pairs_input *input, const vtm_pairs_report *report,
                                     const vtm_pair_dialect *dialect, char **text, size_t *pairs, vtm_error *error);

/* ---- where a dataset keeps its lists ---- */

typedef struct vtm_pair_source {
  char *list; /* NULL: the dataset has none */
  char *people, *garments;
  const char *person_ending, *garment_ending; /* stems end so, where both share a folder; else NULL */
  vtm_pair_order usual;                       /* order of the layout's lists; UNKNOWN: layouts differ */
  bool common; /* people and garments are those of all categories: a list of DressCode's own folder */
} vtm_pair_source;

typedef struct vtm_pair_sources {
  vtm_pair_source *sources;
  size_t count;
} vtm_pair_sources;

/* The lists of the dataset at `root` with their folders, by the layouts of the course, VITON-HD and DressCode.
 * With `list` only that one, with the folders that hold most of its names. */
VTM_API vtm_status vtm_pair_sources_find(const char *root, const char *list, vtm_pair_sources *sources,
                                         vtm_error *error);
VTM_API void vtm_pair_sources_clear(vtm_pair_sources *sources);
/* Opens both folders and keeps people and garments only. */
VTM_API vtm_status vtm_pair_source_open(const vtm_pair_source *source, vtm_folder *people, vtm_folder *garments,
                                        vtm_error *error);

#ifdef __cplusplus
}
#endif
#endif
