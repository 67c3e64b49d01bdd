#include "features/pixel_measures.h"
#include "metrics/pair_measure.h"
#include "metrics/settings.h"

static const vtm_option options[] = {VTM_PAIR_OPTIONS("native"), VTM_COMMON_OPTIONS};

/* Of levels 0..1. */
static double of_unit_levels(const double *squared_error, size_t count) {
  (void)count;
  return squared_error[0] / (255.0 * 255.0);
}

static const vtm_pair_measure mean_squared_error = {
    .label = "MSE(0..1)", .name = "MSE", .value = of_unit_levels, .measure = &vtm_squared_error};

const vtm_metric vtm_metric_mse = {
    .info = {.name = "mse",
             .title = "Mean squared error",
             .help =
                 "How far each result is from the photograph of the same name, pixel by pixel: the mean over "
                 "pixels and channels of the squared difference of levels from 0 to 1 (times 65025: of levels from 0 "
                 "to 255). 0 is the same picture, lower is better. The score of a model is the mean over all pairs.",
             .lower_is_better = true,
             .decimals = 7,
             .per_image = true,
             .options = options,
             .option_count = sizeof(options) / sizeof(*options)},
    .extractor = vtm_pair_extractor,
    .pair = &mean_squared_error,
};
