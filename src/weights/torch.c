#include "weights/torch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "weights/tensors.h"

enum { DEPTH_LIMIT = 64 };

typedef vtm_pickle_value value;

static bool is_container(const value *v) {
  return v->kind == VTM_PICKLE_TUPLE || v->kind == VTM_PICKLE_LIST || v->kind == VTM_PICKLE_DICT;
}

/* The state of a container in the walks over the finished graph. */
enum { UNSEEN, ON_PATH, DONE, WITHOUT_TENSORS };

/* Depth first, each value once; a container that is met again while it is on the path contains itself. */
static vtm_status refuse_loops(const vtm_weights *weights, value *v, int depth, vtm_error *error) {
  if (!is_container(v) || v->walk == DONE) return VTM_OK;
  if (v->walk == ON_PATH)
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: its pickle holds a loop (a container inside itself): refused",
                    weights->path);
  if (depth == DEPTH_LIMIT)
    return vtm_fail(error, VTM_ERROR_LIMIT, "%s: its pickle is nested more than %d deep: refused", weights->path,
                    DEPTH_LIMIT);
  v->walk = ON_PATH;
  for (size_t i = 0; i < v->as.items.count; i++) {
    const vtm_status status = refuse_loops(weights, v->as.items.at[i], depth + 1, error);
    if (status != VTM_OK) return status;
  }
  v->walk = DONE;
  return VTM_OK;
}

static size_t tensors_in(const value *v) {
  size_t count = 0;
  if (v->kind != VTM_PICKLE_DICT) return 0;
  for (size_t i = 1; i < v->as.items.count; i += 2) count += v->as.items.at[i]->kind == VTM_PICKLE_TENSOR;
  return count;
}

/* A value may stand in many places: a dictionary without tensors is remembered, and searched once only. */
static bool holds_tensors(value *v) {
  if (v->kind != VTM_PICKLE_DICT || v->walk == WITHOUT_TENSORS) return false;
  for (size_t i = 1; i < v->as.items.count; i += 2)
    if (v->as.items.at[i]->kind == VTM_PICKLE_TENSOR) return true;
  v->walk = WITHOUT_TENSORS;
  return false;
}

static const char *kind_name(const value *v) {
  switch ((vtm_pickle_kind)v->kind) {
    case VTM_PICKLE_TENSOR: return "a single tensor without a name";
    case VTM_PICKLE_DICT: return "a dictionary without tensors";
    case VTM_PICKLE_LIST:
    case VTM_PICKLE_TUPLE: return "a list";
    case VTM_PICKLE_TEXT: return "a text";
    case VTM_PICKLE_STORAGE: return "a bare storage";
    case VTM_PICKLE_GLOBAL: return "a bare name";
    case VTM_PICKLE_NONE:
    case VTM_PICKLE_BOOL:
    case VTM_PICKLE_INT:
    case VTM_PICKLE_FLOAT:
    case VTM_PICKLE_MARK: break;
  }
  return "a bare value";
}

/* A checkpoint keeps the state dict under a name of its own ("state_dict", "model") beside epoch and
 * optimizer. With several candidates "state_dict" wins; without it the choice would be a guess. */
static vtm_status find_state_dict(const vtm_weights *weights, value *root, const value **dict, vtm_error *error) {
  *dict = root;
  if (holds_tensors(root)) return VTM_OK;
  if (root->kind != VTM_PICKLE_DICT || root->as.items.count == 0)
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: holds %s; a dictionary of named tensors was expected", weights->path,
                    kind_name(root));
  const value *named = vtm_pickle_get(root, "state_dict");
  if (named != NULL && tensors_in(named) > 0) {
    *dict = named;
    return VTM_OK;
  }
  size_t candidates = 0;
  for (size_t i = 1; i < root->as.items.count && candidates < 2; i += 2) {
    if (!holds_tensors(root->as.items.at[i])) continue;
    *dict = root->as.items.at[i];
    candidates++;
  }
  if (candidates == 1) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: %s; save the one state_dict() that is meant", weights->path,
                  candidates == 0 ? "holds no dictionary of tensors" : "holds several dictionaries of tensors");
}

