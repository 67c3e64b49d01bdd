#include "weights/zip.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"

enum { ENTRY_LIMIT = 1 << 20 };

bool vtm_zip_recognised(const vtm_weights *weights) {
  return weights->file.size >= 4 &&
         (memcmp(weights->file.bytes, "PK\x03\x04", 4) == 0 || memcmp(weights->file.bytes, "PK\x05\x06", 4) == 0);
}

vtm_status vtm_zip_open(const vtm_weights *weights, zip_t **archive_out, vtm_error *error) {
  zip_error_t reason;
  zip_error_init(&reason);
  zip_source_t *source = zip_source_buffer_create(weights->file.bytes, weights->file.size, 0, &reason);
  zip_t *archive = source == NULL ? NULL : zip_open_from_source(source, ZIP_RDONLY, &reason);
  vtm_status status = VTM_OK;
  if (archive == NULL) {
    zip_source_free(source);
    status = vtm_fail(error, VTM_ERROR_FORMAT,
                      "%s: begins as a zip container but cannot be read as one (%s): truncated or damaged; fetch it "
                      "again",
                      weights->path, zip_error_strerror(&reason));
  } else if (zip_get_num_entries(archive, 0) > ENTRY_LIMIT) {
    status = vtm_fail(error, VTM_ERROR_LIMIT, "%s: has more than %d zip entries", weights->path, ENTRY_LIMIT);
    zip_discard(archive);
    archive = NULL;
  }
  zip_error_fini(&reason);
  *archive_out = archive;
  return status;
}

vtm_status vtm_zip_entry_size(const vtm_weights *weights, zip_t *archive, zip_uint64_t index, uint64_t *size,
                              vtm_error *error) {
  zip_stat_t entry;
  zip_stat_init(&entry);
  if (zip_stat_index(archive, index, 0, &entry) != 0 || !(entry.valid & ZIP_STAT_SIZE))
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: zip entry %" PRIu64 ": %s", weights->path, (uint64_t)index,
                    zip_strerror(archive));
  /* Deflate gains at most a factor of 1,032, so a larger claim is a lie. */
  enum { DEFLATE_RATIO = 1040 };
  if (entry.size / DEFLATE_RATIO > weights->file.size)
    return vtm_fail(error, VTM_ERROR_LIMIT,
                    "%s: zip entry '%s' says it has %" PRIu64 " bytes in a file of %zu: refused", weights->path,
                    entry.name, (uint64_t)entry.size, weights->file.size);
  *size = entry.size;
  return VTM_OK;
}

vtm_status vtm_zip_entry_read(const vtm_weights *weights, zip_t *archive, zip_uint64_t index, void *bytes,
                              uint64_t size, vtm_error *error) {
  const char *name = zip_get_name(archive, index, 0);
  if (name == NULL) name = "?";
  zip_file_t *file = zip_fopen_index(archive, index, 0);
  if (file == NULL)
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: zip entry '%s': %s", weights->path, name, zip_strerror(archive));
  uint64_t done = 0;
  zip_int64_t got = 1;
  while (done < size && (got = zip_fread(file, (char *)bytes + done, size - done)) > 0) done += (uint64_t)got;
  char extra;
  if (done == size) got = zip_fread(file, &extra, 1); /* the CRC is checked at the end */
  vtm_status status = VTM_OK;
  if (got < 0)
    status = vtm_fail(error, VTM_ERROR_FORMAT, "%s: zip entry '%s' is damaged: %s; fetch the file again", weights->path,
                      name, zip_file_strerror(file));
  else if (done != size || got != 0)
    status = vtm_fail(error, VTM_ERROR_FORMAT, "%s: zip entry '%s' does not have the %" PRIu64 " bytes it should",
                      weights->path, name, size);
  (void)zip_fclose(file);
  return status;
}
