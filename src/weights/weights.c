#include "weights/weights.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "weights/readers.h"

static const vtm_weights_reader *const readers[] = {
    &vtm_reader_torch_zip, &vtm_reader_npz, &vtm_reader_torch_pickle, &vtm_reader_npy, &vtm_reader_safetensors,
};

typedef struct dtype_record {
  const char *name;
  size_t size;
} dtype_record;

static const dtype_record dtypes[] = {
    [VTM_FLOAT32] = {"float32", 4},
    [VTM_FLOAT64] = {"float64", 8},
    [VTM_FLOAT16] = {"float16", 2},
    [VTM_BFLOAT16] = {"bfloat16", 2},
    [VTM_INT64] = {"int64", 8},
    [VTM_INT32] = {"int32", 4},
    [VTM_INT16] = {"int16", 2},
    [VTM_INT8] = {"int8", 1},
    [VTM_UINT8] = {"uint8", 1},
    [VTM_BOOL] = {"bool", 1},
    [VTM_TEXT] = {"text", sizeof(char *)},
};

const char *vtm_dtype_name(vtm_dtype dtype) { return dtypes[dtype].name; }

size_t vtm_dtype_size(vtm_dtype dtype) { return dtypes[dtype].size; }

/* Files that people hand over by mistake, known by how they begin. */
typedef struct stranger {
  const char *begin;
  size_t length;
  const char *what;
} stranger;

#define STRANGER(begin, what) \
  { begin, sizeof(begin) - 1, what }
static const stranger strangers[] = {
    STRANGER("<!DOCTYPE", "is a web page: the download saved an error page or a landing page; fetch the file again"),
    STRANGER("<!doctype", "is a web page: the download saved an error page or a landing page; fetch the file again"),
    STRANGER("<html", "is a web page: the download saved an error page or a landing page; fetch the file again"),
    STRANGER("version https://git-lfs", "is a Git LFS pointer, not the file itself: run 'git lfs pull'"),
    STRANGER("\x89HDF\r\n", "is an HDF5 file (Keras): convert it to safetensors in Python"),
    STRANGER("\x89PNG", "is a PNG image, not a weights file"),
    STRANGER("\xff\xd8\xff", "is a JPEG image, not a weights file"),
    STRANGER("GGUF", "is a GGUF file: convert it to safetensors in Python"),
    STRANGER("\x1f\x8b", "is compressed with gzip: unpack it first"),
};

static vtm_status unknown_format(const vtm_weights *weights, vtm_error *error) {
  if (weights->file.size == 0) return vtm_fail(error, VTM_ERROR_FORMAT, "%s: is empty (0 bytes)", weights->path);
  for (size_t i = 0; i < sizeof(strangers) / sizeof(*strangers); i++)
    if (weights->file.size >= strangers[i].length &&
        memcmp(weights->file.bytes, strangers[i].begin, strangers[i].length) == 0)
      return vtm_fail(error, VTM_ERROR_FORMAT, "%s: %s", weights->path, strangers[i].what);
  return vtm_fail(
      error, VTM_ERROR_FORMAT,
      "%s: not in any of the known formats (safetensors, PyTorch .pth as zip or pickle, NumPy .npz or .npy)",
      weights->path);
}

static int compare_names(const void *a, const void *b, void *user) {
  const vtm_tensor *tensors = user;
  const size_t i = *(const size_t *)a;
  const size_t j = *(const size_t *)b;
  return strcmp(tensors[i].name, tensors[j].name);
}

static vtm_status index_names(vtm_weights *weights, vtm_error *error) {
  weights->by_name = vtm_allocate(weights->count, sizeof(*weights->by_name), error);
  if (weights->by_name == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < weights->count; i++) weights->by_name[i] = i;
  if (weights->count > 1)
    qsort_r(weights->by_name, weights->count, sizeof(*weights->by_name), compare_names, weights->tensors);
  for (size_t i = 1; i < weights->count; i++) {
    const char *name = weights->tensors[weights->by_name[i]].name;
    if (strcmp(weights->tensors[weights->by_name[i - 1]].name, name) == 0)
      return vtm_fail(error, VTM_ERROR_FORMAT, "%s: has two tensors named '%s'", weights->path, name);
  }
  return VTM_OK;
}

vtm_status vtm_weights_map(const char *path, vtm_weights **weights_out, vtm_error *error) {
  *weights_out = NULL;
  vtm_weights *weights = vtm_allocate(1, sizeof(*weights), error);
  if (weights == NULL) return VTM_ERROR_MEMORY;
  weights->path = vtm_copy_text(path, error);
  const vtm_status status = weights->path == NULL ? VTM_ERROR_MEMORY : vtm_file_map(path, &weights->file, error);
  if (status == VTM_OK)
    *weights_out = weights;
  else
    vtm_weights_close(weights);
  return status;
}

vtm_status vtm_weights_read(vtm_weights *weights, vtm_error *error) {
  for (size_t i = 0; i < sizeof(readers) / sizeof(*readers) && weights->reader == NULL; i++)
    if (readers[i]->recognises(weights)) weights->reader = readers[i];
  const vtm_status status =
      weights->reader == NULL ? unknown_format(weights, error) : weights->reader->read(weights, error);
  return status == VTM_OK ? index_names(weights, error) : status;
}

