#include "stats/lapack.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "vtonmetrics/vtonmetrics.h"

/* Absent where another BLAS stands in for OpenBLAS. */
#pragma weak openblas_get_parallel
#pragma weak openblas_get_config
#pragma weak openblas_get_num_threads
#pragma weak openblas_set_num_threads

/* Of the OpenMP that OpenBLAS is built for, if it is. */
extern int omp_get_max_threads(void);
extern void omp_set_num_threads(int count);
#pragma weak omp_get_max_threads
#pragma weak omp_set_num_threads

/* Of the process, as the library below is: two contexts of one program meet in the same scratch memory. */
static pthread_once_t asked = PTHREAD_ONCE_INIT;
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static bool is_shared, is_openmp;
static char words[512];

/* How many are inside, and the numbers of threads that the host program had before the first came in. */
static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;
static unsigned inside;
static int host_threads, host_openmp_threads;

/* In the child of a fork() nobody is inside, and those that held the locks are not there to give them back. */
static void forget_parent(void) {
  counting = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  one_at_a_time = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  inside = 0;
}

static const void *library_of(const char *function) {
  const void *address = dlsym(RTLD_DEFAULT, function);
  Dl_info info;
  return address != NULL && dladdr(address, &info) != 0 ? info.dli_fbase : NULL;
}

/* What answers is what computes, unless another library was put before it (LD_PRELOAD, a program that brings a BLAS of
 * its own): dgemm_ is what LAPACK calls. All three are NULL in a program that is linked statically. */
static bool speaks_for_all(void) {
  const void *openblas = library_of("openblas_get_parallel");
  return library_of("cblas_dgemm") == openblas && library_of("dgemm_") == openblas;
}

static void ask(void) {
  enum { SEQUENTIAL, PTHREADS, OPENMP };
  (void)pthread_atfork(NULL, NULL, forget_parent);
  if (openblas_get_parallel == NULL || openblas_get_config == NULL || openblas_get_num_threads == NULL ||
      openblas_set_num_threads == NULL || !speaks_for_all()) {
    (void)snprintf(words, sizeof(words), "a BLAS that is not OpenBLAS: called by one thread at a time");
    return;
  }
  const int parallel = openblas_get_parallel();
  const char *config = openblas_get_config(); /* in memory of the library, written by each call */
  /* A build for OpenMP takes its number of threads from each calling thread, so it cannot be held to one for all. */
  is_openmp = parallel == OPENMP && omp_get_max_threads != NULL && omp_set_num_threads != NULL;
  is_shared = parallel == PTHREADS || (parallel == SEQUENTIAL && strstr(config, "USE_LOCKING") != NULL);
  (void)snprintf(words, sizeof(words), "%s: %s", config,
                 is_shared                ? "shared by threads, one thread a call"
                 : parallel == SEQUENTIAL ? "built without locks, so called by one thread at a time"
                                          : "built for OpenMP, so called by one thread at a time");
}

bool vtm_lapack_is_shared(void) {
  (void)pthread_once(&asked, ask);
  return is_shared;
}

const char *vtm_linear_algebra(void) {
  (void)pthread_once(&asked, ask);
  return words;
}

static void hold_to_one_thread(void) {
  host_threads = openblas_get_num_threads();
  if (is_openmp)
    host_openmp_threads = omp_get_max_threads(); /* of this thread, and it decides, whatever the first says */
  if (host_threads != 1 || !is_shared) openblas_set_num_threads(1);
}

/* A number other than 1 was set by the host meanwhile, and stays. */
static void give_back_threads(void) {
  if (host_threads != 1 && openblas_get_num_threads() == 1) openblas_set_num_threads(host_threads);
  if (is_openmp) omp_set_num_threads(host_openmp_threads);
}

void vtm_lapack_enter(void) {
  if (!vtm_lapack_is_shared()) (void)pthread_mutex_lock(&one_at_a_time);
  if (openblas_set_num_threads == NULL || openblas_get_num_threads == NULL) return;
  (void)pthread_mutex_lock(&counting);
  if (inside++ == 0) hold_to_one_thread();
  (void)pthread_mutex_unlock(&counting);
}

void vtm_lapack_leave(void) {
  if (openblas_set_num_threads != NULL && openblas_get_num_threads != NULL) {
    (void)pthread_mutex_lock(&counting);
    if (--inside == 0) give_back_threads();
    (void)pthread_mutex_unlock(&counting);
  }
  if (!is_shared) (void)pthread_mutex_unlock(&one_at_a_time);
}

void vtm_lapack_run(vtm_pool *pool, size_t count, vtm_task task, void *user) {
  if (vtm_lapack_is_shared())
    vtm_pool_run(pool, count, task, user);
  else
    for (size_t i = 0; i < count; i++) task(user, i, 0);
}

vtm_status vtm_lapack_fail(const char *routine, lapack_int code, vtm_error *error) {
  if (code == LAPACK_WORK_MEMORY_ERROR || code == LAPACK_TRANSPOSE_MEMORY_ERROR)
    return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory in LAPACK's %s", routine);
  return vtm_fail(error, VTM_ERROR_NUMERIC, "LAPACK's %s failed with code %d", routine, (int)code);
}
