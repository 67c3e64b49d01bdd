/* What is remembered of an image that was decoded: a few bytes, by which faults of a folder can be seen later. */
#ifndef VTM_FEATURES_IMAGE_SUMMARY_H
#define VTM_FEATURES_IMAGE_SUMMARY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "image/perceptual_hash.h"
#include "vtonmetrics/image.h"

enum { VTM_COLOUR_CELLS = 4, VTM_COLOURS = VTM_COLOUR_CELLS * VTM_COLOUR_CELLS * 3 };

typedef struct vtm_image_summary {
  uint64_t hash; /* of the pixels */
  int width, height;
  atomic_bool begun; /* an image may be loaded several times, also at once: the first time is enough */
  bool taken;
  unsigned char flatness;             /* a vtm_flatness */
  unsigned char colours[VTM_COLOURS]; /* red, green and blue of 4x4 cells: their means */
} vtm_image_summary;

/* Called from several threads, for one look also. Where hashing fails the look is not taken. */
void vtm_image_summary_take(vtm_image_summary *summary, const vtm_image *image);

/* An order of summaries that are taken; 0: they are of the same pixels. */
int vtm_image_summary_compare(const vtm_image_summary *a, const vtm_image_summary *b);

#endif
