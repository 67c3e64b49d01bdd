#include "features/pixel_measures.h"

static void compare_squares(const float *reference, const float *other, int width, int height, double *values) {
  const size_t count = (size_t)width * (size_t)height * 3;
  double sum = 0;
  for (size_t i = 0; i < count; i++) {
    const double difference = (double)reference[i] - (double)other[i];
    sum += difference * difference;
  }
  values[0] = sum / (double)count;
}

const vtm_pixel_measure vtm_squared_error = {.name = "squared error", .values = 1, .compare = compare_squares};
