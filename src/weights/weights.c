#include "weights/weights.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "weights/readers.h"

static const vtm_weights_reader *const readers[] = {
    &vtm_reader_torch_zip, &vtm_reader_npz, &vtm_reader_torch_pickle, &vtm_reader_npy, &vtm_reader_safetensors,
};

/* Files that are often given by mistake, by their first bytes. */
typedef struct other_format {
  const char *begin;
  size_t length;
  const char *what;
} other_format;

#define OTHER_FORMAT(begin, what) \
  { begin, sizeof(begin) - 1, what }
static const other_format other_formats[] = {
    OTHER_FORMAT("<!DOCTYPE",
                 "is a web page: the download saved an error page or a landing page; fetch the file again"),
    OTHER_FORMAT("<!doctype",
                 "is a web page: the download saved an error page or a landing page; fetch the file again"),
    OTHER_FORMAT("<html", "is a web page: the download saved an error page or a landing page; fetch the file again"),
    OTHER_FORMAT("version https://git-lfs", "is a Git LFS pointer, not the file itself: run 'git lfs pull'"),
    OTHER_FORMAT("\x89HDF\r\n", "is an HDF5 file (Keras): convert it to safetensors in Python"),
    OTHER_FORMAT("\x89PNG", "is a PNG image, not a weights file"),
    OTHER_FORMAT("\xff\xd8\xff", "is a JPEG image, not a weights file"),
    OTHER_FORMAT("GGUF", "is a GGUF file: convert it to safetensors in Python"),
    OTHER_FORMAT("\x1f\x8b", "is compressed with gzip: unpack it first"),
};

static vtm_status fail_unknown_format(const vtm_weights *weights, vtm_error *error) {
  if (weights->file.size == 0) return vtm_fail(error, VTM_ERROR_FORMAT, "%s: is empty (0 bytes)", weights->path);
  for (size_t i = 0; i < sizeof(other_formats) / sizeof(*other_formats); i++)
    if (weights->file.size >= other_formats[i].length &&
        memcmp(weights->file.bytes, other_formats[i].begin, other_formats[i].length) == 0)
      return vtm_fail(error, VTM_ERROR_FORMAT, "%s: %s", weights->path, other_formats[i].what);
  return vtm_fail(
      error, VTM_ERROR_FORMAT,
      "%s: not in any of the known formats (safetensors, PyTorch .pth as zip or pickle, NumPy .npz or .npy)",
      weights->path);
}

static int compare_names(const void *a, const void *b, void *user) {
  const vtm_tensor *tensors = user;
  const size_t i = *(const size_t *)a;
  const size_t j = *(const size_t *)b;
  return strcmp(tensors[i].name, tensors[j].name);
}

static vtm_status index_names(vtm_weights *weights, vtm_error *error) {
  weights->by_name = vtm_allocate(weights->count, sizeof(*weights->by_name), error);
  if (weights->by_name == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < weights->count; i++) weights->by_name[i] = i;
  if (weights->count > 1)
    qsort_r(weights->by_name, weights->count, sizeof(*weights->by_name), compare_names, weights->tensors);
  for (size_t i = 1; i < weights->count; i++) {
    const char *name = weights->tensors[weights->by_name[i]].name;
    if (strcmp(weights->tensors[weights->by_name[i - 1]].name, name) == 0)
      return vtm_fail(error, VTM_ERROR_FORMAT, "%s: has two tensors named '%s'", weights->path, name);
  }
  return VTM_OK;
}

/* What programs put before the names of a network that they wrap: DistributedDataParallel, torch.compile, Lightning. */
static const char *const prefixes[] = {"module.", "model.", "_orig_mod.", "net."};

static const char *prefix_at(const char *name) {
  for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
    if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0) return prefixes[i];
  return NULL;
}

/* The longest sequence of such prefixes with which all names begin. A file of one tensor proves nothing. */
static vtm_status find_prefix(vtm_weights *weights, vtm_error *error) {
  if (weights->count < 2) return VTM_OK;
  const char *first = weights->tensors[weights->by_name[0]].name;
  const char *last = weights->tensors[weights->by_name[weights->count - 1]].name;
  size_t length = 0;
  /* names are sorted: a prefix of the first and the last is a prefix of all */
  for (const char *found; (found = prefix_at(first + length)) != NULL && prefix_at(last + length) == found;)
    length += strlen(found);
  if (length == 0) return VTM_OK;
  weights->prefix = vtm_copy_text(first, error);
  if (weights->prefix == NULL) return VTM_ERROR_MEMORY;
  weights->prefix[length] = '\0';
  return VTM_OK;
}

