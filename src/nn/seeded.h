/* Made-up weights of a network's real names and shapes: He-scaled convolutions and batch normalisation
 * that keeps activations in a natural range, for benchmarks and tests. The same seed gives the same values everywhere;
 * scripts/golden/networks.py makes them too. */
#ifndef VTM_NN_SEEDED_H
#define VTM_NN_SEEDED_H

#include <stdint.h>

#include "nn/parameters.h"

typedef struct vtm_seeded_weights {
  vtm_tensor *tensors;
  size_t count, capacity;
  uint64_t seed;
} vtm_seeded_weights;

/* SplitMix64 (Steele, Lea, Flood 2014) */
static inline uint64_t vtm_seeded_next(uint64_t *state) {
  uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

/* uniform in [low, high) */
static inline float vtm_seeded_uniform(uint64_t *state, float low, float high) {
  return low + (high - low) * (float)(vtm_seeded_next(state) >> 40) / (float)(1 << 24);
}

vtm_status vtm_seeded_create(const vtm_network *network, uint64_t seed, vtm_seeded_weights *weights, vtm_error *error);
/* One tensor more, for files that hold some that the network does not need. A vtm_parameter_visitor. */
vtm_status vtm_seeded_add(void *weights, const char *name, int rank, const int64_t *shape);
void vtm_seeded_free(vtm_seeded_weights *weights);
vtm_tensor_lookup vtm_seeded_lookup(vtm_seeded_weights *weights);

#endif
