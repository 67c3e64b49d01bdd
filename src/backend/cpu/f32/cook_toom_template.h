/* Cook-Toom convolution by register tiles.
 *
 * For a block of tiles, V = B' d B of every tile and input channel; for each of the in_height x in_width
 * positions, M = U V, a product of matrices over channels done by the same register tiles as a 1x1 convolution;
 * then y = A' M A, bias, ReLU. V and M lie in scratch memory:
 *   V  positions x input planes  x block x 16        M  positions x output planes x block x 16
 * with a little room between positions (vtm_cook_toom_step).
 * No sum runs across tiles, so the bits depend neither on which tiles share a block nor on threads or batch.
 *
 * A template, which backend_template.h includes: the parameters are described there. */
#include "backend/cpu/cook_toom_matrices.h"

enum { MOST_INPUTS = 64 }; /* in_height x in_width of any form */

/* One of a form's matrices: output[i] = sum_k matrix[i][k] input[k]. */
typedef struct line_transform {
  int outputs, inputs;
  const float *matrix;
} line_transform;

/* The transform is a constant at every call, so that zeros cost nothing and ones no multiplication. */
ALWAYS_INLINE void transform_line(const line_transform transform, const vec *input, const int input_step, vec *output,
                                  const int output_step) {
  vec x[16];
#pragma GCC unroll 16
  for (int k = 0; k < transform.inputs; k++) x[k] = input[k * input_step];
#pragma GCC unroll 16
  for (int i = 0; i < transform.outputs; i++) {
    vec sum = (vec){0};
    bool started = false;
#pragma GCC unroll 16
    for (int k = 0; k < transform.inputs; k++) {
      const float factor = transform.matrix[i * transform.inputs + k];
      if (factor == 0) continue;
      if (!started)
        sum = factor == 1 ? x[k] : splat(factor) * x[k];
      else if (factor == 1)
        sum += x[k];
      else if (factor == -1)
        sum -= x[k];
      else
        sum = MULTIPLY_ADD(splat(factor), x[k], sum);
      started = true;
    }
    output[i * output_step] = sum;
  }
}

/* Down the columns of a tile, then along its rows; `values` and `room` hold MOST_INPUTS each. */
ALWAYS_INLINE void transform_tile(const line_transform down, const line_transform along, vec *values, vec *room) {
  for (int j = 0; j < along.inputs; j++) transform_line(down, values + j, along.inputs, room + j, along.inputs);
  for (int i = 0; i < down.outputs; i++)
    transform_line(along, room + i * along.inputs, 1, values + i * along.outputs, 1);
}

/* One plane's tile. */
typedef struct tile_place {
  const vtm_map *map;
  int image, plane, top, left; /* top, left: of its first value, in the map without border */
} tile_place;

static inline float *tile_corner(const tile_place *place) {
  return vtm_map_pixel(place->map, place->image, place->plane, place->top, place->left);
}

/* B' d B; inputs beyond the border are zero. `values` are `step` floats apart. */
ALWAYS_INLINE void transform_input(const line_transform down, const line_transform along, const tile_place *place,
                                   float *values, size_t step) {
  const int rows = place->map->height + place->map->border - place->top;
  const int columns = place->map->width + place->map->border - place->left;
  const float *corner = tile_corner(place);
  const size_t row = vtm_map_row(place->map);
  for (int lane = 0; lane < VTM_CPU_BLOCK; lane += LANES) {
    vec d[MOST_INPUTS];
    vec room[MOST_INPUTS];
    for (int i = 0; i < down.inputs; i++)
      for (int j = 0; j < along.inputs; j++)
        d[i * along.inputs + j] =
            i < rows && j < columns ? load(corner + (size_t)i * row + (size_t)j * VTM_CPU_BLOCK + lane) : (vec){0};
    transform_tile(down, along, d, room);
    for (int i = 0; i < down.outputs * along.outputs; i++) store(values + (size_t)i * step + lane, d[i]);
  }
}

/* What becomes of products: bias, ReLU. */
typedef struct tile_finish {
  const float *bias;
  bool with_relu;
} tile_finish;

/* A' M A, finished; outputs beyond the map are dropped. */
ALWAYS_INLINE void transform_output(const line_transform down, const line_transform along, const float *values,
                                    size_t step, const tile_finish *finish, const tile_place *place) {
  const int rows = place->map->height - place->top < down.outputs ? place->map->height - place->top : down.outputs;
  const int columns = place->map->width - place->left < along.outputs ? place->map->width - place->left : along.outputs;
  float *corner = tile_corner(place);
  const size_t row = vtm_map_row(place->map);
  for (int lane = 0; lane < VTM_CPU_BLOCK; lane += LANES) {
    vec m[MOST_INPUTS];
    vec room[MOST_INPUTS];
    for (int i = 0; i < down.inputs * along.inputs; i++) m[i] = load(values + (size_t)i * step + lane);
    transform_tile(down, along, m, room);
    const vec bias = load(finish->bias + lane);
    for (int i = 0; i < rows; i++)
      for (int j = 0; j < columns; j++) {
        const vec y = m[i * along.outputs + j] + bias;
        store(corner + (size_t)i * row + (size_t)j * VTM_CPU_BLOCK + lane, finish->with_relu ? relu(y) : y);
      }
  }
}

