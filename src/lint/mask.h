/* What a mask holds: black, white, and what should not be there; and which masks of a folder are inverted. */
#ifndef VTM_LINT_MASK_H
#define VTM_LINT_MASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vtonmetrics/image.h"

enum { VTM_MASK_GRID = 8 };

/* Mean whiteness of each cell of a grid over the mask, rows first. */
typedef struct vtm_mask_profile {
  uint8_t cells[VTM_MASK_GRID * VTM_MASK_GRID];
} vtm_mask_profile;

typedef struct vtm_mask_facts {
  uint64_t pixels, black, white;
  uint64_t soft;     /* neither 0 nor 255, yet within VTM_MASK_SOFT of one: JPEG's ringing */
  uint64_t gray;     /* the rest of what is neither black nor white */
  uint64_t coloured; /* red, green and blue differ by more than JPEG's rounding */
  uint8_t least, largest;
  vtm_mask_profile profile;
} vtm_mask_facts;

enum { VTM_MASK_SOFT = 64, VTM_MASK_ROUNDING = 8 };

void vtm_mask_measure(const vtm_image *mask, vtm_mask_facts *facts);

typedef enum vtm_mask_class {
  VTM_MASK_BINARY,     /* nothing but 0 and 255 */
  VTM_MASK_SOFT_EDGES, /* black and white with in-between values along edges */
  VTM_MASK_NOT_BINARY  /* a picture, a map of labels, or a mask of 0 and 1 */
} vtm_mask_class;
vtm_mask_class vtm_mask_classify(const vtm_mask_facts *facts);
/* Black, or white, all over, but for what JPEG rounds. */
bool vtm_mask_is_empty(const vtm_mask_facts *facts);
bool vtm_mask_is_full(const vtm_mask_facts *facts);

/* Decides which masks are inverted compared with most of their folder: all masks of a folder show bodies or
 * garments in about the same place, so their profiles agree, and an inverted one disagrees with as much
 * certainty. Sets inverted[i] and returns how many are. Fewer than VTM_MASK_FEWEST masks that show anything
 * decide nothing. `even`: so many are one way and so many the other that the minority may be the right one. */
enum { VTM_MASK_FEWEST = 4 };
size_t vtm_mask_find_inverted(const vtm_mask_profile *const *profiles, size_t count, bool *inverted, bool *even);

#endif
