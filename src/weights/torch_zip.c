/* PyTorch's zip format (torch.save since 1.6): PREFIX/data.pkl, PREFIX/data/KEY, PREFIX/byteorder. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "weights/readers.h"
#include "weights/tensors.h"
#include "weights/torch.h"
#include "weights/torch_globals.h"
#include "weights/zip.h"

enum { PICKLE_LIMIT = 64 << 20 };

/* The index of "PREFIX/NAME" with one folder before NAME, -1 when there is none. */
static zip_int64_t find_entry(zip_t *archive, const char *wanted) {
  const zip_int64_t count = zip_get_num_entries(archive, 0);
  for (zip_int64_t i = 0; i < count; i++) {
    const char *name = zip_get_name(archive, (zip_uint64_t)i, 0);
    const char *slash = name != NULL ? strchr(name, '/') : NULL;
    if (slash != NULL && strcmp(slash + 1, wanted) == 0) return i;
  }
  return -1;
}

static bool recognises_torch_zip(const vtm_weights *weights) {
  if (!vtm_zip_recognised(weights)) return false;
  zip_t *archive = NULL;
  if (vtm_zip_open(weights, &archive, NULL) != VTM_OK) return false;
  const bool found = find_entry(archive, "data.pkl") >= 0;
  zip_discard(archive);
  return found;
}

static vtm_status check_byte_order(vtm_weights *weights, zip_t *archive, vtm_error *error) {
  char order[16] = {0};
  uint64_t size = 0;
  const zip_int64_t index = find_entry(archive, "byteorder");
  if (index < 0) return VTM_OK; /* files from before PyTorch 2.1 */
  vtm_status status = vtm_zip_entry_size(weights, archive, (zip_uint64_t)index, &size, error);
  if (status == VTM_OK && size < sizeof(order))
    status = vtm_zip_entry_read(weights, archive, (zip_uint64_t)index, order, size, error);
  if (status == VTM_OK && strcmp(order, "little") != 0)
    status = vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                      "%s: was saved on a big-endian machine; save it again on a little-endian one", weights->path);
  return status;
}

static vtm_status read_pickle(vtm_weights *weights, zip_t *archive, zip_uint64_t index, uint8_t **bytes, size_t *size,
                              vtm_error *error) {
  uint64_t length = 0;
  vtm_status status = vtm_zip_entry_size(weights, archive, index, &length, error);
  if (status == VTM_OK && length > PICKLE_LIMIT)
    status = vtm_fail(error, VTM_ERROR_LIMIT, "%s: its data.pkl has %" PRIu64 " bytes, more than the limit of %d",
                      weights->path, length, PICKLE_LIMIT);
  if (status != VTM_OK) return status;
  *bytes = vtm_allocate((size_t)length, 1, error);
  *size = (size_t)length;
  return *bytes == NULL ? VTM_ERROR_MEMORY : vtm_zip_entry_read(weights, archive, index, *bytes, length, error);
}

static vtm_status read_storage(vtm_weights *weights, zip_t *archive, const char *prefix, vtm_torch_bytes *storage,
                               vtm_error *error) {
  vtm_text text = {0};
  vtm_text_format(&text, "%s/data/%s", prefix, storage->key);
  char *name = vtm_text_take(&text, error);
  if (name == NULL) return VTM_ERROR_MEMORY;
  const zip_int64_t index = zip_name_locate(archive, name, 0);
  uint64_t size = 0;
  void *bytes = NULL;
  vtm_status status = VTM_OK;
  if (index < 0) status = vtm_fail(error, VTM_ERROR_FORMAT, "%s: lacks the zip entry '%s'", weights->path, name);
  if (status == VTM_OK) status = vtm_zip_entry_size(weights, archive, (zip_uint64_t)index, &size, error);
  if (status == VTM_OK &&
      (size % vtm_dtype_size(storage->dtype) != 0 || size / vtm_dtype_size(storage->dtype) != storage->count))
    status = vtm_fail(error, VTM_ERROR_FORMAT,
                      "%s: zip entry '%s' has %" PRIu64 " bytes, its storage should have %" PRIu64 " %s", weights->path,
                      name, size, storage->count, vtm_dtype_name(storage->dtype));
  if (status == VTM_OK) status = vtm_weights_own(weights, size, &bytes, error);
  if (status == VTM_OK) status = vtm_zip_entry_read(weights, archive, (zip_uint64_t)index, bytes, size, error);
  storage->bytes = bytes;
  free(name);
  return status;
}

static vtm_status read_state(vtm_weights *weights, zip_t *archive, const char *prefix, const uint8_t *bytes,
                             size_t size, vtm_error *error) {
  vtm_pickle pickle = {.where = weights->path, .resolver = &vtm_torch_resolver};
  vtm_torch_state state = {0};
  vtm_pickle_value *root = NULL;
  size_t used = 0;
  vtm_status status = vtm_pickle_run(bytes, size, &pickle, &root, &used, error);
  if (status == VTM_OK) status = vtm_torch_collect(weights, &pickle, root, &state, error);
  for (size_t i = 0; i < state.storage_count && status == VTM_OK; i++)
    if (state.storages[i].needed) status = read_storage(weights, archive, prefix, &state.storages[i], error);
  if (status == VTM_OK) status = vtm_torch_add_tensors(weights, &state, error);
  vtm_torch_free(&state);
  vtm_pickle_free(&pickle);
  return status;
}

static vtm_status read_torch_zip(vtm_weights *weights, vtm_error *error) {
  zip_t *archive = NULL;
  vtm_status status = vtm_zip_open(weights, &archive, error);
  if (status != VTM_OK) return status;
  const zip_int64_t index = find_entry(archive, "data.pkl");
  uint8_t *bytes = NULL;
  char *prefix = NULL;
  size_t size = 0;
  if (find_entry(archive, "constants.pkl") >= 0)
    status = vtm_fail(error, VTM_ERROR_FORMAT,
                      "%s: is a TorchScript program, not a file of tensors; use the network's state_dict (.pth)",
                      weights->path);
  if (status == VTM_OK) status = check_byte_order(weights, archive, error);
  if (status == VTM_OK) status = read_pickle(weights, archive, (zip_uint64_t)index, &bytes, &size, error);
  if (status == VTM_OK) {
    prefix = vtm_copy_text(zip_get_name(archive, (zip_uint64_t)index, 0), error);
    status = prefix == NULL ? VTM_ERROR_MEMORY : VTM_OK;
  }
  if (status == VTM_OK) {
    *strchr(prefix, '/') = '\0';
    status = read_state(weights, archive, prefix, bytes, size, error);
  }
  free(prefix);
  free(bytes);
  zip_discard(archive);
  return status;
}

const vtm_weights_reader vtm_reader_torch_zip = {"torch-zip", recognises_torch_zip, read_torch_zip};
