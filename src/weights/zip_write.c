#include "weights/zip_write.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"

/* Keeps errno of the first failure. */
static zip_int64_t fail_sink(vtm_zip_sink *sink) {
  if (sink->code == 0) sink->code = errno != 0 ? errno : EIO;
  return -1;
}

static zip_int64_t report_zip_error(const vtm_zip_sink *sink, void *data, zip_uint64_t size) {
  zip_error_t error;
  zip_error_init(&error);
  /* Before the first write libzip asks what is there already: nothing. */
  zip_error_set(&error, sink->code != 0 ? ZIP_ER_WRITE : ZIP_ER_READ, sink->code != 0 ? sink->code : ENOENT);
  return zip_error_to_data(&error, data, size);
}

static zip_int64_t seek_in_stream(vtm_zip_sink *sink, void *data, zip_uint64_t size) {
  const zip_source_args_seek_t *target = ZIP_SOURCE_GET_ARGS(zip_source_args_seek_t, data, size, NULL);
  if (target == NULL || fseeko(sink->stream, (off_t)target->offset, target->whence) != 0) return fail_sink(sink);
  return 0;
}

/* libzip's protocol for a file that it writes; beginning, commit and rollback are vtm_output's. */
static zip_int64_t serve_zip_source(void *user, void *data, zip_uint64_t size, zip_source_cmd_t command) {
  vtm_zip_sink *sink = user;
  errno = 0;
  switch (command) {
    case ZIP_SOURCE_SUPPORTS: return ZIP_SOURCE_SUPPORTS_WRITABLE;
    case ZIP_SOURCE_WRITE: return fwrite(data, 1, size, sink->stream) == size ? (zip_int64_t)size : fail_sink(sink);
    case ZIP_SOURCE_SEEK_WRITE: return seek_in_stream(sink, data, size);
    case ZIP_SOURCE_TELL_WRITE: {
      const off_t position = ftello(sink->stream);
      return position >= 0 ? (zip_int64_t)position : fail_sink(sink);
    }
    case ZIP_SOURCE_ERROR: return report_zip_error(sink, data, size);
    case ZIP_SOURCE_BEGIN_WRITE:
    case ZIP_SOURCE_COMMIT_WRITE:
    case ZIP_SOURCE_ROLLBACK_WRITE:
    case ZIP_SOURCE_REMOVE:
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE: return 0;
    default: return -1; /* reading: there is nothing to read */
  }
}

vtm_status vtm_zip_create(const char *path, vtm_zip_sink *sink, zip_t **archive, vtm_error *error) {
  zip_error_t reason;
  zip_error_init(&reason);
  zip_source_t *source = zip_source_function_create(serve_zip_source, sink, &reason);
  *archive = source == NULL ? NULL : zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &reason);
  vtm_status status = VTM_OK;
  if (*archive == NULL) {
    zip_source_free(source);
    status = vtm_fail(error, VTM_ERROR_IO, "%s: cannot write: %s", path, zip_error_strerror(&reason));
  }
  zip_error_fini(&reason);
  return status;
}