static int compare_storages(const void *a, const void *b) {
  return strcmp(((const vtm_torch_bytes *)a)->key, ((const vtm_torch_bytes *)b)->key);
}

/* Lists all storages that the pickle names, then keeps one of each key. */
static vtm_status collect_storages(const vtm_weights *weights, const vtm_pickle *pickle, vtm_torch_state *state,
                                   vtm_error *error) {
  size_t count = 0;
  for (size_t i = 0; i < pickle->count; i++) count += vtm_pickle_at(pickle, i)->kind == VTM_PICKLE_STORAGE;
  state->storages = vtm_allocate(count, sizeof(*state->storages), error);
  if (state->storages == NULL) return VTM_ERROR_MEMORY;
  count = 0;
  for (size_t i = 0; i < pickle->count; i++) {
    const value *v = vtm_pickle_at(pickle, i);
    if (v->kind == VTM_PICKLE_STORAGE)
      state->storages[count++] =
          (vtm_torch_bytes){.key = v->as.storage->key, .dtype = v->as.storage->dtype, .count = v->as.storage->count};
  }
  if (count > 1) qsort(state->storages, count, sizeof(*state->storages), compare_storages);
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    const vtm_torch_bytes *next = &state->storages[i];
    const vtm_torch_bytes *last = &state->storages[kept > 0 ? kept - 1 : 0];
    if (kept == 0 || strcmp(last->key, next->key) != 0)
      state->storages[kept++] = *next;
    else if (last->dtype != next->dtype || last->count != next->count)
      return vtm_fail(error, VTM_ERROR_FORMAT, "%s: storage '%s' is described in two ways", weights->path, last->key);
  }
  state->storage_count = kept;
  return VTM_OK;
}

vtm_status vtm_torch_collect(const vtm_weights *weights, const vtm_pickle *pickle, value *root, vtm_torch_state *state,
                             vtm_error *error) {
  const value *dict = NULL;
  *state = (vtm_torch_state){0};
  vtm_status status = refuse_loops(weights, root, 0, error);
  if (status == VTM_OK) status = find_state_dict(weights, root, &dict, error);
  if (status != VTM_OK) return status;
  const size_t count = tensors_in(dict);
  state->names = vtm_allocate(count, sizeof(*state->names), error);
  state->tensors = vtm_allocate(count, sizeof(*state->tensors), error);
  if (state->names == NULL || state->tensors == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i + 1 < dict->as.items.count; i += 2) {
    const value *name = dict->as.items.at[i];
    const value *tensor = dict->as.items.at[i + 1];
    if (tensor->kind != VTM_PICKLE_TENSOR) continue;
    if (name->kind != VTM_PICKLE_TEXT)
      return vtm_fail(error, VTM_ERROR_FORMAT, "%s: holds a tensor whose name is not text", weights->path);
    state->names[state->count] = name;
    state->tensors[state->count++] = tensor;
  }
  status = collect_storages(weights, pickle, state, error);
  for (size_t i = 0; status == VTM_OK && i < state->count; i++)
    vtm_torch_find_storage(state, state->tensors[i]->as.tensor->storage->key)->needed = true;
  return status;
}

vtm_torch_bytes *vtm_torch_find_storage(const vtm_torch_state *state, const char *key) {
  const vtm_torch_bytes wanted = {.key = key};
  return bsearch(&wanted, state->storages, state->storage_count, sizeof(wanted), compare_storages);
}

