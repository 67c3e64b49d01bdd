#include "stats/spread.h"

#include <math.h>

#include "stats/inference.h"

static const double most_skew = 0.7; /* of the skewness times Student's quantile */

/* Below so many effective people, and below this part of all. */
static const double few = 2.5, few_of_all = 1.0 / 18;

/* Powers are of parts over the largest one: fourth powers leave the range of double soon. */
static void find_shape(const double *parts, size_t count, double middle, vtm_spread *spread) {
  double largest = 0;
  double squares = 0;
  double cubes = 0;
  double fourths = 0;
  for (size_t i = 0; i < count; i++) largest = fmax(largest, fabs(parts[i] - middle));
  if (!(largest > 0) || isinf(largest)) return;
  for (size_t i = 0; i < count; i++) {
    const double part = (parts[i] - middle) / largest;
    squares += part * part;
    cubes += part * part * part;
    fourths += part * part * part * part;
  }
  spread->skewness = cubes / (squares * sqrt(squares));
  spread->effective = squares * squares / fourths;
}

vtm_spread vtm_spread_of(const double *parts, size_t count) {
  vtm_spread spread = {.count = count, .effective = (double)count};
  for (size_t i = 0; i < count; i++) spread.variance += parts[i] * parts[i];
  find_shape(parts, count, 0, &spread);
  return spread;
}

vtm_spread vtm_spread_of_mean(const double *values, size_t count, double *mean) {
  const double n = (double)count;
  vtm_spread spread = {.count = count, .effective = n};
  double squares = 0;
  *mean = 0;
  for (size_t i = 0; i < count; i++) *mean += values[i] / n;
  for (size_t i = 0; i < count; i++) squares += (values[i] - *mean) * (values[i] - *mean);
  spread.variance = squares / (n - 1) / n;
  /* values that are all alike but for rounding */
  if (sqrt(spread.variance) > 1e-12 * fabs(*mean)) find_shape(values, count, *mean, &spread);
  return spread;
}

/* h of the header. The quotient is that of (c - 1) / k, without its cancellation. */
static double hall(double z, double k) {
  const double c = cbrt(1 + k * (z - k / 6));
  return (z - k / 6) * (3 / (c * c + c + 1));
}

vtm_interval vtm_interval_of(double value, double variance, double skewness, double miss, size_t freedom) {
  const double error = sqrt(variance);
  const double z = vtm_student_t(miss, freedom);
  const double k = fmax(-most_skew / z, fmin(skewness, most_skew / z));
  return (vtm_interval){value - fmax(z, hall(z, k)) * error, value + fmax(z, hall(z, -k)) * error, error};
}

vtm_interval vtm_interval_of_mean(const double *values, size_t count, double miss) {
  double mean;
  const vtm_spread spread = vtm_spread_of_mean(values, count, &mean);
  const double error = sqrt(spread.variance);
  if (!(error > 1e-12 * fabs(mean))) return (vtm_interval){mean, mean, error};
  return vtm_interval_of(mean, spread.variance, spread.skewness, miss, count - 1);
}

bool vtm_spread_is_of_few(const vtm_spread *spread) {
  return spread->effective < fmin(few, few_of_all * (double)spread->count);
}
