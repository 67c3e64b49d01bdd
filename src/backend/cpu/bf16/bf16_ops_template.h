/* The ops of the bf16 backends, written once and compiled by bf16_amx.c and bf16_portable.c. The number of parts is a
 * constant wherever it matters: bf16_backend_template.h makes a backend of them for one number.
 *
 * A template, for one inclusion in a source file. Its parameters are simd_template.h with 16 LANES, and functions:
 *   read_parts(parts, from, part, &low, &high)   32 channels of a pixel, parts summed
 *   write_parts(parts, low, high, to, part)      the other way round
 *   finish_pixels                                of bf16_finish_template.h
 *   accumulate(parts, out_parts, job, before)    products of a tile_job, and all of the finish_job before it
 *   enter(), leave()                             around a convolution */
#include <string.h>

#include "backend/cpu/bf16/bf16.h"
#include "backend/cpu/window.h"

#include "backend/cpu/bf16/bf16_convolve_template.h"

/* ---- images ---- */

/* One line of 32 values; `phase` is the channel of the first. */
ALWAYS_INLINE void load_line(int parts, const float *values, const vec scale[3][2], const vec shift[3][2], int phase,
                             uint16_t *to, size_t part) {
  write_parts(parts, load_unaligned(values) * scale[phase][0] + shift[phase][0],
              load_unaligned(values + LANES) * scale[phase][1] + shift[phase][1], to, part);
}

ALWAYS_INLINE void load_row(int parts, const float *values, int count, const vec scale[3][2], const vec shift[3][2],
                            uint16_t *to, size_t part) {
  enum { LINE = VTM_BF16_CHANNELS };
  int at = 0;
  for (; at + LINE <= count; at += LINE) load_line(parts, values + at, scale, shift, at % 3, to + at, part);
  if (at == count) return;
  const size_t left = (size_t)(count - at);
  float rest[LINE] = {0};
  uint16_t line[VTM_BF16_MAX_PARTS * LINE];
  memcpy(rest, values + at, left * sizeof(*rest));
  load_line(parts, rest, scale, shift, at % 3, line, LINE);
  for (int p = 0; p < parts; p++) memcpy(to + at + (size_t)p * part, line + p * LINE, left * sizeof(*line));
}

ALWAYS_INLINE void load_pixels(int parts, const float *pixels, const float scale[3], const float shift[3],
                               vtm_map *output, int image) {
  const vtm_bf16_layout layout = vtm_bf16_layout_of(output, parts);
  vec scales[3][2];
  vec shifts[3][2];
  for (int phase = 0; phase < 3; phase++)
    for (int i = 0; i < VTM_BF16_CHANNELS; i++) {
      scales[phase][i / 16][i % 16] = scale[(phase + i) % 3];
      shifts[phase][i / 16][i % 16] = shift[(phase + i) % 3];
    }
  for (int y = 0; y < output->height; y++, pixels += (ptrdiff_t)output->width * 3)
    load_row(layout.parts, pixels, output->width * 3, scales, shifts, vtm_bf16_pixel(output, &layout, image, 0, y, 0),
             layout.part);
  vtm_bf16_clear_border(output, parts, 0, 1);
}

/* ---- pooling ---- */

/* Columns of the input that are pooled at a time; no kernel is wider. */
enum { POOL_COLUMNS = 96 };

typedef struct pixel {
  vec low, high;
} pixel;

ALWAYS_INLINE pixel combine(pixel a, pixel b, const bool maximum) {
  if (maximum) return (pixel){max_of(a.low, b.low), max_of(a.high, b.high)};
  return (pixel){a.low + b.low, a.high + b.high};
}

