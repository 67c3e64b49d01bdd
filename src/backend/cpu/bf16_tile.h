/* What a bf16 micro-kernel is given: see accumulate in bf16_amx.c and bf16_portable.c. */
#ifndef VTM_BACKEND_CPU_BF16_TILE_H
#define VTM_BACKEND_CPU_BF16_TILE_H

#include <stddef.h>
#include <stdint.h>

typedef float vec __attribute__((vector_size(64)));
typedef int32_t mask __attribute__((vector_size(64))); /* what comparing two vec gives */
typedef float vec_unaligned __attribute__((vector_size(64), aligned(4)));

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* The sums of two tiles of 16 pixels times 32 output channels, over
 *   planes x kernel_height x stretches of 32 values,  and products of parts i + j < parts of each. */
typedef struct tile_job {
  const uint16_t *pixels[2]; /* first value of the first pixel of each tile */
  int pixel_bytes;           /* from one pixel of a tile to the next */
  int planes, kernel_height, stretches;
  size_t plane, row, part; /* of the input, in values */
  const uint16_t *weights;
  float *sums; /* pixels 0 outputs 0..15, pixels 0 outputs 16..31, pixels 1 ...: 16 x 16 each, aligned to 64 bytes */
} tile_job;

/* A NaN in either stays. */
ALWAYS_INLINE vec max_of(vec a, vec b) {
  const mask less = (a < b) | (b != b);
  return (vec)((less & (mask)b) | (~less & (mask)a));
}

#endif
