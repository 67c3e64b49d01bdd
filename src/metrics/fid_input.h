/* One side of a FID: a folder of images, or a .npz of features or of mean and covariance. */
#ifndef VTM_METRICS_FID_INPUT_H
#define VTM_METRICS_FID_INPUT_H

#include "metrics/fid_protocols.h"
#include "metrics/images.h"
#include "metrics/moments.h"
#include "vtonmetrics/weights.h"

typedef enum vtm_fid_kind { VTM_FID_FOLDER, VTM_FID_FEATURES, VTM_FID_STATISTICS } vtm_fid_kind;

typedef struct vtm_fid_input {
  const char *path;
  vtm_fid_kind kind;
  vtm_images images; /* the folder; for features one entry a row, sorted by name */
  bool named;        /* its entries have names, so that they can be matched */
  vtm_weights *file; /* of a .npz, else NULL */
  const vtm_tensor *features, *mu, *sigma;
  size_t *rows; /* features: entry -> row */
  size_t n;     /* statistics: images they were made of; 0: the file does not say */
} vtm_fid_input;

/* A path that ends in .npz is a file, all else a folder. The arrays are checked: shapes, types, sizes. A file
 * that this program wrote under another protocol than `protocol` is VTM_ERROR_DATA. */
vtm_status vtm_fid_input_open(const char *path, const char *protocol, vtm_fid_input *input, vtm_error *error);
void vtm_fid_input_close(vtm_fid_input *input); /* a zeroed one is allowed */

/* Statistics only: the Gaussian that the file holds. */
vtm_status vtm_fid_input_gaussian(const vtm_fid_input *input, vtm_gaussian *gaussian, vtm_error *error);

/* Features only: row `entry` as double. */
void vtm_fid_input_row(const vtm_fid_input *input, size_t entry, double *row);
size_t vtm_fid_input_features(const vtm_fid_input *input); /* length of a row, of mu; 0 for a folder */

/* What a file that is written says about itself. */
typedef struct vtm_fid_origin {
  const char *protocol, *weights_sha256; /* the latter may be NULL */
} vtm_fid_origin;

/* mu, sigma (float64) as pytorch-fid reads them, and n, protocol, weights_sha256. */
vtm_status vtm_fid_write_statistics(vtm_pool *pool, const char *path, const vtm_gaussian *gaussian,
                                    const vtm_fid_origin *origin, vtm_error *error);
/* features (count x features, float32), names, protocol, weights_sha256. */
vtm_status vtm_fid_write_features(const char *path, const float *rows, size_t count, size_t features,
                                  const char *const *names, const vtm_fid_origin *origin, vtm_error *error);

#endif
