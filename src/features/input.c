#include "features/input.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "vtonmetrics/tools/pairs.h"
#include "weights/weights.h"

static double value_at(const vtm_tensor *tensor, size_t index) {
  return tensor->dtype == VTM_FLOAT64 ? ((const double *)tensor->data)[index]
                                      : (double)((const float *)tensor->data)[index];
}

static vtm_status require_floats(const vtm_input *input, const vtm_tensor *tensor, int rank, vtm_error *error) {
  if (tensor->dtype != VTM_FLOAT32 && tensor->dtype != VTM_FLOAT64)
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: '%s' holds %s, float32 or float64 is needed", input->path,
                    tensor->name, vtm_dtype_name(tensor->dtype));
  if (tensor->rank != rank)
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: '%s' has %d dimension%s, %d needed", input->path, tensor->name,
                    tensor->rank, tensor->rank == 1 ? "" : "s", rank);
  for (int i = 0; i < rank; i++)
    if (tensor->shape[i] < 1) return vtm_fail(error, VTM_ERROR_FORMAT, "%s: '%s' is empty", input->path, tensor->name);
  if (tensor->shape[rank - 1] > VTM_MAX_FEATURES)
    return vtm_fail(error, VTM_ERROR_LIMIT, "%s: '%s' has %lld features, allowed are 1 .. %d", input->path,
                    tensor->name, (long long)tensor->shape[rank - 1], VTM_MAX_FEATURES);
  return VTM_OK;
}

typedef struct named_row {
  const char *name;
  size_t row;
} named_row;

static int by_name(const void *left, const void *right) {
  const named_row *a = left;
  const named_row *b = right;
  const int order = strcmp(a->name, b->name);
  return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

static vtm_status add_entries(const char *path, const named_row *sorted, size_t count, vtm_folder *folder,
                              vtm_error *error) {
  folder->path = vtm_copy_text(path, error);
  folder->entries = vtm_allocate(count, sizeof(*folder->entries), error);
  if (folder->path == NULL || folder->entries == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < count; i++) {
    folder->entries[i].name = vtm_copy_text(sorted[i].name, error);
    folder->entries[i].stem = vtm_copy_text(sorted[i].name, error);
    folder->count = i + 1;
    if (folder->entries[i].name == NULL || folder->entries[i].stem == NULL) return VTM_ERROR_MEMORY;
  }
  return VTM_OK;
}

/* New memory, sorted by name; without names in the file's order. */
static named_row *sort_rows(const vtm_tensor *names, size_t count, vtm_error *error) {
  named_row *sorted = vtm_allocate(count, sizeof(*sorted), error);
  if (sorted == NULL) return NULL;
  for (size_t i = 0; i < count; i++)
    sorted[i] = (named_row){names != NULL ? ((const char *const *)names->data)[i] : "", i};
  qsort(sorted, count, sizeof(*sorted), by_name);
  return sorted;
}

/* Of how many images statistics are, and of which; a file need not say either. */
static vtm_status read_what_of(vtm_input *input, vtm_error *error) {
  const vtm_tensor *n = vtm_weights_find(input->file, "n");
  const vtm_tensor *names = vtm_weights_find(input->file, "names");
  if (n == NULL || n->dtype != VTM_INT64 || n->count != 1) return VTM_OK;
  const int64_t count = *(const int64_t *)n->data;
  if (count < 2)
    return vtm_fail(error, VTM_ERROR_DATA, "%s: 'n' is %lld: statistics are of 2 images at least", input->path,
                    (long long)count);
  input->n = (size_t)count;
  if (names == NULL || names->dtype != VTM_TEXT) return VTM_OK;
  if (names->count != input->n)
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: is of %zu images but has %zu 'names'", input->path, input->n,
                    names->count);
  named_row *sorted = sort_rows(names, names->count, error);
  const vtm_status status =
      sorted != NULL ? add_entries(input->path, sorted, names->count, &input->made_of, error) : VTM_ERROR_MEMORY;
  free(sorted);
  return status;
}

static vtm_status fail_without(const vtm_input *input, const char *name, vtm_error *error) {
  const char *why = vtm_weights_why_passed_over(input->file, name);
  if (why != NULL) return vtm_fail(error, VTM_ERROR_FORMAT, "%s: '%s' cannot be used: it %s", input->path, name, why);
  return vtm_fail(error, VTM_ERROR_FORMAT,
                  "%s: has no '%s': statistics are a .npz with 'mu' and 'sigma', features one with 'features' or, as "
                  "clean-fid writes it, 'feats'",
                  input->path, name);
}

