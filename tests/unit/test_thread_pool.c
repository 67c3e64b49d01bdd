/* The thread pool runs each task exactly once, whatever the number of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/thread_pool.h"

enum { TASKS = 1000 };

static void count(void *user, size_t task, int thread) {
  (void)thread;
  atomic_int *counts = user;
  atomic_fetch_add(&counts[task], 1);
}

static void test_each_task_once(void **state) {
  (void)state;
  const int thread_counts[] = {1, 2, 3, 7};
  for (size_t t = 0; t < sizeof(thread_counts) / sizeof(*thread_counts); t++) {
    vtm_pool *pool = NULL;
    vtm_error error = {0};
    assert_int_equal(vtm_pool_create(thread_counts[t], &pool, &error), VTM_OK);
    atomic_int *counts = calloc(TASKS, sizeof(*counts));
    assert_non_null(counts);
    for (int round = 1; round <= 3; round++) {
      vtm_pool_run(pool, TASKS, count, counts);
      for (int i = 0; i < TASKS; i++) assert_int_equal(atomic_load(&counts[i]), round);
    }
    vtm_pool_run(pool, 0, count, counts);
    free(counts);
    vtm_pool_destroy(pool);
  }
}

typedef struct nest {
  vtm_pool *pool;
  atomic_int *counts;
} nest;

static void run_inner(void *user, size_t task, int thread) {
  const nest *outer = user;
  (void)task;
  (void)thread;
  assert_true(vtm_pool_is_running(outer->pool));
  vtm_pool_run(outer->pool, TASKS, count, outer->counts);
}

/* A task that needs the pool gets its work done, whatever the other threads wait for. */
static void test_within_a_task(void **state) {
  (void)state;
  atomic_int *counts = calloc(TASKS, sizeof(*counts));
  nest outer = {.counts = counts};
  assert_int_equal(vtm_pool_create(3, &outer.pool, NULL), VTM_OK);
  assert_false(vtm_pool_is_running(outer.pool));
  vtm_pool_run(outer.pool, 5, run_inner, &outer);
  for (int i = 0; i < TASKS; i++) assert_int_equal(atomic_load(&counts[i]), 5);
  assert_false(vtm_pool_is_running(outer.pool));
  vtm_pool_destroy(outer.pool);
  free(counts);
}

static void test_no_threads_is_refused(void **state) {
  (void)state;
  vtm_pool *pool = NULL;
  vtm_error error = {0};
  assert_int_equal(vtm_pool_create(0, &pool, &error), VTM_ERROR_USAGE);
  assert_null(pool);
}

/* The workers are the parent's: whoever runs tasks all the same is slow, and does not wait for ever. */
static void test_child_after_fork(void **state) {
  (void)state;
  vtm_pool *pool = NULL;
  assert_int_equal(vtm_pool_create(3, &pool, NULL), VTM_OK);
  assert_true(vtm_pool_is_of_this_process(pool));
  const pid_t child = fork();
  if (child == 0) {
    static atomic_int counts[TASKS];
    (void)alarm(60);
    if (vtm_pool_is_of_this_process(pool)) _exit(1);
    vtm_pool_run(pool, TASKS, count, counts);
    for (size_t i = 0; i < TASKS; i++)
      if (atomic_load(&counts[i]) != 1) _exit(2);
    vtm_pool_destroy(pool);
    _exit(0);
  }
  int end = -1;
  assert_int_equal(waitpid(child, &end, 0), child);
  assert_int_equal(end, 0);
  vtm_pool_destroy(pool);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_each_task_once),
      cmocka_unit_test(test_within_a_task),
      cmocka_unit_test(test_no_threads_is_refused),
      cmocka_unit_test(test_child_after_fork),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
