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

/* Read, not mapped: another process may cut a file short, and then a mapping ends the process. */
typedef struct vtm_file_content {
  uint8_t *bytes;
  size_t size;
} vtm_file_content;

struct vtm_weights {
  char *path;
  const vtm_weights_reader *reader;
  vtm_file_content file; /* tensors may point into it */
  vtm_tensor *tensors;
  size_t count, capacity;
  size_t name_bytes;  /* of all names together */
  size_t *by_name;    /* indices of tensors, names ascending */
  char *prefix;       /* with which all names begin, and which a search may leave out: "module."; NULL: none */
  char **passed_over; /* of an .npz: what is said of arrays of types that are not known here */
  size_t passed_over_count, passed_over_capacity;
  void **blocks; /* memory that tensors point into */
  size_t block_count, block_capacity;
  uint64_t block_bytes;
  char sha256[65];
};

/* Why there is no array of that name though the file has one; NULL: it has none. */
const char *vtm_weights_why_passed_over(const vtm_weights *weights, const char *name);

/* vtm_weights_open in two steps, so that the file can be hashed beside the second. After a failure of the second the
 * weights can be closed, no more. */
vtm_status vtm_weights_load(const char *path, vtm_weights **weights, vtm_error *error);
vtm_status vtm_weights_read(vtm_weights *weights, vtm_error *error);

#endif