static vtm_status open_statistics(vtm_input *input, vtm_error *error) {
  input->kind = VTM_INPUT_STATISTICS;
  if (input->mu == NULL || input->sigma == NULL) return fail_without(input, input->mu == NULL ? "mu" : "sigma", error);
  vtm_status status = require_floats(input, input->mu, 1, error);
  if (status == VTM_OK) status = require_floats(input, input->sigma, 2, error);
  if (status != VTM_OK) return status;
  const int64_t *mu = input->mu->shape;
  const int64_t *sigma = input->sigma->shape;
  if (sigma[0] != mu[0] || sigma[1] != mu[0])
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: 'mu' has %lld values but 'sigma' is %lld x %lld", input->path,
                    (long long)mu[0], (long long)sigma[0], (long long)sigma[1]);
  return read_what_of(input, error);
}

static vtm_status open_features(vtm_input *input, vtm_error *error) {
  input->kind = VTM_INPUT_FEATURES;
  vtm_status status = require_floats(input, input->features, 2, error);
  if (status != VTM_OK) return status;
  const size_t count = (size_t)input->features->shape[0];
  const vtm_tensor *names = vtm_weights_find(input->file, "names");
  input->named = names != NULL && names->dtype == VTM_TEXT;
  if (input->named && names->count != count)
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: 'features' has %zu rows but there are %zu 'names'", input->path,
                    count, names->count);
  named_row *sorted = sort_rows(input->named ? names : NULL, count, error);
  if (sorted == NULL) return VTM_ERROR_MEMORY;
  status = add_entries(input->path, sorted, count, &input->images.folder, error);
  input->rows = vtm_allocate(count, sizeof(*input->rows), error);
  if (input->rows == NULL) status = VTM_ERROR_MEMORY;
  for (size_t i = 0; i < count && status == VTM_OK; i++) input->rows[i] = sorted[i].row;
  free(sorted);
  return status == VTM_OK ? vtm_images_prepare(&input->images, error) : status;
}

/* Of the files that are written here. Version 1 had no number, and may hold wrong values: see CHANGELOG.md. Version 2
 * did not say all that decides digits. */
static const int64_t format_version = 3;

static vtm_status check_version(const vtm_input *input, vtm_error *error) {
  const vtm_tensor *version = vtm_weights_find(input->file, "version");
  int64_t number = 1;
  if (version != NULL && (version->dtype != VTM_INT64 || version->count != 1))
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: 'version' is not a whole number", input->path);
  if (version != NULL) number = *(const int64_t *)version->data;
  if (number == format_version) return VTM_OK;
  if (number > format_version)
    return vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                    "%s: was saved by a later vtonmetrics, whose format this one does not know", input->path);
  return vtm_fail(
      error, VTM_ERROR_DATA,
      "%s: was saved by an early vtonmetrics, whose files may hold wrong values, or do not say how they were "
      "made: save it again from the images",
      input->path);
}

/* Features of one network mean nothing to another. A file without a protocol was written by another program. */
vtm_status vtm_input_check_protocol(const vtm_input *input, const char *protocol, vtm_error *error) {
  if (input->file == NULL) return VTM_OK;
  const vtm_tensor *made_by = vtm_weights_find(input->file, "protocol");
  if (made_by == NULL || made_by->dtype != VTM_TEXT || made_by->count != 1) return VTM_OK;
  const vtm_status status = check_version(input, error);
  if (status != VTM_OK) return status;
  const char *name = *(const char *const *)made_by->data;
  if (strcmp(name, protocol) == 0) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_DATA, "%s: was made with --protocol %s, this run has --protocol %s", input->path,
                  name, protocol);
}

/* ---- files that are no .npz ---- */

typedef struct other_file {
  const char *ending, *what;
} other_file;

static const other_file other_files[] = {
    {".npy", "a single NumPy array, and numpy.savez writes an .npz"},
    {".zip", "an archive: unpack it"},
    {".tar", "an archive: unpack it"},
    {".gz", "an archive: unpack it"},
    {".tgz", "an archive: unpack it"},
    {".7z", "an archive: unpack it"},
    {".rar", "an archive: unpack it"},
    {".pth", "a file of PyTorch: weights are named with --weights, features and statistics are read from an .npz"},
    {".pt", "a file of PyTorch: weights are named with --weights, features and statistics are read from an .npz"},
    {".pkl", "a pickle: features and statistics are read from an .npz"},
    {".mp4", "a video: save its frames as pictures"},
};

