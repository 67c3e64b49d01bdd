#include "backend/cpu/f32/cook_toom.h"

#include "backend/cpu/cook_toom_matrices.h"
#include "base/memory.h"

/* Sums along the height: one of `out` from `in` values for each column; then along the width, for each row. */
#define INPUT_TERMS(NH, NW) ((NH) * (NH) * (NW) + (NW) * (NW) * (NH))
#define OUTPUT_TERMS(MH, NH, MW, NW) ((MH) * (NH) * (NW) + (MW) * (NW) * (MH))
#define FORM(MH, RH, MW, RW, NAME, ERROR)                    \
  {.form = VTM_COOK_TOOM_##MH##_##RH##_##MW##_##RW,          \
   .name = (NAME),                                           \
   .error = (ERROR),                                         \
   .kernel_height = (RH),                                    \
   .kernel_width = (RW),                                     \
   .out_height = (MH),                                       \
   .out_width = (MW),                                        \
   .in_height = (MH) + (RH)-1,                               \
   .in_width = (MW) + (RW)-1,                                \
   .g_height = cook_toom_g_##MH##_##RH[0],                   \
   .g_width = cook_toom_g_##MW##_##RW[0],                    \
   .input_terms = INPUT_TERMS((MH) + (RH)-1, (MW) + (RW)-1), \
   .output_terms = OUTPUT_TERMS(MH, (MH) + (RH)-1, MW, (MW) + (RW)-1)},
const vtm_cook_toom vtm_cook_toom_forms[VTM_COOK_TOOM_FORMS] = {VTM_COOK_TOOM_EACH(FORM)};

bool vtm_cook_toom_fits(const vtm_cook_toom *form, const vtm_convolution *shape) {
  return shape->stride == 1 && shape->in_channels >= VTM_CPU_BLOCK && form->kernel_height == shape->kernel_height &&
         form->kernel_width == shape->kernel_width;
}

/* G w G' of one kernel: along the height, then along the width. */
static void transform_kernel(const vtm_cook_toom *form, const float *weights, float *transformed, size_t step) {
  enum { MOST_INPUTS = 12, MOST_TAPS = 7 };
  double rows[MOST_INPUTS * MOST_TAPS];
  for (int i = 0; i < form->in_height; i++)
    for (int b = 0; b < form->kernel_width; b++) {
      double sum = 0;
      for (int a = 0; a < form->kernel_height; a++)
        sum += form->g_height[i * form->kernel_height + a] * (double)weights[a * form->kernel_width + b];
      rows[i * form->kernel_width + b] = sum;
    }
  for (int i = 0; i < form->in_height; i++)
    for (int j = 0; j < form->in_width; j++, transformed += step) {
      double sum = 0;
      for (int b = 0; b < form->kernel_width; b++)
        sum += rows[i * form->kernel_width + b] * form->g_width[j * form->kernel_width + b];
      *transformed = (float)sum;
    }
}

float *vtm_cook_toom_weights(const vtm_cook_toom *form, const vtm_convolution *shape, const float *weights,
                             vtm_error *error) {
  const size_t pairs = (size_t)shape->out_channels * (size_t)shape->in_channels;
  const size_t taps = (size_t)form->kernel_height * (size_t)form->kernel_width;
  float *transformed = vtm_allocate(pairs * (size_t)(form->in_height * form->in_width), sizeof(float), error);
  for (size_t pair = 0; pair < pairs && transformed != NULL; pair++)
    transform_kernel(form, weights + pair * taps, transformed + pair, pairs);
  return transformed;
}

int vtm_cook_toom_most(const vtm_cook_toom *form, int in_planes, int out_planes) {
  enum { CACHE_BYTES = 1 << 20, LEAST = 14, STEP = 14 };
  const size_t tile_bytes =
      (size_t)(form->in_height * form->in_width) * (size_t)(in_planes + out_planes) * VTM_CPU_BLOCK * sizeof(float);
  const int block = (int)(CACHE_BYTES / tile_bytes) / STEP * STEP;
  return block < LEAST ? LEAST : block;
}

int vtm_cook_toom_block(const vtm_cook_toom *form, int in_planes, int out_planes, int tiles) {
  const int most = vtm_cook_toom_most(form, in_planes, out_planes);
  const int blocks = (tiles + most - 1) / most;
  return (tiles + blocks - 1) / blocks;
}
