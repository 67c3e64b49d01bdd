#include "base/thread_pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"

typedef struct worker {
  struct vtm_pool *pool;
  pthread_t thread;
  int index;
} worker;

struct vtm_pool {
  pid_t process;
  int threads, started;
  worker *workers;
  pthread_mutex_t lock;
  pthread_cond_t work, idle;
  unsigned long round; /* counts vtm_pool_run calls; a change wakes the workers */
  int busy;
  bool running; /* vtm_pool_run */
  bool stop;
  vtm_task task;
  void *user;
  size_t count;
  atomic_size_t next;
};

static void run_tasks(vtm_pool *pool, int thread) {
  for (;;) {
    const size_t task = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
    if (task >= pool->count) return;
    pool->task(pool->user, task, thread);
  }
}

static void *run_worker(void *argument) {
  const worker *self = argument;
  vtm_pool *pool = self->pool;
  unsigned long seen = 0;
  (void)pthread_mutex_lock(&pool->lock);
  for (;;) {
    while (!pool->stop && pool->round == seen) (void)pthread_cond_wait(&pool->work, &pool->lock);
    if (pool->stop) break;
    seen = pool->round;
    (void)pthread_mutex_unlock(&pool->lock);
    run_tasks(pool, self->index);
    (void)pthread_mutex_lock(&pool->lock);
    if (--pool->busy == 0) (void)pthread_cond_signal(&pool->idle);
  }
  (void)pthread_mutex_unlock(&pool->lock);
  return NULL;
}

vtm_status vtm_pool_create(int threads, vtm_pool **pool_out, vtm_error *error) {
  *pool_out = NULL;
  if (threads < 1) return vtm_fail(error, VTM_ERROR_USAGE, "threads: %d, at least 1 is needed", threads);
  vtm_pool *pool = vtm_allocate(1, sizeof(*pool), error);
  if (pool == NULL) return VTM_ERROR_MEMORY;
  pool->process = getpid();
  pool->threads = threads;
  (void)pthread_mutex_init(&pool->lock, NULL);
  (void)pthread_cond_init(&pool->work, NULL);
  (void)pthread_cond_init(&pool->idle, NULL);
  pool->workers = vtm_allocate((size_t)threads, sizeof(*pool->workers), error);
  if (pool->workers == NULL) {
    vtm_pool_destroy(pool);
    return VTM_ERROR_MEMORY;
  }
  for (int i = 1; i < threads; i++) {
    pool->workers[i] = (worker){.pool = pool, .index = i};
    const int code = pthread_create(&pool->workers[i].thread, NULL, run_worker, &pool->workers[i]);
    if (code != 0) {
      vtm_pool_destroy(pool);
      return vtm_fail(error, VTM_ERROR_MEMORY, "cannot start thread %d of %d: try a smaller --threads", i + 1, threads);
    }
    pool->started++;
  }
  *pool_out = pool;
  return VTM_OK;
}

bool vtm_pool_is_of_this_process(const vtm_pool *pool) { return pool->process == getpid(); }

/* Whatever a thread was doing at fork(), it left locks in the child as they were: they are not touched there. */
static void end_workers(vtm_pool *pool) {
  (void)pthread_mutex_lock(&pool->lock);
  pool->stop = true;
  (void)pthread_cond_broadcast(&pool->work);
  (void)pthread_mutex_unlock(&pool->lock);
  for (int i = 1; i <= pool->started; i++) (void)pthread_join(pool->workers[i].thread, NULL);
  (void)pthread_cond_destroy(&pool->idle);
  (void)pthread_cond_destroy(&pool->work);
  (void)pthread_mutex_destroy(&pool->lock);
}

void vtm_pool_destroy(vtm_pool *pool) {
  if (pool == NULL) return;
  if (vtm_pool_is_of_this_process(pool)) end_workers(pool);
  free(pool->workers);
  free(pool);
}

int vtm_pool_threads(const vtm_pool *pool) { return pool->threads; }

bool vtm_pool_is_running(vtm_pool *pool) {
  (void)pthread_mutex_lock(&pool->lock);
  const bool running = pool->running;
  (void)pthread_mutex_unlock(&pool->lock);
  return running;
}

static void run_alone(size_t count, vtm_task task, void *user) {
  for (size_t i = 0; i < count; i++) task(user, i, 0);
}

void vtm_pool_run(vtm_pool *pool, size_t count, vtm_task task, void *user) {
  if (count == 0) return;
  if (!vtm_pool_is_of_this_process(pool)) {
    run_alone(count, task, user);
    return;
  }
  (void)pthread_mutex_lock(&pool->lock);
  if (pool->running) { /* the workers may be waiting for this very task */
    (void)pthread_mutex_unlock(&pool->lock);
    run_alone(count, task, user);
    return;
  }
  pool->running = true;
  pool->task = task;
  pool->user = user;
  pool->count = count;
  atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
  pool->busy = pool->started;
  pool->round++;
  (void)pthread_cond_broadcast(&pool->work);
  (void)pthread_mutex_unlock(&pool->lock);
  run_tasks(pool, 0);
  (void)pthread_mutex_lock(&pool->lock);
  while (pool->busy > 0) (void)pthread_cond_wait(&pool->idle, &pool->lock);
  pool->running = false;
  (void)pthread_mutex_unlock(&pool->lock);
}
