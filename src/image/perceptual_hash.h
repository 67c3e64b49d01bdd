/* A hash of what a picture looks like, to find near duplicates: it hardly changes when the picture is compressed again
 * or scaled.
 *
 * It is the perceptual hash of C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash
 * Functions" (2010), known as pHash. The luma is averaged down to 64 x 64, transformed by a DCT-II, and of the
 * 8 x 8 lowest frequencies each gives the bit "above their median". People in front of one backdrop share the
 * lowest frequencies, so a match must also agree in the same bits of the lowest 16 x 16 (256 of them) and, since
 * a median forgets brightness and luma forgets hue, in the mean colours of a 4 x 4 grid. Garments of one cut still
 * agree in all that: the few pairs found so are compared in detail (vtm_phash_residual). */
#ifndef VTM_IMAGE_PERCEPTUAL_HASH_H
#define VTM_IMAGE_PERCEPTUAL_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vtonmetrics/image.h"

enum { VTM_PHASH_GRID = 4, VTM_PHASH_COLOURS = VTM_PHASH_GRID * VTM_PHASH_GRID * 3 };

typedef struct vtm_phash {
  uint64_t coarse;
  uint64_t fine[4];
  uint8_t colours[VTM_PHASH_COLOURS];
  uint8_t least[3], most[3]; /* of red, green and blue */
  uint16_t deviation;        /* standard deviation of the 64 x 64 luma, in hundredths */
} vtm_phash;

void vtm_phash_compute(const vtm_image *image, vtm_phash *hash);

typedef struct vtm_phash_distance {
  int coarse;  /* bits that differ, of 64 */
  int fine;    /* of 256 */
  int colours; /* largest difference of a cell's mean colour */
} vtm_phash_distance;

/* Pairs within this distance may be one picture saved twice. */
extern const vtm_phash_distance vtm_phash_near;

vtm_phash_distance vtm_phash_compare(const vtm_phash *a, const vtm_phash *b);
bool vtm_phash_is_near(const vtm_phash *a, const vtm_phash *b);

/* How much two pictures differ in detail, by their 64 x 64 lumas a and b, each less its mean: rms(a - b) relative to
 * their contrast. 0: equal; garments of one cut in two patterns: about 0.2. It needs both pictures, so compute it only
 * for pairs whose hashes are near. */
double vtm_phash_residual(const vtm_image *a, const vtm_image *b);
extern const double vtm_phash_near_residual;

/* Pictures that show nothing. */
typedef enum vtm_flatness {
  VTM_NOT_FLAT,
  VTM_BLACK,         /* no sample above VTM_BLACK_MOST */
  VTM_SINGLE_COLOUR, /* nothing but one colour, give or take JPEG's rounding */
  VTM_FLAT           /* colours that hardly differ: nothing can be seen */
} vtm_flatness;
enum { VTM_BLACK_MOST = 8 };
vtm_flatness vtm_phash_flatness(const vtm_phash *hash);

#endif