typedef void input_transform(const tile_place *place, float *values, size_t step);
typedef void output_transform(const float *values, size_t step, const tile_finish *finish, const tile_place *place);

#define TRANSFORM(OUTPUTS, INPUTS, MATRIX) ((line_transform){OUTPUTS, INPUTS, MATRIX})
#define COOK_TOOM(MH, RH, MW, RW, NAME, ERROR)                                                              \
  static void input_##MH##_##RH##_##MW##_##RW(const tile_place *place, float *values, size_t step) {        \
    transform_input(TRANSFORM(MH + RH - 1, MH + RH - 1, cook_toom_b_##MH##_##RH[0]),                        \
                    TRANSFORM(MW + RW - 1, MW + RW - 1, cook_toom_b_##MW##_##RW[0]), place, values, step);  \
  }                                                                                                         \
  static void output_##MH##_##RH##_##MW##_##RW(const float *values, size_t step, const tile_finish *finish, \
                                               const tile_place *place) {                                   \
    transform_output(TRANSFORM(MH, MH + RH - 1, cook_toom_a_##MH##_##RH[0]),                                \
                     TRANSFORM(MW, MW + RW - 1, cook_toom_a_##MW##_##RW[0]), values, step, finish, place);  \
  }
VTM_COOK_TOOM_EACH(COOK_TOOM)

typedef struct form_transforms {
  input_transform *input;
  output_transform *output;
} form_transforms;

#define TRANSFORMS(MH, RH, MW, RW, NAME, ERROR) {input_##MH##_##RH##_##MW##_##RW, output_##MH##_##RH##_##MW##_##RW},
static const form_transforms transforms[VTM_COOK_TOOM_FORMS] = {VTM_COOK_TOOM_EACH(TRANSFORMS)};

static void multiply_block(const vtm_packed_convolution *packed, const float *v, float *m, int block, int count) {
  static const float no_bias[TILE_WIDTH] __attribute__((aligned(64))) = {0};
  const vtm_cook_toom *form = packed->form;
  const int outputs = packed->out_planes * VTM_CPU_BLOCK;
  const size_t plane = (size_t)block * VTM_CPU_BLOCK;
  tile_job job = {.input_plane = plane,
                  .step = VTM_CPU_BLOCK,
                  .planes = packed->planes,
                  .kernel_height = 1,
                  .run = VTM_CPU_BLOCK,
                  .bias = no_bias,
                  .output_plane = plane,
                  .width = count};
  const tile_family *family = family_of(job.step);
  for (int position = 0; position < form->in_height * form->in_width; position++)
    for (int first = 0; first < outputs; first += TILE_WIDTH) {
      const int width = outputs - first < TILE_WIDTH ? outputs - first : TILE_WIDTH;
      set_weights(&job, packed->weights + ((size_t)position * (size_t)outputs + (size_t)first) * packed->depth,
                  (size_t)width * packed->depth);
      job.input = v + (size_t)position * vtm_cook_toom_step(packed->planes, block);
      job.output = m + (size_t)position * vtm_cook_toom_step(packed->out_planes, block) +
                   (size_t)(first / VTM_CPU_BLOCK) * plane + first % VTM_CPU_BLOCK;
      job.column = 0;
      convolve_line(&job, family->tiles[width / LANES - 1], count);
    }
}

static void convolve_tiles(const vtm_packed_convolution *packed, const vtm_map *input, vtm_map *output, int first_plane,
                           float *scratch) {
  const vtm_cook_toom *form = packed->form;
  const form_transforms *transform = &transforms[form->form];
  const int across = (output->width + form->out_width - 1) / form->out_width;
  const int tiles_of_image = vtm_cook_toom_tiles(form, output->height, output->width);
  const int tiles = tiles_of_image * output->images;
  const int block = vtm_cook_toom_block(form, packed->planes, packed->out_planes, tiles);
  const size_t plane = (size_t)block * VTM_CPU_BLOCK;
  const size_t input_step = vtm_cook_toom_step(packed->planes, block);
  const size_t output_step = vtm_cook_toom_step(packed->out_planes, block);
  float *v = scratch;
  float *m = v + (size_t)(form->in_height * form->in_width) * input_step;
  for (int first = 0; first < tiles; first += block) {
    const int count = tiles - first < block ? tiles - first : block;
    for (int p = 0; p < packed->planes; p++)
      for (int i = 0; i < count; i++) {
        const int image = (first + i) / tiles_of_image;
        const int tile = (first + i) % tiles_of_image;
        const tile_place place = {input, image, p, tile / across * form->out_height - packed->shape.pad_height,
                                  tile % across * form->out_width - packed->shape.pad_width};
        transform->input(&place, v + (size_t)p * plane + (size_t)i * VTM_CPU_BLOCK, input_step);
      }
    multiply_block(packed, v, m, block, count);
    for (int p = 0; p < packed->out_planes; p++)
      for (int i = 0; i < count; i++) {
        const int image = (first + i) / tiles_of_image;
        const int tile = (first + i) % tiles_of_image;
        const tile_place place = {output, image, first_plane + p, tile / across * form->out_height,
                                  tile % across * form->out_width};
        const tile_finish finish = {packed->bias + (size_t)p * VTM_CPU_BLOCK, packed->shape.relu};
        transform->output(m + (size_t)p * plane + (size_t)i * VTM_CPU_BLOCK, output_step, &finish, &place);
      }
  }
}
