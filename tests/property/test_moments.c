/* Accumulating rows and the distance of what they fit, over random numbers of rows and features: against means and
 * covariances in two passes of long double and roots by Jacobi's rotations. Rows come in any order, so that they meet
 * in other folds (there is one each 2,048 rows); threads do not change a bit. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "helpers/random_cases.h"
#include "stats/moments.h"

enum { MOST = 24, SIDES = 2, THREADS = 4, LARGEST = 200 };

static vtm_pool *pools[THREADS + 1]; /* by their number of threads */

typedef struct side {
  size_t n, features;
  double *rows;
  size_t *order;
} side;

typedef struct matrix {
  size_t order;
  long double at[MOST][MOST];
} matrix;

/* ---- rows ---- */

/* Correlated columns of unlike scales, some far from zero, some equal to another one; or rows that hardly differ. */
static side make_side(random_case *random, size_t n, size_t features, double far) {
  side s = {n, features, malloc(n * features * sizeof(double)), malloc(n * sizeof(size_t))};
  double *offset = malloc(features * sizeof(*offset));
  double *scale = malloc(features * sizeof(*scale));
  assert_true(s.rows != NULL && s.order != NULL && offset != NULL && scale != NULL);
  const bool twins = random_one_in(random, 4);
  for (size_t k = 0; k < features; k++) {
    scale[k] = exp2(4 * random_fraction(random) - 2);
    offset[k] = scale[k] * (random_fraction(random) + (random_one_in(random, 3) ? far : 0));
  }
  for (size_t i = 0; i < n; i++) {
    double *row = s.rows + i * features;
    const double common = random_fraction(random);
    for (size_t k = 0; k < features; k++)
      row[k] = offset[k] + scale[k] * (common + 2 * random_fraction(random) + random_fraction(random));
    if (twins && features > 1) row[features - 1] = row[0];
    s.order[i] = i;
  }
  free(scale);
  free(offset);
  return s;
}

static void free_side(side *s) {
  free(s->rows);
  free(s->order);
}

static void shuffle(random_case *random, side *s) {
  for (size_t i = s->n; i > 1; i--) {
    const size_t k = (size_t)(random_bits(random) % i);
    const size_t kept = s->order[i - 1];
    s->order[i - 1] = s->order[k];
    s->order[k] = kept;
  }
}

/* ---- the oracle ---- */

static void two_passes(const side *s, long double mean[MOST], matrix *covariance) {
  memset(mean, 0, MOST * sizeof(*mean));
  memset(covariance, 0, sizeof(*covariance));
  covariance->order = s->features;
  for (size_t i = 0; i < s->n; i++)
    for (size_t k = 0; k < s->features; k++) mean[k] += s->rows[i * s->features + k] / (long double)s->n;
  for (size_t i = 0; i < s->n; i++)
    for (size_t j = 0; j < s->features; j++)
      for (size_t k = 0; k < s->features; k++)
        covariance->at[j][k] += (s->rows[i * s->features + j] - mean[j]) * (s->rows[i * s->features + k] - mean[k]) /
                                (long double)(s->n - 1);
}

static void rotate(matrix *a, matrix *vectors, size_t p, size_t q) {
  const long double theta = (a->at[q][q] - a->at[p][p]) / (2 * a->at[p][q]);
  const long double t = (theta < 0 ? -1 : 1) / (fabsl(theta) + sqrtl(theta * theta + 1));
  const long double c = 1 / sqrtl(t * t + 1);
  const long double s = t * c;
  for (size_t k = 0; k < a->order; k++) {
    const long double kp = a->at[k][p];
    const long double kq = a->at[k][q];
    a->at[k][p] = c * kp - s * kq;
    a->at[k][q] = s * kp + c * kq;
    const long double vp = vectors->at[k][p];
    const long double vq = vectors->at[k][q];
    vectors->at[k][p] = c * vp - s * vq;
    vectors->at[k][q] = s * vp + c * vq;
  }
  for (size_t k = 0; k < a->order; k++) {
    const long double pk = a->at[p][k];
    const long double qk = a->at[q][k];
    a->at[p][k] = c * pk - s * qk;
    a->at[q][k] = s * pk + c * qk;
  }
}

/* Jacobi: the eigenvalues stay on the diagonal; vectors in columns. */
static void diagonalise(matrix *a, matrix *vectors) {
  memset(vectors, 0, sizeof(*vectors));
  vectors->order = a->order;
  for (size_t i = 0; i < a->order; i++) vectors->at[i][i] = 1;
  for (int sweep = 0; sweep < 40; sweep++) {
    long double rest = 0;
    long double trace = 0;
    for (size_t p = 0; p < a->order; p++) {
      trace += fabsl(a->at[p][p]);
      for (size_t q = 0; q < p; q++) rest += fabsl(a->at[q][p]);
    }
    if (rest <= trace * 0x1p-70L) return;
    for (size_t p = 0; p < a->order; p++)
      for (size_t q = p + 1; q < a->order; q++)
        if (a->at[p][q] != 0) rotate(a, vectors, p, q);
  }
}

