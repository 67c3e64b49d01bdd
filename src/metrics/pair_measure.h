/* A pair measure: one number of two pictures. Its values come from the extractor, as a network's taps or a measure of
 * pixels; what is common to all of them (mean, median, deviation, intervals, tests, tables of images) is in
 * pair_scores.c. */
#ifndef VTM_METRICS_PAIR_MEASURE_H
#define VTM_METRICS_PAIR_MEASURE_H

#include "metrics/registry.h"

/* One of several definitions of a measure of pixels, chosen by the option "as". */
typedef struct vtm_pair_variant {
  const char *name;  /* the option's value */
  const char *label; /* "SSIM(skimage)" */
  const vtm_pixel_measure *measure;
} vtm_pair_variant;

struct vtm_pair_measure {
  const char *label; /* "LPIPS(alex)" */
  const char *name;  /* in sentences: "LPIPS" */
  /* The value of a pair of which the extractor gave so many; NULL: their sum. */
  double (*value)(const double *layers, size_t count);
  bool has_layers;      /* the values of the extractor are shown beside their sum */
  const char *infinite; /* why the value of a pair may be infinite: "equal pixel for pixel"; NULL: it is not */
  const vtm_pixel_measure *measure; /* of pixels; NULL: the metric has an extractor of its own */
  const vtm_pair_variant *variants; /* instead of label and measure, in the order of the option's choices; NULL: none */
};

/* NULL when the measure has none. */
const vtm_pair_variant *vtm_pair_variant_of(const vtm_settings *settings);
/* The extractor of a measure of pixels, by VTM_PAIR_OPTIONS; of others, its size. */
vtm_extractor_request vtm_pair_extractor(const vtm_settings *settings);

#endif
