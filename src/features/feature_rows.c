#include "features/feature_rows.h"

#include <errno.h>
#include <fcntl.h>
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

vtm_status vtm_feature_rows_open(size_t count, size_t features, size_t *budget, vtm_feature_rows *rows,
                                 vtm_error *error) {
  size_t bytes = 0;
  *rows = (vtm_feature_rows){.features = features};
  if (!vtm_multiply(count, features, &bytes) || !vtm_multiply(bytes, sizeof(float), &bytes))
    return vtm_fail_memory(error, count);
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

void vtm_feature_rows_close(vtm_feature_rows *rows) {
  if (rows->values != NULL) (void)munmap(rows->values, rows->bytes);
  *rows = (vtm_feature_rows){0};
}

void vtm_feature_rows_put(vtm_feature_rows *rows, size_t place, const double *row) {
  for (size_t k = 0; k < rows->features && rows->values != NULL; k++)
    rows->values[place * rows->features + k] = (float)row[k];
}
