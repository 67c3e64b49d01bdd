/* Reading zip containers with libzip, from memory. */
#ifndef VTM_WEIGHTS_ZIP_H
#define VTM_WEIGHTS_ZIP_H

#include <zip.h>

#include "weights/weights.h"

bool vtm_zip_recognised(const vtm_weights *weights);

/* *archive reads from the weights' memory; close it with zip_discard. */
vtm_status vtm_zip_open(const vtm_weights *weights, zip_t **archive, vtm_error *error);

/* The size that an entry claims; checked against the content when it is read. */
vtm_status vtm_zip_entry_size(const vtm_weights *weights, zip_t *archive, zip_uint64_t index, uint64_t *size,
                              vtm_error *error);

/* Fills `bytes` with the whole entry, which must have exactly `size` bytes; libzip checks its CRC. */
vtm_status vtm_zip_entry_read(const vtm_weights *weights, zip_t *archive, zip_uint64_t index, void *bytes,
                              uint64_t size, vtm_error *error);

#endif
