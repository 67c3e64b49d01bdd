#include "backend/cpu/layout.h"

#include <string.h>

#include "base/memory.h"

size_t vtm_cpu_map_bytes(const vtm_map *shape) {
  return (size_t)shape->images * (size_t)vtm_map_planes(shape) * vtm_map_plane(shape) * sizeof(float);
}

void vtm_cpu_clear_border(vtm_map *map, int first_plane, int planes) {
  if (map->border == 0) return;
  const size_t row = vtm_map_row(map);
  const size_t side = (size_t)map->border * (size_t)vtm_map_block(map);
  const size_t rows = (size_t)map->border * row;
  for (int n = 0; n < map->images; n++)
    for (int p = first_plane; p < first_plane + planes; p++) {
      memset(vtm_map_pixel(map, n, p, -map->border, -map->border), 0, rows * sizeof(float));
      memset(vtm_map_pixel(map, n, p, map->height, -map->border), 0, rows * sizeof(float));
      /* the right edge of one row and the left edge of the next are neighbours */
      for (int y = -1; y < map->height; y++)
        memset(vtm_map_pixel(map, n, p, y, map->width), 0, 2 * side * sizeof(float));
    }
}

void vtm_cpu_load_pixels(const float *pixels, const float scale[3], const float shift[3], vtm_map *output, int image) {
  for (int y = 0; y < output->height; y++) {
    float *to = vtm_map_pixel(output, image, 0, y, 0);
    for (int x = 0; x < output->width; x++, to += 3, pixels += 3)
      for (int c = 0; c < 3; c++) to[c] = pixels[c] * scale[c] + shift[c];
  }
  vtm_cpu_clear_border(output, 0, 1);
}

void vtm_cpu_read_map(const vtm_map *map, int image, float *values) {
  const int block = vtm_map_block(map);
  for (int c = 0; c < map->channels; c++)
    for (int y = 0; y < map->height; y++) {
      const float *from = vtm_map_pixel(map, image, c / block, y, 0) + c % block;
      for (int x = 0; x < map->width; x++) *values++ = from[(size_t)x * (size_t)block];
    }
}

static int round_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

/* The weight of one output for input number `k` in reading order; 0 for channels that only fill a block up. */
static float weight_at(const vtm_packed_convolution *packed, const float *weights, int output, size_t k) {
  const vtm_convolution *shape = &packed->shape;
  const size_t block = (size_t)packed->block;
  const size_t kernel_width = (size_t)shape->kernel_width;
  const size_t kernel_height = (size_t)shape->kernel_height;
  const size_t channel = k / (kernel_height * kernel_width * block) * block + k % block;
  const size_t column = k / block % kernel_width;
  const size_t row = k / (block * kernel_width) % kernel_height;
  if (output >= shape->out_channels || channel >= (size_t)shape->in_channels) return 0;
  return weights[(((size_t)output * (size_t)shape->in_channels + channel) * kernel_height + row) * kernel_width +
                 column];
}

vtm_packed_convolution *vtm_cpu_pack(const vtm_convolution *shape, const float *weights, const float *bias,
                                     int tile_width, vtm_error *error) {
  const vtm_map input = {.channels = shape->in_channels};
  const int outputs = round_up(shape->out_channels, VTM_CHANNEL_BLOCK);
  vtm_packed_convolution packed = {
      .shape = *shape, .block = vtm_map_block(&input), .planes = vtm_map_planes(&input), .tile_width = tile_width};
  packed.depth =
      (size_t)packed.planes * (size_t)shape->kernel_height * (size_t)shape->kernel_width * (size_t)packed.block;
  /* one allocation: a cache line or more for the record, then bias, then weights, each aligned */
  const size_t header = (sizeof(packed) + 63) / 64 * 64;
  const size_t floats = (size_t)outputs * (packed.depth + 1);
  char *memory = vtm_allocate_aligned(header + floats * sizeof(float), 1, error);
  if (memory == NULL) return NULL;
  packed.bias = (float *)(void *)(memory + header);
  packed.weights = packed.bias + outputs;
  memcpy(memory, &packed, sizeof(packed));
  for (int o = 0; o < outputs; o++) packed.bias[o] = o < shape->out_channels ? bias[o] : 0;
  float *to = packed.weights;
  for (int first = 0; first < outputs; first += tile_width) {
    const int width = first + tile_width <= outputs ? tile_width : outputs - first;
    for (size_t k = 0; k < packed.depth; k++)
      for (int o = first; o < first + width; o++) *to++ = weight_at(&packed, weights, o, k);
  }
  return (vtm_packed_convolution *)(void *)memory;
}
