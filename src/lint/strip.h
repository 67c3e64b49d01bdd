/* Results that are several pictures side by side: garment, person and result, as some models save them. */
#ifndef VTM_LINT_STRIP_H
#define VTM_LINT_STRIP_H

#include <stdbool.h>

#include "vtonmetrics/image.h"

typedef struct vtm_strip {
  int pictures;  /* 1: no strip can be seen; else 2 .. VTM_STRIP_MOST equal parts with seams between them */
  bool stacked;  /* one above the other instead of side by side */
  bool repeated; /* and two of the parts show almost the same */
} vtm_strip;

enum { VTM_STRIP_MOST = 6 };

/* Uses the content only. A single picture may have lines that look like seams: its shape must agree with the
 * photograph's too (vtm_strip_fits), or the content must repeat. */
vtm_strip vtm_strip_find(const vtm_image *image);

/* Does the strip's shape make sense: is the picture so much wider (or taller) than the photograph, or, when
 * that is not known (0 x 0), than people are? */
bool vtm_strip_fits(const vtm_strip *strip, int width, int height, int photo_width, int photo_height);

#endif
