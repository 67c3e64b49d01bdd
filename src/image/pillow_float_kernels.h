/* The passes of pillow_resize_float.c, once for each instruction set that a file including this is
 * compiled for. Sums and products are not fused, so all give the same bits. */
#ifndef VTM_IMAGE_PILLOW_FLOAT_KERNELS_H
#define VTM_IMAGE_PILLOW_FLOAT_KERNELS_H

#include <string.h>

#include "image/resize.h"

/* A pixel with an idle fourth channel, or four samples of a row; the compiler makes of it what the
 * processor has. */
typedef double vtm_double4 __attribute__((vector_size(32)));

static void widen(const uint8_t *row, int width, vtm_float4 *pixels) {
  for (int x = 0; x < width; x++, row += 3) pixels[x] = (vtm_float4){row[0], row[1], row[2], 0};
}

static void horizontal_row(const vtm_axis *axis, const vtm_float4 *row, float *out) {
  const vtm_window *windows = vtm_axis_windows(axis);
  const double *weights = vtm_axis_weights(axis);
  for (int x = 0; x < axis->out; x++, out += 3, weights += axis->taps) {
    const vtm_float4 *in = row + windows[x].first;
    vtm_double4 sum = {0};
    for (int k = 0; k < windows[x].count; k++) sum += __builtin_convertvector(in[k], vtm_double4) * weights[k];
    const vtm_float4 rounded = __builtin_convertvector(sum, vtm_float4);
    memcpy(out, &rounded, 3 * sizeof(float));
  }
}

/* One row of the result, clipped to 0..255, from `count` rows of `samples` floats. */
static void vertical_row(const float *rows, size_t samples, const double *weights, int count, float *out) {
  enum { LANES = 4, VECTORS = 4, BLOCK = LANES * VECTORS };
  size_t from = 0;
  for (; from + BLOCK <= samples; from += BLOCK) {
    vtm_double4 sums[VECTORS] = {{0}};
    for (int k = 0; k < count; k++)
      for (int v = 0; v < VECTORS; v++) {
        vtm_float4 in;
        memcpy(&in, rows + (size_t)k * samples + from + (size_t)(v * LANES), sizeof(in));
        sums[v] += __builtin_convertvector(in, vtm_double4) * weights[k];
      }
    for (int i = 0; i < BLOCK; i++) out[from + (size_t)i] = vtm_clip_level((float)sums[i / LANES][i % LANES]);
  }
  for (; from < samples; from++) {
    double sum = 0;
    for (int k = 0; k < count; k++) sum += rows[(size_t)k * samples + from] * weights[k];
    out[from] = vtm_clip_level((float)sum);
  }
}

#endif
