/* The kernels of the CPU backend, written once over GCC's vector types and compiled for each instruction
 * set by kernels_portable.c, kernels_avx2.c, kernels_avx512.c and kernels_neon.c, which define
 *   LANES       floats in a vector
 *   VECTORS     vectors of output channels in a tile
 *   PIXELS      most pixels in a tile; PIXELS x VECTORS accumulators and VECTORS weights stay in registers
 *   MULTIPLY_ADD(a, b, c)   a b + c, fused where the processor can
 *   CLASS       row of choose.h's table
 *   BACKEND     name of the vtm_backend record to define
 *   BACKEND_NAME
 *
 * Convolution is direct, without im2col: a tile of `pixels` neighbours in a row times VECTORS x LANES
 * output channels is accumulated over all inputs,
 *   acc[p][v] += input[p][k] * weights[k][v],   k over planes, kernel rows, (kernel columns x block),
 * always in this order: a tile's bits do not depend on where the tile lies, so neither on threads nor
 * batch. Bias starts the sum; ReLU and the zero border ride along with the store. All pixels pass by the weights of as
 * many planes as the first-level cache holds, then by those of the next; between, sums wait in the output. */
#include "backend/cpu/layout.h"
#include "backend/cpu/norm.h"
#include "backend/cpu/peak.h"
#include "backend/cpu/window.h"
#include "backend/host.h"

#include <math.h>
#include <stdint.h>

typedef float vec __attribute__((vector_size(LANES * sizeof(float))));
typedef int32_t mask __attribute__((vector_size(LANES * sizeof(int32_t)))); /* what comparing two vec gives */
typedef float vec_unaligned __attribute__((vector_size(LANES * sizeof(float)), aligned(4)));

enum { TILE_WIDTH = VECTORS * LANES, PLANE_VECTORS = VTM_CPU_BLOCK / LANES };

#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE vec splat(float value) { return value - (vec){0}; }

/* NaN stays NaN: only x < 0 is replaced. */
ALWAYS_INLINE vec relu(vec x) { return (vec)(~(x < 0) & (mask)x); }

typedef struct tile_job {
  const float *input; /* first tap of the first pixel */
  size_t input_plane, input_row;
  size_t step; /* floats between the inputs of neighbouring pixels */
  int planes, kernel_height;
  size_t run; /* kernel_width x block */
  const float *weights, *bias;
  const float *fetch;             /* brought into the second-level cache meanwhile, a line for each input */
  const float *ahead, *ahead_end; /* of the weights that come next: what is still to be fetched */
  float *output;                  /* first pixel, first channel of the tile */
  size_t output_plane;
  int column, width; /* of the first pixel; after column width-1 the output skips `gap` floats */
  size_t gap;
  bool resumed; /* the sums so far are in the output, not in the bias */
  bool relu;
} tile_job;

/* What is read next comes from the second-level cache, weights the first time from memory: too far for a processor to
 * keep up with by itself. So weights NEAR inputs ahead and the pixels of the next plane are asked into the first-level
 * cache, and a line of the next channels' weights for each input into the second-level cache. */
enum { LINE = 16, NEAR = 8 };

/* The channels whose weights these are; those of the next ones, equally many, lie behind them. */
ALWAYS_INLINE void set_weights(tile_job *job, const float *weights, size_t count) {
  job->weights = weights;
  job->ahead = weights + count;
  job->ahead_end = job->ahead + count;
}

/* Where the output of each pixel begins. */
ALWAYS_INLINE void place_pixels(const tile_job *job, const int pixels, float *to[PIXELS]) {
  float *output = job->output;
  int column = job->column;
#pragma GCC unroll 16
  for (int p = 0; p < pixels; p++) {
    to[p] = output;
    output += VTM_CPU_BLOCK;
    if (++column == job->width) {
      column = 0;
      output += job->gap;
    }
  }
}

/* Vector v of the output channels of the pixel at `to`. */
ALWAYS_INLINE float *vector_at(const tile_job *job, float *to, int v) {
  return to + (size_t)(v / PLANE_VECTORS) * job->output_plane + (size_t)(v % PLANE_VECTORS) * LANES;
}

