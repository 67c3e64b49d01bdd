/* Pseudo-random numbers that are the same on every machine: xoshiro256** of Blackman and Vigna (2018), its state filled
 * by SplitMix64 as they advise. For resampling, never for secrets. */
#ifndef VTM_BASE_RANDOM_H
#define VTM_BASE_RANDOM_H

#include <stdint.h>

typedef struct vtm_random {
  uint64_t state[4];
} vtm_random;

vtm_random vtm_random_start(uint64_t seed);

static inline uint64_t vtm_random_rotate(uint64_t value, int bits) { return value << bits | value >> (64 - bits); }

/* 64 random bits */
static inline uint64_t vtm_random_next(vtm_random *random) {
  uint64_t *s = random->state;
  const uint64_t result = vtm_random_rotate(s[1] * 5, 7) * 9;
  const uint64_t shifted = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = vtm_random_rotate(s[3], 45);
  return result;
}

/* 0 .. count-1 from 32 random bits, by a product (Lemire 2019): some numbers come up more often than others by
 * a share of count / 2^32 at most. */
static inline uint32_t vtm_random_scale(uint32_t bits, uint32_t count) {
  return (uint32_t)((uint64_t)bits * count >> 32);
}

#endif
