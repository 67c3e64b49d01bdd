/* Pillow's resize of 8-bit RGB: two passes, each a sum in fixed point that is rounded to 8 bit. */
#include <stddef.h>

#include "base/cpu.h"
#include "image/resize.h"

static uint8_t round_and_clip(int32_t sum) {
  const int32_t value = sum >> VTM_PILLOW_BITS;
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

enum { HALF = 1 << (VTM_PILLOW_BITS - 1) };

static void horizontal_pass(const vtm_axis *axis, const vtm_plane *source, uint8_t *destination, size_t stride) {
  const vtm_window *windows = vtm_axis_windows(axis);
  for (int y = 0; y < source->height; y++) {
    const uint8_t *row = source->pixels + (size_t)y * source->stride;
    uint8_t *out = destination + (size_t)y * stride;
    const int32_t *weights = vtm_axis_fixed(axis);
    for (int x = 0; x < axis->out; x++, out += 3, weights += axis->taps) {
      const uint8_t *in = row + (size_t)windows[x].first * 3;
      int32_t r = HALF, g = HALF, b = HALF;
      for (int k = 0; k < windows[x].count; k++, in += 3) {
        r += in[0] * weights[k];
        g += in[1] * weights[k];
        b += in[2] * weights[k];
      }
      out[0] = round_and_clip(r);
      out[1] = round_and_clip(g);
      out[2] = round_and_clip(b);
    }
  }
}

static void vertical_pass(const vtm_axis *axis, const vtm_plane *source, uint8_t *destination, size_t stride) {
  enum { BLOCK = 96 }; /* sums that stay in the first-level cache, and in part in registers */
  const vtm_window *windows = vtm_axis_windows(axis);
  const size_t bytes = (size_t)source->width * 3;
  for (int y = 0; y < axis->out; y++) {
    const int32_t *weights = vtm_axis_fixed(axis) + (size_t)y * (size_t)axis->taps;
    const uint8_t *rows = source->pixels + (size_t)windows[y].first * source->stride;
    uint8_t *out = destination + (size_t)y * stride;
    for (size_t from = 0; from < bytes; from += BLOCK) {
      const size_t count = bytes - from < BLOCK ? bytes - from : BLOCK;
      int32_t sums[BLOCK];
      for (size_t i = 0; i < count; i++) sums[i] = HALF;
      for (int k = 0; k < windows[y].count; k++) {
        const uint8_t *in = rows + (size_t)k * source->stride + from;
        for (size_t i = 0; i < count; i++) sums[i] += in[i] * weights[k];
      }
      for (size_t i = 0; i < count; i++) out[from + i] = round_and_clip(sums[i]);
    }
  }
}

static const vtm_pillow_kernels portable = {0, horizontal_pass, vertical_pass};

static const vtm_pillow_kernels *choose_pillow_kernels(unsigned cpu_features) {
#ifdef __x86_64__
  const unsigned needed = vtm_pillow_kernels_avx2.cpu_features;
  if ((cpu_features & needed) == needed) return &vtm_pillow_kernels_avx2;
#endif
  (void)cpu_features;
  return &portable;
}

/* Rows of whole cache lines, with a byte to spare. */
static size_t padded_stride(int width) { return ((size_t)width * 3 + 64) / 64 * 64; }

static bool run_horizontal(vtm_resizer *resizer, vtm_plane *plane, int width, vtm_scratch *scratch, vtm_error *error) {
  if (width == plane->width) return true;
  const size_t stride = padded_stride(width);
  if (!vtm_axis_prepare(&resizer->x, resizer->record->filter, plane->width, width, error) ||
      !vtm_scratch_reserve(scratch, stride * (size_t)plane->height, error))
    return false;
  choose_pillow_kernels(resizer->cpu_features)->horizontal(&resizer->x, plane, scratch->memory, stride);
  *plane = (vtm_plane){scratch->memory, stride, width, plane->height};
  return true;
}

static bool run_vertical(vtm_resizer *resizer, vtm_plane *plane, int height, vtm_scratch *scratch, vtm_error *error) {
  if (height == plane->height) return true;
  const size_t stride = padded_stride(plane->width);
  if (!vtm_axis_prepare(&resizer->y, resizer->record->filter, plane->height, height, error) ||
      !vtm_scratch_reserve(scratch, stride * (size_t)height, error))
    return false;
  choose_pillow_kernels(resizer->cpu_features)->vertical(&resizer->y, plane, scratch->memory, stride);
  *plane = (vtm_plane){scratch->memory, stride, plane->width, height};
  return true;
}

static void store_as_float(const vtm_plane *plane, float *destination) {
  const size_t samples = (size_t)plane->width * 3;
  for (int y = 0; y < plane->height; y++, destination += samples) {
    const uint8_t *row = plane->pixels + (size_t)y * plane->stride;
    for (size_t i = 0; i < samples; i++) destination[i] = row[i];
  }
}

vtm_status vtm_resize_pillow(vtm_resizer *resizer, const vtm_image *source, int width, int height, float *destination,
                             vtm_error *error) {
  vtm_plane plane = {source->pixels, (size_t)source->width * 3, source->width, source->height};
  vtm_scratch *first = &resizer->first_pass, *second = &resizer->second_pass;
  bool good;
  if (resizer->pillow13 && vtm_pillow_is_vertical_first(source->width, source->height, width, height))
    good = run_vertical(resizer, &plane, height, first, error) && run_horizontal(resizer, &plane, width, second, error);
  else
    good = run_horizontal(resizer, &plane, width, first, error) && run_vertical(resizer, &plane, height, second, error);
  if (!good) return error != NULL ? error->status : VTM_ERROR_MEMORY;
  store_as_float(&plane, destination);
  return VTM_OK;
}
