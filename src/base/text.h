/* A growing piece of text. */
#ifndef VTM_BASE_TEXT_H
#define VTM_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/status.h"

/* Start with {0}. When memory runs out `failed` is set, later appends do nothing, and vtm_text_take
 * reports it: callers append freely and check once. */
typedef struct vtm_text {
  char *bytes;
  size_t length, capacity;
  bool failed;
} vtm_text;

void vtm_text_append(vtm_text *text, const char *piece);
void vtm_text_append_bytes(vtm_text *text, const void *bytes, size_t size);
void vtm_text_format(vtm_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Hands over the NUL-terminated string (free with free()) and resets *text. NULL with *error set on
 * earlier failure. */
char *vtm_text_take(vtm_text *text, vtm_error *error);
void vtm_text_free(vtm_text *text);

#endif