vtm_status vtm_weights_open(const char *path, vtm_weights **weights, vtm_error *error) {
  vtm_status status = vtm_weights_map(path, weights, error);
  if (status == VTM_OK) status = vtm_weights_read(*weights, error);
  if (status != VTM_OK) {
    vtm_weights_close(*weights);
    *weights = NULL;
  }
  return status;
}

void vtm_weights_close(vtm_weights *weights) {
  if (weights == NULL) return;
  for (size_t i = 0; i < weights->count; i++) free((void *)(uintptr_t)weights->tensors[i].name);
  for (size_t i = 0; i < weights->block_count; i++) free(weights->blocks[i]);
  free(weights->tensors);
  free(weights->by_name);
  free(weights->blocks);
  vtm_file_unmap(&weights->file);
  free(weights->path);
  free(weights);
}

size_t vtm_weights_count(const vtm_weights *weights) { return weights->count; }

const vtm_tensor *vtm_weights_at(const vtm_weights *weights, size_t index) {
  return index < weights->count ? &weights->tensors[index] : NULL;
}

const vtm_tensor *vtm_weights_find(const vtm_weights *weights, const char *name) {
  size_t low = 0;
  size_t high = weights->count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const vtm_tensor *tensor = &weights->tensors[weights->by_name[middle]];
    const int order = strcmp(name, tensor->name);
    if (order == 0) return tensor;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

const char *vtm_weights_path(const vtm_weights *weights) { return weights->path; }

const char *vtm_weights_format(const vtm_weights *weights) { return weights->reader->name; }

const char *vtm_weights_sha256(vtm_weights *weights) {
  if (weights->sha256[0] == '\0' &&
      vtm_sha256_bytes(weights->file.bytes, weights->file.size, weights->sha256, NULL) != VTM_OK) {
    weights->sha256[0] = '\0';
    return NULL;
  }
  return weights->sha256;
}

/* Real weights hardly compress, and views of one storage are few; statistics with many zeros may
 * inflate a good deal. The floor is for them. */
static uint64_t memory_limit(const vtm_weights *weights) {
  enum { RATIO = 64 };
  const uint64_t floor = (uint64_t)1 << 30;
  const uint64_t scaled = (uint64_t)weights->file.size * RATIO;
  return scaled > floor ? scaled : floor;
}

vtm_status vtm_weights_own(vtm_weights *weights, uint64_t bytes, void **block_out, vtm_error *error) {
  const uint64_t limit = memory_limit(weights);
  if (bytes > limit || weights->block_bytes > limit - bytes)
    return vtm_fail(error, VTM_ERROR_LIMIT,
                    "%s: its tensors need more than %" PRIu64 " bytes, which a file of %zu bytes may not: refused",
                    weights->path, limit, weights->file.size);
  if (!vtm_grow(&weights->blocks, &weights->block_capacity, weights->block_count + 1, sizeof(*weights->blocks), error))
    return VTM_ERROR_MEMORY;
  void *block = vtm_allocate_aligned((size_t)bytes, 1, error);
  if (block == NULL) return VTM_ERROR_MEMORY;
  weights->blocks[weights->block_count++] = block;
  weights->block_bytes += bytes;
  *block_out = block;
  return VTM_OK;
}

vtm_status vtm_weights_add(vtm_weights *weights, const vtm_tensor *tensor, vtm_error *error) {
  if (!vtm_grow(&weights->tensors, &weights->capacity, weights->count + 1, sizeof(*weights->tensors), error))
    return VTM_ERROR_MEMORY;
  vtm_tensor copy = *tensor;
  if (!vtm_shape_count(copy.shape, copy.rank, vtm_dtype_size(copy.dtype), &copy.count))
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: tensor '%s' has an impossible shape", weights->path, tensor->name);
  copy.name = vtm_copy_text(tensor->name, error);
  if (copy.name == NULL) return VTM_ERROR_MEMORY;
  weights->tensors[weights->count++] = copy;
  return VTM_OK;
}

bool vtm_shape_count(const int64_t *shape, int rank, size_t size, size_t *count) {
  size_t product = 1;
  size_t bytes = 0;
  for (int i = 0; i < rank; i++)
    if (shape[i] < 0 || !vtm_multiply(product, (size_t)shape[i], &product)) return false;
  if (!vtm_multiply(product, size, &bytes) || bytes > PTRDIFF_MAX) return false;
  *count = product;
  return true;
}

char *vtm_shape_text(const int64_t *shape, int rank, char text[VTM_SHAPE_TEXT]) {
  size_t length = 0;
  text[length++] = '[';
  for (int i = 0; i < rank; i++) /* 8 numbers of at most 20 characters fit */
    length += (size_t)snprintf(text + length, VTM_SHAPE_TEXT - length, "%s%" PRId64, i ? ", " : "", shape[i]);
  text[length++] = ']';
  text[length] = '\0';
  return text;
}