/* `pixels`, `vectors` and `step` are constants at every call: the loops below unroll into registers. */
ALWAYS_INLINE void convolve_tile(const tile_job *job, const int pixels, const int vectors, const size_t step) {
  float *to[PIXELS];
  place_pixels(job, pixels, to);
  vec acc[PIXELS][VECTORS];
#pragma GCC unroll 16
  for (int p = 0; p < pixels; p++)
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++)
      acc[p][v] = *(const vec *)(const void *)(job->resumed ? vector_at(job, to[p], v) : job->bias + v * LANES);
  const vec *weights = (const vec *)(const void *)job->weights;
  const float *fetch = job->fetch;
  for (int plane = 0; plane < job->planes; plane++)
    for (int row = 0; row < job->kernel_height; row++) {
      const float *input = job->input + (size_t)plane * job->input_plane + (size_t)row * job->input_row;
#pragma GCC unroll 16
      for (int p = 0; p < pixels; p++) __builtin_prefetch(input + job->input_plane + (size_t)p * step, 0, 3);
      for (size_t k = 0; k < job->run; k++, input++, weights += vectors, fetch += LINE) {
        vec w[VECTORS];
        __builtin_prefetch(fetch, 0, 2);
#pragma GCC unroll 16
        for (int v = 0; v < vectors; v += LINE / LANES) __builtin_prefetch(weights + NEAR * vectors + v, 0, 3);
#pragma GCC unroll 16
        for (int v = 0; v < vectors; v++) w[v] = weights[v];
#pragma GCC unroll 16
        for (int p = 0; p < pixels; p++) {
          const vec x = splat(input[(size_t)p * step]);
#pragma GCC unroll 16
          for (int v = 0; v < vectors; v++) acc[p][v] = MULTIPLY_ADD(x, w[v], acc[p][v]);
        }
      }
    }
#pragma GCC unroll 16
  for (int p = 0; p < pixels; p++)
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++)
      *(vec *)(void *)vector_at(job, to[p], v) = job->relu ? relu(acc[p][v]) : acc[p][v];
}

typedef void tile_function(const tile_job *job);

/* One function for each number of pixels, number of vectors, and step between pixels. */
#define TILE(P, V, NAME, STEP) \
  static void tile_##NAME##_##P##_##V(const tile_job *job) { convolve_tile(job, P, V, STEP); }
#define TILES(V, NAME, STEP) EACH_PIXELS(TILE, V, NAME, STEP)
#define TILE_NAME(P, V, NAME, STEP) tile_##NAME##_##P##_##V,
#define TILE_TABLE(V, NAME, STEP) \
  { NULL, EACH_PIXELS(TILE_NAME, V, NAME, STEP) }

/* Steps worth a kernel of their own: a constant step costs no registers. dense: stride 1 in a blocked
 * map; strided: stride 2 there; image2, image4: stride 2 and 4 in an RGB image. */
#define EACH_STEP(X, V)      \
  X(V, dense, VTM_CPU_BLOCK) \
  X(V, strided, (size_t)2 * VTM_CPU_BLOCK) X(V, image2, 6) X(V, image4, 12) X(V, any, job->step)
EACH_STEP(TILES, 1)
#if VECTORS > 1
EACH_STEP(TILES, 2)
#endif

typedef struct tile_family {
  size_t step; /* 0: any */
  tile_function *tiles[VECTORS][PIXELS + 1];
} tile_family;

#if VECTORS > 1
#define FAMILY(NAME, STEP)                                   \
  {                                                          \
    STEP, { TILE_TABLE(1, NAME, 0), TILE_TABLE(2, NAME, 0) } \
  }
#else
#define FAMILY(NAME, STEP)           \
  {                                  \
    STEP, { TILE_TABLE(1, NAME, 0) } \
  }
#endif
static const tile_family families[] = {
    FAMILY(dense, VTM_CPU_BLOCK),
    FAMILY(strided, (size_t)2 * VTM_CPU_BLOCK),
    FAMILY(image2, 6),
    FAMILY(image4, 12),
    FAMILY(any, 0),
};

static const tile_family *family_of(size_t step) {
  const tile_family *family = families;
  while (family->step != 0 && family->step != step) family++;
  return family;
}

/* A line of `count` output pixels whose inputs are `step` apart, cut into tiles of nearly equal size. */
static void convolve_line(tile_job *job, tile_function *const *tiles, int count) {
  const int parts = (count + PIXELS - 1) / PIXELS;
  const float *input = job->input;
  float *output = job->output;
  const int column = job->column;
  const size_t depth = (size_t)job->planes * (size_t)job->kernel_height * job->run;
  for (int part = 0; part < parts; part++) {
    const int first = count * part / parts;
    const int pixels = count * (part + 1) / parts - first;
    const int from_column = column + first;
    job->input = input + (size_t)first * job->step;
    job->output = output + (size_t)first * VTM_CPU_BLOCK + (size_t)(from_column / job->width) * job->gap;
    job->column = from_column % job->width;
    const bool more = job->ahead < job->ahead_end;
    job->fetch = more ? job->ahead : job->weights;
    if (more) job->ahead += depth * LINE;
    tiles[pixels](job);
  }
}

