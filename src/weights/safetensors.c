/* safetensors: a little-endian uint64 header size, a JSON header, the tensors' bytes.
 * https://github.com/huggingface/safetensors#format */
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "weights/readers.h"
#include "weights/tensors.h"
#include "weights/weights.h"

enum {
  PREFIX = 8,
  HEADER_LIMIT = 16 << 20 /* a thousand tensors need 100 kB */
};

typedef struct dtype_name {
  const char *name;
  vtm_dtype dtype;
} dtype_name;

static const dtype_name dtype_names[] = {
    {"F32", VTM_FLOAT32}, {"F64", VTM_FLOAT64}, {"F16", VTM_FLOAT16}, {"BF16", VTM_BFLOAT16}, {"I64", VTM_INT64},
    {"I32", VTM_INT32},   {"I16", VTM_INT16},   {"I8", VTM_INT8},     {"U8", VTM_UINT8},      {"BOOL", VTM_BOOL},
};
enum { DTYPE_NAMES = sizeof(dtype_names) / sizeof(*dtype_names) };

/* Bytes of one tensor within the data, kept to check that tensors neither overlap nor leave holes. */
typedef struct extent {
  uint64_t begin, end;
  const char *name;
} extent;

static uint64_t header_size(const vtm_weights *weights) {
  uint64_t size = 0;
  for (int i = PREFIX - 1; i >= 0; i--) size = size << 8 | weights->file.bytes[i];
  return size;
}

static bool recognises_safetensors(const vtm_weights *weights) {
  return weights->file.size > PREFIX && weights->file.bytes[PREFIX] == '{';
}

static bool read_whole_number(const cJSON *item, int64_t *value) {
  enum { EXACT_BITS = 53 }; /* cJSON holds numbers as doubles */
  if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) || item->valuedouble > (double)((uint64_t)1 << EXACT_BITS) ||
      floor(item->valuedouble) != item->valuedouble)
    return false;
  *value = (int64_t)item->valuedouble;
  return true;
}

static vtm_status read_dtype(const vtm_weights *weights, const cJSON *entry, vtm_dtype *dtype, vtm_error *error) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(entry, "dtype");
  if (!cJSON_IsString(item))
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: tensor '%s' has no dtype", weights->path, entry->string);
  for (size_t i = 0; i < DTYPE_NAMES; i++) {
    if (strcmp(dtype_names[i].name, item->valuestring) == 0) {
      *dtype = dtype_names[i].dtype;
      return VTM_OK;
    }
  }
  return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "%s: tensor '%s' has dtype '%s', which is not supported", weights->path,
                  entry->string, item->valuestring);
}

static vtm_status read_shape(const vtm_weights *weights, const cJSON *entry, vtm_tensor *tensor, vtm_error *error) {
  const cJSON *shape = cJSON_GetObjectItemCaseSensitive(entry, "shape");
  const cJSON *side;
  bool valid = cJSON_IsArray(shape);
  cJSON_ArrayForEach(side, shape) {
    if (!valid || tensor->rank == VTM_MAX_RANK || !read_whole_number(side, &tensor->shape[tensor->rank])) {
      valid = false;
      break;
    }
    tensor->rank++;
  }
  if (!valid || !vtm_shape_count(tensor->shape, tensor->rank, vtm_dtype_size(tensor->dtype), &tensor->count))
    return vtm_fail(error, VTM_ERROR_FORMAT,
                    "%s: tensor '%s' has an impossible shape (whole numbers from 0, at most %d of them)", weights->path,
                    entry->string, VTM_MAX_RANK);
  return VTM_OK;
}

static vtm_status read_extent(const vtm_weights *weights, const cJSON *entry, const vtm_tensor *tensor,
                              uint64_t data_size, extent *range, vtm_error *error) {
  const cJSON *offsets = cJSON_GetObjectItemCaseSensitive(entry, "data_offsets");
  int64_t begin = 0;
  int64_t end = 0;
  if (!cJSON_IsArray(offsets) || cJSON_GetArraySize(offsets) != 2 ||
      !read_whole_number(cJSON_GetArrayItem(offsets, 0), &begin) ||
      !read_whole_number(cJSON_GetArrayItem(offsets, 1), &end) || end < begin)
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: tensor '%s' has no valid data_offsets [begin, end]", weights->path,
                    entry->string);
  if ((uint64_t)end > data_size)
    return vtm_fail(error, VTM_ERROR_FORMAT,
                    "%s: tensor '%s' ends at byte %" PRId64 " of the data, which has %" PRIu64
                    ": the file is truncated or damaged; fetch it again",
                    weights->path, entry->string, end, data_size);
  const uint64_t needed = (uint64_t)tensor->count * vtm_dtype_size(tensor->dtype);
  char shape[VTM_SHAPE_TEXT];
  if ((uint64_t)(end - begin) != needed)
    return vtm_fail(error, VTM_ERROR_FORMAT,
                    "%s: tensor '%s' of shape %s and %s needs %" PRIu64 " bytes, its data_offsets give %" PRId64,
                    weights->path, entry->string, vtm_shape_text(tensor->shape, tensor->rank, shape),
                    vtm_dtype_name(tensor->dtype), needed, end - begin);
  *range = (extent){(uint64_t)begin, (uint64_t)end, entry->string};
  return VTM_OK;
}

