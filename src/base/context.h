/* The members of a context, and what the library does with it. */
#ifndef VTM_BASE_CONTEXT_H
#define VTM_BASE_CONTEXT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/thread_pool.h"
#include "vtonmetrics/context.h"

struct vtm_context {
  vtm_pool *pool;
  unsigned cpu_features;            /* vtm_cpu_feature bits that may be used */
  struct vtm_device_choice *choice; /* of backend/device.h; free() */
  char device[256];
  char digits[192]; /* the properties of the device that decide digits, for the keys of the store */
  vtm_log_function log;
  vtm_progress_function progress;
  vtm_ask_function ask;
  void *user;
  atomic_bool cancelled;
  char **broken_files; /* see vtm_context_broken_files */
  size_t broken_count, broken_capacity;
};

void vtm_log(vtm_context *context, vtm_log_level level, const char *format, ...) __attribute__((format(printf, 3, 4)));
void vtm_report_progress(vtm_context *context, const char *stage, size_t done, size_t total);
bool vtm_ask(vtm_context *context, const char *question);
bool vtm_is_cancelled(const vtm_context *context);
/* VTM_ERROR_USAGE in a child after fork(), where the context's threads are not. Every public function that begins work
 * with a context asks this first. */
vtm_status vtm_context_check_process(const vtm_context *context, vtm_error *error);
/* For functions that stop because vtm_is_cancelled. */
vtm_status vtm_fail_cancelled(vtm_error *error);
void vtm_context_add_broken(vtm_context *context, const char *message);
void vtm_context_clear_broken(vtm_context *context);

#endif
