/* The context: how and where to compute, and the callbacks that hear of it.
 *
 * While a network computes, its threads take denormal numbers (below 1.2e-38) for zero. The calling thread is one of
 * them: its floating-point mode is as it was before whenever a callback is called, and when the call returns. */
#ifndef VTONMETRICS_CONTEXT_H
#define VTONMETRICS_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vtonmetrics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vtm_context vtm_context;

typedef enum vtm_log_level { VTM_LOG_WARNING = 0, VTM_LOG_INFO = 1, VTM_LOG_DEBUG = 2 } vtm_log_level;

/* Called from the thread that called the library, never from a worker. `message` is one line without
 * newline and is valid during the call only. */
typedef void (*vtm_log_function)(void *user, vtm_log_level level, const char *message);

typedef struct vtm_progress {
  const char *stage; /* what is going on, for example "LADI"; valid during the call only */
  size_t done;       /* images (or bytes, for downloads) finished */
  size_t total;      /* 0 when unknown */
} vtm_progress;

/* Called from the thread that called the library, after each batch. */
typedef void (*vtm_progress_function)(void *user, const vtm_progress *progress);

/* Asks the user for consent before something that takes time, network or disk, such as a download of weights.
 * `question` is one line that ends in a question mark, valid during the call only. Returns true for yes. Called from
 * the thread that called the library. */
typedef bool (*vtm_ask_function)(void *user, const char *question);

typedef struct vtm_context_options {
  size_t struct_size;   /* sizeof(vtm_context_options), as in all structs that a caller fills in: docs/api.md */
  int threads;          /* 0: one for each processor that affinity mask and cgroup quota leave */
  const char *device;   /* NULL or "auto", "cpu", "cuda" (the first usable GPU), "cuda:N", "cuda:N,M" */
  const char *cpu_mask; /* NULL, or instruction sets not to use, for example "amx" or "avx512,avx2" */
  vtm_log_function log; /* may be NULL */
  vtm_progress_function progress; /* may be NULL */
  void *user;                     /* handed to all callbacks */
  vtm_ask_function ask;           /* may be NULL: every answer is no */
} vtm_context_options;

/* `options` may be NULL: all defaults. On success the caller owns *context. A context is used by one
 * thread at a time; different contexts are independent. In a child process after fork() it can only be destroyed: its
 * threads are the parent's, and every call that would begin work with it is VTM_ERROR_USAGE. fork() is safe only while
 * no other thread is inside a call of this library, or where the child only calls exec: docs/api.md. */
VTM_API vtm_status vtm_context_create(const vtm_context_options *options, vtm_context **context, vtm_error *error);
VTM_API void vtm_context_destroy(vtm_context *context); /* NULL is allowed */

/* Ends the running call with VTM_ERROR_CANCELLED well within a second. Async-signal-safe; may be
 * called from any thread or signal handler. The context stays cancelled. */
VTM_API void vtm_context_cancel(vtm_context *context);

/* The number of threads: those that were asked for, and two more for each GPU, which mostly wait for it. */
VTM_API int vtm_context_threads(const vtm_context *context);

/* The device in use, for example "cpu avx512" with its instruction set, or "cuda:0 NVIDIA L4, compute capability 8.9";
 * lives as long as the context. */
VTM_API const char *vtm_context_device(const vtm_context *context);

#ifdef __cplusplus
}
#endif
#endif
