/* The ops of the bf16 backends, written once and compiled by bf16_amx.c and bf16_portable.c, which define
 *   vec                        16 floats
 *   accumulate(parts, job)     the products: sums of two tiles of pixels times two tiles of outputs
 *   read_parts(parts, ...)     32 channels of a pixel, parts summed
 *   write_parts(parts, ...)    the other way round
 *   enter(), leave()           around a convolution
 *   PEAK                       vtm_backend.peak
 * and end with DEFINE_BACKEND for each number of parts. `parts` is a constant wherever it matters. */
#include <math.h>
#include <string.h>

#include "backend/cpu/bf16.h"
#include "backend/cpu/norm.h"
#include "backend/cpu/window.h"

/* ---- images ---- */

enum { LINE_PIXELS = VTM_BF16_CHANNELS / VTM_BF16_IMAGE_VALUES };

/* Up to eight pixels, the values of one line of a tile. */
ALWAYS_INLINE void load_line(int parts, const float *pixels, int count, const float scale[3], const float shift[3],
                             uint16_t *to, const vtm_bf16_layout *layout) {
  float values[VTM_BF16_CHANNELS] __attribute__((aligned(64))) = {0};
  for (int i = 0; i < count; i++)
    for (int c = 0; c < 3; c++) values[i * VTM_BF16_IMAGE_VALUES + c] = pixels[i * 3 + c] * scale[c] + shift[c];
  const vec *halves = (const vec *)(const void *)values;
  uint16_t line[VTM_BF16_MAX_PARTS * VTM_BF16_CHANNELS];
  write_parts(parts, halves[0], halves[1], line, VTM_BF16_CHANNELS);
  for (int p = 0; p < layout->parts; p++)
    memcpy(to + (size_t)p * layout->part, line + p * VTM_BF16_CHANNELS,
           (size_t)count * VTM_BF16_IMAGE_VALUES * sizeof(*to));
}

ALWAYS_INLINE void load_pixels(int parts, const float *pixels, const float scale[3], const float shift[3],
                               vtm_map *output, int image) {
  const vtm_bf16_layout layout = vtm_bf16_layout_of(output, parts);
  uint16_t *first = vtm_bf16_pixel(output, &layout, image, 0, -output->border, -output->border);
  /* Stretches reach beyond a row's last pixel: what lies there is multiplied by zero, and must be a number. */
  memset(first, 0, layout.image * sizeof(*first));
  for (int y = 0; y < output->height; y++, pixels += (ptrdiff_t)output->width * 3) {
    uint16_t *row = vtm_bf16_pixel(output, &layout, image, 0, y, 0);
    for (int x = 0; x < output->width; x += LINE_PIXELS) {
      const int left = output->width - x;
      const float *from = pixels + (ptrdiff_t)x * 3;
      uint16_t *to = row + (ptrdiff_t)x * VTM_BF16_IMAGE_VALUES;
      if (left >= LINE_PIXELS)
        load_line(parts, from, LINE_PIXELS, scale, shift, to, &layout);
      else
        load_line(parts, from, left, scale, shift, to, &layout);
    }
  }
}

/* ---- convolution ---- */

/* The bits of a sum depend on the input's plane, kernel row, column and part only, never on where a tile lies. */

/* Where the tiles of an output lie. With stride 1 they run on from row to row of the input's memory. */
typedef struct tiling {
  int length;          /* positions of a line of tiles */
  int pitch;           /* positions of a line from one row of the output to the next */
  int lines, per_line; /* of an image */
} tiling;

static tiling tile_output(const vtm_convolution *shape, const vtm_map *input, const vtm_map *output) {
  tiling t = {.length = output->width, .pitch = output->width + VTM_BF16_PIXELS, .lines = output->height};
  if (shape->stride == 1 && input->channels != 3) {
    t.pitch = input->width + input->border;
    t.length = (output->height - 1) * t.pitch + output->width;
    t.lines = 1;
  }
  t.per_line = (t.length + VTM_BF16_PIXELS - 1) / VTM_BF16_PIXELS;
  return t;
}

