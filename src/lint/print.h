/* What is kept of a picture to find it again: exactly (by its pixels) and nearly (by what it looks like).
 *
 * Nearly: the perceptual hash of C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash
 * Functions" (2010), known as pHash. The luma is averaged down to 64 x 64, transformed by a DCT-II, and of the
 * 8 x 8 lowest frequencies each gives the bit "above their median". People in front of one backdrop share the
 * lowest frequencies, so a match must also agree in the same bits of the lowest 16 x 16 (256 of them) and, since
 * a median forgets brightness and luma forgets hue, in the mean colours of a 4 x 4 grid. Garments of one cut still
 * agree in all that: the few pairs found so are held against each other in detail (vtm_print_residual). */
#ifndef VTM_LINT_PRINT_H
#define VTM_LINT_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vtonmetrics/image.h"

enum { VTM_PRINT_GRID = 4, VTM_PRINT_COLOURS = VTM_PRINT_GRID * VTM_PRINT_GRID * 3 };

typedef struct vtm_print {
  uint64_t coarse;
  uint64_t fine[4];
  uint8_t colours[VTM_PRINT_COLOURS];
  uint8_t least[3], most[3]; /* of red, green and blue */
  uint16_t deviation;        /* standard deviation of the 64 x 64 luma, in hundredths */
} vtm_print;

void vtm_print_take(const vtm_image *image, vtm_print *print);

typedef struct vtm_likeness {
  int coarse;  /* bits that differ, of 64 */
  int fine;    /* of 256 */
  int colours; /* largest difference of a cell's mean colour */
} vtm_likeness;

/* A pair this near or nearer may be one picture saved twice. */
extern const vtm_likeness vtm_near;

vtm_likeness vtm_print_compare(const vtm_print *a, const vtm_print *b);
bool vtm_print_is_near(const vtm_print *a, const vtm_print *b);

/* How much two pictures differ in detail: the root mean square of the differences between their 64 x 64 lumas, each
 * less its mean, as a part of their contrast. 0: not at all; garments of one cut in two patterns: about 0.2. Only for
 * the few pairs whose prints are near, since it needs both pictures. */
double vtm_print_residual(const vtm_image *a, const vtm_image *b);
extern const double vtm_near_residual;

/* Content that is not worth calling a picture. */
typedef enum vtm_flatness {
  VTM_NOT_FLAT,
  VTM_BLACK,         /* no sample above VTM_BLACK_MOST */
  VTM_SINGLE_COLOUR, /* nothing but one colour, give or take JPEG's rounding */
  VTM_FLAT           /* colours that hardly differ: nothing can be seen */
} vtm_flatness;
enum { VTM_BLACK_MOST = 8 };
vtm_flatness vtm_print_flatness(const vtm_print *print);

/* Searches all prints for near pairs. nearest[i] becomes the least j < i (in the order given) that is near to i
 * with the fewest differing bits, or VTM_PRINT_ALONE; prints[i] NULL takes no part. Linear in practice: the 64
 * bits are four bands of 16, of which a near pair shares one but for a bit at most. VTM_ERROR_MEMORY only. */
#define VTM_PRINT_ALONE SIZE_MAX
vtm_status vtm_print_find_near(const vtm_print *const *prints, size_t count, size_t *nearest, vtm_error *error);

#endif
