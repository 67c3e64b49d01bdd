/* FID's linear algebra at the sizes of real sets, six times, alone on the machine: races hide where other tests
 * share the cores, and at sizes that fit into a cache. Then once more beside work that stirs the scheduler.
 *
 * CMake runs this with every build of OpenBLAS that it finds (tests/threads.cmake): one that must not be shared has to
 * give the same bits. VTM_TEST_ROWS and VTM_TEST_ROUNDS ask for other sizes, VTM_TEST_UNGUARDED=1 fails where the
 * library that is loaded gives wrong products to several threads, whatever the program makes of it. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "golden/features.h"
#include "helpers/feature_files.h"
#include "stats/dense.h"
#include "stats/lapack.h"
#include "stats/moments.h"
#include "vtonmetrics/vtonmetrics.h"

enum { FEATURES = 2048, MOST_THREADS = 4 };

static size_t number_of(const char *variable, size_t usual) {
  const char *text = getenv(variable);
  return text != NULL ? (size_t)strtoul(text, NULL, 10) : usual;
}

enum { ROWS = 2032, ROUNDS = 6 };

static size_t rows(void) { return number_of("VTM_TEST_ROWS", ROWS); }
static size_t rounds(void) { return number_of("VTM_TEST_ROUNDS", ROUNDS); }

static vtm_pool *pool_of(int threads) {
  vtm_pool *pool = NULL;
  vtm_error error = {0};
  assert_int_equal(vtm_pool_create(threads, &pool, &error), VTM_OK);
  return pool;
}

static double *room_for(size_t count) {
  double *values = calloc(count, sizeof(*values));
  assert_non_null(values);
  return values;
}

static double *golden_rows(uint64_t seed, size_t count) {
  double *values = room_for(count * FEATURES);
  for (size_t i = 0; i < count; i++) golden_row(seed, i, FEATURES, values + i * FEATURES);
  return values;
}

/* ---- other work, which takes the cores away at every moment ---- */

static void *stir(void *user) {
  const atomic_bool *stop = user;
  for (unsigned long i = 0; !atomic_load(stop); i++) {
    for (volatile int work = 0; work < 20000; work++) {
    }
    if (i % 3 == 0) (void)usleep((useconds_t)(i % 7) * 50);
    (void)sched_yield();
  }
  return NULL;
}

/* check(state), once beside such work. */
static void check_stirred(void (*check)(const void *state), const void *state) {
  enum { STIRRERS = 5 };
  pthread_t threads[STIRRERS];
  atomic_bool stop = false;
  for (int i = 0; i < STIRRERS; i++) assert_int_equal(pthread_create(&threads[i], NULL, stir, &stop), 0);
  check(state);
  atomic_store(&stop, true);
  for (int i = 0; i < STIRRERS; i++) (void)pthread_join(threads[i], NULL);
}

/* ---- the distance ---- */

typedef struct two_sets {
  size_t rows;
  double *a, *b;
  vtm_frechet expected;
} two_sets;

static vtm_gaussian fit(vtm_pool *pool, const double *values, size_t count) {
  vtm_error error = {0};
  vtm_moments *moments = NULL;
  vtm_gaussian gaussian = {0};
  assert_int_equal(vtm_moments_create(pool, FEATURES, &moments, &error), VTM_OK);
  for (size_t i = 0; i < count; i++) assert_int_equal(vtm_moments_add(moments, values + i * FEATURES, &error), VTM_OK);
  assert_int_equal(vtm_moments_gaussian(moments, &gaussian, &error), VTM_OK);
  vtm_moments_destroy(moments);
  return gaussian;
}

static vtm_frechet distance_of(const two_sets *sets, int threads) {
  vtm_pool *pool = pool_of(threads);
  vtm_error error = {0};
  vtm_frechet distance;
  vtm_gaussian a = fit(pool, sets->a, sets->rows);
  vtm_gaussian b = fit(pool, sets->b, sets->rows);
  assert_int_equal(vtm_frechet_distance(pool, &a, &b, &distance, &error), VTM_OK);
  vtm_gaussian_free(&a);
  vtm_gaussian_free(&b);
  vtm_pool_destroy(pool);
  return distance;
}

static void check_distance(const void *state) {
  const two_sets *sets = state;
  const vtm_frechet distance = distance_of(sets, MOST_THREADS);
  if (memcmp(&distance, &sets->expected, sizeof(distance)) != 0)
    fail_msg("%.17g, not %.17g as on one thread", distance.value, sets->expected.value);
}

