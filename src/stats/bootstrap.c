#include "stats/bootstrap.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"

enum { MOST_DRAWS = 40000000, LEAST_RESAMPLES = 1000 };

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

/* Means of the same values in another order are equal, though their last bits are not: `rounding`. */
static double share_below(const double *sorted, size_t count, double value, double rounding) {
  double below = 0;
  for (size_t i = 0; i < count; i++)
    below += sorted[i] < value - rounding ? 1.0 : sorted[i] > value + rounding ? 0.0 : 0.5;
  return below / (double)count;
}

static double quantile(const double *sorted, size_t count, double share) {
  const double place = share * (double)(count - 1);
  const size_t below = (size_t)place;
  if (below + 1 >= count) return sorted[count - 1];
  return sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

vtm_status vtm_bootstrap_mean(const double *values, size_t count, double miss, uint64_t seed, vtm_interval *interval,
                              vtm_error *error) {
  const double n = (double)count;
  double mean = 0;
  double squares = 0;
  double cubes = 0;
  double size = 0;
  for (size_t i = 0; i < count; i++) {
    mean += values[i] / n;
    size += fabs(values[i]) / n;
  }
  for (size_t i = 0; i < count; i++) {
    const double apart = values[i] - mean;
    squares += apart * apart;
    cubes += apart * apart * apart;
  }
  *interval = (vtm_interval){mean, mean, sqrt(squares / (n - 1) / n)};
  const double widest = 1e-12 * fabs(mean); /* values that are all alike but for rounding */
  if (!(interval->standard_error > widest)) return VTM_OK;
  const size_t resamples = (size_t)((double)vtm_resamples(count) * fmax(1, 0.05 / miss));
  double *means = vtm_allocate(resamples, sizeof(*means), error);
  if (means == NULL) return VTM_ERROR_MEMORY;
  draw_means(values, count, seed, means, resamples);
  const double bias = normal_quantile(share_below(means, resamples, mean, 4e-15 * size));
  const double acceleration = cubes / (6 * squares * sqrt(squares));
  const double z = vtm_student_t(miss, count - 1) * sqrt(n / (n - 1));
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

/* All patterns but for the last value's sign: the other half are the same sums turned around. */
static void count_all(vtm_sign_flip *test, const double *values, size_t count) {
  const size_t patterns = (size_t)1 << (count - 1);
  for (size_t pattern = 0; pattern < patterns; pattern++) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += pattern >> i & 1 ? -values[i] : values[i];
    test->as_far += fabs(sum) >= test->limit;
  }
  test->patterns = patterns;
  test->exact = true;
}

vtm_sign_flip vtm_sign_flip_start(const double *values, size_t count, uint64_t seed, size_t patterns) {
  double sum = 0;
  double size = 0;
  double squares = 0;
  for (size_t i = 0; i < count; i++) {
    sum += values[i];
    size += fabs(values[i]);
    squares += values[i] * values[i];
  }
  /* sums that differ by rounding alone are equal */
  vtm_sign_flip test = {.random = vtm_random_start(seed),
                        .limit = fabs(sum) - 1e-12 * size,
                        .bound = squares > 0 ? fmin(1, 2 * exp(-sum * sum / (2 * squares))) : 1};
  if (count > 0 && count <= VTM_MOST_FOR_EXACT) {
    count_all(&test, values, count);
    return test;
  }
  test.patterns = 1;
  test.as_far = 1;
  vtm_sign_flip_continue(&test, values, count, patterns);
  return test;
}

void vtm_sign_flip_continue(vtm_sign_flip *test, const double *values, size_t count, size_t patterns) {
  if (test->exact) return;
  for (; test->patterns < patterns; test->patterns++)
    test->as_far += fabs(flipped_sum(&test->random, values, count)) >= test->limit;
}

double vtm_sign_flip_p(const vtm_sign_flip *test) {
  const double share = (double)test->as_far / (double)test->patterns;
  return test->exact ? share : fmin(share, test->bound);
}

void vtm_sign_flip_range(const vtm_sign_flip *test, double *low, double *high) {
  *low = *high = vtm_sign_flip_p(test);
  if (test->exact) return;
  const double z = 4;
  const double drawn = (double)(test->patterns - 1); /* the one at hand is no draw */
  const double far = (double)(test->as_far - 1);
  const double middle = (far + z * z / 2) / (drawn + z * z);
  const double half = z / (drawn + z * z) * sqrt(far * (drawn - far) / drawn + z * z / 4);
  *low = fmin(fmax(0, middle - half), test->bound);
  *high = fmin(middle + half, test->bound);
}

/* Abramowitz and Stegun, 26.7.3 and 26.7.4, whose series end. */
double vtm_student_p(double t, size_t freedom) {
  const double angle = atan(fabs(t) / sqrt((double)freedom));
  const double cosine = cos(angle);
  const bool odd = freedom % 2 == 1;
  double term = odd ? cosine : 1;
  double sum = odd && freedom == 1 ? 0 : term;
  for (size_t k = odd ? 3 : 2; k < freedom && term > 1e-18 * sum; k += 2) {
    term *= cosine * cosine * (double)(k - 1) / (double)k;
    sum += term;
  }
  const double inside = odd ? M_2_PI * (angle + sin(angle) * sum) : sin(angle) * sum;
  return fmin(1, fmax(1 - inside, 0));
}

double vtm_student_t(double p, size_t freedom) {
  double low = 0;
  double high = 1;
  while (vtm_student_p(high, freedom) > p && high < 1e12) high *= 2;
  for (int i = 0; i < 100; i++) {
    const double middle = 0.5 * (low + high);
    if (vtm_student_p(middle, freedom) > p)
      low = middle;
    else
      high = middle;
  }
  return 0.5 * (low + high);
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
