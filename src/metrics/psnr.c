#include <math.h>

#include "features/pixel_measures.h"
#include "metrics/pair_measure.h"
#include "metrics/settings.h"

static const vtm_option options[] = {VTM_PAIR_OPTIONS("native"), VTM_COMMON_OPTIONS};

/* 10 log10(255^2 / mean squared error), in decibels; infinite for equal pictures. */
static double decibels(const double *squared_error, size_t count) {
  (void)count;
  return 10 * log10(255.0 * 255.0 / squared_error[0]);
}

static const vtm_pair_measure peak_signal_to_noise_ratio = {.label = "PSNR",
                                                            .name = "PSNR",
                                                            .value = decibels,
                                                            .infinite = "equal pixel for pixel",
                                                            .measure = &vtm_squared_error};

const vtm_metric vtm_metric_psnr = {
    .info = {.name = "psnr",
             .title = "Peak signal-to-noise ratio",
             .help =
                 "How close each result is to the photograph of the same name, pixel by pixel, in decibels: "
                 "20 is far, 40 is close, equal pictures are infinite. Higher is better. The score of a model is the "
                 "mean of the values of its pairs, not the value of a mean error over all of them.",
             .lower_is_better = false,
             .decimals = 4,
             .per_image = true,
             .options = options,
             .option_count = sizeof(options) / sizeof(*options)},
    .extractor = vtm_pair_extractor,
    .pair = &peak_signal_to_noise_ratio,
};
