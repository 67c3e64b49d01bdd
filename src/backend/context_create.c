/* A context chooses the device that computes, so it is made here; all else about it is in base/context.c. */
#include <stdio.h>

#include "backend/device.h"
#include "base/caller_struct.h"
#include "base/context.h"
#include "base/cpu.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/processors.h"

enum { MAX_THREADS = 1024 };

vtm_status vtm_context_create(const vtm_context_options *given, vtm_context **context_out, vtm_error *error) {
  vtm_context_options options;
  *context_out = NULL;
  vtm_status status = vtm_copy_caller_struct(&options, sizeof(options), given, "vtm_context_options", error);
  if (status != VTM_OK) return status;
  if (options.threads < 0 || options.threads > MAX_THREADS)
    return vtm_fail(error, VTM_ERROR_USAGE, "threads: %d is outside 1 .. %d (0 in the API: all cores)", options.threads,
                    MAX_THREADS);
  vtm_hash_prepare();
  vtm_context *context = vtm_allocate(1, sizeof(*context), error);
  if (context == NULL) return VTM_ERROR_MEMORY;
  context->log = options.log;
  context->progress = options.progress;
  context->ask = options.ask;
  context->user = options.user;
  context->choice = vtm_allocate(1, sizeof(*context->choice), error);
  status = context->choice != NULL ? vtm_device_choose(options.device, context->choice, error) : VTM_ERROR_MEMORY;
  if (status == VTM_OK) status = vtm_cpu_features(options.cpu_mask, &context->cpu_features, error);
  const int threads = options.threads ? options.threads : vtm_usable_processors();
  if (status == VTM_OK)
    status = vtm_pool_create(threads + context->choice->count * VTM_STREAMS_A_DEVICE, &context->pool, error);
  if (status != VTM_OK) {
    vtm_context_destroy(context);
    return status;
  }
  const bool processor = context->choice->module == NULL;
  const char *instructions = vtm_cpu_name(context->cpu_features);
  (void)snprintf(context->device, sizeof(context->device), "%s%s", processor ? "cpu " : "",
                 processor ? instructions : context->choice->name);
  (void)snprintf(context->digits, sizeof(context->digits), "%s%s", processor ? "cpu " : "",
                 processor ? instructions : context->choice->kind);
  if (context->choice->reason[0] != '\0')
    vtm_log(context, VTM_LOG_INFO, "computing on the processor: %s", context->choice->reason);
  *context_out = context;
  return VTM_OK;
}
