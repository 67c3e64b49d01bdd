/* Made-up weights of a network's real names and shapes: He-scaled convolutions and batch normalisation
 * that keeps activations in a natural range. The same seed gives the same values everywhere; scripts/golden/networks.py
 * makes them too. */
#ifndef VTM_TESTS_SEEDED_H
#define VTM_TESTS_SEEDED_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "nn/parameters.h"

typedef struct seeded_weights {
  vtm_tensor *tensors;
  size_t count, capacity;
  uint64_t seed;
} seeded_weights;

/* SplitMix64 (Steele, Lea, Flood 2014) */
static inline uint64_t seeded_next(uint64_t *state) {
  uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

/* uniform in [low, high) */
static inline float seeded_uniform(uint64_t *state, float low, float high) {
  return low + (high - low) * (float)(seeded_next(state) >> 40) / (float)(1 << 24);
}

/* FNV-1a of a tensor's name: its values depend on name and seed, not on the order of tensors. */
static inline uint64_t seeded_hash(const char *name) {
  uint64_t hash = UINT64_C(0xCBF29CE484222325);
  for (; *name != '\0'; name++) hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001B3);
  return hash;
}

static inline bool seeded_ends_with(const char *name, const char *suffix) {
  const size_t a = strlen(name);
  const size_t b = strlen(suffix);
  return a >= b && strcmp(name + a - b, suffix) == 0;
}

static inline vtm_status seeded_add(void *user, const char *name, int rank, const int64_t *shape) {
  seeded_weights *weights = user;
  if (weights->count == weights->capacity) {
    weights->capacity = weights->capacity * 2 + 64;
    weights->tensors = realloc(weights->tensors, weights->capacity * sizeof(vtm_tensor));
    if (weights->tensors == NULL) return VTM_ERROR_MEMORY;
  }
  vtm_tensor tensor = {.name = strdup(name), .dtype = VTM_FLOAT32, .rank = rank, .count = 1};
  for (int i = 0; i < rank; i++) {
    tensor.shape[i] = shape[i];
    tensor.count *= (size_t)shape[i];
  }
  float low = -0.3F;
  float high = 0.3F;
  if (seeded_ends_with(name, ".bn.weight") || seeded_ends_with(name, ".running_var")) {
    low = 0.5F;
    high = 1.5F;
  } else if (strncmp(name, "lin", 3) == 0) {
    low = 0;
  } else if (rank >= 2) { /* uniform of variance 2 / fan-in */
    high = sqrtf(6.0F / ((float)tensor.count / (float)shape[0]));
    low = -high;
  }
  float *values = malloc(tensor.count * sizeof(float));
  if (tensor.name == NULL || values == NULL) return VTM_ERROR_MEMORY;
  uint64_t state = weights->seed ^ seeded_hash(name);
  for (size_t i = 0; i < tensor.count; i++) values[i] = seeded_uniform(&state, low, high);
  tensor.data = values;
  weights->tensors[weights->count++] = tensor;
  return VTM_OK;
}

static inline const vtm_tensor *seeded_find(void *user, const char *name) {
  const seeded_weights *weights = user;
  for (size_t i = 0; i < weights->count; i++)
    if (strcmp(weights->tensors[i].name, name) == 0) return &weights->tensors[i];
  return NULL;
}

static inline vtm_status seeded_create(const vtm_network *network, uint64_t seed, seeded_weights *weights,
                                       vtm_error *error) {
  *weights = (seeded_weights){.seed = seed};
  return vtm_visit_parameters(network, seeded_add, weights, error);
}

static inline void seeded_free(seeded_weights *weights) {
  for (size_t i = 0; i < weights->count; i++) {
    free((void *)(uintptr_t)weights->tensors[i].name);
    free((void *)(uintptr_t)weights->tensors[i].data);
  }
  free(weights->tensors);
  *weights = (seeded_weights){0};
}

static inline vtm_tensor_lookup seeded_lookup(seeded_weights *weights) {
  return (vtm_tensor_lookup){.find = seeded_find, .user = weights, .path = "seeded weights"};
}

#endif
