/* Writes PyTorch's two formats, so that tests have files as users have them without Python. The pickle
 * is assembled by hand: tests break it where they want. */
#ifndef VTM_TESTS_TORCH_FILES_H
#define VTM_TESTS_TORCH_FILES_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/text.h"
#include "vtonmetrics/weights.h"

static inline void pickle_u32(vtm_text *out, uint32_t number) {
  const uint8_t bytes[] = {(uint8_t)number, (uint8_t)(number >> 8), (uint8_t)(number >> 16), (uint8_t)(number >> 24)};
  vtm_text_append_bytes(out, bytes, sizeof(bytes));
}

static inline void pickle_text(vtm_text *out, const char *text) {
  vtm_text_append(out, "X");
  pickle_u32(out, (uint32_t)strlen(text));
  vtm_text_append(out, text);
}

/* LONG1 of 8 bytes: any int64 */
static inline void pickle_integer(vtm_text *out, int64_t number) {
  const uint8_t opcode[] = {0x8a, 8};
  vtm_text_append_bytes(out, opcode, sizeof(opcode));
  vtm_text_append_bytes(out, &number, sizeof(number));
}

static inline void pickle_global(vtm_text *out, const char *module, const char *name) {
  vtm_text_format(out, "c%s\n%s\n", module, name);
}

static inline void pickle_start(vtm_text *out) { vtm_text_append_bytes(out, "\x80\x02", 2); }

static inline const char *torch_storage_class(vtm_dtype dtype) {
  static const char *const classes[] = {
      [VTM_FLOAT32] = "FloatStorage",     [VTM_FLOAT64] = "DoubleStorage", [VTM_FLOAT16] = "HalfStorage",
      [VTM_BFLOAT16] = "BFloat16Storage", [VTM_INT64] = "LongStorage",     [VTM_INT32] = "IntStorage",
      [VTM_INT16] = "ShortStorage",       [VTM_INT8] = "CharStorage",      [VTM_UINT8] = "ByteStorage",
      [VTM_BOOL] = "BoolStorage"};
  return classes[dtype];
}

/* What a tensor's pickle says, apart from its name. */
typedef struct torch_view {
  vtm_dtype dtype;
  const char *key;
  int64_t storage_count, offset;
  int rank;
  int64_t shape[VTM_MAX_RANK], stride[VTM_MAX_RANK];
} torch_view;

static inline void pickle_sides(vtm_text *out, int rank, const int64_t *sides) {
  vtm_text_append(out, "(");
  for (int i = 0; i < rank; i++) pickle_integer(out, sides[i]);
  vtm_text_append(out, "t");
}

/* torch._utils._rebuild_tensor_v2(storage, offset, size, stride, False, OrderedDict()) */
static inline void pickle_tensor(vtm_text *out, const torch_view *view, bool legacy) {
  pickle_global(out, "torch._utils", "_rebuild_tensor_v2");
  vtm_text_append(out, "((");
  pickle_text(out, "storage");
  pickle_global(out, "torch", torch_storage_class(view->dtype));
  pickle_text(out, view->key);
  pickle_text(out, "cpu");
  pickle_integer(out, view->storage_count);
  vtm_text_append(out, legacy ? "NtQ" : "tQ");
  pickle_integer(out, view->offset);
  pickle_sides(out, view->rank, view->shape);
  pickle_sides(out, view->rank, view->stride);
  vtm_text_append_bytes(out, "\x89", 1);
  pickle_global(out, "collections", "OrderedDict");
  vtm_text_append(out, ")RtR");
}

static inline torch_view torch_whole_view(const vtm_tensor *tensor, const char *key) {
  torch_view view = {.dtype = tensor->dtype, .key = key, .storage_count = (int64_t)tensor->count, .rank = tensor->rank};
  int64_t step = 1;
  for (int i = tensor->rank - 1; i >= 0; i--) {
    view.shape[i] = tensor->shape[i];
    view.stride[i] = step;
    step *= tensor->shape[i];
  }
  return view;
}

