/* Writes a network's file with real names and shapes and made-up values, in every format users have, or
 * with one fault:
 *
 *   make_weights NETWORK FORMAT FILE [FAULT]
 *
 * NETWORK as in nn/network.h; FORMAT safetensors, torch-zip, torch-pickle, npz; FAULT missing, shape, dtype, nan,
 * truncated, prefix, or NAME to be seeded otherwise: seed=N. */
#include <math.h>
#include <unistd.h>

#include "helpers/torch_files.h"
#include "nn/seeded.h"

typedef struct format {
  const char *name;
  bool (*write)(const char *path, const vtm_tensor *tensors, size_t count);
} format;

static bool write_safetensors(const char *path, const vtm_tensor *tensors, size_t count) {
  return vtm_safetensors_write(path, tensors, count, NULL) == VTM_OK;
}

static bool write_npz(const char *path, const vtm_tensor *tensors, size_t count) {
  return vtm_npz_write(path, tensors, count, NULL) == VTM_OK;
}

static bool write_zip(const char *path, const vtm_tensor *tensors, size_t count) {
  return torch_write_state(path, tensors, count, false);
}

static bool write_legacy(const char *path, const vtm_tensor *tensors, size_t count) {
  return torch_write_state(path, tensors, count, true);
}

static const format formats[] = {
    {"safetensors", write_safetensors}, {"npz", write_npz}, {"torch-zip", write_zip}, {"torch-pickle", write_legacy}};
enum { FORMATS = sizeof(formats) / sizeof(*formats) };

/* Real files carry an int64 counter with each batch normalisation, which nobody needs. */
static vtm_status add_counters(vtm_seeded_weights *weights) {
  static const int64_t batches = 123456;
  const size_t count = weights->count;
  for (size_t i = 0; i < count; i++) {
    char name[256];
    const char *variance = weights->tensors[i].name;
    const char *part = strrchr(variance, '.');
    if (part == NULL || strcmp(part, ".running_var") != 0) continue;
    (void)snprintf(name, sizeof(name), "%.*snum_batches_tracked", (int)(strlen(variance) - strlen("running_var")),
                   variance);
    if (vtm_seeded_add(weights, name, 0, NULL) != VTM_OK) return VTM_ERROR_MEMORY;
    vtm_tensor *counter = &weights->tensors[weights->count - 1];
    free((void *)(uintptr_t)counter->data);
    int64_t *value = malloc(sizeof(*value));
    if (value == NULL) return VTM_ERROR_MEMORY;
    *value = batches;
    counter->dtype = VTM_INT64;
    counter->data = value;
  }
  return VTM_OK;
}

static vtm_tensor *first_kernel(vtm_seeded_weights *weights) {
  for (size_t i = 0; i < weights->count; i++)
    if (weights->tensors[i].rank == 4) return &weights->tensors[i];
  return &weights->tensors[0];
}

static void drop_tensor(vtm_seeded_weights *weights) {
  vtm_tensor *second = &weights->tensors[1];
  free((void *)(uintptr_t)second->name);
  free((void *)(uintptr_t)second->data);
  *second = weights->tensors[--weights->count];
}

static void spoil_shape(vtm_seeded_weights *weights) {
  vtm_tensor *kernel = first_kernel(weights);
  kernel->shape[0]--;
  kernel->count -= kernel->count / (size_t)(kernel->shape[0] + 1);
}

static void spoil_dtype(vtm_seeded_weights *weights) { first_kernel(weights)->dtype = VTM_INT32; }

static void spoil_value(vtm_seeded_weights *weights) { ((float *)(uintptr_t)first_kernel(weights)->data)[3] = NAN; }

/* As DistributedDataParallel of a compiled network saves them; no fault. */
static void add_prefix(vtm_seeded_weights *weights) {
  for (size_t i = 0; i < weights->count; i++) {
    char *name = NULL;
    if (asprintf(&name, "module._orig_mod.%s", weights->tensors[i].name) < 0) abort();
    free((void *)(uintptr_t)weights->tensors[i].name);
    weights->tensors[i].name = name;
  }
}

typedef struct fault {
  const char *name;
  void (*apply)(vtm_seeded_weights *weights); /* NULL: done to the file afterwards */
} fault;

static const fault faults[] = {{"none", NULL},         {"missing", drop_tensor}, {"shape", spoil_shape},
                               {"dtype", spoil_dtype}, {"nan", spoil_value},     {"truncated", NULL},
                               {"prefix", add_prefix}};
enum { FAULTS = sizeof(faults) / sizeof(*faults) };

static int truncate_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return 1;
  const bool good = fseek(file, 0, SEEK_END) == 0 && truncate(path, ftell(file) * 2 / 3) == 0;
  (void)fclose(file);
  return good ? 0 : 1;
}

int main(int argc, char **argv) {
  if (argc < 4) {
    (void)fprintf(stderr, "usage: make_weights NETWORK FORMAT FILE [FAULT]\n");
    return 2;
  }
  const vtm_network *network = vtm_network_find(argv[1]);
  const format *chosen = NULL;
  const fault *wanted = NULL;
  uint64_t seed = 1;
  const char *last = argc > 4 ? argv[4] : "none";
  if (strncmp(last, "seed=", 5) == 0) {
    seed = strtoull(last + 5, NULL, 10);
    last = "none";
  }
  for (size_t i = 0; i < FORMATS; i++)
    if (strcmp(formats[i].name, argv[2]) == 0) chosen = &formats[i];
  for (size_t i = 0; i < FAULTS; i++)
    if (strcmp(faults[i].name, last) == 0) wanted = &faults[i];
  if (network == NULL || chosen == NULL || wanted == NULL) {
    (void)fprintf(stderr, "make_weights: unknown network, format or fault\n");
    return 2;
  }
  vtm_seeded_weights weights;
  vtm_error error = {0};
  if (vtm_seeded_create(network, seed, &weights, &error) != VTM_OK || add_counters(&weights) != VTM_OK) {
    (void)fprintf(stderr, "make_weights: %s\n", error.message);
    return 3;
  }
  if (wanted->apply != NULL) wanted->apply(&weights);
  int result = chosen->write(argv[3], weights.tensors, weights.count) ? 0 : 3;
  if (result == 0 && strcmp(wanted->name, "truncated") == 0) result = truncate_file(argv[3]);
  vtm_seeded_free(&weights);
  return result;
}