/* A 1x1 convolution over a map without border reads its pixels as one long line: tiles need not end
 * with the rows. */
static bool is_one_line(const vtm_packed_convolution *packed, const vtm_map *input) {
  const vtm_convolution *shape = &packed->shape;
  return shape->kernel_height == 1 && shape->kernel_width == 1 && shape->stride == 1 && input->border == 0 &&
         shape->pad_height == 0 && shape->pad_width == 0;
}

/* Input planes whose weights, for the channels of a tile, stay in the first-level cache while all pixels pass by. */
static int planes_together(size_t plane_depth) {
  enum { CACHE_BYTES = 24 << 10 };
  const int planes = (int)(CACHE_BYTES / (plane_depth * TILE_WIDTH * sizeof(float)));
  return planes > 0 ? planes : 1;
}

/* Of some images: the weights of a tile's channels pass by once. */
static void convolve_images(const vtm_packed_convolution *packed, const vtm_map *input, vtm_map *output,
                            int first_plane, int first_image, int images) {
  const vtm_convolution *shape = &packed->shape;
  const int outputs = packed->out_planes * VTM_CPU_BLOCK;
  const bool one_line = is_one_line(packed, input);
  const int lines = one_line ? 1 : output->height;
  const int length = one_line ? output->height * output->width : output->width;
  tile_job job = {.input_plane = vtm_map_plane(input),
                  .input_row = vtm_map_row(input),
                  .step = (size_t)shape->stride * (size_t)packed->block,
                  .kernel_height = shape->kernel_height,
                  .run = (size_t)shape->kernel_width * (size_t)packed->block,
                  .output_plane = vtm_map_plane(output),
                  .width = output->width,
                  .gap = (size_t)(2 * output->border) * VTM_CPU_BLOCK};
  const tile_family *family = family_of(job.step);
  const size_t plane_depth = packed->depth / (size_t)packed->planes;
  const int chunk = planes_together(plane_depth);
  for (int first = 0; first < outputs; first += TILE_WIDTH) {
    const int width = outputs - first < TILE_WIDTH ? outputs - first : TILE_WIDTH;
    const float *weights = packed->weights + (size_t)first * packed->depth;
    job.bias = packed->bias + first;
    for (int plane = 0; plane < packed->planes; plane += chunk) {
      job.planes = packed->planes - plane < chunk ? packed->planes - plane : chunk;
      job.resumed = plane > 0;
      job.relu = shape->relu && plane + job.planes == packed->planes;
      const size_t count = (size_t)width * plane_depth * (size_t)job.planes;
      set_weights(&job, weights, count);
      weights += count;
      for (int i = 0; i < lines * images; i++) {
        const int image = first_image + i / lines;
        const int y = i % lines;
        job.input = vtm_map_pixel(input, image, plane, y * shape->stride - shape->pad_height, -shape->pad_width);
        job.output = vtm_map_pixel(output, image, first_plane + first / VTM_CPU_BLOCK, y, 0) + first % VTM_CPU_BLOCK;
        job.column = 0;
        convolve_line(&job, family->tiles[width / LANES - 1], length);
      }
    }
  }
}

#include "backend/cpu/cook_toom_kernels.h"

/* As many images together as stay in the second-level cache while the weights pass by. */
static void convolve_direct(const vtm_packed_convolution *packed, const vtm_map *input, vtm_map *output,
                            int first_plane) {
  enum { CACHE_BYTES = 1 << 20 };
  const size_t image_bytes = (size_t)packed->planes * vtm_map_plane(input) * sizeof(float);
  const int most = image_bytes < CACHE_BYTES ? (int)(CACHE_BYTES / image_bytes) : 1;
  for (int n = 0; n < output->images; n += most)
    convolve_images(packed, input, output, first_plane, n, output->images - n < most ? output->images - n : most);
}

static void convolve(const vtm_packed_convolution *packed, const vtm_map *input, vtm_map *output, int first_channel,
                     float *scratch) {
  const int first_plane = first_channel / VTM_CPU_BLOCK;
  if (packed->form != NULL)
    convolve_tiles(packed, input, output, first_plane, scratch);
  else
    convolve_direct(packed, input, output, first_plane);
  vtm_cpu_clear_border(output, first_plane, packed->out_planes);
}

static vtm_packed_convolution *pack_convolution(const vtm_convolution *shape, const float *weights, const float *bias,
                                                vtm_error *error) {
  return vtm_cpu_pack(shape, weights, bias, &vtm_cpu_classes[CLASS], error);
}

