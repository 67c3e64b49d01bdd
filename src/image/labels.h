/* Label maps: the number stored for each pixel, where vtm_image_decode gives the colour it stands for. */
#ifndef VTM_IMAGE_LABELS_H
#define VTM_IMAGE_LABELS_H

#include <stdint.h>

#include "vtonmetrics/image.h"

typedef enum vtm_labels_kind {
  VTM_LABELS_PALETTE, /* values are palette indices */
  VTM_LABELS_GRAY,    /* values are gray levels as stored */
  VTM_LABELS_GRAY16,  /* 16-bit gray: no values */
  VTM_LABELS_COLOUR,  /* a PNG of colours or with an alpha channel: no values */
  VTM_LABELS_NOT_PNG  /* another format, or none: no values, no size */
} vtm_labels_kind;

typedef struct vtm_labels {
  vtm_labels_kind kind;
  int width, height;
  uint8_t *values; /* height x width; NULL for the kinds without values; owned */
} vtm_labels;

/* A file of a kind without values is VTM_OK too: it has no labels. `limits` may be NULL. On failure *labels holds
 * nothing. */
vtm_status vtm_labels_decode(const void *bytes, size_t size, const char *name, const vtm_image_limits *limits,
                             vtm_labels *labels, vtm_error *error);
void vtm_labels_free(vtm_labels *labels); /* zeroes it; a zeroed one is allowed */

#endif
