/* The inside of an open weights file, and what the readers share. */
#ifndef VTM_WEIGHTS_WEIGHTS_H
#define VTM_WEIGHTS_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/file.h"
#include "vtonmetrics/weights.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "tensors are used as they lie in files: little endian");

typedef struct vtm_weights_reader vtm_weights_reader;

struct vtm_weights {
  char *path;
  const vtm_weights_reader *reader;
  vtm_mapping file; /* tensors may point into it */
  vtm_tensor *tensors;
  size_t count, capacity;
  size_t *by_name; /* indices of tensors, names ascending */
  void **blocks;   /* memory that tensors point into */
  size_t block_count, block_capacity;
  uint64_t block_bytes;
  char sha256[65];
};

/* vtm_weights_open in two steps, so that the file can be hashed beside the second. After a failure of the second the
 * weights can be closed, no more. */
vtm_status vtm_weights_map(const char *path, vtm_weights **weights, vtm_error *error);
vtm_status vtm_weights_read(vtm_weights *weights, vtm_error *error);

/* Memory aligned to 64 bytes and freed with the weights. What a file may take is bounded by its size
 * (many small views of one storage, or a zip bomb, are VTM_ERROR_LIMIT). */
vtm_status vtm_weights_own(vtm_weights *weights, uint64_t bytes, void **block, vtm_error *error);

/* Appends a tensor; its name is copied, its count computed from the shape, which must be valid. */
vtm_status vtm_weights_add(vtm_weights *weights, const vtm_tensor *tensor, vtm_error *error);

/* Elements of a shape: false when a side is negative or the product of sides and `size` overflows. */
bool vtm_shape_count(const int64_t *shape, int rank, size_t size, size_t *count);

/* "[64, 3, 7, 7]" into `text`; returns `text`. */
enum { VTM_SHAPE_TEXT = 192 };
char *vtm_shape_text(const int64_t *shape, int rank, char text[VTM_SHAPE_TEXT]);

#endif