/* The state dict of `tensors`, storage keys "0", "1", ... */
static inline void pickle_state(vtm_text *out, const vtm_tensor *tensors, size_t count, bool legacy) {
  pickle_start(out);
  pickle_global(out, "collections", "OrderedDict");
  vtm_text_append(out, ")R(");
  for (size_t i = 0; i < count; i++) {
    char key[24];
    (void)snprintf(key, sizeof(key), "%zu", i);
    const torch_view view = torch_whole_view(&tensors[i], key);
    pickle_text(out, tensors[i].name);
    pickle_tensor(out, &view, legacy);
  }
  vtm_text_append(out, "u.");
}

typedef struct torch_storage {
  const char *key;
  const void *bytes;
  size_t size;  /* bytes */
  size_t count; /* elements, for the legacy format */
} torch_storage;

static inline bool torch_add_entry(zip_t *archive, const char *name, const void *bytes, size_t size) {
  zip_source_t *source = zip_source_buffer(archive, bytes, size, 0);
  const zip_int64_t index = source != NULL ? zip_file_add(archive, name, source, 0) : -1;
  return index >= 0 && zip_set_file_compression(archive, (zip_uint64_t)index, ZIP_CM_STORE, 0) == 0;
}

/* A .pth zip of any pickle and storages. */
static inline bool torch_write_zip(const char *path, const vtm_text *pickle, const torch_storage *storages,
                                   size_t count) {
  zip_t *archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
  if (archive == NULL) return false;
  bool good = torch_add_entry(archive, "archive/data.pkl", pickle->bytes, pickle->length) &&
              torch_add_entry(archive, "archive/byteorder", "little", 6) &&
              torch_add_entry(archive, "archive/version", "3\n", 2);
  for (size_t i = 0; i < count && good; i++) {
    char name[64];
    (void)snprintf(name, sizeof(name), "archive/data/%s", storages[i].key);
    good = torch_add_entry(archive, name, storages[i].bytes, storages[i].size);
  }
  return zip_close(archive) == 0 && good;
}

/* A legacy .pth: magic number, protocol, system, the pickle, the keys, the storages. */
static inline bool torch_write_legacy(const char *path, const vtm_text *pickle, const torch_storage *storages,
                                      size_t count) {
  static const char head[] =
      "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}(X\x10\0\0\0protocol_version"
      "M\xe9\x03X\x0d\0\0\0little_endian\x88u.";
  FILE *file = fopen(path, "wb");
  if (file == NULL) return false;
  vtm_text keys = {0};
  pickle_start(&keys);
  vtm_text_append(&keys, "](");
  for (size_t i = 0; i < count; i++) pickle_text(&keys, storages[i].key);
  vtm_text_append(&keys, "e.");
  (void)fwrite(head, 1, sizeof(head) - 1, file);
  (void)fwrite(pickle->bytes, 1, pickle->length, file);
  (void)fwrite(keys.bytes, 1, keys.length, file);
  for (size_t i = 0; i < count; i++) {
    const uint64_t elements = storages[i].count;
    (void)fwrite(&elements, sizeof(elements), 1, file);
    (void)fwrite(storages[i].bytes, 1, storages[i].size, file);
  }
  vtm_text_free(&keys);
  const bool good = !ferror(file);
  return fclose(file) == 0 && good;
}

static inline bool torch_write_state(const char *path, const vtm_tensor *tensors, size_t count, bool legacy) {
  vtm_text pickle = {0};
  pickle_state(&pickle, tensors, count, legacy);
  torch_storage *storages = calloc(count > 0 ? count : 1, sizeof(*storages));
  char(*keys)[24] = calloc(count > 0 ? count : 1, sizeof(*keys));
  bool good = storages != NULL && keys != NULL && !pickle.failed;
  for (size_t i = 0; i < count && good; i++) {
    (void)snprintf(keys[i], sizeof(keys[i]), "%zu", i);
    storages[i] = (torch_storage){keys[i], tensors[i].data, tensors[i].count * vtm_dtype_size(tensors[i].dtype),
                                  tensors[i].count};
  }
  good = good && (legacy ? torch_write_legacy : torch_write_zip)(path, &pickle, storages, count);
  vtm_text_free(&pickle);
  free(storages);
  free(keys);
  return good;
}

#endif
