#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "weights/tensors.h"

static const char *const dtype_names[] = {
    [VTM_FLOAT32] = "F32", [VTM_FLOAT64] = "F64", [VTM_FLOAT16] = "F16", [VTM_BFLOAT16] = "BF16", [VTM_INT64] = "I64",
    [VTM_INT32] = "I32",   [VTM_INT16] = "I16",   [VTM_INT8] = "I8",     [VTM_UINT8] = "U8",      [VTM_BOOL] = "BOOL",
};

/* Largest elements first, so that without any padding each tensor is aligned for its type. */
static int compare_tensors(const void *a, const void *b) {
  const vtm_tensor *x = *(const vtm_tensor *const *)a;
  const vtm_tensor *y = *(const vtm_tensor *const *)b;
  const size_t x_size = vtm_dtype_size(x->dtype);
  const size_t y_size = vtm_dtype_size(y->dtype);
  if (x_size != y_size) return x_size > y_size ? -1 : 1;
  return strcmp(x->name, y->name);
}

static bool add_number(cJSON *array, double number) {
  cJSON *item = cJSON_CreateNumber(number);
  return item != NULL && cJSON_AddItemToArray(array, item);
}

static bool add_header_entry(cJSON *header, const vtm_tensor *tensor, size_t begin) {
  cJSON *entry = cJSON_AddObjectToObject(header, tensor->name);
  bool good = entry != NULL && cJSON_AddStringToObject(entry, "dtype", dtype_names[tensor->dtype]) != NULL;
  cJSON *shape = good ? cJSON_AddArrayToObject(entry, "shape") : NULL;
  good = shape != NULL;
  for (int i = 0; i < tensor->rank && good; i++) good = add_number(shape, (double)tensor->shape[i]);
  cJSON *offsets = good ? cJSON_AddArrayToObject(entry, "data_offsets") : NULL;
  return offsets != NULL && add_number(offsets, (double)begin) &&
         add_number(offsets, (double)(begin + tensor->count * vtm_dtype_size(tensor->dtype)));
}

static char *format_header(const vtm_tensor *const *tensors, size_t count, vtm_error *error) {
  cJSON *header = cJSON_CreateObject();
  bool good = header != NULL;
  size_t begin = 0;
  for (size_t i = 0; i < count && good; i++) {
    good = add_header_entry(header, tensors[i], begin);
    begin += tensors[i]->count * vtm_dtype_size(tensors[i]->dtype);
  }
  char *text = good ? cJSON_PrintUnformatted(header) : NULL;
  cJSON_Delete(header);
  if (text == NULL) (void)vtm_fail_memory(error, count * sizeof(cJSON));
  return text;
}

static vtm_status check_tensor(const char *path, const vtm_tensor *tensor, vtm_error *error) {
  const vtm_status status = vtm_tensor_check(path, tensor, error);
  if (status != VTM_OK) return status;
  if (tensor->dtype == VTM_TEXT)
    return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "%s: '%s' is text, which safetensors cannot hold; write an .npz",
                    path, tensor->name);
  if (strcmp(tensor->name, "__metadata__") == 0)
    return vtm_fail(error, VTM_ERROR_USAGE, "%s: '%s' cannot be a tensor's name: safetensors reserves it", path,
                    tensor->name);
  return VTM_OK;
}

static vtm_status check_names(const char *path, const vtm_tensor *tensors, size_t count, vtm_error *error) {
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < i; j++)
      if (strcmp(tensors[j].name, tensors[i].name) == 0)
        return vtm_fail(error, VTM_ERROR_USAGE, "%s: two tensors named '%s'", path, tensors[i].name);
  return VTM_OK;
}

static vtm_status write_file(const char *path, const char *header, const vtm_tensor *const *tensors, size_t count,
                             vtm_error *error) {
  enum { ALIGNMENT = 8 };
  const size_t length = strlen(header);
  const uint64_t padded = (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  vtm_output output;
  const vtm_status status = vtm_output_open(path, &output, error);
  if (status != VTM_OK) return status;
  for (int i = 0; i < 8; i++) (void)fputc((int)(padded >> (8 * i) & 0xff), output.stream);
  (void)fprintf(output.stream, "%-*s", (int)padded, header);
  for (size_t i = 0; i < count && !ferror(output.stream); i++)
    if (tensors[i]->count > 0)
      (void)fwrite(tensors[i]->data, vtm_dtype_size(tensors[i]->dtype), tensors[i]->count, output.stream);
  return vtm_output_commit(&output, error); /* reports what fwrite could not */
}

vtm_status vtm_safetensors_write(const char *path, const vtm_tensor *tensors, size_t count, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < count && status == VTM_OK; i++) status = check_tensor(path, &tensors[i], error);
  if (status == VTM_OK) status = check_names(path, tensors, count, error);
  if (status != VTM_OK) return status;
  const vtm_tensor **sorted = vtm_allocate(count, sizeof(*sorted), error);
  if (sorted == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < count; i++) sorted[i] = &tensors[i];
  if (count > 1) qsort(sorted, count, sizeof(*sorted), compare_tensors);
  char *header = NULL;
  if ((header = format_header(sorted, count, error)) == NULL) status = VTM_ERROR_MEMORY;
  if (status == VTM_OK) status = write_file(path, header, sorted, count, error);
  cJSON_free(header);
  free(sorted);
  return status;
}
