/* Windows and weights of Pillow's resize (its Resample.c, precompute_coeffs and normalize_coeffs_8bpc), in
 * the same order of operations, since a bit of difference here is a level in the picture. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "image/resize.h"

enum { GROUP = 4 }; /* taps that a vector kernel takes at once */

static double triangle_filter(double x) {
  x = fabs(x);
  return x < 1.0 ? 1.0 - x : 0.0;
}

/* Keys' cubic with a = -0.5 */
static double cubic_filter(double x) {
  const double a = -0.5;
  x = fabs(x);
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
  if (x < 2.0) return (((x - 5) * x + 8) * x - 4) * a;
  return 0.0;
}

static double normalised_sinc(double x) {
  if (x == 0.0) return 1.0;
  x = x * M_PI;
  return sin(x) / x;
}

static double lanczos3_filter(double x) {
  return -3.0 <= x && x < 3.0 ? normalised_sinc(x) * normalised_sinc(x / 3) : 0.0;
}

const vtm_pillow_filter vtm_pillow_bilinear = {1.0, triangle_filter};
const vtm_pillow_filter vtm_pillow_bicubic = {2.0, cubic_filter};
const vtm_pillow_filter vtm_pillow_lanczos = {3.0, lanczos3_filter};

static bool reserve_axis(vtm_axis *axis, vtm_error *error) {
  size_t count = 0;
  if (!vtm_multiply((size_t)axis->out, (size_t)axis->taps, &count) || count > SIZE_MAX / 64) {
    (void)vtm_fail(error, VTM_ERROR_LIMIT, "resizing %d to %d samples is too much", axis->in, axis->out);
    return false;
  }
  if (!vtm_scratch_reserve(&axis->windows, (size_t)axis->out * sizeof(vtm_window), error) ||
      !vtm_scratch_reserve(&axis->weights, count * sizeof(double), error) ||
      !vtm_scratch_reserve(&axis->fixed, count * sizeof(int32_t), error) ||
      !vtm_scratch_reserve(&axis->packed, count * 8 * sizeof(int16_t), error))
    return false;
  memset(axis->weights.memory, 0, count * sizeof(double));
  return true;
}

static void compute_window(const vtm_axis *axis, int i, vtm_window *window, double *weights) {
  const double scale = (double)axis->in / axis->out;
  const double filter_scale = scale < 1.0 ? 1.0 : scale;
  const double support = axis->filter->support * filter_scale;
  const double center = (i + 0.5) * scale;
  const double inverse = 1.0 / filter_scale;
  int first = (int)(center - support + 0.5);
  if (first < 0) first = 0;
  int end = (int)(center + support + 0.5);
  if (end > axis->in) end = axis->in;
  double sum = 0.0;
  for (int k = 0; k < end - first; k++) {
    weights[k] = axis->filter->weight((k + first - center + 0.5) * inverse);
    sum += weights[k];
  }
  for (int k = 0; k < end - first; k++)
    if (sum != 0.0) weights[k] /= sum;
  *window = (vtm_window){first, end - first};
}

/* Pairs of taps beside each other and four times over (three channels and one idle), first the high parts
 * of four taps, then the low parts. */
static void pack_weights(const int32_t *fixed, int taps, int16_t *packed) {
  enum { LOW_MASK = (1 << VTM_PACKED_LOW_BITS) - 1, COPIES = 4 };
  for (int group = 0; group < taps; group += GROUP) {
    int16_t *high = packed + group * 8, *low = high + GROUP * COPIES;
    for (int half = 0; half < 2; half++)
      for (int copy = 0; copy < COPIES; copy++)
        for (int tap = 0; tap < 2; tap++) {
          const int32_t weight = fixed[group + half * 2 + tap];
          const int at = half * 8 + copy * 2 + tap;
          high[at] = (int16_t)(weight >> VTM_PACKED_LOW_BITS);
          low[at] = (int16_t)(weight & LOW_MASK);
        }
  }
}

bool vtm_axis_prepare(vtm_axis *axis, const vtm_pillow_filter *filter, int in, int out, vtm_error *error) {
  if (axis->filter == filter && axis->in == in && axis->out == out) return true;
  const double scale = (double)in / out;
  const double support = filter->support * (scale < 1.0 ? 1.0 : scale);
  const int window_size = (int)ceil(support) * 2 + 1;
  axis->filter = NULL;
  axis->in = in;
  axis->out = out;
  axis->taps = (window_size + GROUP - 1) / GROUP * GROUP;
  if (!reserve_axis(axis, error)) return false;
  axis->filter = filter;
  vtm_window *windows = axis->windows.memory;
  double *weights = axis->weights.memory;
  int32_t *fixed = axis->fixed.memory;
  int16_t *packed = axis->packed.memory;
  for (int i = 0; i < out; i++) {
    const size_t at = (size_t)i * (size_t)axis->taps;
    compute_window(axis, i, &windows[i], weights + at);
    for (int k = 0; k < axis->taps; k++) {
      const double scaled = weights[at + (size_t)k] * (1 << VTM_PILLOW_BITS);
      fixed[at + (size_t)k] = (int32_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
    pack_weights(fixed + at, axis->taps, packed + at * 8);
  }
  return true;
}

void vtm_axis_free(vtm_axis *axis) {
  free(axis->windows.memory);
  free(axis->weights.memory);
  free(axis->fixed.memory);
  free(axis->packed.memory);
  *axis = (vtm_axis){0};
}
