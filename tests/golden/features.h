/* Feature vectors that scripts/golden/frechet.py makes bit for bit alike, so that only results are kept. */
#ifndef VTM_TESTS_GOLDEN_FEATURES_H
#define VTM_TESTS_GOLDEN_FEATURES_H

#include <stddef.h>
#include <stdint.h>

/* SplitMix64's output function: a uniform number in [0, 1) from a counter. */
static inline double golden_uniform(uint64_t seed, uint64_t counter) {
  uint64_t z = seed * 0xD1342543DE82EF95ULL + (counter + 1) * 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  z ^= z >> 31;
  return (double)(z >> 11) * 0x1p-53;
}

/* Neighbouring features are correlated, their spread goes over a factor of 37, their mean is not zero. */
static inline void golden_row(uint64_t seed, size_t row, size_t features, double *values) {
  for (size_t k = 0; k < features; k++) {
    const double spread = 1.0 / (double)(1 + (k + seed) % 37);
    const double before = k > 0 ? values[k - 1] : 0.0;
    values[k] = golden_uniform(seed, row * features + k) * spread + 0.5 * before;
  }
}

#endif
