#include "base/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "vtonmetrics/metric.h"
#include "vtonmetrics/tools/text.h"

void vtm_context_destroy(vtm_context *context) {
  if (context == NULL) return;
  vtm_pool_destroy(context->pool);
  vtm_context_clear_broken(context);
  free(context->broken_files);
  free(context->choice);
  free(context);
}

void vtm_context_cancel(vtm_context *context) {
  atomic_store_explicit(&context->cancelled, true, memory_order_relaxed);
}

bool vtm_is_cancelled(const vtm_context *context) {
  return atomic_load_explicit(&context->cancelled, memory_order_relaxed);
}

vtm_status vtm_fail_cancelled(vtm_error *error) { return vtm_fail(error, VTM_ERROR_CANCELLED, "interrupted"); }

vtm_status vtm_context_check_process(const vtm_context *context, vtm_error *error) {
  if (vtm_pool_is_of_this_process(context->pool)) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_USAGE,
                  "this context was made before fork(), and its threads are in the parent process: create a new one in "
                  "this process");
}

int vtm_context_threads(const vtm_context *context) { return vtm_pool_threads(context->pool); }

const char *vtm_context_device(const vtm_context *context) { return context->device; }

void vtm_log(vtm_context *context, vtm_log_level level, const char *format, ...) {
  if (context->log == NULL) return;
  char message[2048];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(message, sizeof(message), format, arguments);
  va_end(arguments);
  context->log(context->user, level, message);
}

void vtm_report_progress(vtm_context *context, const char *stage, size_t done, size_t total) {
  const vtm_progress progress = {.stage = stage, .done = done, .total = total};
  if (context->progress != NULL) context->progress(context->user, &progress);
}

bool vtm_ask(vtm_context *context, const char *question) {
  return context->ask != NULL && context->ask(context->user, question);
}

void vtm_context_add_broken(vtm_context *context, const char *message) {
  const size_t size = vtm_printable(message, NULL, 0) + 1;
  char *copy = vtm_allocate(size, 1, NULL);
  if (copy == NULL || !vtm_grow(&context->broken_files, &context->broken_capacity, context->broken_count + 1,
                                sizeof(*context->broken_files), NULL)) {
    free(copy); /* the run fails anyway; this only shortens its list */
    return;
  }
  (void)vtm_printable(message, copy, size);
  context->broken_files[context->broken_count++] = copy;
}

void vtm_context_clear_broken(vtm_context *context) {
  for (size_t i = 0; i < context->broken_count; i++) free(context->broken_files[i]);
  context->broken_count = 0;
}

const char *const *vtm_context_broken_files(const vtm_context *context, size_t *count) {
  *count = context->broken_count;
  return (const char *const *)context->broken_files;
}
