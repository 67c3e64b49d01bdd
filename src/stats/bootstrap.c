#include "stats/bootstrap.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"

enum { MOST_DRAWS = 40000000, LEAST_RESAMPLES = 1000 };

static const double normal_975 = 1.9599639845400545;

size_t vtm_resamples(size_t count) {
  const size_t affordable = MOST_DRAWS / (count > 0 ? count : 1);
  if (affordable >= VTM_RESAMPLES) return VTM_RESAMPLES;
  return affordable > LEAST_RESAMPLES ? affordable : LEAST_RESAMPLES;
}

static int by_value(const void *left, const void *right) {
  const double a = *(const double *)left;
  const double b = *(const double *)right;
  return (a > b) - (a < b);
}

static double normal_below(double z) { return 0.5 * erfc(-z * M_SQRT1_2); }

/* by halving: called twice an interval */
static double normal_quantile(double share) {
  double low = -9;
  double high = 9;
  for (int i = 0; i < 60; i++) {
    const double middle = 0.5 * (low + high);
    if (normal_below(middle) < share)
      low = middle;
    else
      high = middle;
  }
  return 0.5 * (low + high);
}

/* Student's t at 0.975, by the expansion of Abramowitz and Stegun, 26.7.5: right to 1e-3 from 5 degrees on */
static double student_975(double freedom) {
  const double z = normal_975;
  const double z2 = z * z;
  const double first = z * (z2 + 1) / 4;
  const double second = z * ((5 * z2 + 16) * z2 + 3) / 96;
  const double third = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
  return z + (first + (second + third / freedom) / freedom) / freedom;
}

/* means (resamples of them, sorted) of `count` values drawn with replacement; two draws of each random number */
static void draw_means(const double *values, size_t count, uint64_t seed, double *means, size_t resamples) {
  vtm_random random = vtm_random_start(seed);
  const uint32_t range = (uint32_t)count;
  for (size_t r = 0; r < resamples; r++) {
    double first = 0;
    double second = 0;
    for (size_t i = 0; i + 1 < count; i += 2) {
      const uint64_t bits = vtm_random_next(&random);
      first += values[vtm_random_scale((uint32_t)bits, range)];
      second += values[vtm_random_scale((uint32_t)(bits >> 32), range)];
    }
    if (count % 2 == 1) first += values[vtm_random_scale((uint32_t)(vtm_random_next(&random) >> 32), range)];
    means[r] = (first + second) / (double)count;
  }
  qsort(means, resamples, sizeof(*means), by_value);
}

static double share_below(const double *sorted, size_t count, double value) {
  double below = 0;
  for (size_t i = 0; i < count; i++) below += sorted[i] < value ? 1.0 : sorted[i] > value ? 0.0 : 0.5;
  return below / (double)count;
}

static double quantile(const double *sorted, size_t count, double share) {
  const double place = share * (double)(count - 1);
  const size_t below = (size_t)place;
  if (below + 1 >= count) return sorted[count - 1];
  return sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

vtm_status vtm_bootstrap_mean(const double *values, size_t count, uint64_t seed, vtm_interval *interval,
                              vtm_error *error) {
  const double n = (double)count;
  double mean = 0;
  double squares = 0;
  double cubes = 0;
  for (size_t i = 0; i < count; i++) mean += values[i] / n;
  for (size_t i = 0; i < count; i++) {
    const double apart = values[i] - mean;
    squares += apart * apart;
    cubes += apart * apart * apart;
  }
  *interval = (vtm_interval){mean, mean, sqrt(squares / (n - 1) / n)};
  const double widest = 1e-12 * fabs(mean); /* values that are all alike but for rounding */
  if (!(interval->standard_error > widest)) return VTM_OK;
  const size_t resamples = vtm_resamples(count);
  double *means = vtm_allocate(resamples, sizeof(*means), error);
  if (means == NULL) return VTM_ERROR_MEMORY;
  draw_means(values, count, seed, means, resamples);
  const double bias = normal_quantile(share_below(means, resamples, mean));
  const double acceleration = cubes / (6 * squares * sqrt(squares));
  const double z = student_975(n - 1) * sqrt(n / (n - 1));
  const double low = bias - z;
  const double high = bias + z;
  interval->low = quantile(means, resamples, normal_below(bias + low / (1 - acceleration * low)));
  interval->high = quantile(means, resamples, normal_below(bias + high / (1 - acceleration * high)));
  free(means);
  return VTM_OK;
}

/* `value` with its sign turned where the lowest bit is set: chance would spoil a branch */
static double flip(double value, uint64_t bits) {
  uint64_t pattern;
  memcpy(&pattern, &value, sizeof(pattern));
  pattern ^= bits << 63;
  memcpy(&value, &pattern, sizeof(value));
  return value;
}

static double flipped_sum(vtm_random *random, const double *values, size_t count) {
  double even = 0;
  double odd = 0;
  for (size_t start = 0; start < count; start += 64) {
    const size_t end = count - start < 64 ? count : start + 64;
    uint64_t bits = vtm_random_next(random);
    for (size_t i = start; i + 1 < end; i += 2, bits >>= 2) {
      even += flip(values[i], bits);
      odd += flip(values[i + 1], bits >> 1);
    }
    if (end % 2 == 1) even += flip(values[end - 1], bits);
  }
  return even + odd;
}

double vtm_sign_flip_p(const double *values, size_t count, uint64_t seed) {
  double sum = 0;
  double size = 0;
  for (size_t i = 0; i < count; i++) {
    sum += values[i];
    size += fabs(values[i]);
  }
  /* sums that differ by rounding alone are equal */
  const double limit = fabs(sum) - 1e-12 * size;
  const size_t patterns = vtm_resamples(count);
  size_t as_far = 1;
  vtm_random random = vtm_random_start(seed);
  for (size_t r = 1; r < patterns; r++) as_far += fabs(flipped_sum(&random, values, count)) >= limit;
  return (double)as_far / (double)patterns;
}

typedef struct ranked {
  double p;
  size_t place;
} ranked;

static int by_p(const void *left, const void *right) {
  const ranked *a = left;
  const ranked *b = right;
  return a->p != b->p ? (a->p > b->p) - (a->p < b->p) : (a->place > b->place) - (a->place < b->place);
}

vtm_status vtm_holm(double *p, size_t count, vtm_error *error) {
  ranked *order = vtm_allocate(count, sizeof(*order), error);
  if (order == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < count; i++) order[i] = (ranked){p[i], i};
  qsort(order, count, sizeof(*order), by_p);
  double least = 0;
  for (size_t i = 0; i < count; i++) {
    least = fmin(1.0, fmax(least, order[i].p * (double)(count - i)));
    p[order[i].place] = least;
  }
  free(order);
  return VTM_OK;
}
