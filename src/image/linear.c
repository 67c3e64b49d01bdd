/* Bilinear interpolation between the two nearest samples of each axis, without antialiasing: first along
 * the row, then between two rows. */
#include "image/resize.h"

bool vtm_linear_prepare(vtm_axis *axis, const vtm_linear_form *form, int in, int out, vtm_error *error) {
  axis->filter = NULL;
  axis->in = in;
  axis->out = out;
  axis->taps = 1;
  if (!vtm_scratch_reserve(&axis->windows, (size_t)out * sizeof(vtm_window), error) ||
      !vtm_scratch_reserve(&axis->weights, (size_t)out * sizeof(float), error))
    return false;
  vtm_window *windows = axis->windows.memory;
  float *weights = axis->weights.memory;
  const float scale = (float)in / (float)out;
  for (int i = 0; i < out; i++) {
    const float position = form->position(i, scale);
    const int low = position < (float)(in - 1) ? (int)position : in - 1;
    windows[i] = (vtm_window){low, low < in - 1 ? 2 : 1};
    weights[i] = position - (float)low;
  }
  return true;
}

static inline float interpolate_samples(float a, float b, float t, bool lerp) {
  return lerp ? a + (b - a) * t : a * (1.0f - t) + b * t;
}

static void resize_row(const uint8_t *row, const vtm_axis *axis, bool lerp, float *out) {
  const vtm_window *windows = vtm_axis_windows(axis);
  const float *weights = axis->weights.memory;
  for (int x = 0; x < axis->out; x++, out += 3) {
    const uint8_t *a = row + (size_t)windows[x].first * 3;
    const uint8_t *b = a + (size_t)(windows[x].count - 1) * 3;
    for (int c = 0; c < 3; c++) out[c] = interpolate_samples(a[c], b[c], weights[x], lerp);
  }
}

/* The last two rows made, so that enlarging makes each once. */
typedef struct row_cache {
  int index[2];
  float *row[2];
} row_cache;

vtm_status vtm_resize_linear(vtm_resizer *resizer, const vtm_image *source, int width, int height, float *destination,
                             vtm_error *error) {
  const size_t samples = (size_t)width * 3;
  const bool lerp = resizer->record->form == VTM_RESAMPLING_LERP;
  if (!vtm_linear_prepare(&resizer->x, resizer->record->linear, source->width, width, error) ||
      !vtm_linear_prepare(&resizer->y, resizer->record->linear, source->height, height, error) ||
      !vtm_scratch_reserve(&resizer->first_pass, 2 * samples * sizeof(float), error))
    return error != NULL ? error->status : VTM_ERROR_MEMORY;
  const vtm_window *rows = vtm_axis_windows(&resizer->y);
  const float *weights = resizer->y.weights.memory;
  float *scratch = resizer->first_pass.memory;
  row_cache cache = {{-1, -1}, {scratch, scratch + samples}};
  for (int y = 0; y < height; y++, destination += samples) {
    const int wanted[2] = {rows[y].first, rows[y].first + rows[y].count - 1};
    const float *row[2];
    for (int i = 0; i < 2; i++) {
      const int slot = wanted[i] & 1; /* neighbours differ in their last bit */
      if (cache.index[slot] != wanted[i])
        resize_row(source->pixels + (size_t)wanted[i] * (size_t)source->width * 3, &resizer->x, lerp, cache.row[slot]);
      cache.index[slot] = wanted[i];
      row[i] = cache.row[slot];
    }
    for (size_t i = 0; i < samples; i++) destination[i] = interpolate_samples(row[0][i], row[1][i], weights[y], lerp);
  }
  return VTM_OK;
}
