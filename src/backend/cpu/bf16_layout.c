#include <stdlib.h>
#include <string.h>

#include "backend/cpu/bf16.h"
#include "base/error.h"
#include "base/memory.h"

uint16_t vtm_bf16_round(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof(bits));
  if (x != x) return (uint16_t)(bits >> 16 | 0x40);
  return (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

float vtm_bf16_value(uint16_t bits) {
  const uint32_t wide = (uint32_t)bits << 16;
  float x;
  memcpy(&x, &wide, sizeof(x));
  return x;
}

static void split(float x, int parts, size_t part, uint16_t *to) {
  for (int p = 0; p < parts; p++) {
    to[(size_t)p * part] = vtm_bf16_round(x);
    x -= vtm_bf16_value(to[(size_t)p * part]);
  }
}

vtm_bf16_layout vtm_bf16_layout_of(const vtm_map *map, int parts) {
  vtm_bf16_layout layout = {.pixel_values = VTM_BF16_CHANNELS, .parts = map->halves && parts > 2 ? 2 : parts};
  layout.planes = (map->channels + VTM_BF16_CHANNELS - 1) / VTM_BF16_CHANNELS;
  if (map->channels == 3) layout.pixel_values = VTM_BF16_IMAGE_VALUES;
  const size_t pixel = (size_t)layout.pixel_values;
  layout.row = (size_t)(map->width + map->border) * pixel;
  layout.part = layout.row * (size_t)(map->height + 2 * map->border) + (size_t)map->border * pixel;
  layout.part = (layout.part + VTM_BF16_CHANNELS - 1) / VTM_BF16_CHANNELS * VTM_BF16_CHANNELS;
  layout.plane = layout.part * (size_t)layout.parts;
  layout.image = layout.plane * (size_t)layout.planes + VTM_BF16_SLACK;
  return layout;
}

size_t vtm_bf16_map_bytes(const vtm_map *shape, int parts) {
  const vtm_bf16_layout layout = vtm_bf16_layout_of(shape, parts);
  return (size_t)shape->images * layout.image * sizeof(uint16_t);
}

static void clear_part(uint16_t *part, const vtm_map *map, const vtm_bf16_layout *layout) {
  const size_t edge = (size_t)map->border * (size_t)layout->pixel_values;
  const size_t above = edge + (size_t)map->border * layout->row;
  const size_t inside = (size_t)map->width * (size_t)layout->pixel_values;
  memset(part, 0, above * sizeof(*part));
  uint16_t *right = part + above + inside;
  for (int y = 0; y < map->height; y++, right += layout->row) memset(right, 0, edge * sizeof(*part));
  uint16_t *below = right - inside;
  memset(below, 0, (layout->part - (size_t)(below - part)) * sizeof(*part));
}

void vtm_bf16_clear_border(vtm_map *map, int parts, int first_plane, int planes) {
  if (map->border == 0) return;
  const vtm_bf16_layout layout = vtm_bf16_layout_of(map, parts);
  for (int n = 0; n < map->images; n++)
    for (int p = first_plane; p < first_plane + planes; p++)
      for (int part = 0; part < layout.parts; part++)
        clear_part(vtm_bf16_pixel(map, &layout, n, p, -map->border, -map->border) + (size_t)part * layout.part, map,
                   &layout);
}

void vtm_bf16_read_map(const vtm_map *map, int image, float *values, int parts) {
  const vtm_bf16_layout layout = vtm_bf16_layout_of(map, parts);
  for (int c = 0; c < map->channels; c++)
    for (int y = 0; y < map->height; y++)
      for (int x = 0; x < map->width; x++) {
        const uint16_t *from = vtm_bf16_pixel(map, &layout, image, c / VTM_BF16_CHANNELS, y, x) + c % VTM_BF16_CHANNELS;
        float sum = 0; /* the small parts first: exact */
        for (int p = layout.parts; p-- > 0;) sum += vtm_bf16_value(from[(size_t)p * layout.part]);
        *values++ = sum;
      }
}

const char *vtm_bf16_form(const vtm_packed_convolution *packed, double *products) {
  static const char *const names[] = {"direct, bf16", "direct, 3 x bf16", "direct, 6 x bf16"};
  const int formed = packed->parts * (packed->parts + 1) / 2;
  *products = formed;
  return names[packed->parts - 1];
}

size_t vtm_bf16_scratch_bytes(const vtm_packed_convolution *packed, const vtm_map *output) {
  (void)packed;
  (void)output;
  return 0;
}

/* The weight of an output for value number `value` of row `row` of the kernel; 0 for what only fills up. */
static float weight_at(const vtm_packed_convolution *packed, const float *weights, int output, int plane, int row,
                       int value) {
  const vtm_convolution *shape = &packed->shape;
  const int pixel_values = shape->in_channels == 3 ? VTM_BF16_IMAGE_VALUES : VTM_BF16_CHANNELS;
  const int column = value / pixel_values;
  const int channel = plane * VTM_BF16_CHANNELS + value % pixel_values;
  if (output >= shape->out_channels || channel >= shape->in_channels || column >= shape->kernel_width) return 0;
  const size_t pair = (size_t)output * (size_t)shape->in_channels + (size_t)channel;
  return weights[(pair * (size_t)shape->kernel_height + (size_t)row) * (size_t)shape->kernel_width + (size_t)column];
}

static void pack_weights(vtm_packed_convolution *packed, const float *weights) {
  const int parts = packed->parts;
  const int tiles = packed->out_planes * 2; /* of 16 outputs */
  for (int plane = 0; plane < packed->planes; plane++)
    for (int row = 0; row < packed->shape.kernel_height; row++)
      for (int stretch = 0; stretch < packed->stretches; stretch++) {
        const size_t step =
            ((size_t)plane * (size_t)packed->shape.kernel_height + (size_t)row) * (size_t)packed->stretches +
            (size_t)stretch;
        for (int t = 0; t < tiles; t++) {
          uint16_t *tile = packed->weights + (size_t)(t / 2) * packed->out_plane_weights +
                           (step * (size_t)parts * 2 + (size_t)(t % 2)) * VTM_BF16_TILE;
          for (int i = 0; i < VTM_BF16_TILE; i++) {
            const int value = i / 32 * 2 + i % 2;
            const float weight =
                weight_at(packed, weights, t * 16 + i / 2 % 16, plane, row, stretch * VTM_BF16_CHANNELS + value);
            split(weight, parts, (size_t)2 * VTM_BF16_TILE, tile + i);
          }
        }
      }
}

vtm_packed_convolution *vtm_bf16_pack(const vtm_convolution *shape, const float *weights, const float *bias,
                                      int most_parts, vtm_error *error) {
  const int parts = most_parts > 2 && shape->halves ? 2 : most_parts;
  if (shape->stride > VTM_BF16_MAX_STRIDE) {
    (void)vtm_fail(error, VTM_ERROR_USAGE, "a stride of %d: this backend's maps leave room for %d", shape->stride,
                   VTM_BF16_MAX_STRIDE);
    return NULL;
  }
  const vtm_map input = {.channels = shape->in_channels};
  const vtm_bf16_layout layout = vtm_bf16_layout_of(&input, parts);
  const int run = shape->kernel_width * layout.pixel_values;
  vtm_packed_convolution packed = {.shape = *shape,
                                   .parts = parts,
                                   .planes = layout.planes,
                                   .stretches = (run + VTM_BF16_CHANNELS - 1) / VTM_BF16_CHANNELS,
                                   .out_planes = (shape->out_channels + VTM_BF16_CHANNELS - 1) / VTM_BF16_CHANNELS};
  const size_t steps = (size_t)packed.planes * (size_t)shape->kernel_height * (size_t)packed.stretches;
  packed.out_plane_weights = steps * (size_t)parts * 2 * VTM_BF16_TILE;
  const size_t header = (sizeof(packed) + 63) / 64 * 64;
  const size_t outputs = (size_t)packed.out_planes * VTM_BF16_CHANNELS;
  char *memory = vtm_allocate_aligned(
      header + outputs * sizeof(float) + (size_t)packed.out_planes * packed.out_plane_weights * sizeof(uint16_t), 1,
      error);
  if (memory == NULL) return NULL;
  vtm_packed_convolution *copy = (vtm_packed_convolution *)(void *)memory;
  *copy = packed;
  copy->bias = (float *)(void *)(memory + header);
  copy->weights = (uint16_t *)(void *)(copy->bias + outputs);
  for (size_t o = 0; o < outputs; o++) copy->bias[o] = o < (size_t)shape->out_channels ? bias[o] : 0;
  pack_weights(copy, weights);
  return copy;
}