typedef struct place {
  int image, y, x; /* of the output; x may lie in the border of the input's row */
  int pixels;      /* of the tile that count */
} place;

static place place_of(const tiling *t, int number) {
  const int a_tile_image = t->lines * t->per_line;
  const int line = number % a_tile_image / t->per_line;
  const int first = number % t->per_line * VTM_BF16_PIXELS;
  place p = {.image = number / a_tile_image, .pixels = t->length - first};
  if (p.pixels > VTM_BF16_PIXELS) p.pixels = VTM_BF16_PIXELS;
  p.y = line + first / t->pitch;
  p.x = first % t->pitch;
  return p;
}

typedef struct convolve_job {
  const vtm_packed_convolution *packed;
  const vtm_map *input;
  vtm_map *output;
  vtm_bf16_layout in, out;
  tiling tiles;
  int first_plane;
} convolve_job;

static const uint16_t *input_of(const convolve_job *job, const place *p) {
  const vtm_convolution *shape = &job->packed->shape;
  return vtm_bf16_pixel(job->input, &job->in, p->image, 0, p->y * shape->stride - shape->pad_height,
                        p->x * shape->stride - shape->pad_width);
}

/* Bias, ReLU and rounding into parts of a tile's pixels. */
ALWAYS_INLINE void finish_tile(int parts, const convolve_job *job, int out_plane, const place *p, const float *sums) {
  const vec *bias = (const vec *)(const void *)(job->packed->bias + (size_t)out_plane * VTM_BF16_CHANNELS);
  const vec bias_low = bias[0];
  const vec bias_high = bias[1];
  const bool relu = job->packed->shape.relu;
  int x = p->x;
  uint16_t *row = vtm_bf16_pixel(job->output, &job->out, p->image, job->first_plane + out_plane, p->y, 0);
  for (int i = 0; i < p->pixels; i++) {
    if (x < job->output->width) {
      vec low = *(const vec *)(const void *)(sums + i * 16) + bias_low;
      vec high = *(const vec *)(const void *)(sums + 256 + i * 16) + bias_high;
      if (relu) {
        low = max_of(low, (vec){0});
        high = max_of(high, (vec){0});
      }
      write_parts(parts, low, high, row + (ptrdiff_t)x * VTM_BF16_CHANNELS, job->out.part);
    }
    if (++x == job->tiles.pitch) {
      x = 0;
      row += job->out.row;
    }
  }
}

/* Tiles `number` and the next one, for 32 output channels. */
ALWAYS_INLINE void convolve_pair(const int products_parts, const int parts, const convolve_job *job, int out_plane,
                                 int number, int count) {
  float sums[4 * 256] __attribute__((aligned(64)));
  const vtm_packed_convolution *packed = job->packed;
  const place first = place_of(&job->tiles, number);
  const place second = number + 1 < count ? place_of(&job->tiles, number + 1) : first;
  const tile_job products = {
      .pixels = {input_of(job, &first), input_of(job, &second)},
      .pixel_bytes = packed->shape.stride * job->in.pixel_values * (int)sizeof(uint16_t),
      .planes = packed->planes,
      .kernel_height = packed->shape.kernel_height,
      .stretches = packed->stretches,
      .plane = job->in.plane,
      .row = job->in.row,
      .part = job->in.part,
      .weights = packed->weights + (size_t)out_plane * packed->out_plane_weights,
      .sums = sums,
  };
  accumulate(products_parts, &products);
  finish_tile(parts, job, out_plane, &first, sums);
  if (number + 1 < count) finish_tile(parts, job, out_plane, &second, sums + 512);
}

/* Weights up to this size stay in the second-level cache while all pixels pass by; of larger ones, those of 32
 * output channels do, and the pixels pass by once for each 32. */
