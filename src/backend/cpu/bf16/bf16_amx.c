/* bf16 convolution on AMX. Four tiles of sums, two of pixels and two of weights fill the eight registers; each
 * tile of weights is used for both tiles of pixels, and with several parts for all parts that it is multiplied with.
 * Flushes denormals; asks the kernel for nothing: base/cpu.c did. */
#include <immintrin.h>
#include <stdbool.h>

#include "backend/cpu/bf16/bf16.h"
#include "backend/cpu/bf16/bf16_tile.h"
#include "backend/cpu/instruction_sets.h"
#include "backend/cpu/peak.h"
#include "backend/host.h"

#define LANES 16
#include "backend/cpu/simd_template.h"

/* Tile registers; 0 .. 3 are sums. The intrinsics paste them into assembly, so they are no enum. */
#define PIXELS_0 4
#define PIXELS_1 5
#define OUTPUTS_0 6
#define OUTPUTS_1 7
enum { TILE_VALUES = 512, WEIGHT_ROW_BYTES = 64, SUM_ROW_BYTES = 128 };

static void enter(void) {
  struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
  } config __attribute__((aligned(64))) = {.palette = 1};
  for (int i = 0; i < 8; i++) {
    config.row_bytes[i] = 64;
    config.rows[i] = 16;
  }
  __asm__ volatile("" ::"r"(&config) : "memory"); /* the intrinsic says that it reads eight bytes; it reads them all */
  _tile_loadconfig(&config);
}

static void leave(void) { _tile_release(); }

/* Asks for a tile's cache lines while the tiles before it are multiplied: the next plane's pixels lie where no
 * prefetcher of the processor looks. */
ALWAYS_INLINE void prefetch_tile(const uint16_t *tile, long row_bytes) {
  const char *row = (const char *)tile;
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++, row += row_bytes) _mm_prefetch(row, _MM_HINT_T0);
}

/* One stretch of one plane: all products of its parts. */
ALWAYS_INLINE void multiply(const int parts, const uint16_t *a, const uint16_t *b, size_t part, long pixel_bytes,
                            const uint16_t *weights, const uint16_t *next_a, const uint16_t *next_b) {
#pragma GCC unroll 3
  for (int j = 0; j < parts; j++) {
    _tile_loadd(OUTPUTS_0, weights + j * 2 * TILE_VALUES, WEIGHT_ROW_BYTES);
    _tile_loadd(OUTPUTS_1, weights + (j * 2 + 1) * TILE_VALUES, WEIGHT_ROW_BYTES);
#pragma GCC unroll 3
    for (int i = 0; i + j < parts; i++) {
      _tile_loadd(PIXELS_0, a + (size_t)i * part, pixel_bytes);
      _tile_dpbf16ps(0, PIXELS_0, OUTPUTS_0);
      _tile_dpbf16ps(1, PIXELS_0, OUTPUTS_1);
      if (parts > 1 && j == 0) prefetch_tile(next_a + (size_t)i * part, pixel_bytes);
      _tile_loadd(PIXELS_1, b + (size_t)i * part, pixel_bytes);
      _tile_dpbf16ps(2, PIXELS_1, OUTPUTS_0);
      if (parts > 1 && j == 0) prefetch_tile(next_b + (size_t)i * part, pixel_bytes);
      _tile_dpbf16ps(3, PIXELS_1, OUTPUTS_1);
    }
  }
}

/* 16 bf16 as floats */
ALWAYS_INLINE vec widen(__m256i bits) { return (vec)_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16); }

ALWAYS_INLINE void read_parts(const int parts, const uint16_t *from, size_t part, vec *low, vec *high) {
  vec sum_low = {0};
  vec sum_high = {0};
#pragma GCC unroll 3
  for (int p = parts - 1; p >= 0; p--) { /* the small parts first: exact */
    const __m512i bits = _mm512_loadu_si512(from + (size_t)p * part);
    const vec x = widen(_mm512_castsi512_si256(bits));
    const vec y = widen(_mm512_extracti64x4_epi64(bits, 1));
    sum_low = p == parts - 1 ? x : sum_low + x;
    sum_high = p == parts - 1 ? y : sum_high + y;
  }
  *low = sum_low;
  *high = sum_high;
}

