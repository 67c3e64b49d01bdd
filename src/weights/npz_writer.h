/* Writing .npz files that need not fit in memory: rows go to a nameless temporary file first. */
#ifndef VTM_WEIGHTS_NPZ_WRITER_H
#define VTM_WEIGHTS_NPZ_WRITER_H

#include "vtonmetrics/weights.h"

typedef struct vtm_npz_writer vtm_npz_writer;

/* Nothing appears at `path` before the commit. On success the caller owns *writer. */
vtm_status vtm_npz_writer_open(const char *path, vtm_npz_writer **writer, vtm_error *error);

/* Starts the 2-D array `name` of float32 or float64, whose rows follow. Ends a previous one. */
vtm_status vtm_npz_writer_begin_rows(vtm_npz_writer *writer, const char *name, vtm_dtype dtype, size_t columns,
                                     vtm_error *error);
vtm_status vtm_npz_writer_rows(vtm_npz_writer *writer, const void *rows, size_t count, vtm_error *error);

/* A whole tensor; its data is read at the commit and must live until then. */
vtm_status vtm_npz_writer_add(vtm_npz_writer *writer, const vtm_tensor *tensor, vtm_error *error);

/* Both free the writer; a failed commit leaves nothing at `path`. */
vtm_status vtm_npz_writer_commit(vtm_npz_writer *writer, vtm_error *error);
void vtm_npz_writer_discard(vtm_npz_writer *writer); /* NULL is allowed */

#endif