enum { CACHED_WEIGHTS = 1 << 20 };

ALWAYS_INLINE void convolve_tiles(const int products_parts, const int parts, const convolve_job *job) {
  const vtm_packed_convolution *packed = job->packed;
  const int count = job->output->images * job->tiles.lines * job->tiles.per_line;
  const bool cached = (size_t)packed->out_planes * packed->out_plane_weights * sizeof(uint16_t) <= CACHED_WEIGHTS;
  if (cached) {
    for (int number = 0; number < count; number += 2)
      for (int plane = 0; plane < packed->out_planes; plane++)
        convolve_pair(products_parts, parts, job, plane, number, count);
  } else {
    for (int plane = 0; plane < packed->out_planes; plane++)
      for (int number = 0; number < count; number += 2) convolve_pair(products_parts, parts, job, plane, number, count);
  }
}

ALWAYS_INLINE void convolve(const int parts, const vtm_packed_convolution *packed, const vtm_map *input,
                            vtm_map *output, int first_channel) {
  convolve_job job = {.packed = packed,
                      .input = input,
                      .output = output,
                      .in = vtm_bf16_layout_of(input, parts),
                      .out = vtm_bf16_layout_of(output, parts),
                      .tiles = tile_output(&packed->shape, input, output),
                      .first_plane = first_channel / VTM_BF16_CHANNELS};
  enter();
  if (packed->parts == parts && job.out.parts == parts)
    convolve_tiles(parts, parts, &job);
  else if (packed->parts == parts)
    convolve_tiles(parts, 2, &job);
  else if (job.out.parts == parts)
    convolve_tiles(2, parts, &job);
  else
    convolve_tiles(2, 2, &job);
  leave();
  vtm_bf16_clear_border(output, parts, job.first_plane, packed->out_planes);
}

/* ---- pooling ---- */

/* Columns of the input that are pooled at a time; no kernel is wider. */
enum { POOL_COLUMNS = 96 };

typedef struct pixel {
  vec low, high;
} pixel;

ALWAYS_INLINE pixel combine(pixel a, pixel b, const bool maximum) {
  if (maximum) return (pixel){max_of(b.low, a.low), max_of(b.high, a.high)};
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

ALWAYS_INLINE void pool_row(const int in_parts, const int parts, const vtm_pooling *pooling, const vtm_map *input,
                            const uint16_t *row, const vtm_bf16_layout *in, int height, uint16_t *to, int width,
                            size_t to_part, const bool maximum) {
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
        const vec divisor = (float)count - (vec){0};
        sum = (pixel){sum.low / divisor, sum.high / divisor};
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
        if (in.parts == parts && out.parts == parts)
          pool_row(parts, parts, pooling, input, row, &in, height, to, output->width, out.part, maximum);
        else if (in.parts == parts)
          pool_row(parts, 2, pooling, input, row, &in, height, to, output->width, out.part, maximum);
        else if (out.parts == parts)
          pool_row(2, parts, pooling, input, row, &in, height, to, output->width, out.part, maximum);
        else
          pool_row(2, 2, pooling, input, row, &in, height, to, output->width, out.part, maximum);
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
          vec halves[2];
          const uint16_t *from = vtm_bf16_pixel(input, &layout, n, p, y, x);
          if (layout.parts == parts)
            read_parts(parts, from, layout.part, &halves[0], &halves[1]);
          else
            read_parts(2, from, layout.part, &halves[0], &halves[1]);
          for (int c = 0; c < VTM_BF16_CHANNELS; c++) sums[c] += (double)halves[c / 16][c % 16];
        }
      for (int c = 0; c < VTM_BF16_CHANNELS && p * VTM_BF16_CHANNELS + c < input->channels; c++)
        to[(size_t)n * (size_t)input->channels + (size_t)(p * VTM_BF16_CHANNELS + c)] =
            (float)(sums[c] / ((double)input->height * (double)input->width));
    }
}

