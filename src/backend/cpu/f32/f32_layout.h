/* How the CPU backend keeps maps and packed weights. Shared by all its instruction sets.
 *
 * Map: images x planes x (height + 2 border) x (width + 2 border) x block floats. A plane holds `block`
 * neighbouring channels of every pixel: 16 (one AVX-512 register, one cache line), the last plane filled
 * up with zeros; an image of 3 channels is one plane with a block of 3. The kernel_width taps of one
 * kernel row therefore are kernel_width * block floats in a run, whatever the block. */
#ifndef VTM_BACKEND_CPU_F32_LAYOUT_H
#define VTM_BACKEND_CPU_F32_LAYOUT_H

#include "backend/backend.h"
#include "backend/cpu/f32/cook_toom.h"
#include "backend/cpu/f32/cost_model.h"

static inline int vtm_map_block(const vtm_map *map) { return map->channels == 3 ? 3 : VTM_CPU_BLOCK; }

static inline int vtm_map_planes(const vtm_map *map) {
  const int block = vtm_map_block(map);
  return (map->channels + block - 1) / block;
}

/* floats from one row to the next, border included */
static inline size_t vtm_map_row(const vtm_map *map) {
  return (size_t)(map->width + 2 * map->border) * (size_t)vtm_map_block(map);
}

/* floats from one plane to the next */
static inline size_t vtm_map_plane(const vtm_map *map) {
  return vtm_map_row(map) * (size_t)(map->height + 2 * map->border);
}

/* The pixel (y, x) of a plane; y and x may reach into the border. */
static inline float *vtm_map_pixel(const vtm_map *map, int image, int plane, int y, int x) {
  const size_t planes = (size_t)image * (size_t)vtm_map_planes(map) + (size_t)plane;
  return map->data + planes * vtm_map_plane(map) + (size_t)(y + map->border) * vtm_map_row(map) +
         (size_t)(x + map->border) * (size_t)vtm_map_block(map);
}

/* Output channels are computed in tiles of `tile_width`, the last one as wide as what is left. Weights of a
 * tile: one row of its width for each input, in the order in which the kernel reads them,
 *   direct     planes x kernel_height x (kernel_width x block) inputs
 *   Cook-Toom  planes x block inputs, all tiles once for each position of the form */
struct vtm_packed_convolution {
  vtm_convolution shape;
  const vtm_cook_toom *form; /* NULL: direct */
  int block, planes;         /* of the input */
  int out_planes;
  int tile_width;
  size_t depth; /* inputs of one output */
  float *bias;  /* for out_planes x 16 channels */
  float *weights;
};

size_t vtm_cpu_map_bytes(const vtm_map *shape);
void vtm_cpu_load_pixels(const float *pixels, const float scale[3], const float shift[3], vtm_map *output, int image);
void vtm_cpu_read_map(const vtm_map *map, int image, float *values);
vtm_packed_convolution *vtm_cpu_pack(const vtm_convolution *shape, const float *weights, const float *bias,
                                     const vtm_cpu_class *cpu, vtm_error *error);
const char *vtm_cpu_form(const vtm_packed_convolution *packed, double *products);
vtm_status vtm_cpu_prepare(vtm_packed_convolution *packed, const vtm_map *input, const vtm_map *output,
                           int first_channel, size_t *scratch_bytes, vtm_error *error);
/* Zeroes the border of some planes of every image. */
void vtm_cpu_clear_border(vtm_map *map, int first_plane, int planes);

#endif
