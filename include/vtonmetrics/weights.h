/* Named tensors in files: reading, writing, and the catalogue of the weights that the networks need.
 *
 * Readable: safetensors, PyTorch .pth (zip and legacy pickle), NumPy .npz and .npy. The format is
 * recognised by content. Files are data: pickles are interpreted by a reader that knows only what
 * tensors need, and refuses every other global by name. */
#ifndef VTONMETRICS_WEIGHTS_H
#define VTONMETRICS_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vtonmetrics/context.h"
#include "vtonmetrics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VTM_MAX_RANK = 8 };

typedef enum vtm_dtype {
  VTM_FLOAT32 = 0,
  VTM_FLOAT64 = 1,
  VTM_FLOAT16 = 2,
  VTM_BFLOAT16 = 3,
  VTM_INT64 = 4,
  VTM_INT32 = 5,
  VTM_INT16 = 6,
  VTM_INT8 = 7,
  VTM_UINT8 = 8,
  VTM_BOOL = 9,
  VTM_TEXT = 10 /* NumPy fixed-width unicode or bytes (names in a .npz); data is UTF-8, see vtm_tensor */
} vtm_dtype;

/* C order, contiguous, little endian. VTM_TEXT: data is an array of `count` pointers to UTF-8 strings. */
typedef struct vtm_tensor {
  const char *name;
  vtm_dtype dtype;
  int rank;
  int64_t shape[VTM_MAX_RANK];
  size_t count;     /* elements: product of shape, 1 for rank 0 */
  const void *data; /* aligned for its type; owned by the vtm_weights it came from */
} vtm_tensor;

/* "float32"; "unknown" for a value that is none of the enum's. Static storage. */
VTM_API const char *vtm_dtype_name(vtm_dtype dtype);
/* Bytes of one element; sizeof(char *) for VTM_TEXT, 0 for a value that is none of the enum's. */
VTM_API size_t vtm_dtype_size(vtm_dtype dtype);

typedef struct vtm_weights vtm_weights;

/* Reads a file of any supported format. On success the caller owns *weights, and tensors live as long as it does. */
VTM_API vtm_status vtm_weights_open(const char *path, vtm_weights **weights, vtm_error *error);
VTM_API void vtm_weights_destroy(vtm_weights *weights); /* NULL is allowed */

VTM_API size_t vtm_weights_count(const vtm_weights *weights);
VTM_API const vtm_tensor *vtm_weights_at(const vtm_weights *weights, size_t index);       /* in the file's order */
VTM_API const vtm_tensor *vtm_weights_find(const vtm_weights *weights, const char *name); /* NULL when absent */
/* The arrays of an .npz that were passed over because their type is not supported, with the reason: "scores: has dtype
 * '<c16', which is not supported". They are not among the tensors. NULL beyond the last. */
VTM_API const char *vtm_weights_passed_over(const vtm_weights *weights, size_t index);
VTM_API const char *vtm_weights_path(const vtm_weights *weights);
VTM_API const char *vtm_weights_format(
    const vtm_weights *weights); /* "safetensors", "torch-zip", "torch-pickle", "npz", "npy" */
/* SHA-256 of the whole file, 64 hex digits; computed at the first call. NULL when libcrypto cannot compute it. */
VTM_API const char *vtm_weights_sha256(vtm_weights *weights);

/* Write a file: on failure nothing appears under its name. VTM_TEXT only in .npz. Names are UTF-8, not empty, and
 * unique; `count` is that of the shape. A tensor that could not be read again is VTM_ERROR_USAGE. */
VTM_API vtm_status vtm_safetensors_write(const char *path, const vtm_tensor *tensors, size_t count, vtm_error *error);
VTM_API vtm_status vtm_npz_write(const char *path, const vtm_tensor *tensors, size_t count, vtm_error *error);

/* ---- catalogue ---- */

typedef struct vtm_weights_record {
  const char *name;          /* "inception-torchvision" */
  const char *network;       /* name of the network that loads it */
  const char *file_name;     /* as users have it: "inception_v3_google-0cc3c7bd.pth" */
  const char *url;           /* NULL: comes with the project */
  const char *sha256_prefix; /* the first hex digits of the file's SHA-256, or all 64 */
  uint64_t bytes;            /* approximate size, for people */
  const char *licence;
  const char *description;
} vtm_weights_record;

VTM_API size_t vtm_weights_catalogue_size(void);
VTM_API const vtm_weights_record *vtm_weights_catalogue_at(size_t index);
VTM_API const vtm_weights_record *vtm_weights_catalogue_find(const char *name); /* NULL when unknown */

/* Finds the file of a catalogue name: $VTONMETRICS_WEIGHTS (a folder), the user's data folder (XDG),
 * share/vtonmetrics/weights of the build tree or the installation that the library is in, PyTorch's cache. On success
 * *path is a new string (free with vtm_free). When absent: VTM_ERROR_NOT_FOUND with a message that names the file, the
 * places looked in, and the command that gets it. */
VTM_API vtm_status vtm_weights_locate(const char *name, char **path, vtm_error *error);

/* Downloads a catalogue file into the user's data folder (resumable; the hash is checked before the
 * file gets its name). `from`: NULL for the catalogue's address, else a mirror or file:// URL of the
 * file (its name ends in .pth, .pt or .safetensors) or of the folder that holds it. A file that is there
 * already with the right hash is not fetched again. VTONMETRICS_OFFLINE=1 forbids all but file://.
 * Progress counts bytes. */
VTM_API vtm_status vtm_weights_fetch(vtm_context *context, const char *name, const char *from, char **path,
                                     vtm_error *error);

/* Compares a file's SHA-256 with that of the catalogue. VTM_ERROR_FORMAT when it differs; the message has both. */
VTM_API vtm_status vtm_weights_verify(const char *name, const char *path, vtm_error *error);

/* Frees a string that a function returned, where its header says so. NULL is allowed. */
VTM_API void vtm_free(void *pointer);

#ifdef __cplusplus
}
#endif
#endif
