/* The globals that PyTorch's pickles may name. No other part of Python exists here. */
#include "weights/torch_globals.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

typedef vtm_pickle_value value;

static vtm_status wrong_arguments(const vtm_pickle *pickle, const vtm_pickle_global *global, const char *why,
                                  vtm_error *error) {
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: malformed pickle: %s.%s %s", pickle->where, global->module,
                  global->name, why);
}

/* collections.OrderedDict(), or with a list of [key, value] pairs as Python 2 wrote it */
static vtm_status call_ordered_dict(vtm_pickle *pickle, const vtm_pickle_global *global, const value *arguments,
                                    value **result, vtm_error *error) {
  vtm_status status = vtm_pickle_new(pickle, VTM_PICKLE_DICT, result, error);
  if (status != VTM_OK || arguments->as.items.count == 0) return status;
  const value *pairs = arguments->as.items.at[0];
  if (arguments->as.items.count != 1 || pairs->kind != VTM_PICKLE_LIST)
    return wrong_arguments(pickle, global, "takes nothing or a list", error);
  for (size_t i = 0; i < pairs->as.items.count && status == VTM_OK; i++) {
    const value *pair = pairs->as.items.at[i];
    if ((pair->kind != VTM_PICKLE_LIST && pair->kind != VTM_PICKLE_TUPLE) || pair->as.items.count != 2)
      return wrong_arguments(pickle, global, "takes pairs of key and value", error);
    status = vtm_pickle_extend(pickle, *result, pair->as.items.at, 2, error);
  }
  return status;
}

/* torch.Size((64, 3, 7, 7)) is the tuple itself. */
static vtm_status call_size(vtm_pickle *pickle, const vtm_pickle_global *global, const value *arguments, value **result,
                            vtm_error *error) {
  if (arguments->as.items.count != 1 || arguments->as.items.at[0]->kind != VTM_PICKLE_TUPLE)
    return wrong_arguments(pickle, global, "takes one tuple", error);
  *result = arguments->as.items.at[0];
  return VTM_OK;
}

static bool read_sides(const value *tuple, int64_t sides[VTM_MAX_RANK], int *rank) {
  if (tuple->kind != VTM_PICKLE_TUPLE || tuple->as.items.count > VTM_MAX_RANK) return false;
  *rank = (int)tuple->as.items.count;
  for (int i = 0; i < *rank; i++) {
    const value *side = tuple->as.items.at[i];
    if (side->kind != VTM_PICKLE_INT || side->as.integer < 0) return false;
    sides[i] = side->as.integer;
  }
  return true;
}

/* torch._utils._rebuild_tensor(storage, offset, size, stride), and _v2 with (requires_grad, hooks)
 * behind. Whether the tensor stays inside its storage is checked when its bytes are there. */
static vtm_status call_rebuild_tensor(vtm_pickle *pickle, const vtm_pickle_global *global, const value *arguments,
                                      value **result, vtm_error *error) {
  const vtm_pickle_items *items = &arguments->as.items;
  if (items->count < 4 || items->at[0]->kind != VTM_PICKLE_STORAGE || items->at[1]->kind != VTM_PICKLE_INT)
    return wrong_arguments(pickle, global, "takes (storage, offset, size, stride, ...)", error);
  vtm_pickle_tensor tensor = {.storage = items->at[0]->as.storage, .offset = (uint64_t)items->at[1]->as.integer};
  int stride_rank = 0;
  if (items->at[1]->as.integer < 0 || !read_sides(items->at[2], tensor.shape, &tensor.rank) ||
      !read_sides(items->at[3], tensor.stride, &stride_rank) || stride_rank != tensor.rank)
    return wrong_arguments(pickle, global, "has an impossible offset, size or stride", error);
  vtm_status status = vtm_pickle_new(pickle, VTM_PICKLE_TENSOR, result, error);
  if (status != VTM_OK) return status;
  (*result)->as.tensor = vtm_allocate(1, sizeof(tensor), error);
  if ((*result)->as.tensor == NULL) return VTM_ERROR_MEMORY;
  *(*result)->as.tensor = tensor;
  return VTM_OK;
}

/* torch._utils._rebuild_parameter(tensor, requires_grad, hooks) is its tensor. */
static vtm_status call_rebuild_parameter(vtm_pickle *pickle, const vtm_pickle_global *global, const value *arguments,
                                         value **result, vtm_error *error) {
  if (arguments->as.items.count < 1 || arguments->as.items.at[0]->kind != VTM_PICKLE_TENSOR)
    return wrong_arguments(pickle, global, "takes a tensor", error);
  *result = arguments->as.items.at[0];
  return VTM_OK;
}

