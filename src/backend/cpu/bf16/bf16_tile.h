/* What a bf16 micro-kernel is given: see accumulate in bf16_amx.c and bf16_portable.c. */
#ifndef VTM_BACKEND_CPU_BF16_TILE_H
#define VTM_BACKEND_CPU_BF16_TILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Two tiles of 16 positions, and the steps that are multiplied of them. */
typedef struct tile_pixels {
  const uint16_t *tiles[2]; /* where the steps of each tile's first position count from */
  int pixel_bytes;          /* from one position to the next */
  const size_t *steps;      /* where each step's 32 values lie, in values; one more may be asked for in advance */
  int step_count;
  size_t part; /* from one part to the next, in values */
} tile_pixels;

/* The sums of 32 positions times 32 output channels, over the steps of both, and products of parts i + j < parts. */
typedef struct tile_job {
  tile_pixels pixels[2];
  const uint16_t *weights; /* of all steps */
  const uint16_t *ahead;   /* weights to come: a micro-kernel may ask for some lines of 32 values at each step */
  int ahead_lines;
  float *sums; /* 32 positions x 32 outputs, aligned to 64 bytes */
} tile_job;

/* What remains to be done with a pair of tiles: bias, ReLU, rounding into parts. A micro-kernel does it while the next
 * pair's products are under way, which leave the vector units free. */
typedef struct finish_job {
  const float *sums;   /* as a tile_job leaves them */
  uint16_t *const *to; /* first plane's value of each pixel; NULL: lies in no image */
  int pixels;          /* how many; 0: nothing to do */
  size_t plane;        /* from the first plane to this one's, in values */
  size_t part;         /* of the output, in values */
  const float *bias;   /* of the 32 outputs */
  bool relu;
} finish_job;

#endif
