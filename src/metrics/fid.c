#include <stdlib.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "metrics/set_measure.h"
#include "metrics/settings.h"
#include "stats/influence.h"
#include "stats/moments.h"

static const vtm_option options[] = {
    VTM_SET_OPTIONS,
    {.name = "save-stats",
     .type = VTM_OPTION_FILE,
     .argument = "FILE",
     .help = "Write mean and covariance of the photographs used to a .npz (mu, sigma: pytorch-fid reads it)."},
    VTM_SAVE_FEATURES_OPTION,
    VTM_COMMON_OPTIONS};

/* ---- a side: its Gaussian ---- */

static void free_gaussian(void *fit) {
  if (fit != NULL) vtm_gaussian_free(fit);
  free(fit);
}

static vtm_status collect_moments(vtm_context *context, const vtm_feature_set *rows, vtm_moments *moments,
                                  vtm_error *error) {
  double *row = vtm_allocate(rows->rows->features, sizeof(*row), error);
  vtm_status status = row != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t i = 0; i < rows->count && status == VTM_OK; i++) {
    vtm_error inner = {0};
    vtm_feature_rows_get(rows->rows, rows->places[i], row);
    status = vtm_moments_add(moments, row, &inner);
    if (status != VTM_OK) {
      inner.status = status;
      (void)vtm_feature_set_fail(rows, i, &inner, error);
    } else if (vtm_is_cancelled(context)) {
      status = vtm_fail_cancelled(error);
    }
  }
  free(row);
  return status;
}

static vtm_status fit_gaussian(vtm_context *context, const vtm_feature_set *rows, void **fit, vtm_error *error) {
  vtm_gaussian *gaussian = vtm_allocate(1, sizeof(*gaussian), error);
  vtm_moments *moments = NULL;
  *fit = gaussian;
  if (gaussian == NULL) return VTM_ERROR_MEMORY;
  vtm_status status = vtm_moments_create(context->pool, rows->rows->features, &moments, error);
  if (status == VTM_OK) status = collect_moments(context, rows, moments, error);
  if (status == VTM_OK) status = vtm_moments_gaussian(moments, gaussian, error);
  vtm_moments_destroy(moments);
  return status;
}

static vtm_status fit_saved(const vtm_input *input, vtm_result_builder *builder, void **fit, vtm_error *error) {
  vtm_gaussian *gaussian = vtm_allocate(1, sizeof(*gaussian), error);
  *fit = gaussian;
  if (gaussian == NULL) return VTM_ERROR_MEMORY;
  const vtm_status status = vtm_input_gaussian(input, gaussian, error);
  if (status == VTM_OK && gaussian->inexactness > 0)
    vtm_result_warn(
        builder,
        "%s: sigma was summed in float32: it is off from a covariance by %.1g of its largest eigenvalue, and "
        "the score by about as much of its trace",
        input->path, gaussian->inexactness);
  return status;
}

static vtm_status save_gaussian(vtm_context *context, const char *path, const vtm_set_side *side,
                                const char *const *names, const vtm_origin *origin, vtm_error *error) {
  return vtm_write_statistics(context->pool, path, side->fit, names, origin, error);
}

/* ---- the distance of two ---- */

static void read_row(const void *rows, size_t i, double *row) {
  const vtm_feature_set *set = rows;
  vtm_feature_rows_get(set->rows, set->places[i], row);
}

static vtm_status find_influences(vtm_context *context, const vtm_set_side *reference, const vtm_set_side *generated,
                                  const vtm_set_influences *influences, vtm_error *error) {
  const vtm_sample photographs = {reference->fit, &reference->rows, read_row};
  const vtm_sample results = {generated->fit, &generated->rows, read_row};
  return vtm_frechet_influences(context->pool, &photographs, &results, influences->reference, influences->generated,
                                error);
}

static vtm_status compute_distance(vtm_context *context, const vtm_set_side *reference, const vtm_set_side *generated,
                                   vtm_set_value *value, const vtm_set_influences *influences, vtm_error *error) {
  vtm_frechet distance;
  const vtm_status status = vtm_frechet_distance(context->pool, reference->fit, generated->fit, &distance, error);
  if (status != VTM_OK) return status;
  value->value = distance.value;
  value->terms[value->term_count++] = (vtm_named_value){"mean", distance.mean};
  value->terms[value->term_count++] = (vtm_named_value){"covariance", distance.covariance};
  if (influences == NULL) return VTM_OK;
  if (vtm_is_cancelled(context)) return vtm_fail_cancelled(error);
  return find_influences(context, reference, generated, influences, error);
}

/* The smaller side of a row; 0: not known. */
static size_t images_of(const vtm_score_row *row) {
  const size_t a = row->n_reference;
  const size_t b = row->n_generated;
  return a == 0 ? b : b == 0 || a < b ? a : b;
}

static void warn_of_rank(vtm_result_builder *builder, vtm_score_row *rows, size_t features) {
  static const char text[] =
      "%zu images for %zu features: the covariances are of rank %zu, so the score is too high and depends on the "
      "number of images; compare it only with scores of the same %zu images";
  const size_t count = builder->result.row_count;
  bool alike = true;
  for (size_t i = 1; i < count; i++) alike = alike && images_of(&rows[i]) == images_of(&rows[0]);
  for (size_t i = 0; i < count; i++) {
    const size_t n = images_of(&rows[i]);
    if (n == 0 || n > features) continue;
    if (!alike) vtm_result_warn_row(builder, &rows[i], text, n, features, n - 1, n);
    if (alike && i == 0) vtm_result_warn(builder, text, n, features, n - 1, n);
  }
}

static const vtm_set_measure frechet_distance = {
    .label = "FID",
    .other_label = "FD(%s)",
    .kind = "Frechet distance",
    .least = 2,
    .interval = "for the score at this number of images; that a score is higher with fewer images is not in them",
    .fit = fit_gaussian,
    .fit_saved = fit_saved,
    .free_fit = free_gaussian,
    .compute = compute_distance,
    .save = save_gaussian,
    .warn = warn_of_rank,
};

const vtm_metric vtm_metric_fid = {
    .info = {.name = "fid",
             .title = "Frechet Inception distance",
             .help = "How far the results, as a set, are from the photographs: the distance of two "
                     "Gaussians fitted to the features that Inception sees. 0 is the same distribution, lower is "
                     "better. The value depends on the number of images, the weights and the resize: compare only "
                     "scores computed in the same way. Few images make it too high, by nearly as much for two models "
                     "only where "
                     "their features have similar covariances (Chong and Forsyth 2020).",
             .lower_is_better = true,
             .is_default = true,
             .biased = true,
             .without_weights = VTM_SET_WITHOUT_WEIGHTS,
             .options = options,
             .option_count = sizeof(options) / sizeof(*options)},
    .extractor = vtm_set_extractor,
    .set = &frechet_distance,
};