/* An eigenvalue that rounding alone makes (2^-64 of the largest, a few times) counts as zero: its root would be 2^-32.
 */
static long double root_of(const matrix *a, size_t i) {
  long double largest = 0;
  for (size_t k = 0; k < a->order; k++) largest = fmaxl(largest, a->at[k][k]);
  return a->at[i][i] > largest * 0x1p-52L ? sqrtl(a->at[i][i]) : 0;
}

static void multiply(const matrix *a, const matrix *b, matrix *product) {
  memset(product, 0, sizeof(*product));
  product->order = a->order;
  for (size_t i = 0; i < a->order; i++)
    for (size_t j = 0; j < a->order; j++)
      for (size_t k = 0; k < a->order; k++) product->at[i][j] += a->at[i][k] * b->at[k][j];
}

/* tr (A B)^(1/2) = tr (A^(1/2) B A^(1/2))^(1/2) */
static long double trace_of_root(const matrix *a, const matrix *b) {
  static matrix diagonal;
  static matrix vectors;
  static matrix root;
  static matrix half;
  static matrix product;
  long double sum = 0;
  diagonal = *a;
  diagonalise(&diagonal, &vectors);
  memset(&root, 0, sizeof(root));
  root.order = a->order;
  for (size_t i = 0; i < a->order; i++)
    for (size_t j = 0; j < a->order; j++)
      for (size_t k = 0; k < a->order; k++)
        root.at[i][j] += vectors.at[i][k] * root_of(&diagonal, k) * vectors.at[j][k];
  multiply(&root, b, &half);
  multiply(&half, &root, &product);
  diagonalise(&product, &vectors);
  for (size_t i = 0; i < a->order; i++) sum += root_of(&product, i);
  return sum;
}

typedef struct oracle {
  long double mean, covariance, traces; /* traces: of both covariances */
  long double offsets;                  /* sum of |m1 - m2| (|m1| + |m2|): what rounding of the means moves */
} oracle;

static oracle ask_oracle(const side sides[SIDES]) {
  static matrix covariances[SIDES];
  long double means[SIDES][MOST];
  oracle o = {0};
  for (int i = 0; i < SIDES; i++) {
    two_passes(&sides[i], means[i], &covariances[i]);
    for (size_t k = 0; k < sides[i].features; k++) o.traces += covariances[i].at[k][k];
  }
  for (size_t k = 0; k < sides[0].features; k++) {
    const long double difference = means[0][k] - means[1][k];
    o.mean += difference * difference;
    o.offsets += fabsl(difference) * (fabsl(means[0][k]) + fabsl(means[1][k]));
  }
  o.covariance = o.traces - 2 * trace_of_root(&covariances[0], &covariances[1]);
  return o;
}

/* ---- the program ---- */

static vtm_gaussian fit(const side *s, int threads) {
  vtm_moments *moments = NULL;
  vtm_gaussian gaussian;
  assert_int_equal(vtm_moments_create(pools[threads], s->features, &moments, NULL), VTM_OK);
  for (size_t i = 0; i < s->n; i++)
    assert_int_equal(vtm_moments_add(moments, s->rows + s->order[i] * s->features, NULL), VTM_OK);
  assert_int_equal(vtm_moments_count(moments), s->n);
  assert_int_equal(vtm_moments_gaussian(moments, &gaussian, NULL), VTM_OK);
  assert_int_equal(gaussian.n, s->n);
  vtm_moments_destroy(moments);
  return gaussian;
}

static vtm_frechet measure(const side sides[SIDES], int threads, uint64_t *bits) {
  vtm_gaussian gaussians[SIDES];
  vtm_frechet distance;
  *bits = 0;
  for (int i = 0; i < SIDES; i++) {
    gaussians[i] = fit(&sides[i], threads);
    const size_t values = gaussians[i].rank * gaussians[i].features;
    for (size_t k = 0; k < values * sizeof(double); k++) /* FNV-1a of the factor */
      *bits = (*bits ^ ((const unsigned char *)gaussians[i].factor)[k]) * UINT64_C(0x100000001B3);
  }
  assert_int_equal(vtm_frechet_distance(pools[threads], &gaussians[0], &gaussians[1], &distance, NULL), VTM_OK);
  for (int i = 0; i < SIDES; i++) vtm_gaussian_free(&gaussians[i]);
  return distance;
}

/* ---- cases ---- */

