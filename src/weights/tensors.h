/* Tensors on their way from a file or into one; for the readers and writers of formats. */
#ifndef VTM_WEIGHTS_TENSORS_H
#define VTM_WEIGHTS_TENSORS_H

#include "weights/weights.h"

/* Memory, aligned to 64 bytes, that is freed with the weights. The total is bounded by the size of the file: a zip
 * bomb, or many views of one storage, is VTM_ERROR_LIMIT. */
vtm_status vtm_weights_own(vtm_weights *weights, uint64_t bytes, void **block, vtm_error *error);

/* Appends a tensor; its name is copied, its count computed from the shape, which must be valid. */
vtm_status vtm_weights_add(vtm_weights *weights, const vtm_tensor *tensor, vtm_error *error);

/* Notes that the array `name` is passed over, and why. */
vtm_status vtm_weights_pass_over(vtm_weights *weights, const char *name, const char *why, vtm_error *error);

/* *count = the product of the sides. false when a side is negative or the product of sides and `size` overflows. */
bool vtm_shape_count(const int64_t *shape, int rank, size_t size, size_t *count);

/* Before a tensor of the caller is written: whether it can be read again. VTM_ERROR_USAGE says what is wrong. */
vtm_status vtm_tensor_check(const char *path, const vtm_tensor *tensor, vtm_error *error);

/* "[64, 3, 7, 7]" into `text`; returns `text`. */
enum { VTM_SHAPE_TEXT = 192 };
char *vtm_shape_text(const int64_t *shape, int rank, char text[VTM_SHAPE_TEXT]);

#endif
