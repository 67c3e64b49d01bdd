/* NumPy arrays: the .npy format, alone or as entries of an .npz.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
#ifndef VTM_WEIGHTS_NPY_H
#define VTM_WEIGHTS_NPY_H

#include "base/text.h"
#include "weights/weights.h"

typedef struct vtm_npy_header {
  vtm_dtype dtype;
  size_t item_size; /* bytes of one element in the file */
  size_t swap_unit; /* big endian: bytes of one number, whose order is to be reversed; 0: little endian */
  bool unicode;     /* VTM_TEXT of UTF-32 ('<U5') rather than bytes ('|S5') */
  bool fortran_order;
  int rank;
  int64_t shape[VTM_MAX_RANK];
  size_t count;
  size_t data_offset; /* from the start of the array's bytes */
} vtm_npy_header;

bool vtm_npy_recognised(const uint8_t *bytes, size_t size);

/* Reads and checks the header at the start of `size` bytes. `where` begins error messages. A type that is not known
 * here is VTM_ERROR_UNSUPPORTED. */
vtm_status vtm_npy_parse(const char *where, const uint8_t *bytes, size_t size, vtm_npy_header *header,
                         vtm_error *error);

/* Adds a whole array as tensor `name`. When `bytes` lives as long as the weights its elements are used
 * in place where order and alignment allow. */
vtm_status vtm_npy_add(vtm_weights *weights, const char *where, const char *name, const uint8_t *bytes, size_t size,
                       vtm_error *error);

#endif
