/* Vectors of floats over GCC's vector types, and what every kernel of the CPU backend does with them.
 *
 * A template, for one inclusion in a source file. Its parameter is
 *   LANES   floats in a vector */
#include <math.h>
#include <stdint.h>

#include "backend/cpu/norm.h"

typedef float vec __attribute__((vector_size(LANES * sizeof(float))));
typedef int32_t mask __attribute__((vector_size(LANES * sizeof(int32_t)))); /* what comparing two vec gives */
typedef float vec_unaligned __attribute__((vector_size(LANES * sizeof(float)), aligned(4)));

#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE vec load(const float *from) { return *(const vec *)(const void *)from; }
ALWAYS_INLINE vec load_unaligned(const float *from) { return *(const vec_unaligned *)(const void *)from; }
ALWAYS_INLINE void store(float *to, vec x) { *(vec *)(void *)to = x; }

ALWAYS_INLINE vec splat(float value) { return value - (vec){0}; }

/* NaN stays NaN: only x < 0 is replaced. */
ALWAYS_INLINE vec relu(vec x) { return (vec)(~(x < 0) & (mask)x); }

/* A NaN in either stays; of equal values b. */
ALWAYS_INLINE vec max_of(vec a, vec b) {
  const mask greater = (a > b) | ~(a <= splat(INFINITY));
  return (vec)((greater & (mask)a) | (~greater & (mask)b));
}

ALWAYS_INLINE float sum_lanes(vec x) {
  float sum = 0;
#pragma GCC unroll 16
  for (int i = 0; i < LANES; i++) sum += x[i];
  return sum;
}

/* The end of an average: bias and ReLU, where the pooling has a bias. `bias`: of the first lane. */
ALWAYS_INLINE vec finish_average(vec mean, const float *bias) {
  return bias == NULL ? mean : relu(mean + load_unaligned(bias));
}

/* LPIPS takes neighbouring pixels together, so that the walk over the planes reads whole stretches. */
enum { LPIPS_PIXELS = 16 };

ALWAYS_INLINE void inverse_norms(const vec squares[LPIPS_PIXELS], int pixels, float norms[LPIPS_PIXELS]) {
  for (int i = 0; i < pixels; i++) norms[i] = inverse_norm(sum_lanes(squares[i]));
}