/* Pooled down the column: what neighbouring windows share is read once. */
ALWAYS_INLINE pixel pool_column(const int parts, const uint16_t *from, const vtm_bf16_layout *in, int height,
                                const bool maximum) {
  pixel sum;
  read_parts(parts, from, in->part, &sum.low, &sum.high);
  for (int i = 1; i < height; i++) {
    pixel next;
    read_parts(parts, from + (size_t)i * in->row, in->part, &next.low, &next.high);
    sum = combine(sum, next, maximum);
  }
  return sum;
}

/* `bias`: of the plane, or NULL. */
ALWAYS_INLINE void pool_row(const int in_parts, const int parts, const vtm_pooling *pooling, const float *bias,
                            const vtm_map *input, const uint16_t *row, const vtm_bf16_layout *in, int height,
                            uint16_t *to, int width, size_t to_part, const bool maximum) {
  const int outputs = (POOL_COLUMNS - pooling->kernel) / pooling->stride + 1;
  for (int first = 0; first < width; first += outputs) {
    const int end = first + outputs < width ? first + outputs : width;
    const int left = window_at(pooling, input->width, first).first;
    const int right = window_at(pooling, input->width, end - 1).last;
    pixel columns[POOL_COLUMNS];
    for (int c = left; c < right; c++)
      columns[c - left] = pool_column(in_parts, row + (ptrdiff_t)c * VTM_BF16_CHANNELS, in, height, maximum);
    for (int x = first; x < end; x++) {
      const window w = window_at(pooling, input->width, x);
      pixel sum = columns[w.first - left];
      for (int c = w.first + 1; c < w.last; c++) sum = combine(sum, columns[c - left], maximum);
      if (!maximum) {
        const int count = pooling->count_pad ? pooling->kernel * pooling->kernel : height * (w.last - w.first);
        sum.low = finish_average(sum.low / splat((float)count), bias);
        sum.high = finish_average(sum.high / splat((float)count), bias != NULL ? bias + LANES : NULL);
      }
      write_parts(parts, sum.low, sum.high, to + (ptrdiff_t)x * VTM_BF16_CHANNELS, to_part);
    }
  }
}

ALWAYS_INLINE void pool(const int parts, const vtm_pooling *pooling, const vtm_map *input, vtm_map *output,
                        int first_channel, const bool maximum) {
  const vtm_bf16_layout in = vtm_bf16_layout_of(input, parts);
  const vtm_bf16_layout out = vtm_bf16_layout_of(output, parts);
  const int first_plane = first_channel / VTM_BF16_CHANNELS;
  for (int n = 0; n < output->images; n++)
    for (int p = 0; p < in.planes; p++)
      for (int y = 0; y < output->height; y++) {
        const window rows = window_at(pooling, input->height, y);
        const uint16_t *row = vtm_bf16_pixel(input, &in, n, p, rows.first, 0);
        uint16_t *to = vtm_bf16_pixel(output, &out, n, first_plane + p, y, 0);
        const int height = rows.last - rows.first;
        const float *bias = pooling->bias != NULL ? pooling->bias + (ptrdiff_t)p * VTM_BF16_CHANNELS : NULL;
        if (in.parts == parts && out.parts == parts)
          pool_row(parts, parts, pooling, bias, input, row, &in, height, to, output->width, out.part, maximum);
        else if (in.parts == parts)
          pool_row(parts, 2, pooling, bias, input, row, &in, height, to, output->width, out.part, maximum);
        else if (out.parts == parts)
          pool_row(2, parts, pooling, bias, input, row, &in, height, to, output->width, out.part, maximum);
        else
          pool_row(2, 2, pooling, bias, input, row, &in, height, to, output->width, out.part, maximum);
      }
  vtm_bf16_clear_border(output, parts, first_plane, in.planes);
}

