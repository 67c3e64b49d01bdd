/* Filling a vtm_error. */
#ifndef VTM_BASE_ERROR_H
#define VTM_BASE_ERROR_H

#include <stddef.h>

#include "vtonmetrics/status.h"

/* Sets *error (when not NULL) and returns `status`, so that a failing function ends with
 * `return vtm_fail(error, VTM_ERROR_FORMAT, "%s: ...", path);` */
vtm_status vtm_fail(vtm_error *error, vtm_status status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* "PATH: cannot WHAT: strerror(code)". ENOENT gives VTM_ERROR_NOT_FOUND, ENOMEM VTM_ERROR_MEMORY, all
 * else VTM_ERROR_IO. */
vtm_status vtm_fail_errno(vtm_error *error, int code, const char *path, const char *what);

vtm_status vtm_fail_memory(vtm_error *error, size_t bytes);

#if defined(__clang_analyzer__) && \
    !defined(VTM_DEFINES_FAIL) /* static analysis sees one file at a time, not that these never return VTM_OK */
#define vtm_fail(error, status, ...) (vtm_fail(error, status, __VA_ARGS__), (status))
#define vtm_fail_errno(error, code, path, what) (vtm_fail_errno(error, code, path, what), VTM_ERROR_IO)
#define vtm_fail_memory(error, bytes) (vtm_fail_memory(error, bytes), VTM_ERROR_MEMORY)
#endif

#endif
