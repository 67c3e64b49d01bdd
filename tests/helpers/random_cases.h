/* Random cases for tests against a slow plain oracle. VTM_SEED is the seed of the first case, VTM_ROUNDS their number:
 * a failure prints the seed of its case, and VTM_SEED=that VTM_ROUNDS=1 runs it alone. */
#ifndef VTM_TESTS_RANDOM_CASES_H
#define VTM_TESTS_RANDOM_CASES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct random_case {
  uint64_t seed, state;
} random_case;

static inline uint64_t random_setting(const char *name, uint64_t otherwise) {
  const char *text = getenv(name);
  return text != NULL && *text != '\0' ? strtoull(text, NULL, 0) : otherwise;
}

/* Sanitizers cost so much time; they look at the order and place of accesses, which few cases show. */
static inline uint64_t random_rounds(uint64_t rounds) {
#if defined(__SANITIZE_THREAD__)
  rounds = (rounds + 19) / 20;
#elif defined(__SANITIZE_ADDRESS__)
  rounds = (rounds + 3) / 4;
#endif
  return random_setting("VTM_ROUNDS", rounds);
}

static inline random_case random_start(uint64_t round) {
  const uint64_t seed = random_setting("VTM_SEED", 1) + round;
  return (random_case){seed, seed};
}

/* SplitMix64 (Steele, Lea, Flood 2014) */
static inline uint64_t random_bits(random_case *random) {
  uint64_t z = (random->state += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

/* first .. last */
static inline int random_between(random_case *random, int first, int last) {
  return first + (int)(random_bits(random) % (uint64_t)(last - first + 1));
}

static inline bool random_one_in(random_case *random, int count) { return random_between(random, 1, count) == 1; }

/* uniform in [0, 1) */
static inline double random_fraction(random_case *random) { return (double)(random_bits(random) >> 11) * 0x1p-53; }

#endif
