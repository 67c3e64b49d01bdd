/* Pillow's resize of mode F, one channel at a time there (clean-fid): sums in double precision, float32
 * between the passes and at the end, no rounding to 8 bit; clipped to 0..255 as clean-fid does. */
#include "image/pillow_float_template.h"
#include "image/resize.h"

static const vtm_float_kernels portable = {0, widen_row, horizontal_row, vertical_row};

static const vtm_float_kernels *choose_float_kernels(unsigned cpu_features) {
#ifdef __x86_64__
  const unsigned needed = vtm_float_kernels_avx2.cpu_features;
  if ((cpu_features & needed) == needed) return &vtm_float_kernels_avx2;
#endif
  (void)cpu_features;
  return &portable;
}

static bool run_horizontal(vtm_resizer *resizer, const vtm_image *source, int width, float *rows, vtm_error *error) {
  const size_t stride = (size_t)source->width * 3, samples = (size_t)width * 3;
  if (width == source->width) {
    for (size_t i = 0; i < stride * (size_t)source->height; i++) rows[i] = source->pixels[i];
    return true;
  }
  if (!vtm_axis_prepare(&resizer->x, resizer->record->filter, source->width, width, error) ||
      !vtm_scratch_reserve(&resizer->table, (size_t)source->width * sizeof(vtm_double4), error))
    return false;
  const vtm_float_kernels *kernels = choose_float_kernels(resizer->cpu_features);
  vtm_double4 *pixels = resizer->table.memory;
  for (int y = 0; y < source->height; y++) {
    kernels->widen(source->pixels + (size_t)y * stride, source->width, pixels);
    kernels->horizontal_row(&resizer->x, pixels, rows + (size_t)y * samples);
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
    for (size_t i = 0; i < samples * (size_t)height; i++) destination[i] = vtm_clip_level(rows[i]);
    return VTM_OK;
  }
  vtm_axis *axis = &resizer->y;
  if (!vtm_axis_prepare(axis, resizer->record->filter, source->height, height, error))
    return error != NULL ? error->status : VTM_ERROR_MEMORY;
  const vtm_float_kernels *kernels = choose_float_kernels(resizer->cpu_features);
  const vtm_window *windows = vtm_axis_windows(axis);
  for (int y = 0; y < height; y++)
    kernels->vertical_row(rows + (size_t)windows[y].first * samples, samples,
                          vtm_axis_weights(axis) + (size_t)y * (size_t)axis->taps, windows[y].count,
                          destination + (size_t)y * samples);
  return VTM_OK;
}
