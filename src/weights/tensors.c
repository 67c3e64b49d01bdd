#include "weights/tensors.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "vtonmetrics/tools/text.h"

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

static const dtype_record *find_dtype(vtm_dtype dtype) {
  static const dtype_record unknown = {"unknown", 0};
  return (unsigned)dtype < sizeof(dtypes) / sizeof(*dtypes) ? &dtypes[dtype] : &unknown;
}

const char *vtm_dtype_name(vtm_dtype dtype) { return find_dtype(dtype)->name; }

size_t vtm_dtype_size(vtm_dtype dtype) { return find_dtype(dtype)->size; }

/* Real weights hardly compress, and have few views of one storage. Small statistics with many zeros may compress far
 * better: hence the floor. */
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
  enum { NAMES_LIMIT = 1 << 26 }; /* a pickle may give one long text as the name of any number of tensors */
  weights->name_bytes += strlen(tensor->name);
  if (weights->name_bytes > NAMES_LIMIT)
    return vtm_fail(error, VTM_ERROR_LIMIT, "%s: its tensors' names are more than %d bytes together: refused",
                    weights->path, NAMES_LIMIT);
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

static vtm_status check_content(const char *path, const vtm_tensor *tensor, vtm_error *error) {
  if (tensor->data == NULL && tensor->count > 0)
    return vtm_fail(error, VTM_ERROR_USAGE, "%s: tensor '%s' has no data", path, tensor->name);
  const char *const *texts = tensor->data;
  for (size_t i = 0; tensor->dtype == VTM_TEXT && i < tensor->count; i++)
    if (texts[i] == NULL)
      return vtm_fail(error, VTM_ERROR_USAGE, "%s: tensor '%s' has no text at %zu", path, tensor->name, i);
  return VTM_OK;
}

vtm_status vtm_tensor_check(const char *path, const vtm_tensor *tensor, vtm_error *error) {
  const char *name = tensor->name;
  size_t count = 0;
  if (name == NULL || *name == '\0') return vtm_fail(error, VTM_ERROR_USAGE, "%s: a tensor has no name", path);
  if (!vtm_is_utf8(name)) return vtm_fail(error, VTM_ERROR_USAGE, "%s: tensor '%s': not a name in UTF-8", path, name);
  if (vtm_dtype_size(tensor->dtype) == 0)
    return vtm_fail(error, VTM_ERROR_USAGE, "%s: tensor '%s' has dtype %d, which does not exist", path, name,
                    (int)tensor->dtype);
  if (tensor->rank < 0 || tensor->rank > VTM_MAX_RANK)
    return vtm_fail(error, VTM_ERROR_USAGE, "%s: tensor '%s' has rank %d: 0 to %d are possible", path, name,
                    tensor->rank, VTM_MAX_RANK);
  if (!vtm_shape_count(tensor->shape, tensor->rank, vtm_dtype_size(tensor->dtype), &count))
    return vtm_fail(error, VTM_ERROR_USAGE, "%s: tensor '%s' has an impossible shape", path, name);
  if (count != tensor->count)
    return vtm_fail(error, VTM_ERROR_USAGE, "%s: tensor '%s' has a count of %zu, but its shape is of %zu elements",
                    path, name, tensor->count, count);
  return check_content(path, tensor, error);
}

vtm_status vtm_weights_pass_over(vtm_weights *weights, const char *name, const char *why, vtm_error *error) {
  char *text = NULL;
  if (!vtm_grow(&weights->passed_over, &weights->passed_over_capacity, weights->passed_over_count + 1,
                sizeof(*weights->passed_over), error))
    return VTM_ERROR_MEMORY;
  if (asprintf(&text, "%s: %s", name, why) < 0) return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory");
  weights->passed_over[weights->passed_over_count++] = text;
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
