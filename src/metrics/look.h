/* What is remembered of an image that was decoded: a few bytes, by which faults of a folder can be seen later. */
#ifndef VTM_METRICS_LOOK_H
#define VTM_METRICS_LOOK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "image/perceptual_hash.h"
#include "vtonmetrics/image.h"

typedef struct vtm_look {
  uint64_t hash; /* of the pixels */
  int width, height;
  atomic_bool begun; /* an image may be loaded several times, also at once: the first time is enough */
  bool taken;
  unsigned char flatness; /* a vtm_flatness */
} vtm_look;

/* Called from several threads, for one look also. Where hashing fails the look is not taken. */
void vtm_look_take(vtm_look *look, const vtm_image *image);

/* An order of looks that are taken; 0: they are of the same pixels. */
int vtm_look_compare(const vtm_look *a, const vtm_look *b);

#endif
