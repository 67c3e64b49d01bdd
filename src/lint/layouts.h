/* How a dataset is laid out: which folders there are, what the files in them are called and mean. */
#ifndef VTM_LINT_LAYOUTS_H
#define VTM_LINT_LAYOUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/status.h"

/* What a file is, which decides the rules that look at it. */
typedef enum vtm_lint_kind {
  VTM_LINT_PERSON,    /* the photograph that the sidecars belong to */
  VTM_LINT_GARMENT,   /* the garment by itself */
  VTM_LINT_MASK,      /* black and white */
  VTM_LINT_PARSE,     /* a label for each pixel: palette index or gray value */
  VTM_LINT_PICTURE,   /* any other picture: drawn skeleton, DensePose, agnostic person */
  VTM_LINT_POSE,      /* OpenPose JSON */
  VTM_LINT_KEYPOINTS, /* DressCode's JSON: {"keypoints": [[x, y, confidence, index], ...]} */
  VTM_LINT_ARRAY,     /* .npz */
  VTM_LINT_CAPTIONS,  /* test_gpt4o.json */
  VTM_LINT_PAIRS,     /* a pair list */
  VTM_LINT_RESULT,    /* what a model returned */
  VTM_LINT_KINDS
} vtm_lint_kind;

/* One kind of file of a layout: the folder it is in and how its name is made. Two parts may share a folder. */
typedef struct vtm_layout_part {
  const char *folder; /* every known spelling, the usual one first: "image-parse-v3|image-parse" */
  vtm_lint_kind kind;
  const char *pattern; /* "{id}_mask.png": {id} is the name shared with the image. "{id}.*": any image */
  vtm_lint_kind of;    /* VTM_LINT_PERSON or VTM_LINT_GARMENT: what it belongs to; VTM_LINT_KINDS: nothing */
  bool required;       /* a dataset without this folder is not whole */
  bool same_size;      /* has the size of the image it belongs to */
  int labels;          /* PARSE: labels are 0 .. labels - 1 */
  bool extra; /* made by one program for itself: no sign of the layout, and where there are lists, of the people
                 of those for testing alone */
} vtm_layout_part;

typedef struct vtm_layout {
  const char *name;  /* "viton-hd" */
  const char *title; /* "VITON-HD" */
  const char *sets;  /* folders that each hold a whole set, "test|train"; "." is the dataset itself */
  const vtm_layout_part *parts;
  size_t part_count;
  const char *pair_lists; /* "test_pairs.txt|train_pairs.txt", in the dataset's folder or in that of a set */
  const char *captions;   /* "test_gpt4o.json", of the sets whose names begin as its does; or NULL */
  bool garment_first;     /* order of the columns of its pair lists */
  /* What programs look for and stop without; each may be NULL. */
  const char *needed_lists; /* "test=test_pairs.txt": where there is test/, this list lies beside it; "*=pairs.txt": a
                               list in each set */
  const char *sisters;      /* "test=train": test/ has each folder that train/ has */
  bool whole;               /* of several sets none may be absent, and lists beside them are about all of them */
} vtm_layout;

size_t vtm_layout_count(void);
const vtm_layout *vtm_layout_at(size_t index);
const vtm_layout *vtm_layout_find(const char *name); /* NULL when unknown */

/* How a name was found to be made. */
typedef struct vtm_layout_name {
  const char *id; /* points into the name */
  size_t id_length;
  bool exact; /* false: another image extension than the pattern's */
} vtm_layout_name;
bool vtm_layout_parse_name(const vtm_layout_part *part, const char *name, vtm_layout_name *parsed);

/* Words separated by '|': the next of them, from *rest on; false at the end. */
bool vtm_next_word(const char **rest, const char **word, size_t *length);
bool vtm_is_word_of(const char *words, const char *name);

extern const char *const vtm_lint_kind_names[VTM_LINT_KINDS]; /* as written in a layout file */

#endif
