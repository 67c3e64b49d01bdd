/* .npz: a zip of .npy entries, as numpy.savez and numpy.savez_compressed write it. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "weights/npy.h"
#include "weights/readers.h"
#include "weights/tensors.h"
#include "weights/zip.h"

static vtm_status read_array(vtm_weights *weights, zip_t *archive, zip_uint64_t index, const char *entry,
                             const char *name, vtm_error *error) {
  vtm_text text = {0};
  vtm_text_format(&text, "%s: %s", weights->path, entry);
  char *where = vtm_text_take(&text, error);
  if (where == NULL) return VTM_ERROR_MEMORY;
  uint64_t size = 0;
  void *bytes = NULL;
  vtm_status status = vtm_zip_entry_size(weights, archive, index, &size, error);
  if (status == VTM_OK) status = vtm_weights_own(weights, size, &bytes, error);
  if (status == VTM_OK) status = vtm_zip_entry_read(weights, archive, index, bytes, size, error);
  if (status == VTM_OK) {
    vtm_npy_header header;
    vtm_error why = {0};
    const bool known = vtm_npy_parse(where, bytes, (size_t)size, &header, &why) != VTM_ERROR_UNSUPPORTED;
    const size_t begin = strlen(where) + 2; /* "FILE: ENTRY: ", unless the message was cut short */
    const char *reason = strlen(why.message) > begin ? why.message + begin : why.message;
    status = known ? vtm_npy_add(weights, where, name, bytes, (size_t)size, error)
                   : vtm_weights_pass_over(weights, name, reason, error);
  }
  vtm_free(where);
  return status;
}

static vtm_status read_npz(vtm_weights *weights, vtm_error *error) {
  zip_t *archive = NULL;
  vtm_status status = vtm_zip_open(weights, &archive, error);
  if (status != VTM_OK) return status;
  const zip_int64_t count = zip_get_num_entries(archive, 0);
  for (zip_int64_t i = 0; i < count && status == VTM_OK; i++) {
    const char *entry = zip_get_name(archive, (zip_uint64_t)i, 0);
    const size_t length = entry != NULL ? strlen(entry) : 0;
    if (length < 5 || strcmp(entry + length - 4, ".npy") != 0) {
      status = vtm_fail(error, VTM_ERROR_FORMAT,
                        "%s: is a zip, but neither a PyTorch file (no data.pkl) nor an .npz ('%s' is no .npy)",
                        weights->path, entry != NULL ? entry : "?");
      break;
    }
    char *name = vtm_copy_text(entry, error);
    if (name == NULL) {
      status = VTM_ERROR_MEMORY;
      break;
    }
    name[length - 4] = '\0';
    status = read_array(weights, archive, (zip_uint64_t)i, entry, name, error);
    vtm_free(name);
  }
  zip_discard(archive);
  if (status == VTM_OK && weights->count == 0 && weights->passed_over_count > 0)
    status = vtm_fail(error, VTM_ERROR_UNSUPPORTED, "%s: %s", weights->path, weights->passed_over[0]);
  return status;
}

const vtm_weights_reader vtm_reader_npz = {"npz", vtm_zip_recognised, read_npz};