static int candidates(const vtm_convolution *shape, vtm_candidate list[VTM_MOST_CANDIDATES]) {
  return vtm_choose_candidates(&vtm_cpu_classes[CLASS], shape, list);
}

/* ---- pooling ---- */

/* A NaN in either stays. */
ALWAYS_INLINE vec max_of(vec a, vec b) {
  const mask greater = (a > b) | ~(a <= splat(INFINITY));
  return (vec)((greater & (mask)a) | (~greater & (mask)b));
}

ALWAYS_INLINE vec pool_window(const vtm_map *input, const float *corner, int rows, int columns, int lane,
                              const bool maximum) {
  const size_t row = vtm_map_row(input);
  vec sum = maximum ? *(const vec *)(const void *)(corner + lane) : (vec){0};
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j++) {
      const vec x = *(const vec *)(const void *)(corner + (size_t)i * row + (size_t)j * VTM_CPU_BLOCK + lane);
      sum = maximum ? max_of(x, sum) : sum + x;
    }
  return sum;
}

ALWAYS_INLINE vec finish_average(vec mean, const float *bias, int channel) {
  return bias == NULL ? mean : relu(mean + *(const vec_unaligned *)(const void *)(bias + channel));
}

ALWAYS_INLINE void pool_plane(const vtm_pooling *pooling, const vtm_map *input, int plane, vtm_map *output,
                              int to_plane, int image, const bool maximum) {
  const int channel = plane * VTM_CPU_BLOCK;
  for (int y = 0; y < output->height; y++) {
    const window rows = window_at(pooling, input->height, y);
    float *to = vtm_map_pixel(output, image, to_plane, y, 0);
    for (int x = 0; x < output->width; x++, to += VTM_CPU_BLOCK) {
      const window columns = window_at(pooling, input->width, x);
      const float *corner = vtm_map_pixel(input, image, plane, rows.first, columns.first);
      const int height = rows.last - rows.first;
      const int width = columns.last - columns.first;
      const float count = (float)(pooling->count_pad ? pooling->kernel * pooling->kernel : height * width);
      for (int lane = 0; lane < VTM_CPU_BLOCK; lane += LANES) {
        /* a whole 3x3 window, the only kind these networks have inside the map, unrolls */
        const vec sum = height == 3 && width == 3 ? pool_window(input, corner, 3, 3, lane, maximum)
                                                  : pool_window(input, corner, height, width, lane, maximum);
        *(vec *)(void *)(to + lane) = maximum ? sum : finish_average(sum / splat(count), pooling->bias, channel + lane);
      }
    }
  }
}

static void max_pool(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output, int first_channel) {
  const int first_plane = first_channel / VTM_CPU_BLOCK;
  for (int n = 0; n < output->images; n++)
    for (int p = 0; p < vtm_map_planes(input); p++) pool_plane(pooling, input, p, output, first_plane + p, n, true);
  vtm_cpu_clear_border(output, first_plane, vtm_map_planes(input));
}

static void average_pool(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output, int first_channel) {
  const int first_plane = first_channel / VTM_CPU_BLOCK;
  for (int n = 0; n < output->images; n++)
    for (int p = 0; p < vtm_map_planes(input); p++) pool_plane(pooling, input, p, output, first_plane + p, n, false);
  vtm_cpu_clear_border(output, first_plane, vtm_map_planes(input));
}

static void channel_means(const vtm_map *input, float *means) {
  for (int n = 0; n < input->images; n++)
    for (int c = 0; c < input->channels; c++) {
      double sum = 0;
      for (int y = 0; y < input->height; y++) {
        const float *from = vtm_map_pixel(input, n, c / VTM_CPU_BLOCK, y, 0) + c % VTM_CPU_BLOCK;
        for (int x = 0; x < input->width; x++) sum += (double)from[(size_t)x * VTM_CPU_BLOCK];
      }
      means[(size_t)n * (size_t)input->channels + (size_t)c] =
          (float)(sum / ((double)input->height * (double)input->width));
    }
}

/* ---- LPIPS ---- */

ALWAYS_INLINE float sum_lanes(vec x) {
  float sum = 0;
#pragma GCC unroll 16
  for (int i = 0; i < LANES; i++) sum += x[i];
  return sum;
}

/* Neighbouring pixels are taken together, so that the walk over the planes reads whole stretches. */
enum { LPIPS_PIXELS = 16 };

