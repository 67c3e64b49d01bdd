#include "backend/cpu/cook_toom.h"

#include "backend/cpu/cook_toom_matrices.h"
#include "base/memory.h"

static const vtm_cook_toom forms[VTM_COOK_TOOM_FORMS] = {
    {VTM_COOK_TOOM_3X3, "F(4,3) x F(4,3)", 3, 3, 4, 4, 6, 6, cook_toom_g_4_3[0], cook_toom_g_4_3[0], 12},
    {VTM_COOK_TOOM_5X5, "F(4,5) x F(4,5)", 5, 5, 4, 4, 8, 8, cook_toom_g_4_5[0], cook_toom_g_4_5[0], 12},
    {VTM_COOK_TOOM_1X7, "F(6,7)", 1, 7, 1, 6, 1, 12, cook_toom_g_1_1[0], cook_toom_g_6_7[0], 24},
    {VTM_COOK_TOOM_7X1, "F(6,7)", 7, 1, 6, 1, 12, 1, cook_toom_g_6_7[0], cook_toom_g_1_1[0], 24},
};

const vtm_cook_toom *vtm_cook_toom_choose(const vtm_convolution *shape) {
  if (shape->exact || shape->stride != 1 || shape->in_channels < VTM_CPU_BLOCK) return NULL;
  for (int i = 0; i < VTM_COOK_TOOM_FORMS; i++)
    if (forms[i].kernel_height == shape->kernel_height && forms[i].kernel_width == shape->kernel_width &&
        vtm_cook_toom_tiles(&forms[i], shape->typical_height, shape->typical_width) >= forms[i].least_tiles)
      return &forms[i];
  return NULL;
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
