#define VTM_DEFINES_FAIL
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vtonmetrics/tools/text.h"

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

/* The start of a text that is too long, "..." and its end, which has the reason. */
static void shorten_middle(const char *text, size_t length, char *message, size_t size) {
  enum { START = 600 };
  static const char gap[] = "...";
  (void)vtm_printable(text, message, START);
  const size_t used = strlen(message) + strlen(gap);
  const char *end = text + length - (size - 1 - used);
  while (((unsigned char)*end & 0xc0) == 0x80) end++; /* a whole character */
  (void)snprintf(message + used - strlen(gap), size - used + strlen(gap), "%s%s", gap, end);
}

/* One line of UTF-8. Without memory for a long text its end is lost. */
static void write_message(const char *text, char *message, size_t size) {
  const size_t length = vtm_printable(text, message, size);
  char *whole = length >= size ? malloc(length + 1) : NULL;
  if (whole == NULL) return;
  (void)vtm_printable(text, whole, length + 1);
  shorten_middle(whole, length, message, size);
  free(whole);
}

vtm_status vtm_fail(vtm_error *error, vtm_status status, const char *format, ...) {
  if (error != NULL) {
    /* A message may quote the one it replaces, so it is formatted aside. */
    char aside[sizeof(error->message)];
    char *whole = NULL;
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(aside, sizeof(aside), format, arguments);
    va_end(arguments);
    va_start(arguments, format);
    if (length >= (int)sizeof(aside) && vasprintf(&whole, format, arguments) < 0) whole = NULL;
    va_end(arguments);
    error->status = status;
    write_message(whole != NULL ? whole : aside, error->message, sizeof(error->message));
    free(whole);
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