static double lpips_stretch(const float *a, const float *b, size_t plane, int planes, int pixels,
                            const float *weights) {
  vec square_a[LPIPS_PIXELS] = {{0}};
  vec square_b[LPIPS_PIXELS] = {{0}};
  for (int p = 0; p < planes; p++)
    for (int i = 0; i < pixels; i++)
      for (int lane = 0; lane < VTM_CPU_BLOCK; lane += LANES) {
        const size_t at = (size_t)p * plane + (size_t)i * VTM_CPU_BLOCK + (size_t)lane;
        const vec va = *(const vec *)(const void *)(a + at);
        const vec vb = *(const vec *)(const void *)(b + at);
        square_a[i] = MULTIPLY_ADD(va, va, square_a[i]);
        square_b[i] = MULTIPLY_ADD(vb, vb, square_b[i]);
      }
  float norm_a[LPIPS_PIXELS];
  float norm_b[LPIPS_PIXELS];
  for (int i = 0; i < pixels; i++) {
    norm_a[i] = inverse_norm(sum_lanes(square_a[i]));
    norm_b[i] = inverse_norm(sum_lanes(square_b[i]));
  }
  vec total[LPIPS_PIXELS] = {{0}};
  for (int p = 0; p < planes; p++)
    for (int i = 0; i < pixels; i++)
      for (int lane = 0; lane < VTM_CPU_BLOCK; lane += LANES) {
        const size_t at = (size_t)p * plane + (size_t)i * VTM_CPU_BLOCK + (size_t)lane;
        /* not fused: equal images must give exactly 0 */
        const vec difference = *(const vec *)(const void *)(a + at) * splat(norm_a[i]) -
                               *(const vec *)(const void *)(b + at) * splat(norm_b[i]);
        const vec weight = *(const vec_unaligned *)(const void *)(weights + (size_t)p * VTM_CPU_BLOCK + (size_t)lane);
        total[i] = MULTIPLY_ADD(weight, difference * difference, total[i]);
      }
  double sum = 0;
  for (int i = 0; i < pixels; i++) sum += (double)sum_lanes(total[i]);
  return sum;
}

static double image_distance(const vtm_map *a, const vtm_map *b, int image, const float *weights) {
  double sum = 0;
  for (int y = 0; y < a->height; y++)
    for (int x = 0; x < a->width; x += LPIPS_PIXELS) {
      const int pixels = a->width - x < LPIPS_PIXELS ? a->width - x : LPIPS_PIXELS;
      sum += lpips_stretch(vtm_map_pixel(a, image, 0, y, x), vtm_map_pixel(b, image, 0, y, x), vtm_map_plane(a),
                           vtm_map_planes(a), pixels, weights);
    }
  return sum / ((double)a->height * (double)a->width);
}

static void lpips_distances(const vtm_map *a, const vtm_map *b, const float *weights, double *distances,
                            size_t stride) {
  for (int n = 0; n < a->images; n++) distances[(size_t)n * stride] = image_distance(a, b, n, weights);
}

/* ---- benchmarks ---- */

/* As many chains as a processor has multiply-adds in flight: two a cycle, each of which takes four or five. */
#define EACH_CHAIN(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)

static void run_chains(long count) {
  const vec x = splat(0.5F);
  const vec y = splat(1.0F);
#define DECLARE(I) vec chain##I = splat((float)(I));
  EACH_CHAIN(DECLARE)
  for (long i = 0; i < count; i++) {
#define ADVANCE(I) chain##I = MULTIPLY_ADD(chain##I, x, y);
    EACH_CHAIN(ADVANCE)
  }
  vec sum = splat(0);
#define COLLECT(I) sum = sum + chain##I;
  EACH_CHAIN(COLLECT)
  volatile float kept = sum[0]; /* so that the chains are not left out */
  (void)kept;
}

static double peak(void) {
  enum { CHAINS = 12 };
  return vtm_peak_of(run_chains, 2000000, CHAINS * LANES);
}

const vtm_backend BACKEND = {
    .name = BACKEND_NAME,
    .exact_form = "direct",
    .convolution_forms = VTM_COOK_TOOM_NAMES,
    .queues = &vtm_host_queues,
    .batch = 4,
    .map_bytes = vtm_cpu_map_bytes,
    .load_pixels = vtm_cpu_load_pixels,
    .pack_convolution = pack_convolution,
    .free_convolution = vtm_host_free_convolution,
    .prepare_convolution = vtm_cpu_prepare,
    .convolve = convolve,
    .max_pool = max_pool,
    .average_pool = average_pool,
    .channel_means = channel_means,
    .lpips_distances = lpips_distances,
    .form = vtm_cpu_form,
    .candidates = candidates,
    .peak = peak,
    .read_map = vtm_cpu_read_map,
};