static int compare_extents(const void *a, const void *b) {
  const extent *x = a;
  const extent *y = b;
  if (x->begin != y->begin) return x->begin < y->begin ? -1 : 1;
  return (x->end > y->end) - (x->end < y->end);
}

/* The format's rule: tensors cover the data from its first byte to its last, without overlap or hole. */
static vtm_status check_extents(const vtm_weights *weights, extent *ranges, size_t count, uint64_t data_size,
                                vtm_error *error) {
  if (count > 1) qsort(ranges, count, sizeof(*ranges), compare_extents);
  uint64_t covered = 0;
  for (size_t i = 0; i < count; i++) {
    if (ranges[i].begin < covered)
      return vtm_fail(error, VTM_ERROR_FORMAT, "%s: tensors '%s' and '%s' overlap", weights->path,
                      ranges[i > 0 ? i - 1 : 0].name, ranges[i].name);
    if (ranges[i].begin > covered)
      return vtm_fail(error, VTM_ERROR_FORMAT, "%s: bytes %" PRIu64 " to %" PRIu64 " of the data belong to no tensor",
                      weights->path, covered, ranges[i].begin);
    covered = ranges[i].end;
  }
  if (covered != data_size)
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: %" PRIu64 " bytes follow the last tensor", weights->path,
                    data_size - covered);
  return VTM_OK;
}

static vtm_status add_tensor(vtm_weights *weights, vtm_tensor *tensor, const extent *range, const uint8_t *data,
                             vtm_error *error) {
  const uint8_t *bytes = data + range->begin;
  const size_t size = (size_t)(range->end - range->begin);
  tensor->name = range->name;
  tensor->data = bytes;
  if ((uintptr_t)bytes % vtm_dtype_size(tensor->dtype) != 0) {
    void *copy = NULL;
    const vtm_status status = vtm_weights_own(weights, size, &copy, error);
    if (status != VTM_OK) return status;
    if (size > 0) memcpy(copy, bytes, size);
    tensor->data = copy;
  }
  return vtm_weights_add(weights, tensor, error);
}

static vtm_status read_entries(vtm_weights *weights, const cJSON *root, uint64_t data_begin, extent *ranges,
                               vtm_error *error) {
  const uint64_t data_size = weights->file.size - data_begin;
  size_t count = 0;
  const cJSON *entry;
  cJSON_ArrayForEach(entry, root) {
    if (strcmp(entry->string, "__metadata__") == 0) continue;
    if (!cJSON_IsObject(entry))
      return vtm_fail(error, VTM_ERROR_FORMAT, "%s: header entry '%s' is not an object", weights->path, entry->string);
    vtm_tensor tensor = {0};
    extent *range = &ranges[count];
    vtm_status status = read_dtype(weights, entry, &tensor.dtype, error);
    if (status == VTM_OK) status = read_shape(weights, entry, &tensor, error);
    if (status == VTM_OK) status = read_extent(weights, entry, &tensor, data_size, range, error);
    if (status == VTM_OK) status = add_tensor(weights, &tensor, range, weights->file.bytes + data_begin, error);
    if (status != VTM_OK) return status;
    count++;
  }
  return check_extents(weights, ranges, count, data_size, error);
}

static vtm_status read_safetensors(vtm_weights *weights, vtm_error *error) {
  const uint64_t size = header_size(weights);
  if (size > weights->file.size - PREFIX)
    return vtm_fail(error, VTM_ERROR_FORMAT,
                    "%s: says its header has %" PRIu64 " bytes, the file has %zu: truncated or no safetensors file",
                    weights->path, size, weights->file.size);
  if (size > HEADER_LIMIT)
    return vtm_fail(error, VTM_ERROR_LIMIT, "%s: its header has %" PRIu64 " bytes, more than the limit of %d",
                    weights->path, size, HEADER_LIMIT);
  cJSON *root = cJSON_ParseWithLength((const char *)weights->file.bytes + PREFIX, (size_t)size);
  if (!cJSON_IsObject(root)) {
    cJSON_Delete(root);
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: its safetensors header is not a JSON object", weights->path);
  }
  vtm_status status = VTM_ERROR_MEMORY;
  extent *ranges = vtm_allocate((size_t)cJSON_GetArraySize(root), sizeof(*ranges), error);
  if (ranges != NULL) status = read_entries(weights, root, PREFIX + size, ranges, error);
  free(ranges);
  cJSON_Delete(root);
  return status;
}

const vtm_weights_reader vtm_reader_safetensors = {"safetensors", recognises_safetensors, read_safetensors};
