/* Register tiles: the inner loop of every convolution in float32.
 *
 * A tile of `pixels` neighbours in a row times VECTORS x LANES output channels is accumulated over all inputs,
 *   acc[p][v] += input[p][k] * weights[k][v],   k over planes, kernel rows, (kernel columns x block),
 * always in this order: a tile's bits do not depend on where the tile lies, so neither on threads nor
 * batch. Bias starts the sum; ReLU and the zero border ride along with the store.
 *
 * A template, which backend_template.h includes: the parameters are described there. */
enum { TILE_WIDTH = VECTORS * LANES, PLANE_VECTORS = VTM_CPU_BLOCK / LANES };

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

/* What is read next comes from the second-level cache, weights the first time from memory: beyond what the hardware
 * prefetcher hides. Hence explicit prefetches: weights NEAR inputs ahead and the pixels of the next plane are asked
 * into the first-level cache, and a line of the next channels' weights for each input into the second-level cache. */
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
    for (int v = 0; v < vectors; v++) acc[p][v] = load(job->resumed ? vector_at(job, to[p], v) : job->bias + v * LANES);
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
    for (int v = 0; v < vectors; v++) store(vector_at(job, to[p], v), job->relu ? relu(acc[p][v]) : acc[p][v]);
}

typedef void tile_function(const tile_job *job);

/* One function for each number of pixels, number of vectors, and step between pixels. */
#define TILE(P, V, NAME, STEP) \
  static void tile_##NAME##_##P##_##V(const tile_job *job) { convolve_tile(job, P, V, STEP); }
#define TILES(V, NAME, STEP) EACH_PIXELS(TILE, V, NAME, STEP)
#define TILE_NAME(P, V, NAME, STEP) tile_##NAME##_##P##_##V,
#define TILE_TABLE(V, NAME, STEP) \
  { NULL, EACH_PIXELS(TILE_NAME, V, NAME, STEP) }

/* Steps worth a kernel of their own, for a constant step costs no registers: those of the networks' layers. dense:
 * stride 1 in a blocked map; strided: stride 2 there; image2, image4: stride 2 and 4 in an RGB image. */
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
