/* Rows of features that are needed once more after they have gone by. Up to a bound they are held in memory; beyond it
 * in a file without a name in $TMPDIR, else /var/tmp, whose room is taken at once and which is gone with the process.
 */
#ifndef VTM_FEATURES_FEATURE_ROWS_H
#define VTM_FEATURES_FEATURE_ROWS_H

#include <stddef.h>

#include "vtonmetrics/status.h"

typedef struct vtm_feature_rows {
  float *values; /* count x features, zero at first; NULL: nothing is kept */
  size_t features, bytes;
} vtm_feature_rows;

/* `*budget` are the bytes that may still be held in memory, and becomes less. */
vtm_status vtm_feature_rows_open(size_t count, size_t features, size_t *budget, vtm_feature_rows *rows,
                                 vtm_error *error);
void vtm_feature_rows_close(vtm_feature_rows *rows); /* a zeroed one is allowed */

/* Rows are float32, as networks give them; does nothing when nothing is kept. */
void vtm_feature_rows_put(vtm_feature_rows *rows, size_t place, const double *row);

#endif
