/* Maps and weights of the bf16 backends, which multiply with the processor's matrix tiles (AMX).
 *
 * A float32 value x is kept as one to three bf16 parts, each the rounding of what the parts before it leave:
 *   part 0 = bf16(x),  part 1 = bf16(x - part 0),  part 2 = bf16(x - part 0 - part 1)
 * Three parts hold all 24 bits. Products of parts i and j are formed where i + j < parts, sums are float32:
 *   1 part    1 product    "bf16":   8 bits
 *   2 parts   3 products   "bf16x3": 16 bits
 *   3 parts   6 products   float32: what is left out is below 2^-24, and a tile sums 32 products a step, so
 *                          features come out closer to the truth than those of float32 convolution do
 * (Henry, Tang and Heinecke, Leveraging the bfloat16 Artificial Intelligence Datatype For Higher-Precision
 * Computations, 2019.)
 *
 * A tile is 16 rows of 64 bytes: of an input map, 32 channels of 16 pixels that lie at equal distances.
 * Channels therefore lie in planes of 32, the last one filled up with zeros,
 *   image, plane, part, row, column, channel (32)
 * and the border between two rows is kept once: it is the right edge of one and the left edge of the next.
 * With the stride 1 an output's tile then runs on from row to row, and only what it computes for
 * the pixels of the border is lost.
 *
 * An image (3 channels) has pixels of 3 values. How its windows and those of a convolution with a stride become tiles:
 * bf16_convolve_template.h. */
#ifndef VTM_BACKEND_CPU_BF16_H
#define VTM_BACKEND_CPU_BF16_H

#include <stdint.h>

#include "backend/backend.h"

enum {
  VTM_BF16_BATCH = 4,     /* images that share a passage of the weights, where these are larger than the maps */
  VTM_BF16_CHANNELS = 32, /* in a plane, and values in a tile's row */
  VTM_BF16_PIXELS = 16,   /* rows of a tile */
  VTM_BF16_TILE = VTM_BF16_PIXELS * VTM_BF16_CHANNELS,   /* values */
  VTM_BF16_SUMS = 4 * VTM_BF16_PIXELS * VTM_BF16_PIXELS, /* of two tiles of pixels and two of outputs */
  VTM_BF16_MAX_PARTS = 3,
  VTM_BF16_CHUNK = 20, /* tiles that pass by the weights together, and stay in the second-level cache meanwhile */
  VTM_BF16_TILES = 96, /* the same, where the weights are larger than that cache */
  VTM_BF16_MAX_STRIDE = 8,
  /* Values behind an image that a tile which begins at its last pixel may read, of three channels with any stride too.
   */
  VTM_BF16_SLACK = VTM_BF16_PIXELS * VTM_BF16_CHANNELS
};

/* Geometry of a map, in bf16 values. */
typedef struct vtm_bf16_layout {
  int pixel_values; /* 32, or 3 for an image */
  int planes, parts;
  size_t row, part, plane, image; /* from one to the next */
} vtm_bf16_layout;

/* `parts`: of the backend; a reduced map has two at most. */
vtm_bf16_layout vtm_bf16_layout_of(const vtm_map *map, int parts);

/* The pixel (y, x) of a plane's part 0; y and x may reach into the border. */
static inline uint16_t *vtm_bf16_pixel(const vtm_map *map, const vtm_bf16_layout *layout, int image, int plane, int y,
                                       int x) {
  const ptrdiff_t row = (ptrdiff_t)layout->row;
  const ptrdiff_t inside = (y + map->border) * row + (x + map->border) * (ptrdiff_t)layout->pixel_values;
  return (uint16_t *)(void *)map->data + (size_t)image * layout->image + (size_t)plane * layout->plane + inside;
}

/* A step is 32 inputs of an output: of a plane and a pixel of the kernel, in the order plane, row, column; of an image,
 * whole lines of each row of the kernel, then what is left of the rows, without gaps, zeros behind the last. Weights
 * lie in the order in which they are multiplied: for each 32 output channels and each step, `parts` times two tiles of
 * 16 output channels. Row r of a tile holds the weights of inputs 2r and 2r + 1 side by side for each output, as the
 * processor wants them. */
struct vtm_packed_convolution {
  vtm_convolution shape;
  int parts; /* of weights and pixels that are multiplied; the maps may hold one more */
  int planes, out_planes;
  int row_lines;            /* of an image: whole lines of 32 values in each row of the kernel */
  int steps, patch_steps;   /* the last patch_steps of the steps are of an image's patches */
  size_t out_plane_weights; /* values */
  float *bias;              /* for out_planes x 32 channels */
  uint16_t *weights;
};

/* A convolution's scratch memory. */
typedef struct vtm_bf16_scratch {
  size_t *steps;           /* where the values of each step lie, from a window's first; and one more */
  size_t *patch_steps;     /* the same in a patch */
  const uint16_t **inputs; /* of each tile of a chunk, the first position's window */
  uint16_t **outputs;      /* of each position; NULL: it is lost */
  uint16_t *laid_out;      /* phases or patches: see bf16_convolve_template.h */
  float *sums;             /* of two pairs of tiles */
  size_t bytes;
} vtm_bf16_scratch;

/* `memory`: NULL when only its size is asked for. */
vtm_bf16_scratch vtm_bf16_scratch_of(const vtm_packed_convolution *packed, const vtm_map *output, void *memory);

/* Of one phase, in positions, and of all phases of one part of a plane, in values. */
typedef struct vtm_bf16_phases {
  int height, width;
  size_t part;
} vtm_bf16_phases;

vtm_bf16_phases vtm_bf16_phases_of(const vtm_packed_convolution *packed, const vtm_map *output);

/* Values of one part of a chunk's patches. */
size_t vtm_bf16_patches_part(const vtm_packed_convolution *packed);

/* x rounded to bf16, to nearest, ties to even; NaN stays NaN. */
uint16_t vtm_bf16_round(float x);
float vtm_bf16_value(uint16_t bits);

size_t vtm_bf16_map_bytes(const vtm_map *shape, int parts);
void vtm_bf16_read_map(const vtm_map *map, int image, float *values, int parts);
vtm_packed_convolution *vtm_bf16_pack(const vtm_convolution *shape, const float *weights, const float *bias,
                                      int most_parts, vtm_error *error);
const char *vtm_bf16_form(const vtm_packed_convolution *packed, double *products);
vtm_status vtm_bf16_prepare(vtm_packed_convolution *packed, const vtm_map *input, const vtm_map *output,
                            int first_channel, size_t *scratch_bytes, vtm_error *error);
/* Zeroes the border of some planes of every image. */
void vtm_bf16_clear_border(vtm_map *map, int parts, int first_plane, int planes);

#endif