/* Few rows, about as many as features, at the folds, or any number. */
static size_t choose_rows(random_case *random, size_t features) {
  const int kind = random_between(random, 0, 3);
  if (kind == 0) return (size_t)random_between(random, 2, 2 + (int)features);
  if (kind == 1) return features + 1 + (size_t)random_between(random, 0, 3);
  if (kind == 2) return (size_t)(2048 * random_between(random, 1, 2) + random_between(random, -1, 1));
  return (size_t)random_between(random, 2, 5000);
}

static double largest_seen; /* error in units of the tolerance */

/* Sums of n d products, of which each step is off by 2^-53 of the traces: 16 d of these, as most cancel; and means that
 * are off by a few roundings of theirs. The most in 3,000 cases was a sixth of that. */
static void check_value(const oracle *o, size_t features, const vtm_frechet *distance, const char *what,
                        const random_case *random, const side sides[SIDES]) {
  const long double scale = 0x1p-53L * (16 * (long double)features * (o->traces + o->mean) + 8 * o->offsets);
  const long double errors[] = {(long double)distance->mean - o->mean,
                                (long double)distance->covariance - o->covariance,
                                (long double)distance->value - o->mean - o->covariance};
  for (int i = 0; i < 3; i++) {
    if (fabsl(errors[i]) > scale)
      fail_msg(
          "VTM_SEED=%llu: %zu and %zu rows of %zu features, %s: mean %.17g, not %.17Lg; covariance %.17g, not "
          "%.17Lg (%.3Lg of the tolerance)",
          (unsigned long long)random->seed, sides[0].n, sides[1].n, features, what, distance->mean, o->mean,
          distance->covariance, o->covariance, fabsl(errors[i]) / scale);
    largest_seen = fmax(largest_seen, (double)(fabsl(errors[i]) / scale));
  }
}

static void check_threads(const side sides[SIDES], const random_case *random, vtm_frechet *distance) {
  uint64_t bits = 0;
  *distance = measure(sides, 1, &bits);
  for (int threads = 2; threads <= THREADS; threads++) {
    uint64_t others = 0;
    const vtm_frechet other = measure(sides, threads, &others);
    if (memcmp(&other, distance, sizeof(other)) != 0 || others != bits)
      fail_msg("VTM_SEED=%llu: %zu and %zu rows of %zu features: %.17g by one thread, %.17g by %d, factors %s",
               (unsigned long long)random->seed, sides[0].n, sides[1].n, sides[0].features, distance->value,
               other.value, threads, bits == others ? "equal" : "unlike");
  }
}

static void test_against_two_passes(void **state) {
  (void)state;
  const uint64_t rounds = random_rounds(60);
  for (uint64_t round = 0; round < rounds; round++) {
    random_case random = random_start(round);
    const size_t features = (size_t)random_between(&random, 1, MOST);
    const double far = random_one_in(&random, 3) ? 1e6 : 10;
    side sides[SIDES];
    vtm_frechet distance;
    uint64_t bits;
    for (int i = 0; i < SIDES; i++) sides[i] = make_side(&random, choose_rows(&random, features), features, far);
    const oracle o = ask_oracle(sides);
    check_threads(sides, &random, &distance);
    check_value(&o, features, &distance, "in order", &random, sides);
    for (int i = 0; i < SIDES; i++) shuffle(&random, &sides[i]);
    distance = measure(sides, 2, &bits);
    check_value(&o, features, &distance, "shuffled", &random, sides);
    const side turned[SIDES] = {sides[1], sides[0]};
    distance = measure(turned, 3, &bits);
    check_value(&o, features, &distance, "sides exchanged", &random, sides);
    for (int i = 0; i < SIDES; i++) free_side(&sides[i]);
  }
  if (getenv("VTM_SEED") != NULL) print_message("the largest error is %.3g of the tolerance\n", largest_seen);
}

/* Features of several panels and blocks, which are shared out. */
static void test_threads(void **state) {
  (void)state;
  const uint64_t rounds = random_rounds(12);
  for (uint64_t round = 0; round < rounds; round++) {
    random_case random = random_start(round);
    const size_t features = (size_t)random_between(&random, MOST, LARGEST);
    side sides[SIDES];
    vtm_frechet distance;
    for (int i = 0; i < SIDES; i++)
      sides[i] = make_side(&random, (size_t)random_between(&random, 2, 2 * LARGEST), features, 100);
    check_threads(sides, &random, &distance);
    for (int i = 0; i < SIDES; i++) free_side(&sides[i]);
  }
}

static int open_pools(void **state) {
  (void)state;
  for (int i = 1; i <= THREADS; i++)
    if (vtm_pool_create(i, &pools[i], NULL) != VTM_OK) return -1;
  return 0;
}

static int close_pools(void **state) {
  (void)state;
  for (int i = 1; i <= THREADS; i++) vtm_pool_destroy(pools[i]);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_two_passes), cmocka_unit_test(test_threads)};
  return cmocka_run_group_tests(tests, open_pools, close_pools);
}