static const char what_is_accepted[] =
    "Accepted are a folder of images; for a distance between sets, such as fid, also an .npz of features ('features') "
    "or "
    "statistics ('mu' and 'sigma'); for a metric of pairs, such as lpips, also two single pictures";

static bool is_picture(const char *path) {
  enum { LOOKED_AT = 64 };
  uint8_t bytes[LOOKED_AT];
  size_t size = 0;
  uint64_t whole = 0;
  if (vtm_file_read_start(path, bytes, sizeof(bytes), &size, &whole, NULL) != VTM_OK) size = 0;
  return vtm_image_has_extension(path) || vtm_image_looks_like_picture(path, bytes, size);
}

static vtm_status fail_unknown_file(const char *path, vtm_error *error) {
  const char *what = "a file of another kind";
  for (size_t i = 0; i < sizeof(other_files) / sizeof(*other_files); i++)
    if (strcasecmp(vtm_path_extension(path), other_files[i].ending) == 0) what = other_files[i].what;
  return vtm_fail(error, VTM_ERROR_USAGE, "%s: is %s. %s", path, what, what_is_accepted);
}

/* Of whom a reference is. */
typedef struct people_choice {
  const char *match; /* see vtm_people_open */
} people_choice;

static vtm_status open_folder(vtm_input *input, const people_choice *people, vtm_error *error) {
  vtm_folder folder;
  const vtm_status status = people != NULL ? vtm_people_open(input->path, people->match, &folder, error)
                                           : vtm_folder_open(input->path, &folder, error);
  return status == VTM_OK ? vtm_images_open(&folder, &input->images, error) : status;
}

static vtm_status open_images(vtm_input *input, const people_choice *people, vtm_error *error) {
  struct stat status;
  const bool there = stat(input->path, &status) == 0;
  if (!there && strpbrk(input->path, "*?") != NULL)
    return vtm_fail(error, VTM_ERROR_USAGE, "%s: is a pattern for names of files: give the folder itself. %s",
                    input->path, what_is_accepted);
  if (!there || !S_ISREG(status.st_mode)) return open_folder(input, people, error);
  if (!is_picture(input->path)) return fail_unknown_file(input->path, error);
  input->single = true;
  return vtm_images_open_single(input->path, &input->images, error);
}

vtm_status vtm_input_pair_singles(const vtm_input *reference, vtm_input *generated, vtm_error *error) {
  char *stem = vtm_copy_text(reference->images.folder.entries[0].stem, error);
  if (stem == NULL) return VTM_ERROR_MEMORY;
  vtm_folder_entry *entry = &generated->images.folder.entries[0];
  free(entry->stem);
  entry->stem = stem;
  return VTM_OK;
}

bool vtm_input_is_file(const char *path) { return strcasecmp(vtm_path_extension(path), ".npz") == 0; }

static vtm_status open_input(const char *path, const people_choice *people, vtm_input *input, vtm_error *error) {
  *input = (vtm_input){.path = path, .named = true};
  vtm_status status = VTM_OK;
  if (!vtm_input_is_file(path)) {
    status = open_images(input, people, error);
  } else {
    status = vtm_weights_open(path, &input->file, error);
    if (status == VTM_OK) {
      input->features = vtm_weights_find(input->file, "features");
      if (input->features == NULL) input->features = vtm_weights_find(input->file, "feats"); /* clean-fid's */
      input->mu = vtm_weights_find(input->file, "mu");
      input->sigma = vtm_weights_find(input->file, "sigma");
      status = input->features != NULL ? open_features(input, error) : open_statistics(input, error);
    }
  }
  if (status != VTM_OK) vtm_input_close(input);
  return status;
}

vtm_status vtm_input_open(const char *path, vtm_input *input, vtm_error *error) {
  return open_input(path, NULL, input, error);
}

vtm_status vtm_input_open_reference(const char *path, const char *match, vtm_input *input, vtm_error *error) {
  return open_input(path, &(people_choice){match}, input, error);
}

void vtm_input_close(vtm_input *input) {
  vtm_images_close(&input->images);
  vtm_folder_clear(&input->made_of);
  vtm_weights_destroy(input->file);
  free(input->rows);
  *input = (vtm_input){0};
}

