/* What decides the digits of features, as files of features and of statistics keep it: the lines of a result's
 * `protocol` but for the place and kind of the file of weights, and which code computed them. */
#ifndef VTM_FEATURES_ORIGIN_H
#define VTM_FEATURES_ORIGIN_H

#include "features/extractor.h"
#include "features/protocols.h"

enum { VTM_ORIGIN_LINES = 10 };

typedef struct vtm_origin {
  const char *values[VTM_ORIGIN_LINES]; /* by vtm_origin_name; NULL: not said */
  /* what the values may point to, so that an origin cannot be copied */
  char resize[128], digest[VTM_SHA256_TEXT];
} vtm_origin;

const char *vtm_origin_name(size_t line); /* "protocol", "weights_sha256" ... */

void vtm_origin_of_extractor(const vtm_context *context, const vtm_extractor *extractor, const vtm_protocol *protocol,
                             vtm_origin *origin);
/* A file that says nothing of the protocol was written by another program: false. Its texts are borrowed. */
bool vtm_origin_of_file(const vtm_weights *file, vtm_origin *origin);

typedef enum vtm_origin_effect {
  VTM_ORIGIN_ROUNDS, /* the last digits of a score */
  VTM_ORIGIN_MOVES,  /* its third or fourth digit, at times none */
  VTM_ORIGIN_CHANGES /* another quantity */
} vtm_origin_effect;

typedef struct vtm_origin_difference {
  const char *name, *a, *b; /* "nothing" for what is not said */
  const char *meaning;
  vtm_origin_effect effect;
} vtm_origin_difference;

/* Returns how many there are, those that change most first. */
size_t vtm_origin_compare(const vtm_origin *a, const vtm_origin *b, vtm_origin_difference found[VTM_ORIGIN_LINES]);

#endif
