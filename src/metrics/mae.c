#include "features/pixel_measures.h"
#include "metrics/pair_measure.h"
#include "metrics/settings.h"

static const vtm_option options[] = {VTM_PAIR_OPTIONS("native"), VTM_COMMON_OPTIONS};

/* Of levels 0..1. */
static double of_unit_levels(const double *absolute_error, size_t count) {
  (void)count;
  return absolute_error[0] / 255;
}

static const vtm_pair_measure mean_absolute_error = {
    .label = "MAE(0..1)", .name = "MAE", .value = of_unit_levels, .measure = &vtm_absolute_error};

const vtm_metric vtm_metric_mae = {
    .info =
        {.name = "mae",
         .title = "Mean absolute error",
         .help =
             "How far each generated image is from the photograph of the same name, pixel by pixel: the mean over "
             "pixels "
             "and channels of the difference of levels from 0 to 1, whatever its sign (times 255: of levels from 0 to "
             "255). 0 is the same picture, lower is better. The score of a model is the mean over all pairs.",
         .lower_is_better = true,
         .decimals = 7,
         .per_image = true,
         .options = options,
         .option_count = sizeof(options) / sizeof(*options)},
    .extractor = vtm_pair_extractor,
    .pair = &mean_absolute_error,
};
