/* test_gpt4o.json: a description for each person. Its format is not standardised; accepted is any in which people are
 * the keys of an object, at the top or one below ({"00006_00": {...}}, {"person": {"00006_00.jpg":
 * "..."}}), or a text in each element of a list ([{"image": "00006_00.jpg", ...}]). */
#ifndef VTM_LINT_CAPTIONS_H
#define VTM_LINT_CAPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vtonmetrics/status.h"

typedef struct vtm_caption {
  char *name;       /* without folder and image extension */
  char *fields;     /* of an object: paths and types of all its fields, "|clothing.material:text|...|"; NULL: none */
  bool extension;   /* the name was written with one */
  char *empty;      /* the field that has nothing in it ("clothing.neckline"; "" for the entry itself), or NULL */
  size_t container; /* the object it is in: the same name twice in one is a mistake */
} vtm_caption;

typedef struct vtm_captions {
  vtm_caption *entries; /* sorted by name in byte order */
  size_t count, capacity;
} vtm_captions;

/* Messages have no path. */
vtm_status vtm_captions_read(const uint8_t *bytes, size_t size, vtm_captions *captions, vtm_error *error);
void vtm_captions_free(vtm_captions *captions);
/* The first entry of that name, the others behind it; NULL: none. */
const vtm_caption *vtm_captions_find(const vtm_captions *captions, const char *name, size_t length);

#endif
