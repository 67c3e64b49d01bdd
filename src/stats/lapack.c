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

/* Of the process, as the library below is: two contexts of one program meet in the same scratch memory. */
static pthread_once_t asked = PTHREAD_ONCE_INIT;
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static bool is_shared;
static char words[512];

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
  if (openblas_get_parallel == NULL || openblas_get_config == NULL || openblas_get_num_threads == NULL ||
      openblas_set_num_threads == NULL || !speaks_for_all()) {
    (void)snprintf(words, sizeof(words), "a BLAS that is not OpenBLAS: called by one thread at a time");
    return;
  }
  const int parallel = openblas_get_parallel();
  const char *config = openblas_get_config(); /* in memory of the library, written by each call */
  /* A build for OpenMP takes its number of threads from each calling thread, so it cannot be held to one for all. */
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

void vtm_lapack_enter(void) {
  if (!vtm_lapack_is_shared()) (void)pthread_mutex_lock(&one_at_a_time);
  if (openblas_set_num_threads == NULL) return;
  /* A build for OpenMP keeps this number for each calling thread, whatever it says. */
  if (!is_shared || openblas_get_num_threads() != 1) openblas_set_num_threads(1);
}

void vtm_lapack_leave(void) {
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
