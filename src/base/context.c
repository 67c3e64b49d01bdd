#include "base/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/processors.h"
#include "vtonmetrics/metric.h"

enum { MAX_THREADS = 1024 };

vtm_status vtm_context_create(const vtm_context_options *options, vtm_context **context_out, vtm_error *error) {
  static const vtm_context_options defaults = {.struct_size = sizeof(defaults)};
  if (options == NULL) options = &defaults;
  *context_out = NULL;
  if (options->struct_size != sizeof(*options))
    return vtm_fail(error, VTM_ERROR_USAGE, "vtm_context_options: struct_size is %zu, this library has %zu",
                    options->struct_size, sizeof(*options));
  if (options->threads < 0 || options->threads > MAX_THREADS)
    return vtm_fail(error, VTM_ERROR_USAGE, "threads: %d is outside 1 .. %d (0 in the API: all cores)",
                    options->threads, MAX_THREADS);
  vtm_context *context = vtm_allocate(1, sizeof(*context), error);
  if (context == NULL) return VTM_ERROR_MEMORY;
  context->log = options->log;
  context->progress = options->progress;
  context->user = options->user;
  vtm_status status = vtm_device_choose(options->device, &context->choice, error);
  if (status == VTM_OK) status = vtm_cpu_features(options->cpu_mask, &context->cpu_features, error);
  const int threads = options->threads ? options->threads : vtm_usable_processors();
  if (status == VTM_OK)
    status = vtm_pool_create(threads + context->choice.count * VTM_LANES_A_DEVICE, &context->pool, error);
  if (status != VTM_OK) {
    vtm_context_destroy(context);
    return status;
  }
  const bool processor = context->choice.module == NULL;
  const char *instructions = vtm_cpu_name(context->cpu_features);
  (void)snprintf(context->device, sizeof(context->device), "%s%s", processor ? "cpu " : "",
                 processor ? instructions : context->choice.name);
  (void)snprintf(context->digits, sizeof(context->digits), "%s%s", processor ? "cpu " : "",
                 processor ? instructions : context->choice.kind);
  if (context->choice.reason[0] != '\0')
    vtm_log(context, VTM_LOG_INFO, "computing on the processor: %s", context->choice.reason);
  *context_out = context;
  return VTM_OK;
}

void vtm_context_destroy(vtm_context *context) {
  if (context == NULL) return;
  vtm_pool_destroy(context->pool);
  vtm_context_clear_broken(context);
  free(context->broken_files);
  free(context);
}

void vtm_context_cancel(vtm_context *context) {
  atomic_store_explicit(&context->cancelled, true, memory_order_relaxed);
}

bool vtm_is_cancelled(const vtm_context *context) {
  return atomic_load_explicit(&context->cancelled, memory_order_relaxed);
}

vtm_status vtm_fail_cancelled(vtm_error *error) { return vtm_fail(error, VTM_ERROR_CANCELLED, "interrupted"); }

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

void vtm_context_add_broken(vtm_context *context, const char *message) {
  char *copy = vtm_copy_text(message, NULL);
  if (copy == NULL || !vtm_grow(&context->broken_files, &context->broken_capacity, context->broken_count + 1,
                                sizeof(*context->broken_files), NULL)) {
    free(copy); /* the run fails anyway; this only shortens its list */
    return;
  }
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
