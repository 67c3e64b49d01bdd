#include "features/pixel_measures.h"

#include <math.h>

static vtm_status compare_squares(const float *reference, const float *other, int width, int height, double *values,
                                  vtm_error *error) {
  (void)error;
  const size_t count = (size_t)width * (size_t)height * 3;
  double sum = 0;
  for (size_t i = 0; i < count; i++) {
    const double difference = (double)reference[i] - (double)other[i];
    sum += difference * difference;
  }
  values[0] = sum / (double)count;
  return VTM_OK;
}

const vtm_pixel_measure vtm_squared_error = {.name = "squared error", .values = 1, .compare = compare_squares};

static vtm_status compare_differences(const float *reference, const float *other, int width, int height, double *values,
                                      vtm_error *error) {
  (void)error;
  const size_t count = (size_t)width * (size_t)height * 3;
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += fabs((double)reference[i] - (double)other[i]);
  values[0] = sum / (double)count;
  return VTM_OK;
}

const vtm_pixel_measure vtm_absolute_error = {.name = "absolute error", .values = 1, .compare = compare_differences};
