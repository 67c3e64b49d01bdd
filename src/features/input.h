/* One side of a comparison: a folder of images, or a .npz of features or of mean and covariance. */
#ifndef VTM_FEATURES_INPUT_H
#define VTM_FEATURES_INPUT_H

#include "features/images.h"
#include "features/origin.h"
#include "stats/moments.h"
#include "vtonmetrics/weights.h"

typedef enum vtm_input_kind { VTM_INPUT_FOLDER, VTM_INPUT_FEATURES, VTM_INPUT_STATISTICS } vtm_input_kind;

typedef struct vtm_input {
  const char *path;
  vtm_input_kind kind;
  vtm_images images; /* the folder; for features one entry a row, sorted by name */
  bool named;        /* its entries have names, so that they can be matched */
  bool single;       /* not a folder but one picture, the only entry */
  vtm_weights *file; /* of a .npz, else NULL */
  const vtm_tensor *features, *mu, *sigma;
  size_t *rows; /* features: entry -> row */
  size_t n;     /* statistics: images they were made of; 0: the file does not say */
  /* statistics: the names of these images, sorted; none where the file does not say. Features have theirs in `images`.
   */
  vtm_folder made_of;
} vtm_input;

/* A path that ends in .npz is a file of arrays, a picture one of VTM_INPUT_FOLDER with one entry, all else a folder, or
 * an error that says what is accepted. The arrays are checked: shapes, types, sizes. */
vtm_status vtm_input_open(const char *path, vtm_input *input, vtm_error *error);
/* The same of a reference, whose folder may hold garments besides people (vtm_people_open). `match`: the option of that
 * name, which may name a pair list, or NULL. */
vtm_status vtm_input_open_reference(const char *path, const char *match, vtm_input *input, vtm_error *error);
/* Two single pictures are meant to be compared, whatever their names: the second gets the stem of the first. */
vtm_status vtm_input_pair_singles(const vtm_input *reference, vtm_input *generated, vtm_error *error);
bool vtm_input_is_file(const char *path);
/* VTM_ERROR_DATA for a file that this program wrote under another protocol. */
vtm_status vtm_input_check_protocol(const vtm_input *input, const char *protocol, vtm_error *error);
void vtm_input_close(vtm_input *input); /* a zeroed one is allowed */

/* Statistics only: the Gaussian that the file holds. */
vtm_status vtm_input_gaussian(const vtm_input *input, vtm_gaussian *gaussian, vtm_error *error);

size_t vtm_input_features(const vtm_input *input); /* length of a row, of mu; 0 for a folder */

/* mu, sigma (float64) as pytorch-fid reads them, and n, the names of the images (may be NULL), the origin. */
vtm_status vtm_write_statistics(vtm_pool *pool, const char *path, const vtm_gaussian *gaussian,
                                const char *const *names, const vtm_origin *origin, vtm_error *error);
/* features (count x features, float32), names, the origin. */
vtm_status vtm_write_features(const char *path, const float *rows, size_t count, size_t features,
                              const char *const *names, const vtm_origin *origin, vtm_error *error);

#endif
