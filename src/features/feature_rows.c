#include "features/feature_rows.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

static const char *temporary_folder(void) {
  const char *folder = getenv("TMPDIR");
  return folder != NULL && folder[0] != '\0' ? folder : "/var/tmp";
}

/* NULL with errno set */
static void *map_file(const char *folder, size_t bytes) {
  char *beginning = vtm_path_join(folder, "vtonmetrics", NULL);
  errno = ENOMEM;
  const int file = beginning != NULL ? vtm_file_open_nameless(beginning) : -1;
  free(beginning);
  if (file < 0) return NULL;
  void *mapped = MAP_FAILED;
  errno = posix_fallocate(file, 0, (off_t)bytes);
  if (errno == 0) mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  const int code = errno;
  (void)close(file);
  errno = code;
  return mapped != MAP_FAILED ? mapped : NULL;
}

static void *map_memory(size_t bytes) {
  void *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return mapped != MAP_FAILED ? mapped : NULL;
}

static vtm_status map_values(vtm_feature_rows *rows, size_t *budget, vtm_error *error) {
  size_t bytes = 0;
  if (!vtm_multiply(rows->count, rows->features, &bytes) || !vtm_multiply(bytes, sizeof(float), &bytes))
    return vtm_fail_memory(error, rows->count);
  if (bytes == 0) bytes = sizeof(float);
  rows->bytes = bytes;
  if (bytes <= *budget) {
    rows->values = map_memory(bytes);
    if (rows->values == NULL) return vtm_fail_memory(error, bytes);
    *budget -= bytes;
    return VTM_OK;
  }
  const char *folder = temporary_folder();
  rows->values = map_file(folder, bytes);
  if (rows->values == NULL)
    return vtm_fail(error, VTM_ERROR_IO,
                    "%s: cannot keep %zu MB of features there: %s; set TMPDIR to a folder with room for them", folder,
                    (bytes >> 20) + 1, strerror(errno));
  return VTM_OK;
}

vtm_status vtm_feature_rows_open(size_t count, size_t features, size_t *budget, vtm_feature_rows *rows,
                                 vtm_error *error) {
  *rows = (vtm_feature_rows){.count = count, .features = features};
  vtm_status status = map_values(rows, budget, error);
  if (status == VTM_OK) rows->present = vtm_allocate(count, sizeof(*rows->present), error);
  if (status == VTM_OK && rows->present == NULL) status = VTM_ERROR_MEMORY;
  if (status != VTM_OK) vtm_feature_rows_close(rows);
  return status;
}

void vtm_feature_rows_of_file(const vtm_tensor *tensor, const size_t *tensor_rows, size_t count, const char *path,
                              vtm_feature_rows *rows) {
  *rows = (vtm_feature_rows){
      .count = count, .features = (size_t)tensor->shape[1], .tensor = tensor, .tensor_rows = tensor_rows, .path = path};
}

vtm_status vtm_feature_rows_grow(vtm_feature_rows *rows, size_t count, size_t *budget, vtm_error *error) {
  if (count <= rows->count) return VTM_OK;
  vtm_feature_rows larger;
  const vtm_status status = vtm_feature_rows_open(count + count / 2, rows->features, budget, &larger, error);
  if (status != VTM_OK) return status;
  memcpy(larger.values, rows->values, rows->count * rows->features * sizeof(*rows->values));
  memcpy(larger.present, rows->present, rows->count * sizeof(*rows->present));
  vtm_feature_rows_close(rows);
  *rows = larger;
  return VTM_OK;
}

vtm_status vtm_feature_rows_reorder(vtm_feature_rows *rows, const size_t *order, size_t count, vtm_error *error) {
  size_t unbounded = SIZE_MAX;
  vtm_feature_rows sorted;
  const vtm_status status = vtm_feature_rows_open(count, rows->features, &unbounded, &sorted, error);
  if (status != VTM_OK) return status;
  for (size_t i = 0; i < count; i++)
    if (vtm_feature_rows_has(rows, order[i]))
      vtm_feature_rows_put(&sorted, i, rows->values + order[i] * rows->features);
  vtm_feature_rows_close(rows);
  *rows = sorted;
  return VTM_OK;
}

void vtm_feature_rows_close(vtm_feature_rows *rows) {
  if (rows->values != NULL) (void)munmap(rows->values, rows->bytes);
  free(rows->present);
  *rows = (vtm_feature_rows){0};
}

void vtm_feature_rows_put(vtm_feature_rows *rows, size_t place, const float *row) {
  memcpy(rows->values + place * rows->features, row, rows->features * sizeof(*row));
  rows->present[place] = true;
}

void vtm_feature_rows_get(const vtm_feature_rows *rows, size_t place, double *row) {
  const size_t d = rows->features;
  if (rows->tensor == NULL) {
    for (size_t k = 0; k < d; k++) row[k] = (double)rows->values[place * d + k];
  } else if (rows->tensor->dtype == VTM_FLOAT64) {
    memcpy(row, (const double *)rows->tensor->data + rows->tensor_rows[place] * d, d * sizeof(*row));
  } else {
    const float *values = (const float *)rows->tensor->data + rows->tensor_rows[place] * d;
    for (size_t k = 0; k < d; k++) row[k] = (double)values[k];
  }
}

bool vtm_feature_rows_has(const vtm_feature_rows *rows, size_t place) {
  return rows->tensor != NULL || rows->present[place];
}

vtm_status vtm_feature_set_fail(const vtm_feature_set *set, size_t i, const vtm_error *inner, vtm_error *error) {
  const vtm_feature_rows *rows = set->rows;
  if (rows->tensor == NULL) return vtm_fail(error, inner->status, "%s", inner->message);
  return vtm_fail(error, inner->status, "%s: row %zu: %s", rows->path, rows->tensor_rows[set->places[i]],
                  inner->message);
}
