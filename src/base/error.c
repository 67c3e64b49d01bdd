#define VTM_DEFINES_FAIL
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *vtm_status_name(vtm_status status) {
  switch (status) {
    case VTM_OK: return "ok";
    case VTM_ERROR_USAGE: return "wrong argument";
    case VTM_ERROR_NOT_FOUND: return "not found";
    case VTM_ERROR_IO: return "input/output error";
    case VTM_ERROR_FORMAT: return "malformed file";
    case VTM_ERROR_LIMIT: return "over a limit";
    case VTM_ERROR_MEMORY: return "out of memory";
    case VTM_ERROR_DATA: return "cannot be scored";
    case VTM_ERROR_NUMERIC: return "not a number";
    case VTM_ERROR_UNSUPPORTED: return "not supported";
    case VTM_ERROR_NETWORK: return "download failed";
    case VTM_ERROR_CANCELLED: return "cancelled";
    case VTM_ERROR_DEVICE: return "device failure";
  }
  return "unknown status";
}

vtm_status vtm_fail(vtm_error *error, vtm_status status, const char *format, ...) {
  if (error != NULL) {
    va_list arguments;
    va_start(arguments, format);
    error->status = status;
    /* A message may quote the one it replaces, so it is formatted aside. */
    char message[sizeof(error->message)];
    (void)vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    memcpy(error->message, message, strlen(message) + 1);
  }
  return status;
}

vtm_status vtm_fail_errno(vtm_error *error, int code, const char *path, const char *what) {
  char reason[128];
  const vtm_status status = code == ENOENT ? VTM_ERROR_NOT_FOUND : code == ENOMEM ? VTM_ERROR_MEMORY : VTM_ERROR_IO;
  return vtm_fail(error, status, "%s: cannot %s: %s", path, what, strerror_r(code, reason, sizeof(reason)));
}

vtm_status vtm_fail_memory(vtm_error *error, size_t bytes) {
  return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory: %zu bytes were needed", bytes);
}