size_t vtm_input_features(const vtm_input *input) {
  switch (input->kind) {
    case VTM_INPUT_FOLDER: return 0;
    case VTM_INPUT_FEATURES: return (size_t)input->features->shape[1];
    case VTM_INPUT_STATISTICS: return (size_t)input->mu->shape[0];
  }
  return 0;
}

static double *as_double(const vtm_tensor *tensor, vtm_error *error) {
  double *values = vtm_allocate_aligned(tensor->count, sizeof(*values), error);
  for (size_t i = 0; values != NULL && i < tensor->count; i++) values[i] = value_at(tensor, i);
  return values;
}

/* Files of float64 hold what was summed in float32, too: then each of their numbers is one of float32. */
static vtm_covariance_type type_of(const vtm_tensor *sigma) {
  for (size_t i = 0; i < sigma->count; i++)
    if (value_at(sigma, i) != (double)(float)value_at(sigma, i)) return VTM_COVARIANCE_FLOAT64;
  return VTM_COVARIANCE_FLOAT32;
}

vtm_status vtm_input_gaussian(const vtm_input *input, vtm_gaussian *gaussian, vtm_error *error) {
  *gaussian = (vtm_gaussian){0};
  double *mean = as_double(input->mu, error);
  double *covariance = mean != NULL ? as_double(input->sigma, error) : NULL;
  vtm_status status = VTM_ERROR_MEMORY;
  if (covariance != NULL)
    status = vtm_gaussian_from_covariance(input->path, mean, covariance, input->mu->count, type_of(input->sigma),
                                          gaussian, error);
  free(mean);
  free(covariance);
  gaussian->n = input->n;
  return status;
}

/* The origin as tensors. One that does not say a protocol is of a file of another program: nothing is added, so that
 * what is made of it is of unknown origin too. */
enum { MOST_ADDED = VTM_ORIGIN_LINES + 2 };

static size_t add_origin(vtm_tensor *tensors, const char *const *names, size_t images, const vtm_origin *origin) {
  size_t count = 0;
  if (names != NULL)
    tensors[count++] = (vtm_tensor){
        .name = "names", .dtype = VTM_TEXT, .rank = 1, .shape = {(int64_t)images}, .count = images, .data = names};
  if (origin->values[0] == NULL) return count;
  for (size_t i = 0; i < VTM_ORIGIN_LINES; i++)
    if (origin->values[i] != NULL)
      tensors[count++] = (vtm_tensor){.name = vtm_origin_name(i),
                                      .dtype = VTM_TEXT,
                                      .rank = 1,
                                      .shape = {1},
                                      .count = 1,
                                      .data = &origin->values[i]};
  tensors[count++] =
      (vtm_tensor){.name = "version", .dtype = VTM_INT64, .rank = 0, .count = 1, .data = &format_version};
  return count;
}

vtm_status vtm_write_statistics(vtm_pool *pool, const char *path, const vtm_gaussian *gaussian,
                                const char *const *names, const vtm_origin *origin, vtm_error *error) {
  double *covariance = NULL;
  vtm_status status = vtm_gaussian_covariance(pool, gaussian, &covariance, error);
  if (status != VTM_OK) return status;
  const size_t d = gaussian->features;
  const int64_t n = (int64_t)gaussian->n;
  vtm_tensor tensors[3 + MOST_ADDED] = {
      {.name = "mu", .dtype = VTM_FLOAT64, .rank = 1, .shape = {(int64_t)d}, .count = d, .data = gaussian->mean},
      {.name = "sigma",
       .dtype = VTM_FLOAT64,
       .rank = 2,
       .shape = {(int64_t)d, (int64_t)d},
       .count = d * d,
       .data = covariance},
      {.name = "n", .dtype = VTM_INT64, .rank = 0, .count = 1, .data = &n}};
  status = vtm_npz_write(path, tensors, 3 + add_origin(tensors + 3, names, gaussian->n, origin), error);
  free(covariance);
  return status;
}

vtm_status vtm_write_features(const char *path, const float *rows, size_t count, size_t features,
                              const char *const *names, const vtm_origin *origin, vtm_error *error) {
  vtm_tensor tensors[1 + MOST_ADDED] = {{.name = "features",
                                         .dtype = VTM_FLOAT32,
                                         .rank = 2,
                                         .shape = {(int64_t)count, (int64_t)features},
                                         .count = count * features,
                                         .data = rows}};
  return vtm_npz_write(path, tensors, 1 + add_origin(tensors + 1, names, count, origin), error);
}