/* Copies into C order, row by row: the innermost dimension is the inner loop. */
static void gather_strided(const vtm_pickle_tensor *tensor, size_t count, size_t size, const uint8_t *source,
                           uint8_t *target) {
  int64_t index[VTM_MAX_RANK] = {0};
  const int inner = tensor->rank - 1;
  const int64_t columns = tensor->shape[inner];
  for (size_t row = 0; row < count / (size_t)columns; row++) {
    size_t offset = 0;
    for (int i = 0; i < inner; i++) offset += (size_t)(index[i] * tensor->stride[i]);
    const uint8_t *from = source + offset * size;
    for (int64_t i = 0; i < columns; i++, target += size)
      memcpy(target, from + (size_t)(i * tensor->stride[inner]) * size, size);
    for (int i = inner - 1; i >= 0 && ++index[i] == tensor->shape[i]; i--) index[i] = 0;
  }
}

static bool is_contiguous(const vtm_pickle_tensor *tensor) {
  int64_t expected = 1;
  for (int i = tensor->rank - 1; i >= 0; i--) {
    if (tensor->shape[i] != 1 && tensor->stride[i] != expected) return false;
    expected *= tensor->shape[i];
  }
  return true;
}

/* Whether the tensor's last element, offset + sum of (shape - 1) * stride, lies in its storage. */
static bool stays_inside(const vtm_pickle_tensor *tensor) {
  uint64_t last = tensor->offset;
  for (int i = 0; i < tensor->rank; i++) {
    uint64_t reach;
    if (__builtin_mul_overflow((uint64_t)tensor->shape[i] - 1, (uint64_t)tensor->stride[i], &reach) ||
        __builtin_add_overflow(last, reach, &last))
      return false;
  }
  return last < tensor->storage->count;
}

static vtm_status add_tensor(vtm_weights *weights, const char *name, const vtm_pickle_tensor *source,
                             const vtm_torch_bytes *storage, vtm_error *error) {
  vtm_tensor tensor = {.name = name, .dtype = storage->dtype, .rank = source->rank};
  memcpy(tensor.shape, source->shape, sizeof(tensor.shape));
  const size_t size = vtm_dtype_size(tensor.dtype);
  char shape[VTM_SHAPE_TEXT];
  const bool possible = vtm_shape_count(tensor.shape, tensor.rank, size, &tensor.count);
  if (!possible || (tensor.count > 0 && !stays_inside(source)))
    return vtm_fail(error, VTM_ERROR_FORMAT,
                    "%s: tensor '%s' of shape %s at offset %" PRIu64 " reaches beyond its storage '%s' of %" PRIu64
                    " elements: refused",
                    weights->path, name, vtm_shape_text(source->shape, source->rank, shape), source->offset,
                    storage->key, storage->count);
  const uint8_t *bytes = tensor.count > 0 ? storage->bytes + source->offset * size : storage->bytes;
  tensor.data = bytes;
  const bool contiguous = tensor.count == 0 || is_contiguous(source);
  if (!contiguous || (uintptr_t)bytes % size != 0) {
    if (tensor.count > storage->count)
      return vtm_fail(error, VTM_ERROR_FORMAT, "%s: tensor '%s' repeats the elements of its storage: refused",
                      weights->path, name);
    void *copy = NULL;
    const vtm_status status = vtm_weights_own(weights, (uint64_t)tensor.count * size, &copy, error);
    if (status != VTM_OK) return status;
    if (!contiguous)
      gather_strided(source, tensor.count, size, bytes, copy);
    else if (tensor.count > 0)
      memcpy(copy, bytes, tensor.count * size);
    tensor.data = copy;
  }
  return vtm_weights_add(weights, &tensor, error);
}

vtm_status vtm_torch_add_tensors(vtm_weights *weights, const vtm_torch_state *state, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < state->count && status == VTM_OK; i++) {
    const vtm_pickle_tensor *tensor = state->tensors[i]->as.tensor;
    const vtm_torch_bytes *storage = vtm_torch_find_storage(state, tensor->storage->key);
    status = add_tensor(weights, state->names[i]->as.text.bytes, tensor, storage, error);
  }
  return status;
}

void vtm_torch_free(vtm_torch_state *state) {
  free(state->names);
  free(state->tensors);
  free(state->storages);
  *state = (vtm_torch_state){0};
}
