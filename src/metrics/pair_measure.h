/* A pair measure: one number of two pictures. Its values come from the extractor, as a network's taps or a measure of
 * pixels; what is common to all of them (mean, median, deviation, intervals, tests, tables of images) is in
 * pair_scores.c. */
#ifndef VTM_METRICS_PAIR_MEASURE_H
#define VTM_METRICS_PAIR_MEASURE_H

#include "metrics/registry.h"

struct vtm_pair_measure {
  const char *label; /* "LPIPS(alex)" */
  const char *name;  /* in sentences: "LPIPS" */
  /* The value of a pair of which the extractor gave so many; NULL: their sum. */
  double (*value)(const double *layers, size_t count);
  bool has_layers;      /* the values of the extractor are shown beside their sum */
  const char *infinite; /* why the value of a pair may be infinite: "equal pixel for pixel"; NULL: it is not */
  const vtm_pixel_measure *measure; /* of pixels; NULL: the metric has an extractor of its own */
};

/* The extractor of a measure of pixels, by VTM_PAIR_OPTIONS. */
vtm_status vtm_pair_extractor(const vtm_settings *settings, vtm_extractor_request *request, vtm_error *error);
/* Fills size and filter of a request by --size. */
vtm_status vtm_pair_read_size(const vtm_settings *settings, vtm_extractor_request *request, vtm_error *error);
/* vtm_metric.check of pair measures: --size. */
vtm_status vtm_pair_check_option(const vtm_option *option, const char *value, vtm_error *error);

#endif
