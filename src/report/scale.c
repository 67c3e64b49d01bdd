#include "report/scale.h"

#include <math.h>

#include "report/number.h"

enum { MOST_DECIMALS = 6 };

static int clamp_decimals(int decimals) {
  return decimals < 0 ? 0 : decimals > MOST_DECIMALS ? MOST_DECIMALS : decimals;
}

static double nice_step(double raw) {
  static const double nice[] = {1, 2, 5, 10};
  const double power = pow(10, floor(log10(raw)));
  for (int i = 0; i < 3; i++)
    if (raw <= nice[i] * power * (1 + 1e-9)) return nice[i] * power;
  return nice[3] * power;
}

vtm_scale vtm_scale_make(double low, double high, int wanted) {
  const double largest = 1e300, smallest = 1e-300;
  if (!(low >= -largest) || !(high <= largest) || !(high - low > smallest)) {
    low = 0;
    high = 1;
  }
  const double step = nice_step((high - low) / wanted);
  vtm_scale scale = {.low = floor(low / step + 1e-9) * step, .high = ceil(high / step - 1e-9) * step, .step = step};
  scale.decimals = clamp_decimals((int)ceil(-log10(step) - 1e-9));
  return scale;
}

int vtm_scale_ticks(const vtm_scale *scale) { return (int)lround((scale->high - scale->low) / scale->step) + 1; }

int vtm_two_digits(double size) {
  if (!(size > 0) || !isfinite(size)) return 0;
  return clamp_decimals(1 - (int)floor(log10(size)));
}

int vtm_value_decimals(const vtm_result *result) {
  double largest = 0;
  int decimals = -1;
  for (size_t i = 0; i < result->row_count; i++) {
    const vtm_score_row *row = &result->rows[i];
    if (isfinite(row->value)) largest = fmax(largest, fabs(row->value));
    if (row->interval == NULL || !(row->interval->high > row->interval->low)) continue;
    const int own = clamp_decimals(vtm_interval_decimals(row->interval));
    if (own > decimals) decimals = own;
  }
  if (decimals >= 0) return decimals;
  return largest > 0 ? clamp_decimals(3 - (int)floor(log10(largest))) : MOST_DECIMALS;
}

double vtm_quantile(const double *sorted, size_t count, double q) {
  if (count == 0) return NAN;
  const double at = q * (double)(count - 1);
  const size_t below = (size_t)at;
  if (below + 1 >= count) return sorted[count - 1];
  return sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below]);
}
