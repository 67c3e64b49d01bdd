/* A fixed set of threads that share out numbered tasks. */
#ifndef VTM_BASE_THREAD_POOL_H
#define VTM_BASE_THREAD_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/status.h"

typedef struct vtm_pool vtm_pool;

/* `thread` is 0 .. threads-1, so that each thread can have scratch memory of its own. */
typedef void (*vtm_task)(void *user, size_t task, int thread);

/* threads - 1 workers are started: the caller of vtm_pool_run is thread 0. */
vtm_status vtm_pool_create(int threads, vtm_pool **pool, vtm_error *error);
/* NULL is allowed. After fork() the child only gives the memory back: the workers are the parent's. */
void vtm_pool_destroy(vtm_pool *pool);
bool vtm_pool_is_of_this_process(const vtm_pool *pool); /* false after fork(), in the child */
int vtm_pool_threads(const vtm_pool *pool);
bool vtm_pool_is_running(vtm_pool *pool); /* asked by a task: yes */

/* Runs tasks 0 .. count-1, each once, in rising order of start, and returns when all have ended. Which
 * thread runs a task is not determined: results must not depend on it. A task that calls it runs the inner tasks by
 * itself, and so does the child after fork(), which has no other thread. */
void vtm_pool_run(vtm_pool *pool, size_t count, vtm_task task, void *user);

#endif
