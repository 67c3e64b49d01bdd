#include "backend/cpu/f32/f32_layout.h"

#include <stdlib.h>
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

const char *vtm_cpu_form(const vtm_packed_convolution *packed, double *products) {
  const vtm_cook_toom *form = packed->form;
  *products = 1;
  if (form == NULL) return "direct";
  *products = (double)(form->in_height * form->in_width) /
              (double)(form->out_height * form->out_width * form->kernel_height * form->kernel_width);
  return form->name;
}

static size_t scratch_bytes_of(const vtm_packed_convolution *packed, const vtm_map *output) {
  const vtm_cook_toom *form = packed->form;
  if (form == NULL) return 0;
  const int tiles = vtm_cook_toom_tiles(form, output->height, output->width) * output->images;
  const int most = vtm_cook_toom_most(form, packed->planes, packed->out_planes);
  const int block = tiles < most ? tiles : most;
  return (size_t)(form->in_height * form->in_width) *
         (vtm_cook_toom_step(packed->planes, block) + vtm_cook_toom_step(packed->out_planes, block)) * sizeof(float);
}

vtm_status vtm_cpu_prepare(vtm_packed_convolution *packed, const vtm_map *input, const vtm_map *output,
                           int first_channel, size_t *scratch_bytes, vtm_error *error) {
  (void)input;
  (void)first_channel;
  (void)error;
  *scratch_bytes = scratch_bytes_of(packed, output);
  return VTM_OK;
}

/* One convolution's weights as out_channels x in_channels x height x width: all of a direct one, one position of
 * a Cook-Toom form (1 x 1). */
typedef struct kernel {
  const vtm_packed_convolution *packed;
  const float *weights;
  size_t height, width;
} kernel;

/* The weight of one output for input number `k` in reading order; 0 for channels that only fill a block up. */
static float weight_at(const kernel *from, int output, size_t k) {
  const vtm_convolution *shape = &from->packed->shape;
  const size_t block = (size_t)from->packed->block;
  const size_t channel = k / (from->height * from->width * block) * block + k % block;
  const size_t column = k / block % from->width;
  const size_t row = k / (block * from->width) % from->height;
  if (output >= shape->out_channels || channel >= (size_t)shape->in_channels) return 0;
  return from
      ->weights[(((size_t)output * (size_t)shape->in_channels + channel) * from->height + row) * from->width + column];
}

static float *pack_kernel(const kernel *from, float *to) {
  const int outputs = from->packed->out_planes * VTM_CPU_BLOCK;
  for (int first = 0; first < outputs; first += from->packed->tile_width) {
    const int end = first + from->packed->tile_width < outputs ? first + from->packed->tile_width : outputs;
    for (size_t k = 0; k < from->packed->depth; k++)
      for (int o = first; o < end; o++) *to++ = weight_at(from, o, k);
  }
  return to;
}

/* One allocation: the record, then bias, then weights, each aligned to a cache line. */
static vtm_packed_convolution *allocate_packed(const vtm_packed_convolution *packed, size_t positions,
                                               vtm_error *error) {
  const size_t header = (sizeof(*packed) + 63) / 64 * 64;
  const size_t outputs = (size_t)packed->out_planes * VTM_CPU_BLOCK;
  char *memory = vtm_allocate_aligned(header + outputs * (1 + positions * packed->depth) * sizeof(float), 1, error);
  if (memory == NULL) return NULL;
  vtm_packed_convolution *copy = (vtm_packed_convolution *)(void *)memory;
  *copy = *packed;
  copy->bias = (float *)(void *)(memory + header);
  copy->weights = copy->bias + outputs;
  return copy;
}

static vtm_packed_convolution *pack_positions(const vtm_packed_convolution *packed, const float *weights,
                                              vtm_error *error) {
  const vtm_cook_toom *form = packed->form;
  const size_t positions = (size_t)form->in_height * (size_t)form->in_width;
  const size_t pairs = (size_t)packed->shape.out_channels * (size_t)packed->shape.in_channels;
  float *transformed = vtm_cook_toom_weights(form, &packed->shape, weights, error);
  if (transformed == NULL) return NULL;
  vtm_packed_convolution *copy = allocate_packed(packed, positions, error);
  float *to = copy != NULL ? copy->weights : NULL;
  for (size_t i = 0; i < positions && to != NULL; i++)
    to = pack_kernel(&(kernel){.packed = copy, .weights = transformed + i * pairs, .height = 1, .width = 1}, to);
  free(transformed);
  return copy;
}

vtm_packed_convolution *vtm_cpu_pack(const vtm_convolution *shape, const float *weights, const float *bias,
                                     const vtm_cpu_class *cpu, vtm_error *error) {
  const vtm_map input = {.channels = shape->in_channels};
  const size_t taps = (size_t)shape->kernel_height * (size_t)shape->kernel_width;
  vtm_packed_convolution packed = {.shape = *shape,
                                   .form = vtm_choose_form(cpu, shape),
                                   .block = vtm_map_block(&input),
                                   .planes = vtm_map_planes(&input),
                                   .out_planes = (shape->out_channels + VTM_CPU_BLOCK - 1) / VTM_CPU_BLOCK,
                                   .tile_width = cpu->lanes * cpu->vectors};
  packed.depth = (size_t)packed.planes * (size_t)packed.block * (packed.form != NULL ? 1 : taps);
  vtm_packed_convolution *copy =
      packed.form != NULL ? pack_positions(&packed, weights, error) : allocate_packed(&packed, 1, error);
  if (copy == NULL) return NULL;
  for (int o = 0; o < copy->out_planes * VTM_CPU_BLOCK; o++) copy->bias[o] = o < shape->out_channels ? bias[o] : 0;
  if (copy->form == NULL)
    (void)pack_kernel(&(kernel){copy, weights, (size_t)shape->kernel_height, (size_t)shape->kernel_width},
                      copy->weights);
  return copy;
}
