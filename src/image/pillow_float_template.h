/* The passes of pillow_resize_float.c, once for each instruction set. Sums and products are not fused, so all give the
 * same bits.
 *
 * A template, for one inclusion in a source file. Its only parameter is the instruction set that the file is compiled
 * for. */
#ifdef __AVX2__
#include <immintrin.h>
#endif

#include "image/resize.h"

static void widen_row(const uint8_t *row, int width, vtm_double4 *pixels) {
  for (int x = 0; x < width; x++, row += 3) pixels[x] = (vtm_double4){row[0], row[1], row[2], 0};
}

static void horizontal_row(const vtm_axis *axis, const vtm_double4 *row, float *out) {
  const vtm_window *windows = vtm_axis_windows(axis);
  const double *weights = vtm_axis_weights(axis);
  for (int x = 0; x < axis->out; x++, out += 3, weights += axis->taps) {
    const vtm_double4 *in = row + windows[x].first;
    vtm_double4 sum = {0};
    for (int k = 0; k < windows[x].count; k++) sum += in[k] * weights[k];
    for (int c = 0; c < 3; c++) out[c] = (float)sum[c];
  }
}

/* Four floats as doubles. gcc 12 needs the intrinsic to make one instruction of it. */
static inline void load_four(const float *in, vtm_double4 *out) {
#ifdef __AVX2__
  *out = (vtm_double4)_mm256_cvtps_pd(_mm_loadu_ps(in));
#else
  *out = (vtm_double4){in[0], in[1], in[2], in[3]};
#endif
}

/* One row of the result, clipped to 0..255, from `count` rows of `samples` floats. */
static void vertical_row(const float *rows, size_t samples, const double *weights, int count, float *out) {
  enum { LANES = 4, VECTORS = 4, BLOCK = LANES * VECTORS };
  size_t from = 0;
  for (; from + BLOCK <= samples; from += BLOCK) {
    vtm_double4 sums[VECTORS] = {{0}};
    for (int k = 0; k < count; k++)
      for (int v = 0; v < VECTORS; v++) {
        vtm_double4 in;
        load_four(rows + (size_t)k * samples + from + (size_t)(v * LANES), &in);
        sums[v] += in * weights[k];
      }
    for (int i = 0; i < BLOCK; i++) out[from + (size_t)i] = vtm_clip_level((float)sums[i / LANES][i % LANES]);
  }
  for (; from < samples; from++) {
    double sum = 0;
    for (int k = 0; k < count; k++) sum += rows[(size_t)k * samples + from] * weights[k];
    out[from] = vtm_clip_level((float)sum);
  }
}
