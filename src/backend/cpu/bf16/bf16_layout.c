#include <stdlib.h>
#include <string.h>

#include "backend/cpu/bf16/bf16.h"
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

/* Planes that so many channels fill, or lines that so many values do. */
static int planes_for(int channels) { return (channels + VTM_BF16_CHANNELS - 1) / VTM_BF16_CHANNELS; }

vtm_bf16_layout vtm_bf16_layout_of(const vtm_map *map, int parts) {
  vtm_bf16_layout layout = {.pixel_values = VTM_BF16_CHANNELS, .parts = map->reduced && parts > 2 ? 2 : parts};
  layout.planes = planes_for(map->channels);
  if (map->channels == 3) layout.pixel_values = 3;
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

vtm_bf16_phases vtm_bf16_phases_of(const vtm_packed_convolution *packed, const vtm_map *output) {
  const vtm_convolution *shape = &packed->shape;
  vtm_bf16_phases phases = {.height = output->height + (shape->kernel_height - 1) / shape->stride,
                            .width = output->width + (shape->kernel_width - 1) / shape->stride};
  phases.part =
      (size_t)(shape->stride * shape->stride) * (size_t)phases.height * (size_t)phases.width * VTM_BF16_CHANNELS;
  return phases;
}

size_t vtm_bf16_patches_part(const vtm_packed_convolution *packed) {
  return ((size_t)VTM_BF16_CHUNK * VTM_BF16_PIXELS * (size_t)packed->patch_steps + 1) * VTM_BF16_CHANNELS;
}

static size_t laid_out_values(const vtm_packed_convolution *packed, const vtm_map *output) {
  const size_t parts = (size_t)packed->parts;
  if (packed->shape.in_channels == 3) return vtm_bf16_patches_part(packed) * parts;
  if (packed->shape.stride == 1) return 0;
  return (size_t)output->images * (size_t)packed->planes * parts * vtm_bf16_phases_of(packed, output).part +
         VTM_BF16_SLACK;
}

static void *take(char *memory, size_t *end, size_t bytes) {
  const size_t at = *end;
  *end += (bytes + 63) / 64 * 64;
  return memory != NULL ? memory + at : NULL;
}

vtm_bf16_scratch vtm_bf16_scratch_of(const vtm_packed_convolution *packed, const vtm_map *output, void *memory) {
  vtm_bf16_scratch s = {0};
  s.steps = take(memory, &s.bytes, ((size_t)packed->steps + 1) * sizeof(*s.steps));
  s.patch_steps = take(memory, &s.bytes, ((size_t)packed->patch_steps + 1) * sizeof(*s.patch_steps));
  s.inputs = take(memory, &s.bytes, VTM_BF16_TILES * sizeof(*s.inputs));
  s.outputs = take(memory, &s.bytes, (size_t)VTM_BF16_TILES * VTM_BF16_PIXELS * sizeof(*s.outputs));
  s.laid_out = take(memory, &s.bytes, laid_out_values(packed, output) * sizeof(*s.laid_out));
  s.sums = take(memory, &s.bytes, 2 * VTM_BF16_SUMS * sizeof(*s.sums));
  return s;
}

vtm_status vtm_bf16_prepare(vtm_packed_convolution *packed, const vtm_map *input, const vtm_map *output,
                            int first_channel, size_t *scratch_bytes, vtm_error *error) {
  (void)input;
  (void)first_channel;
  (void)error;
  *scratch_bytes = vtm_bf16_scratch_of(packed, output, NULL).bytes;
  return VTM_OK;
}

/* Place of an image's value among the steps. */
static ptrdiff_t image_place(const vtm_packed_convolution *packed, int row, int value) {
  const int run = packed->shape.kernel_width * 3;
  const int whole = packed->row_lines * VTM_BF16_CHANNELS;
  if (value < whole) return (ptrdiff_t)row * whole + value;
  return (ptrdiff_t)packed->shape.kernel_height * whole + (ptrdiff_t)row * (run - whole) + value - whole;
}

enum { TILE_OUTPUTS = 16, TILE_ROWS = VTM_BF16_CHANNELS / 2 };

/* One output's weights in the order of the steps: each value into a row of 16 outputs. */
static void order_weights(const vtm_packed_convolution *packed, const float *weights, float *ordered) {
  const vtm_convolution *shape = &packed->shape;
  const int window = shape->kernel_height * shape->kernel_width;
  for (int channel = 0; channel < shape->in_channels; channel++)
    for (int i = 0; i < window; i++) {
      const ptrdiff_t to = shape->in_channels == 3
                               ? image_place(packed, i / shape->kernel_width, i % shape->kernel_width * 3 + channel)
                               : ((ptrdiff_t)(channel / VTM_BF16_CHANNELS) * window + i) * VTM_BF16_CHANNELS +
                                     channel % VTM_BF16_CHANNELS;
      ordered[to * TILE_OUTPUTS] = *weights++;
    }
}

/* Row of a tile: of 16 outputs, a value and the next one side by side. */
static void pack_row(const float *ordered, int parts, uint16_t *to) {
  float first[TILE_OUTPUTS];
  float second[TILE_OUTPUTS];
  memcpy(first, ordered, sizeof(first));
  memcpy(second, ordered + TILE_OUTPUTS, sizeof(second));
  for (int p = 0; p < parts; p++, to += (ptrdiff_t)2 * VTM_BF16_TILE)
    for (int o = 0; o < TILE_OUTPUTS; o++) {
      to[2 * o] = vtm_bf16_round(first[o]);
      to[2 * o + 1] = vtm_bf16_round(second[o]);
      first[o] -= vtm_bf16_value(to[2 * o]);
      second[o] -= vtm_bf16_value(to[2 * o + 1]);
    }
}

/* Tile after tile of 16 outputs; what fills up the last ones is zero. */
static void pack_weights(const vtm_packed_convolution *packed, const float *weights, float *ordered) {
  const vtm_convolution *shape = &packed->shape;
  const ptrdiff_t each = (ptrdiff_t)shape->in_channels * shape->kernel_height * shape->kernel_width;
  const ptrdiff_t values = (ptrdiff_t)packed->steps * VTM_BF16_CHANNELS;
  for (int tile = 0; tile < packed->out_planes * 2; tile++) {
    memset(ordered, 0, (size_t)(values * TILE_OUTPUTS) * sizeof(*ordered));
    for (int o = 0; o < TILE_OUTPUTS && tile * TILE_OUTPUTS + o < shape->out_channels; o++)
      order_weights(packed, weights + (tile * TILE_OUTPUTS + o) * each, ordered + o);
    uint16_t *to =
        packed->weights + (size_t)(tile / 2) * packed->out_plane_weights + (ptrdiff_t)(tile % 2) * VTM_BF16_TILE;
    for (int step = 0; step < packed->steps; step++, to += (ptrdiff_t)packed->parts * 2 * VTM_BF16_TILE)
      for (int row = 0; row < TILE_ROWS; row++)
        pack_row(ordered + ((ptrdiff_t)step * TILE_ROWS + row) * 2 * TILE_OUTPUTS, packed->parts,
                 to + (ptrdiff_t)row * VTM_BF16_CHANNELS);
  }
}

vtm_packed_convolution *vtm_bf16_pack(const vtm_convolution *shape, const float *weights, const float *bias,
                                      int most_parts, vtm_error *error) {
  if (shape->stride > VTM_BF16_MAX_STRIDE) {
    (void)vtm_fail(error, VTM_ERROR_USAGE, "a stride of %d: this backend's maps leave room for %d", shape->stride,
                   VTM_BF16_MAX_STRIDE);
    return NULL;
  }
  vtm_packed_convolution packed = {.shape = *shape,
                                   .parts = most_parts > 2 && shape->reduced ? 2 : most_parts,
                                   .planes = planes_for(shape->in_channels),
                                   .out_planes = planes_for(shape->out_channels)};
  if (shape->in_channels == 3) {
    const int run = shape->kernel_width * 3;
    packed.row_lines = run / VTM_BF16_CHANNELS;
    packed.patch_steps = planes_for(run % VTM_BF16_CHANNELS * shape->kernel_height);
    packed.steps = packed.row_lines * shape->kernel_height + packed.patch_steps;
  } else {
    packed.steps = packed.planes * shape->kernel_height * shape->kernel_width;
  }
  packed.out_plane_weights = (size_t)packed.steps * (size_t)packed.parts * 2 * VTM_BF16_TILE;
  const size_t header = (sizeof(packed) + 63) / 64 * 64;
  const size_t outputs = (size_t)packed.out_planes * VTM_BF16_CHANNELS;
  const size_t weight_bytes = (size_t)packed.out_planes * packed.out_plane_weights * sizeof(uint16_t);
  float *ordered = vtm_allocate((size_t)packed.steps * VTM_BF16_CHANNELS * TILE_OUTPUTS, sizeof(*ordered), error);
  char *memory =
      ordered != NULL ? vtm_allocate_aligned(header + outputs * sizeof(float) + weight_bytes, 1, error) : NULL;
  vtm_packed_convolution *copy = (vtm_packed_convolution *)(void *)memory;
  if (copy != NULL) {
    *copy = packed;
    copy->bias = (float *)(void *)(memory + header);
    copy->weights = (uint16_t *)(void *)(copy->bias + outputs);
    for (size_t o = 0; o < outputs; o++) copy->bias[o] = o < (size_t)shape->out_channels ? bias[o] : 0;
    pack_weights(copy, weights, ordered);
  }
  free(ordered);
  return copy;
}
