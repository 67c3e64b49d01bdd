/* Pillow's resize of mode F, one channel at a time there (clean-fid): sums in double precision, float32
 * between the passes and at the end, no rounding to 8 bit; clipped to 0..255 as clean-fid does. */
#include <string.h>

#include "image/resize.h"

/* A pixel with an idle fourth channel; the compiler makes of it what the processor has. */
typedef double vtm_pixel __attribute__((vector_size(32)));

static void horizontal(const vtm_axis *axis, const vtm_pixel *row, float *out) {
  const vtm_window *windows = vtm_axis_windows(axis);
  const double *weights = vtm_axis_weights(axis);
  for (int x = 0; x < axis->out; x++, out += 3, weights += axis->taps) {
    const vtm_pixel *in = row + windows[x].first;
    vtm_pixel sum = {0};
    for (int k = 0; k < windows[x].count; k++) sum += in[k] * weights[k];
    for (int c = 0; c < 3; c++) out[c] = (float)sum[c];
  }
}

static void widen(const uint8_t *row, int width, vtm_pixel *pixels) {
  for (int x = 0; x < width; x++, row += 3) pixels[x] = (vtm_pixel){row[0], row[1], row[2], 0};
}

static float clip(float value) { return value < 0 ? 0 : value > 255 ? 255 : value; }

/* One row of the result from rows of `samples` floats. */
static void vertical_row(const float *rows, size_t samples, const double *weights, int count, float *out) {
  enum { BLOCK = 64 };
  for (size_t from = 0; from < samples; from += BLOCK) {
    const size_t n = samples - from < BLOCK ? samples - from : BLOCK;
    double sums[BLOCK] = {0};
    for (int k = 0; k < count; k++) {
      const float *in = rows + (size_t)k * samples + from;
      for (size_t i = 0; i < n; i++) sums[i] += in[i] * weights[k];
    }
    for (size_t i = 0; i < n; i++) out[from + i] = clip((float)sums[i]);
  }
}

static bool run_horizontal(vtm_resizer *resizer, const vtm_image *source, int width, float *rows, vtm_error *error) {
  const size_t stride = (size_t)source->width * 3, samples = (size_t)width * 3;
  if (width == source->width) {
    for (size_t i = 0; i < stride * (size_t)source->height; i++) rows[i] = source->pixels[i];
    return true;
  }
  if (!vtm_axis_prepare(&resizer->x, resizer->record->filter, source->width, width, error) ||
      !vtm_scratch_reserve(&resizer->table, (size_t)source->width * sizeof(vtm_pixel), error))
    return false;
  for (int y = 0; y < source->height; y++) {
    widen(source->pixels + (size_t)y * stride, source->width, resizer->table.memory);
    horizontal(&resizer->x, resizer->table.memory, rows + (size_t)y * samples);
  }
  return true;
}

vtm_status vtm_resize_pillow_float(vtm_resizer *resizer, const vtm_image *source, int width, int height,
                                   float *destination, vtm_error *error) {
  const size_t samples = (size_t)width * 3;
  if (!vtm_scratch_reserve(&resizer->first_pass, samples * (size_t)source->height * sizeof(float), error) ||
      !run_horizontal(resizer, source, width, resizer->first_pass.memory, error))
    return error != NULL ? error->status : VTM_ERROR_MEMORY;
  const float *rows = resizer->first_pass.memory;
  if (height == source->height) {
    for (size_t i = 0; i < samples * (size_t)height; i++) destination[i] = clip(rows[i]);
    return VTM_OK;
  }
  vtm_axis *axis = &resizer->y;
  if (!vtm_axis_prepare(axis, resizer->record->filter, source->height, height, error))
    return error != NULL ? error->status : VTM_ERROR_MEMORY;
  const vtm_window *windows = vtm_axis_windows(axis);
  for (int y = 0; y < height; y++)
    vertical_row(rows + (size_t)windows[y].first * samples, samples,
                 vtm_axis_weights(axis) + (size_t)y * (size_t)axis->taps, windows[y].count,
                 destination + (size_t)y * samples);
  return VTM_OK;
}