ALWAYS_INLINE void write_parts(const int parts, vec low, vec high, uint16_t *to, size_t part) {
#pragma GCC unroll 3
  for (int p = 0; p < parts; p++) {
    const __m512i bits = (__m512i)_mm512_cvtne2ps_pbh((__m512)high, (__m512)low);
    _mm512_storeu_si512(to + (size_t)p * part, bits);
    if (p + 1 == parts) break;
    low -= widen(_mm512_castsi512_si256(bits));
    high -= widen(_mm512_extracti64x4_epi64(bits, 1));
  }
}

#include "backend/cpu/bf16/bf16_finish_template.h"

ALWAYS_INLINE void accumulate(const int parts, const int out_parts, const tile_job *job, const finish_job *before) {
  const int step_count = job->pixels[0].step_count + job->pixels[1].step_count;
  const int share = (2 * VTM_BF16_PIXELS + step_count - 1) / step_count;
  const uint16_t *weights = job->weights;
  const uint16_t *ahead = job->ahead;
  int finished = 0;
  __asm__ volatile("" ::: "memory"); /* the tile intrinsics do not say that they read memory */
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  for (const tile_pixels *from = job->pixels; from < job->pixels + 2; from++)
    for (int step = 0; step < from->step_count; step++, weights += (size_t)parts * 2 * TILE_VALUES) {
      const size_t at = from->steps[step];
      const size_t next = from->steps[step + 1];
      multiply(parts, from->tiles[0] + at, from->tiles[1] + at, from->part, from->pixel_bytes, weights,
               from->tiles[0] + next, from->tiles[1] + next);
      for (int i = 0; i < job->ahead_lines; i++, ahead += VTM_BF16_CHANNELS) _mm_prefetch(ahead, _MM_HINT_T1);
      finish_pixels(out_parts, before, finished, finished + share);
      finished += share;
    }
  _tile_stored(0, job->sums, SUM_ROW_BYTES);
  _tile_stored(1, job->sums + 16, SUM_ROW_BYTES);
  _tile_stored(2, job->sums + 512, SUM_ROW_BYTES);
  _tile_stored(3, job->sums + 528, SUM_ROW_BYTES);
  __asm__ volatile("" ::: "memory");
}

static void run_products(long count) {
  enter();
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_zero(PIXELS_0);
  _tile_zero(OUTPUTS_0);
  for (long i = 0; i < count; i += 4) {
    _tile_dpbf16ps(0, PIXELS_0, OUTPUTS_0);
    _tile_dpbf16ps(1, PIXELS_0, OUTPUTS_0);
    _tile_dpbf16ps(2, PIXELS_0, OUTPUTS_0);
    _tile_dpbf16ps(3, PIXELS_0, OUTPUTS_0);
  }
  leave();
}

static double peak(void) { return vtm_peak_of(run_products, 1000000, 16 * 16 * 32); }

#include "backend/cpu/bf16/bf16_ops_template.h"

#define PEAK peak

#define PARTS 1
#define BACKEND vtm_backend_amx_bf16
#define BACKEND_NAME "cpu amx"
#define FORMS "direct, plain bf16 (AMX)"
#include "backend/cpu/bf16/bf16_backend_template.h"

#define PARTS 2
#define BACKEND vtm_backend_amx_bf16x3
#define BACKEND_NAME "cpu amx"
#define FORMS "direct, three products of bf16 halves (AMX)"
#include "backend/cpu/bf16/bf16_backend_template.h"

#define PARTS 3
#define BACKEND vtm_backend_amx_f32
#define BACKEND_NAME "cpu amx"
#define FORMS "direct, six products of bf16 thirds (AMX)"
#include "backend/cpu/bf16/bf16_backend_template.h"

#undef PEAK
#undef LANES