ALWAYS_INLINE void means(const int parts, const vtm_map *input, float *to) {
  const vtm_bf16_layout layout = vtm_bf16_layout_of(input, parts);
  for (int n = 0; n < input->images; n++)
    for (int p = 0; p < layout.planes; p++) {
      double sums[VTM_BF16_CHANNELS] = {0};
      for (int y = 0; y < input->height; y++)
        for (int x = 0; x < input->width; x++) {
          vec vectors[2];
          const uint16_t *from = vtm_bf16_pixel(input, &layout, n, p, y, x);
          if (layout.parts == parts)
            read_parts(parts, from, layout.part, &vectors[0], &vectors[1]);
          else
            read_parts(2, from, layout.part, &vectors[0], &vectors[1]);
          for (int c = 0; c < VTM_BF16_CHANNELS; c++) sums[c] += (double)vectors[c / 16][c % 16];
        }
      for (int c = 0; c < VTM_BF16_CHANNELS && p * VTM_BF16_CHANNELS + c < input->channels; c++)
        to[(size_t)n * (size_t)input->channels + (size_t)(p * VTM_BF16_CHANNELS + c)] =
            (float)(sums[c] / ((double)input->height * (double)input->width));
    }
}

/* ---- LPIPS ---- */

ALWAYS_INLINE double lpips_stretch(int parts, const uint16_t *a, const uint16_t *b, const vtm_bf16_layout *layout,
                                   int pixels, const float *weights) {
  vec square_a[LPIPS_PIXELS] = {{0}};
  vec square_b[LPIPS_PIXELS] = {{0}};
  vec low;
  vec high;
  for (int p = 0; p < layout->planes; p++)
    for (int i = 0; i < pixels; i++) {
      const size_t at = (size_t)p * layout->plane + (size_t)i * VTM_BF16_CHANNELS;
      read_parts(parts, a + at, layout->part, &low, &high);
      square_a[i] += low * low + high * high;
      read_parts(parts, b + at, layout->part, &low, &high);
      square_b[i] += low * low + high * high;
    }
  float norm_a[LPIPS_PIXELS];
  float norm_b[LPIPS_PIXELS];
  inverse_norms(square_a, pixels, norm_a);
  inverse_norms(square_b, pixels, norm_b);
  vec total = {0};
  for (int p = 0; p < layout->planes; p++)
    for (int i = 0; i < pixels; i++) {
      const size_t at = (size_t)p * layout->plane + (size_t)i * VTM_BF16_CHANNELS;
      vec other_low;
      vec other_high;
      read_parts(parts, a + at, layout->part, &low, &high);
      read_parts(parts, b + at, layout->part, &other_low, &other_high);
      low = low * norm_a[i] - other_low * norm_b[i];
      high = high * norm_a[i] - other_high * norm_b[i];
      const float *weight = weights + (size_t)p * VTM_BF16_CHANNELS;
      total += load_unaligned(weight) * (low * low) + load_unaligned(weight + LANES) * (high * high);
    }
  return (double)sum_lanes(total);
}

ALWAYS_INLINE double lpips_image(const int parts, const vtm_map *a, const vtm_map *b, const vtm_bf16_layout *layout,
                                 int image, const float *weights) {
  double sum = 0;
  for (int y = 0; y < a->height; y++)
    for (int x = 0; x < a->width; x += LPIPS_PIXELS) {
      const int pixels = a->width - x < LPIPS_PIXELS ? a->width - x : LPIPS_PIXELS;
      sum += lpips_stretch(parts, vtm_bf16_pixel(a, layout, image, 0, y, x), vtm_bf16_pixel(b, layout, image, 0, y, x),
                           layout, pixels, weights);
    }
  return sum / ((double)a->height * (double)a->width);
}

ALWAYS_INLINE void lpips(const int parts, const vtm_map *a, const vtm_map *b, const float *weights, double *distances,
                         size_t stride) {
  const vtm_bf16_layout layout = vtm_bf16_layout_of(a, parts);
  for (int n = 0; n < a->images; n++)
    distances[(size_t)n * stride] = layout.parts == parts ? lpips_image(parts, a, b, &layout, n, weights)
                                                          : lpips_image(2, a, b, &layout, n, weights);
}