vtm_status vtm_weights_load(const char *path, vtm_weights **weights_out, vtm_error *error) {
  *weights_out = NULL;
  vtm_weights *weights = vtm_allocate(1, sizeof(*weights), error);
  if (weights == NULL) return VTM_ERROR_MEMORY;
  weights->path = vtm_copy_text(path, error);
  const vtm_status status = weights->path == NULL
                                ? VTM_ERROR_MEMORY
                                : vtm_file_read(path, SIZE_MAX, &weights->file.bytes, &weights->file.size, error);
  if (status == VTM_OK)
    *weights_out = weights;
  else
    vtm_weights_destroy(weights);
  return status;
}

vtm_status vtm_weights_read(vtm_weights *weights, vtm_error *error) {
  for (size_t i = 0; i < sizeof(readers) / sizeof(*readers) && weights->reader == NULL; i++)
    if (readers[i]->recognises(weights)) weights->reader = readers[i];
  vtm_status status =
      weights->reader == NULL ? fail_unknown_format(weights, error) : weights->reader->read(weights, error);
  if (status == VTM_OK) status = index_names(weights, error);
  return status == VTM_OK ? find_prefix(weights, error) : status;
}

vtm_status vtm_weights_open(const char *path, vtm_weights **weights, vtm_error *error) {
  vtm_status status = vtm_weights_load(path, weights, error);
  if (status == VTM_OK) status = vtm_weights_read(*weights, error);
  if (status != VTM_OK) {
    vtm_weights_destroy(*weights);
    *weights = NULL;
  }
  return status;
}

void vtm_weights_destroy(vtm_weights *weights) {
  if (weights == NULL) return;
  for (size_t i = 0; i < weights->count; i++) free((void *)(uintptr_t)weights->tensors[i].name);
  for (size_t i = 0; i < weights->block_count; i++) free(weights->blocks[i]);
  free(weights->tensors);
  free(weights->by_name);
  free(weights->blocks);
  for (size_t i = 0; i < weights->passed_over_count; i++) free(weights->passed_over[i]);
  free((void *)weights->passed_over);
  free(weights->prefix);
  free(weights->file.bytes);
  free(weights->path);
  free(weights);
}

size_t vtm_weights_count(const vtm_weights *weights) { return weights->count; }

const vtm_tensor *vtm_weights_at(const vtm_weights *weights, size_t index) {
  return index < weights->count ? &weights->tensors[index] : NULL;
}

static const vtm_tensor *find_whole_name(const vtm_weights *weights, const char *name) {
  size_t low = 0;
  size_t high = weights->count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const vtm_tensor *tensor = &weights->tensors[weights->by_name[middle]];
    const int order = strcmp(name, tensor->name);
    if (order == 0) return tensor;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

const vtm_tensor *vtm_weights_find(const vtm_weights *weights, const char *name) {
  const vtm_tensor *found = find_whole_name(weights, name);
  if (found != NULL || weights->prefix == NULL) return found;
  char *whole = NULL;
  if (asprintf(&whole, "%s%s", weights->prefix, name) < 0) return NULL;
  found = find_whole_name(weights, whole);
  free(whole);
  return found;
}

const char *vtm_weights_passed_over(const vtm_weights *weights, size_t index) {
  return index < weights->passed_over_count ? weights->passed_over[index] : NULL;
}

const char *vtm_weights_why_passed_over(const vtm_weights *weights, const char *name) {
  const size_t length = strlen(name);
  for (size_t i = 0; i < weights->passed_over_count; i++) {
    const char *text = weights->passed_over[i];
    if (strncmp(text, name, length) == 0 && text[length] == ':') return text + length + 2;
  }
  return NULL;
}

const char *vtm_weights_path(const vtm_weights *weights) { return weights->path; }

const char *vtm_weights_format(const vtm_weights *weights) { return weights->reader->name; }

const char *vtm_weights_sha256(vtm_weights *weights) {
  if (weights->sha256[0] == '\0' &&
      vtm_sha256_bytes(weights->file.bytes, weights->file.size, weights->sha256, NULL) != VTM_OK) {
    weights->sha256[0] = '\0';
    return NULL;
  }
  return weights->sha256;
}