static void test_distances(void **state) {
  (void)state;
  two_sets sets = {.rows = rows(), .a = golden_rows(1, rows()), .b = golden_rows(2, rows())};
  sets.expected = distance_of(&sets, 1);
  for (size_t i = 0; i < rounds(); i++) check_distance(&sets);
  check_stirred(check_distance, &sets);
  free(sets.a);
  free(sets.b);
}

/* ---- the fold of more images than features ---- */

typedef struct update {
  const double *values; /* FEATURES x FEATURES */
  double *expected;
} update;

static double *folded(const double *values, int threads) {
  vtm_pool *pool = pool_of(threads);
  vtm_error error = {0};
  double *triangle = room_for((size_t)FEATURES * FEATURES);
  double *overwritten = room_for((size_t)FEATURES * FEATURES);
  memcpy(overwritten, values, (size_t)FEATURES * FEATURES * sizeof(*overwritten));
  assert_int_equal(vtm_dense_qr_update(pool, triangle, FEATURES, overwritten, FEATURES, &error), VTM_OK);
  free(overwritten);
  vtm_pool_destroy(pool);
  return triangle;
}

static void check_fold(const void *state) {
  const update *wanted = state;
  double *triangle = folded(wanted->values, MOST_THREADS);
  assert_memory_equal(triangle, wanted->expected, (size_t)FEATURES * FEATURES * sizeof(*triangle));
  free(triangle);
}

static void test_folds(void **state) {
  (void)state;
  double *values = golden_rows(3, FEATURES);
  update wanted = {.values = values, .expected = folded(values, 1)};
  for (size_t i = 0; i < rounds(); i++) check_fold(&wanted);
  check_stirred(check_fold, &wanted);
  free(wanted.expected);
  free(values);
}

/* ---- the whole of fid --interval, from saved features ---- */

static void write_features(const char *name, uint64_t seed, size_t count) {
  double *values = golden_rows(seed, count);
  float *narrow = calloc(count * FEATURES, sizeof(*narrow));
  assert_non_null(narrow);
  for (size_t i = 0; i < count * FEATURES; i++) narrow[i] = (float)values[i];
  feature_file(name, narrow, 0, count, FEATURES);
  free(narrow);
  free(values);
}

static const char *const generated[] = {"b.npz"};

static void check_interval(const void *state) {
  const vtm_result *expected = state;
  vtm_result *result = feature_files_score(MOST_THREADS, true, "a.npz", generated, 1);
  assert_memory_equal(&result->rows[0].value, &expected->rows[0].value, sizeof(double));
  assert_memory_equal(result->rows[0].interval, expected->rows[0].interval, sizeof(*expected->rows[0].interval));
  vtm_result_destroy(result);
}

static void test_intervals(void **state) {
  enum { IMAGES = 300 };
  (void)state;
  write_features("a.npz", 4, IMAGES);
  write_features("b.npz", 5, IMAGES);
  vtm_result *expected = feature_files_score(1, true, "a.npz", generated, 1);
  for (size_t i = 0; i < rounds(); i++) check_interval(expected);
  check_stirred(check_interval, expected);
  vtm_result_destroy(expected);
}

/* ---- two and three contexts of one program, each with threads of its own ---- */

typedef struct context_job {
  const two_sets *sets;
  bool equal;
} context_job;

static void *measure_beside(void *user) {
  context_job *job = user;
  const vtm_frechet distance = distance_of(job->sets, 2);
  job->equal = memcmp(&distance, &job->sets->expected, sizeof(distance)) == 0;
  return NULL;
}

static void test_two_contexts(void **state) {
  enum { CONTEXTS = 3, IMAGES = 500 };
  (void)state;
  two_sets sets = {.rows = IMAGES, .a = golden_rows(8, IMAGES), .b = golden_rows(9, IMAGES)};
  sets.expected = distance_of(&sets, 1);
  for (size_t round = 0; round < rounds(); round++) {
    pthread_t threads[CONTEXTS];
    context_job jobs[CONTEXTS];
    for (int i = 0; i < CONTEXTS; i++) {
      jobs[i] = (context_job){.sets = &sets};
      assert_int_equal(pthread_create(&threads[i], NULL, measure_beside, &jobs[i]), 0);
    }
    for (int i = 0; i < CONTEXTS; i++) {
      (void)pthread_join(threads[i], NULL);
      assert_true(jobs[i].equal);
    }
  }
  free(sets.a);
  free(sets.b);
}

