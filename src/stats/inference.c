#include "stats/inference.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"

enum { MOST_SIGNS = 40000000, LEAST_PATTERNS = 1000 };

size_t vtm_first_patterns(size_t count) {
  const size_t affordable = MOST_SIGNS / (count > 0 ? count : 1);
  if (affordable >= VTM_PATTERNS) return VTM_PATTERNS;
  return affordable > LEAST_PATTERNS ? affordable : LEAST_PATTERNS;
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