/* ---- LPIPS ---- */

ALWAYS_INLINE float sum_lanes(vec x) {
  float sum = 0;
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++) sum += x[i];
  return sum;
}

/* Neighbouring pixels are taken together, so that the walk over the planes reads whole stretches. */
enum { LPIPS_PIXELS = 16 };

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
  for (int i = 0; i < pixels; i++) {
    norm_a[i] = inverse_norm(sum_lanes(square_a[i]));
    norm_b[i] = inverse_norm(sum_lanes(square_b[i]));
  }
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
      const vec_unaligned *weight = (const vec_unaligned *)(const void *)(weights + (size_t)p * VTM_BF16_CHANNELS);
      total += weight[0] * (low * low) + weight[1] * (high * high);
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

#define DEFINE_BACKEND(PARTS, RECORD, NAME, FORMS)                                                                     \
  static size_t map_bytes_##PARTS(const vtm_map *shape) { return vtm_bf16_map_bytes(shape, PARTS); }                   \
  static void load_pixels_##PARTS(const float *pixels, const float scale[3], const float shift[3], vtm_map *output,    \
                                  int image) {                                                                         \
    load_pixels(PARTS, pixels, scale, shift, output, image);                                                           \
  }                                                                                                                    \
  static vtm_packed_convolution *pack_##PARTS(const vtm_convolution *shape, const float *weights, const float *bias,   \
                                              vtm_error *error) {                                                      \
    return vtm_bf16_pack(shape, weights, bias, PARTS, error);                                                          \
  }                                                                                                                    \
  static void convolve_##PARTS(const vtm_packed_convolution *packed, const vtm_map *input, vtm_map *output,            \
                               int first_channel, float *scratch) {                                                    \
    (void)scratch;                                                                                                     \
    convolve(PARTS, packed, input, output, first_channel);                                                             \
  }                                                                                                                    \
  static void max_pool_##PARTS(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output, int first_channel) { \
    pool(PARTS, pooling, input, output, first_channel, true);                                                          \
  }                                                                                                                    \
  static void average_pool_##PARTS(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output,                  \
                                   int first_channel) {                                                                \
    pool(PARTS, pooling, input, output, first_channel, false);                                                         \
  }                                                                                                                    \
  static void channel_means_##PARTS(const vtm_map *input, float *to) { means(PARTS, input, to); }                      \
  static void lpips_distances_##PARTS(const vtm_map *a, const vtm_map *b, const float *weights, double *distances,     \
                                      size_t stride) {                                                                 \
    lpips(PARTS, a, b, weights, distances, stride);                                                                    \
  }                                                                                                                    \
  static void read_map_##PARTS(const vtm_map *map, int image, float *values) {                                         \
    vtm_bf16_read_map(map, image, values, PARTS);                                                                      \
  }                                                                                                                    \
  const vtm_backend RECORD = {                                                                                         \
      .name = NAME,                                                                                                    \
      .batch = VTM_BF16_BATCH,                                                                                         \
      .exact_form = FORMS,                                                                                             \
      .convolution_forms = FORMS,                                                                                      \
      .map_bytes = map_bytes_##PARTS,                                                                                  \
      .load_pixels = load_pixels_##PARTS,                                                                              \
      .pack_convolution = pack_##PARTS,                                                                                \
      .scratch_bytes = vtm_bf16_scratch_bytes,                                                                         \
      .convolve = convolve_##PARTS,                                                                                    \
      .max_pool = max_pool_##PARTS,                                                                                    \
      .average_pool = average_pool_##PARTS,                                                                            \
      .channel_means = channel_means_##PARTS,                                                                          \
      .lpips_distances = lpips_distances_##PARTS,                                                                      \
      .form = vtm_bf16_form,                                                                                           \
      .peak = PEAK,                                                                                                    \
      .read_map = read_map_##PARTS,                                                                                    \
  };