/* ---- the library by itself: whether it keeps what vtm_lapack_is_shared says of it ---- */

/* Small products, since a build without locks goes wrong where two calls begin in the same moment: of Debian's serial
 * one some 500 in a million calls, each of which is looked at. */
enum { ORDER = 48, CALLS = 10000 };

typedef struct products {
  const double *a, *b;
  double expected[ORDER * ORDER];
  atomic_size_t wrong;
} products;

static void multiply(const products *job, double *product) {
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, ORDER, ORDER, ORDER, 1, job->a, ORDER, job->b, ORDER, 0, product,
              ORDER);
}

static void multiply_often(void *user, size_t task, int thread) {
  (void)task;
  (void)thread;
  products *job = user;
  double product[ORDER * ORDER];
  for (size_t i = 0; i < CALLS; i++) {
    multiply(job, product);
    if (memcmp(product, job->expected, sizeof(product)) != 0) atomic_fetch_add(&job->wrong, 1);
  }
}

static void test_library(void **state) {
  (void)state;
  double *a = golden_rows(6, ORDER * ORDER / FEATURES + 1);
  double *b = golden_rows(7, ORDER * ORDER / FEATURES + 1);
  products job = {.a = a, .b = b};
  vtm_pool *pool = pool_of(MOST_THREADS);
  size_t wrong_rounds = 0;
  vtm_lapack_enter();
  multiply(&job, job.expected);
  for (size_t i = 0; i < rounds(); i++) {
    const size_t before = atomic_load(&job.wrong);
    vtm_pool_run(pool, MOST_THREADS, multiply_often, &job);
    if (atomic_load(&job.wrong) > before) wrong_rounds++;
  }
  vtm_lapack_leave();
  print_message("%s\n%d threads at once: %zu of %zu products wrong, in %zu of %zu rounds\n", vtm_linear_algebra(),
                MOST_THREADS, atomic_load(&job.wrong), rounds() * MOST_THREADS * CALLS, wrong_rounds, rounds());
  if (vtm_lapack_is_shared() || getenv("VTM_TEST_UNGUARDED") != NULL) assert_int_equal(wrong_rounds, 0);
  vtm_pool_destroy(pool);
  free(a);
  free(b);
}

/* ---- the host program, whose number of threads is none of ours ---- */

extern int openblas_get_num_threads(void);
extern void openblas_set_num_threads(int count);
extern int omp_get_max_threads(void);
#pragma weak openblas_get_num_threads
#pragma weak openblas_set_num_threads
#pragma weak omp_get_max_threads

static int openmp_threads(void) { return omp_get_max_threads != NULL ? omp_get_max_threads() : 0; }

static void test_threads_of_the_host(void **state) {
  (void)state;
  if (openblas_set_num_threads == NULL || openblas_get_num_threads == NULL) skip();
  openblas_set_num_threads(MOST_THREADS);
  const int host = openblas_get_num_threads(); /* a build without threads stays at 1 */
  const int host_openmp = openmp_threads();
  vtm_lapack_enter();
  assert_int_equal(openblas_get_num_threads(), 1);
  if (vtm_lapack_is_shared()) { /* a second one, that leaves first */
    vtm_lapack_enter();
    vtm_lapack_leave();
    assert_int_equal(openblas_get_num_threads(), 1);
  }
  vtm_lapack_leave();
  assert_int_equal(openblas_get_num_threads(), host);
  assert_int_equal(openmp_threads(), host_openmp);
  vtm_lapack_enter();
  if (vtm_lapack_is_shared()) openblas_set_num_threads(2); /* the host's own wish, made meanwhile */
  vtm_lapack_leave();
  assert_int_equal(openblas_get_num_threads(), vtm_lapack_is_shared() ? 2 : host);
  openblas_set_num_threads(host);
  double *values = golden_rows(8, FEATURES);
  free(folded(values, 2));
  free(values);
  assert_int_equal(openblas_get_num_threads(), host);
  assert_int_equal(openmp_threads(), host_openmp);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_library),   cmocka_unit_test(test_distances),    cmocka_unit_test(test_folds),
      cmocka_unit_test(test_intervals), cmocka_unit_test(test_two_contexts), cmocka_unit_test(test_threads_of_the_host),
  };
  return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
