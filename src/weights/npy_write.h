/* Headers of NumPy arrays. */
#ifndef VTM_WEIGHTS_NPY_WRITE_H
#define VTM_WEIGHTS_NPY_WRITE_H

#include "base/text.h"
#include "vtonmetrics/weights.h"

/* The header of a C-ordered array, padded to 64 bytes, or to exactly `padded_size` when that is not
 * 0 and suffices. `text_width`: characters of an element of VTM_TEXT. */
vtm_status vtm_npy_format_header(vtm_dtype dtype, size_t text_width, int rank, const int64_t *shape, size_t padded_size,
                                 vtm_text *header, vtm_error *error);
/* The same for an array of `width` bytes an element ('|S5'). */
vtm_status vtm_npy_format_bytes_header(size_t width, int rank, const int64_t *shape, vtm_text *header,
                                       vtm_error *error);

#endif
