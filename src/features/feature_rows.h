/* Rows of features, one for each image of a folder: computed ones, or those of a .npz.
 *
 * Computed rows are float32, as networks give them. Up to a bound they are held in memory; beyond it in a file without
 * a name in $TMPDIR, else /var/tmp, whose room is taken at once and which is gone with the process. Rows of a .npz stay
 * in its tensor, in its precision. */
#ifndef VTM_FEATURES_FEATURE_ROWS_H
#define VTM_FEATURES_FEATURE_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/weights.h"

typedef struct vtm_feature_rows {
  size_t count, features;
  float *values; /* count x features, zero at first; NULL: not opened, or those of a file */
  bool *present; /* which rows were put; NULL for those of a file: all are there */
  size_t bytes;
  const vtm_tensor *tensor;  /* count x features, float32 or float64; NULL: not of a file */
  const size_t *tensor_rows; /* row i is the tensor_rows[i]-th of the tensor */
  const char *path;          /* of the file */
} vtm_feature_rows;

/* `*budget` are the bytes that may still be held in memory, and becomes less. */
vtm_status vtm_feature_rows_open(size_t count, size_t features, size_t *budget, vtm_feature_rows *rows,
                                 vtm_error *error);
/* The tensor, its rows and the path are borrowed. */
void vtm_feature_rows_of_file(const vtm_tensor *tensor, const size_t *tensor_rows, size_t count, const char *path,
                              vtm_feature_rows *rows);
/* Room for more rows; those that are there stay. Not for rows of a file. */
vtm_status vtm_feature_rows_grow(vtm_feature_rows *rows, size_t count, size_t *budget, vtm_error *error);
/* order[i]: the row that comes i-th from now on. */
vtm_status vtm_feature_rows_reorder(vtm_feature_rows *rows, const size_t *order, size_t count, vtm_error *error);
void vtm_feature_rows_close(vtm_feature_rows *rows); /* a zeroed one is allowed */

void vtm_feature_rows_put(vtm_feature_rows *rows, size_t place, const float *row);
/* Row `place` in double. */
void vtm_feature_rows_get(const vtm_feature_rows *rows, size_t place, double *row);
bool vtm_feature_rows_has(const vtm_feature_rows *rows, size_t place);

/* Some rows of one side. */
typedef struct vtm_feature_set {
  const vtm_feature_rows *rows;
  const size_t *places; /* rising */
  size_t count;
} vtm_feature_set;

/* Says of row `i` of a set what is wrong with it: "FILE: row 7: ...". */
vtm_status vtm_feature_set_fail(const vtm_feature_set *set, size_t i, const vtm_error *inner, vtm_error *error);

#endif