#define STORAGE(name, dtype) \
  { "torch", name, NULL, dtype }
#define DTYPE(name) \
  { "torch", name, NULL, -1 }
static const vtm_pickle_global globals[] = {
    {"collections", "OrderedDict", call_ordered_dict, -1},
    {"torch", "Size", call_size, -1},
    {"torch._utils", "_rebuild_tensor", call_rebuild_tensor, -1},
    {"torch._utils", "_rebuild_tensor_v2", call_rebuild_tensor, -1},
    {"torch._utils", "_rebuild_parameter", call_rebuild_parameter, -1},
    STORAGE("FloatStorage", VTM_FLOAT32),
    STORAGE("DoubleStorage", VTM_FLOAT64),
    STORAGE("HalfStorage", VTM_FLOAT16),
    STORAGE("BFloat16Storage", VTM_BFLOAT16),
    STORAGE("LongStorage", VTM_INT64),
    STORAGE("IntStorage", VTM_INT32),
    STORAGE("ShortStorage", VTM_INT16),
    STORAGE("CharStorage", VTM_INT8),
    STORAGE("ByteStorage", VTM_UINT8),
    STORAGE("BoolStorage", VTM_BOOL),
    STORAGE("UntypedStorage", VTM_UINT8),
    {"torch.storage", "UntypedStorage", NULL, VTM_UINT8},
    DTYPE("float32"),
    DTYPE("float64"),
    DTYPE("float16"),
    DTYPE("bfloat16"),
    DTYPE("int64"),
    DTYPE("int32"),
    DTYPE("int16"),
    DTYPE("int8"),
    DTYPE("uint8"),
    DTYPE("bool"),
};

static vtm_status find_torch_global(const vtm_pickle *pickle, const char *module, const char *name,
                                    const vtm_pickle_global **global, vtm_error *error) {
  for (size_t i = 0; i < sizeof(globals) / sizeof(*globals); i++) {
    if (strcmp(globals[i].module, module) == 0 && strcmp(globals[i].name, name) == 0) {
      *global = &globals[i];
      return VTM_OK;
    }
  }
  return vtm_fail(
      error, VTM_ERROR_FORMAT,
      "%s: names %s.%s, which is not part of any tensor: refused. If the file is your own, save the model's "
      "state_dict() alone",
      pickle->where, module, name);
}

static const char *text_of(const value *v) { return v->kind == VTM_PICKLE_TEXT ? v->as.text.bytes : NULL; }

/* ('storage', storage class, key, device, number of elements), and in legacy files a view that has
 * been None since PyTorch 0.2 */
static vtm_status load_torch_storage(vtm_pickle *pickle, const value *id, value **result, vtm_error *error) {
  enum { LONGEST_KEY = 255 }; /* a number of some digits; storages are sorted by it */
  const vtm_pickle_items *items = &id->as.items;
  if (id->kind != VTM_PICKLE_TUPLE || items->count < 1 || text_of(items->at[0]) == NULL)
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: malformed pickle: a persistent id that is not a tuple",
                    pickle->where);
  if (strcmp(text_of(items->at[0]), "storage") != 0)
    return vtm_fail(error, VTM_ERROR_FORMAT,
                    "%s: holds a '%s', which is not part of any tensor: refused. Save the model's state_dict() alone",
                    pickle->where, text_of(items->at[0]));
  const bool whole = items->count == 5 || (items->count == 6 && items->at[5]->kind == VTM_PICKLE_NONE);
  if (!whole || items->at[1]->kind != VTM_PICKLE_GLOBAL || items->at[1]->as.global->dtype < 0 ||
      text_of(items->at[2]) == NULL || items->at[2]->as.text.length > LONGEST_KEY ||
      items->at[4]->kind != VTM_PICKLE_INT || items->at[4]->as.integer < 0)
    return vtm_fail(error, VTM_ERROR_FORMAT,
                    "%s: malformed pickle: a storage that is not (class, key, device, number of elements)",
                    pickle->where);
  vtm_status status = vtm_pickle_new(pickle, VTM_PICKLE_STORAGE, result, error);
  if (status != VTM_OK) return status;
  vtm_pickle_storage *storage = vtm_allocate(1, sizeof(*storage), error);
  if (storage == NULL) return VTM_ERROR_MEMORY;
  storage->key = text_of(items->at[2]);
  storage->dtype = (vtm_dtype)items->at[1]->as.global->dtype;
  storage->count = (uint64_t)items->at[4]->as.integer;
  (*result)->as.storage = storage;
  return VTM_OK;
}

const vtm_pickle_resolver vtm_torch_resolver = {.find_global = find_torch_global,
                                                .load_persistent = load_torch_storage};
