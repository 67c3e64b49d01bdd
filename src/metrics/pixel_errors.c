/* MSE, RMSE and MAE: means over pixels and channels, of levels from 0 to 1. */
#include <math.h>

#include "features/pixel_measures.h"
#include "metrics/pair_measure.h"
#include "metrics/settings.h"

static const vtm_option options[] = {VTM_PAIR_OPTIONS("native"), VTM_COMMON_OPTIONS};

/* Of a record; what is left are name, title and help. */
#define PIXEL_ERROR_INFO                                                         \
  .lower_is_better = true, .decimals = 7, .per_image = true, .options = options, \
  .option_count = sizeof(options) / sizeof(*options)

static double mean_square_of_unit_levels(const double *squared_error, size_t count) {
  (void)count;
  return squared_error[0] / (255.0 * 255.0);
}

static double root_of_unit_levels(const double *squared_error, size_t count) {
  (void)count;
  return sqrt(squared_error[0]) / 255;
}

static double mean_of_unit_levels(const double *absolute_error, size_t count) {
  (void)count;
  return absolute_error[0] / 255;
}

static const vtm_pair_measure mean_squared_error = {
    .label = "MSE(0..1)", .name = "MSE", .value = mean_square_of_unit_levels, .measure = &vtm_squared_error};
static const vtm_pair_measure root_mean_squared_error = {
    .label = "RMSE(0..1)", .name = "RMSE", .value = root_of_unit_levels, .measure = &vtm_squared_error};
static const vtm_pair_measure mean_absolute_error = {
    .label = "MAE(0..1)", .name = "MAE", .value = mean_of_unit_levels, .measure = &vtm_absolute_error};

const vtm_metric vtm_metric_mse = {
    .info = {.name = "mse",
             .title = "Mean squared error",
             .help =
                 "How far each result is from the photograph of the same name, pixel by pixel: the mean over "
                 "pixels and channels of the squared difference of levels from 0 to 1 (times 65025: of levels from 0 "
                 "to 255). 0 is the same picture, lower is better. The score of a model is the mean over all pairs.",
             PIXEL_ERROR_INFO},
    .extractor = vtm_pair_extractor,
    .pair = &mean_squared_error,
};

const vtm_metric vtm_metric_rmse = {
    .info =
        {.name = "rmse",
         .title = "Root of the mean squared error",
         .help =
             "How far each result is from the photograph of the same name, pixel by pixel: the root of the mean over "
             "pixels and channels of the squared difference of levels from 0 to 1 (times 255: of levels from 0 to "
             "255). 0 is the same picture, lower is better. The score of a model is the mean over all pairs, not the "
             "root of their mean.",
         PIXEL_ERROR_INFO},
    .extractor = vtm_pair_extractor,
    .pair = &root_mean_squared_error,
};

const vtm_metric vtm_metric_mae = {
    .info =
        {.name = "mae",
         .title = "Mean absolute error",
         .help =
             "How far each result is from the photograph of the same name, pixel by pixel: the mean over pixels and "
             "channels of the difference of levels from 0 to 1, whatever its sign (times 255: of levels from 0 to "
             "255). 0 is the same picture, lower is better. The score of a model is the mean over all pairs.",
         PIXEL_ERROR_INFO},
    .extractor = vtm_pair_extractor,
    .pair = &mean_absolute_error,
};
