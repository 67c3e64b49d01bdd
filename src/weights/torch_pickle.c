/* PyTorch's legacy format (torch.save before 1.6): five pickles one after the other (magic number,
 * protocol version, system, the saved value, the storages' keys), then for each key an int64 count
 * and the elements. */
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "weights/readers.h"
#include "weights/torch.h"
#include "weights/torch_globals.h"

/* The pickle of 0x1950a86a20f9469cfc6c, protocol 2; later protocols change the second byte. */
static const uint8_t magic[] = {0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46,
                                0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.'};

typedef struct cursor {
  const uint8_t *bytes;
  size_t size, position;
} cursor;

static bool recognises_pickle(const vtm_weights *weights) {
  /* Any pickle, so that one which is no torch file is refused by what it names. */
  return weights->file.size >= 2 && weights->file.bytes[0] == 0x80 && weights->file.bytes[1] >= 2 &&
         weights->file.bytes[1] <= 5;
}

static vtm_status run_next_pickle(cursor *at, vtm_pickle *pickle, vtm_pickle_value **result, vtm_error *error) {
  size_t used = 0;
  const vtm_status status =
      vtm_pickle_run(at->bytes + at->position, at->size - at->position, pickle, result, &used, error);
  if (status == VTM_OK) at->position += used;
  return status;
}

/* Position behind the magic number. Protocol 4 and later put a frame around it. */
static bool skip_magic(cursor *at) {
  enum { FRAME = 0x95, FRAME_SIZE = 9 };
  size_t skip = 2;
  if (at->size > skip && at->bytes[skip] == FRAME) skip += FRAME_SIZE;
  const size_t tail = sizeof(magic) - 2;
  if (at->size < skip + tail || memcmp(at->bytes + skip, magic + 2, tail) != 0) return false;
  at->position = skip + tail;
  return true;
}

static vtm_status check_system(vtm_weights *weights, cursor *at, vtm_error *error) {
  enum { PROTOCOL_VERSION = 1001 };
  vtm_pickle pickle = {.where = weights->path, .resolver = &vtm_torch_resolver};
  vtm_pickle_value *version = NULL;
  vtm_pickle_value *system = NULL;
  vtm_status status = run_next_pickle(at, &pickle, &version, error);
  if (status == VTM_OK && (version->kind != VTM_PICKLE_INT || version->as.integer != PROTOCOL_VERSION))
    status =
        vtm_fail(error, VTM_ERROR_UNSUPPORTED, "%s: has an unknown version of PyTorch's legacy format", weights->path);
  if (status == VTM_OK) status = run_next_pickle(at, &pickle, &system, error);
  if (status == VTM_OK && system->kind == VTM_PICKLE_DICT) {
    const vtm_pickle_value *little = vtm_pickle_get(system, "little_endian");
    if (little != NULL && little->kind == VTM_PICKLE_BOOL && !little->as.integer)
      status = vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                        "%s: was saved on a big-endian machine; save it again on a little-endian one", weights->path);
  }
  vtm_pickle_free(&pickle);
  return status;
}

static vtm_status fail_truncated(const vtm_weights *weights, const char *key, vtm_error *error) {
  return vtm_fail(error, VTM_ERROR_FORMAT,
                  "%s: ends inside storage '%s' (%zu bytes in all): the file is truncated; fetch it again",
                  weights->path, key, weights->file.size);
}

/* One storage: its count again, then its elements. */
static vtm_status locate_storage(vtm_weights *weights, cursor *at, vtm_torch_bytes *storage, vtm_error *error) {
  uint64_t count = 0;
  if (at->size - at->position < sizeof(count)) return fail_truncated(weights, storage->key, error);
  for (size_t i = sizeof(count); i-- > 0;) count = count << 8 | at->bytes[at->position + i];
  at->position += sizeof(count);
  if (count != storage->count)
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: storage '%s' has %" PRIu64 " elements, its tensors say %" PRIu64,
                    weights->path, storage->key, count, storage->count);
  const size_t size = vtm_dtype_size(storage->dtype);
  if (count > (at->size - at->position) / size) return fail_truncated(weights, storage->key, error);
  storage->bytes = at->bytes + at->position;
  at->position += (size_t)count * size;
  return VTM_OK;
}

static vtm_status locate_storages(vtm_weights *weights, cursor *at, const vtm_torch_state *state, vtm_error *error) {
  vtm_pickle pickle = {.where = weights->path, .resolver = &vtm_torch_resolver};
  vtm_pickle_value *keys = NULL;
  vtm_status status = run_next_pickle(at, &pickle, &keys, error);
  if (status == VTM_OK && keys->kind != VTM_PICKLE_LIST)
    status = vtm_fail(error, VTM_ERROR_FORMAT, "%s: its list of storages is not a list", weights->path);
  for (size_t i = 0; status == VTM_OK && i < keys->as.items.count; i++) {
    const vtm_pickle_value *key = keys->as.items.at[i];
    vtm_torch_bytes *storage = key->kind == VTM_PICKLE_TEXT ? vtm_torch_find_storage(state, key->as.text.bytes) : NULL;
    status = storage == NULL ? vtm_fail(error, VTM_ERROR_FORMAT, "%s: lists a storage that no tensor lies in: damaged",
                                        weights->path)
                             : locate_storage(weights, at, storage, error);
  }
  for (size_t i = 0; status == VTM_OK && i < state->storage_count; i++)
    if (state->storages[i].needed && state->storages[i].bytes == NULL)
      status = vtm_fail(error, VTM_ERROR_FORMAT, "%s: lacks storage '%s'", weights->path, state->storages[i].key);
  vtm_pickle_free(&pickle);
  return status;
}

static vtm_status read_torch_pickle(vtm_weights *weights, vtm_error *error) {
  cursor at = {weights->file.bytes, weights->file.size, 0};
  vtm_pickle pickle = {.where = weights->path, .resolver = &vtm_torch_resolver};
  vtm_torch_state state = {0};
  vtm_pickle_value *root = NULL;
  vtm_status status = VTM_OK;
  const bool torch = skip_magic(&at);
  if (torch) status = check_system(weights, &at, error);
  if (status == VTM_OK) status = run_next_pickle(&at, &pickle, &root, error);
  if (status == VTM_OK && !torch)
    status = vtm_fail(error, VTM_ERROR_FORMAT, "%s: is a pickle, but not one that torch.save wrote", weights->path);
  if (status == VTM_OK) status = vtm_torch_collect(weights, &pickle, root, &state, error);
  if (status == VTM_OK) status = locate_storages(weights, &at, &state, error);
  if (status == VTM_OK) status = vtm_torch_add_tensors(weights, &state, error);
  vtm_torch_free(&state);
  vtm_pickle_free(&pickle);
  return status;
}

const vtm_weights_reader vtm_reader_torch_pickle = {"torch-pickle", recognises_pickle, read_torch_pickle};
