#include "nn/seeded.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* FNV-1a of a tensor's name: its values depend on name and seed, not on the order of tensors. */
static uint64_t hash_name(const char *name) {
  uint64_t hash = UINT64_C(0xCBF29CE484222325);
  for (; *name != '\0'; name++) hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001B3);
  return hash;
}

static bool ends_with(const char *name, const char *suffix) {
  const size_t a = strlen(name);
  const size_t b = strlen(suffix);
  return a >= b && strcmp(name + a - b, suffix) == 0;
}

/* Uniform, of the variance that keeps activations where they are: 2 / fan-in for convolutions. */
static void choose_range(const vtm_tensor *tensor, float *low, float *high) {
  *low = -0.3F;
  *high = 0.3F;
  if (ends_with(tensor->name, ".bn.weight") || ends_with(tensor->name, ".running_var")) {
    *low = 0.5F;
    *high = 1.5F;
  } else if (strncmp(tensor->name, "lin", 3) == 0) {
    *low = 0;
  } else if (tensor->rank >= 2) {
    *high = sqrtf(6.0F / ((float)tensor->count / (float)tensor->shape[0]));
    *low = -*high;
  }
}

static vtm_status grow(vtm_seeded_weights *weights) {
  if (weights->count < weights->capacity) return VTM_OK;
  const size_t capacity = weights->capacity * 2 + 64;
  vtm_tensor *tensors = realloc(weights->tensors, capacity * sizeof(*tensors));
  if (tensors == NULL) return VTM_ERROR_MEMORY;
  weights->tensors = tensors;
  weights->capacity = capacity;
  return VTM_OK;
}

vtm_status vtm_seeded_add(void *user, const char *name, int rank, const int64_t *shape) {
  vtm_seeded_weights *weights = user;
  if (grow(weights) != VTM_OK) return VTM_ERROR_MEMORY;
  vtm_tensor *tensor = &weights->tensors[weights->count];
  *tensor = (vtm_tensor){.name = strdup(name), .dtype = VTM_FLOAT32, .rank = rank, .count = 1};
  for (int i = 0; i < rank; i++) {
    tensor->shape[i] = shape[i];
    tensor->count *= (size_t)shape[i];
  }
  float *values = malloc(tensor->count * sizeof(float));
  tensor->data = values;
  weights->count++; /* vtm_seeded_free frees what there is of it */
  if (tensor->name == NULL || values == NULL) return VTM_ERROR_MEMORY;
  float low;
  float high;
  choose_range(tensor, &low, &high);
  uint64_t state = weights->seed ^ hash_name(name);
  for (size_t i = 0; i < tensor->count; i++) values[i] = vtm_seeded_uniform(&state, low, high);
  return VTM_OK;
}

static const vtm_tensor *find_tensor(void *user, const char *name) {
  const vtm_seeded_weights *weights = user;
  for (size_t i = 0; i < weights->count; i++)
    if (strcmp(weights->tensors[i].name, name) == 0) return &weights->tensors[i];
  return NULL;
}

vtm_status vtm_seeded_create(const vtm_network *network, uint64_t seed, vtm_seeded_weights *weights, vtm_error *error) {
  *weights = (vtm_seeded_weights){.seed = seed};
  const vtm_status status = vtm_visit_parameters(network, vtm_seeded_add, weights, error);
  if (status == VTM_OK) return VTM_OK;
  vtm_seeded_free(weights);
  return vtm_fail(error, status, "out of memory for made-up weights");
}

void vtm_seeded_free(vtm_seeded_weights *weights) {
  for (size_t i = 0; i < weights->count; i++) {
    free((void *)(uintptr_t)weights->tensors[i].name);
    free((void *)(uintptr_t)weights->tensors[i].data);
  }
  free(weights->tensors);
  *weights = (vtm_seeded_weights){0};
}

vtm_tensor_lookup vtm_seeded_lookup(vtm_seeded_weights *weights) {
  return (vtm_tensor_lookup){.find = find_tensor, .user = weights, .path = "seeded weights"};
}
