/* Reading the names of results: which person of the reference folder, in which garment. Ids contain
 * underscores themselves, so every way to cut a name is tried, and the names that exist decide. */
#ifndef VTM_DATASET_SCHEMES_H
#define VTM_DATASET_SCHEMES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "vtonmetrics/tools/dataset.h"

/* The names that exist. */
typedef struct vtm_known_names {
  const vtm_folder *reference, *generated;
  const vtm_folder *garments; /* may be NULL */
  size_t order;               /* a vtm_pair_order of a list of theirs; 0: the folders tell it */
} vtm_known_names;

typedef struct vtm_slice {
  const char *bytes; /* NULL: none */
  size_t length;
} vtm_slice;

/* By bytes, as strcmp compares. */
static inline int vtm_slice_compare(vtm_slice a, vtm_slice b) {
  const size_t shorter = a.length < b.length ? a.length : b.length;
  const int order = shorter > 0 ? memcmp(a.bytes, b.bytes, shorter) : 0;
  return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

/* How much of a reading rests on names that exist. */
typedef enum vtm_reading_rank { VTM_READ_NOTHING, VTM_READ_PERSON, VTM_READ_ALL } vtm_reading_rank;

typedef struct vtm_reading {
  vtm_reading_rank rank;
  size_t reference, rival; /* `rival`: another person who may be meant just as well, or VTM_NO_ENTRY */
  vtm_slice garment, type;
  long repeat;
} vtm_reading;

#define VTM_READING_START ((vtm_reading){.reference = VTM_NO_ENTRY, .rival = VTM_NO_ENTRY, .repeat = -1})

typedef struct vtm_scheme {
  vtm_scheme_info info;
  const char *also;       /* a second name, or NULL */
  bool nameless;          /* its names say nothing; `read` tells whether a name is of that kind, as `repeat` */
  size_t underscores;     /* between P and C */
  bool repeats, shortens; /* _k at the end; P without its last part */
  bool of_garments;       /* results show garments, and so do the pictures that they are compared with */
  void (*read)(const struct vtm_scheme *scheme, const vtm_known_names *names, vtm_slice stem, vtm_reading *reading);
} vtm_scheme;

enum { VTM_MOST_SCHEMES = 16 };
size_t vtm_scheme_table(const vtm_scheme **schemes);
const vtm_scheme *vtm_scheme_find(const char *name); /* NULL when unknown */

/* The name of an entry without its extension. */
vtm_slice vtm_stem_of(const vtm_folder *folder, size_t index);
/* Offers one way to read a name; the one that rests on more existing names stays. */
void vtm_reading_offer(vtm_reading *reading, const vtm_reading *offered);
/* Offers `person` (extension allowed) when it exists. */
void vtm_reading_offer_names(const vtm_known_names *names, vtm_slice person, const vtm_reading *rest,
                             vtm_reading *reading);
/* The digits of `text` as a number, -1 when it is anything else. */
long vtm_slice_number(vtm_slice text);

#endif
