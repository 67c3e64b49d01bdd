/* The bf16 backends in plain C: for processors without AMX, where they are slow, and to test against. */
/* Every function with a vector in its head is inlined: there is no call whose convention could change. */
#pragma GCC diagnostic ignored "-Wpsabi"

#include <stdbool.h>

#include "backend/cpu/bf16/bf16_tile.h"
#include "backend/cpu/instruction_sets.h"

#include "backend/cpu/bf16/bf16.h"
#include "backend/host.h"

#define LANES 16
#include "backend/cpu/simd_template.h"

static void enter(void) {}
static void leave(void) {}

/* One row of a tile of weights holds two inputs for each of 16 outputs. */
static void multiply_pixel(const uint16_t *pixel, const uint16_t *weights, float *sums) {
  for (int i = 0; i < VTM_BF16_CHANNELS; i += 2) {
    const float first = vtm_bf16_value(pixel[i]);
    const float second = vtm_bf16_value(pixel[i + 1]);
    const uint16_t *row = weights + i * 16;
    for (int o = 0; o < 16; o++) {
      sums[o] += first * vtm_bf16_value(row[2 * o]);
      sums[o] += second * vtm_bf16_value(row[2 * o + 1]);
    }
  }
}

static void multiply_tile(const uint16_t *pixels, size_t pixel_values, const uint16_t *weights, float *sums) {
  for (int i = 0; i < VTM_BF16_PIXELS; i++)
    multiply_pixel(pixels + (size_t)i * pixel_values, weights, sums + (ptrdiff_t)i * 32);
}

ALWAYS_INLINE void read_parts(int parts, const uint16_t *from, size_t part, vec *low, vec *high) {
  vec vectors[2] = {{0}};
  for (int p = parts - 1; p >= 0; p--) /* the small parts first: exact */
    for (int c = 0; c < VTM_BF16_CHANNELS; c++)
      vectors[c / 16][c % 16] += vtm_bf16_value(from[(size_t)p * part + (size_t)c]);
  *low = vectors[0];
  *high = vectors[1];
}

ALWAYS_INLINE void write_parts(int parts, vec low, vec high, uint16_t *to, size_t part) {
  vec vectors[2] = {low, high};
  for (int p = 0; p < parts; p++)
    for (int c = 0; c < VTM_BF16_CHANNELS; c++) {
      const uint16_t bits = vtm_bf16_round(vectors[c / 16][c % 16]);
      to[(size_t)p * part + (size_t)c] = bits;
      vectors[c / 16][c % 16] -= vtm_bf16_value(bits);
    }
}

#include "backend/cpu/bf16/bf16_finish_template.h"

ALWAYS_INLINE void accumulate(int parts, const int out_parts, const tile_job *job, const finish_job *before) {
  const uint16_t *weights = job->weights;
  finish_pixels(out_parts, before, 0, before->pixels);
  for (int i = 0; i < VTM_BF16_SUMS; i++) job->sums[i] = 0;
  for (const tile_pixels *from = job->pixels; from < job->pixels + 2; from++)
    for (int step = 0; step < from->step_count; step++, weights += (ptrdiff_t)parts * 2 * VTM_BF16_TILE)
      for (int j = 0; j < parts; j++)
        for (int i = 0; i + j < parts; i++)
          for (int t = 0; t < 4; t++)
            multiply_tile(from->tiles[t / 2] + from->steps[step] + (size_t)i * from->part,
                          (size_t)from->pixel_bytes / sizeof(uint16_t), weights + (j * 2 + t % 2) * VTM_BF16_TILE,
                          job->sums + t / 2 * 512 + t % 2 * 16);
}

#include "backend/cpu/bf16/bf16_ops_template.h"

#define PEAK NULL

#define PARTS 1
#define BACKEND vtm_backend_portable_bf16
#define BACKEND_NAME "cpu portable"
#define FORMS "direct, plain bf16 (emulated)"
#include "backend/cpu/bf16/bf16_backend_template.h"

#define PARTS 2
#define BACKEND vtm_backend_portable_bf16x3
#define BACKEND_NAME "cpu portable"
#define FORMS "direct, three products of bf16 halves (emulated)"
#include "backend/cpu/bf16/bf16_backend_template.h"

#define PARTS 3
#define BACKEND vtm_backend_portable_bf16x6
#define BACKEND_NAME "cpu portable"
#define FORMS "direct, six products of bf16 thirds (emulated)"
#include "backend/cpu/bf16/bf16_backend_template.h"

#undef PEAK
#undef LANES
