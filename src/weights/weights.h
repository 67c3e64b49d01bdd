/* The members of an open weights file. */
#ifndef VTM_WEIGHTS_WEIGHTS_H
#define VTM_WEIGHTS_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/file.h"
#include "vtonmetrics/weights.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "tensors are used as they lie in files: little endian");

typedef struct vtm_weights_reader vtm_weights_reader;

/* Read, not mapped: if another process truncates a mapped file, reading it kills this process (SIGBUS). */
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
  char *prefix;       /* all names begin with it, and a search may leave it out: "module."; NULL: none */
  char **passed_over; /* arrays of an .npz whose type is not supported: "NAME: why" */
  size_t passed_over_count, passed_over_capacity;
  void **blocks; /* memory that tensors point into */
  size_t block_count, block_capacity;
  uint64_t block_bytes;
  char sha256[65];
};

/* Why an array of that name in the file was passed over; NULL: it was not. */
const char *vtm_weights_why_passed_over(const vtm_weights *weights, const char *name);

/* vtm_weights_open in two steps, so that one thread can hash the file while another one does the second step. If that
 * fails, the weights can only be destroyed. */
vtm_status vtm_weights_load(const char *path, vtm_weights **weights, vtm_error *error);
vtm_status vtm_weights_read(vtm_weights *weights, vtm_error *error);

#endif
