#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

static bool reserve_text(vtm_text *text, size_t more) {
  if (!text->failed && !vtm_grow(&text->bytes, &text->capacity, text->length + more + 1, 1, NULL)) text->failed = true;
  return !text->failed;
}

void vtm_text_append_bytes(vtm_text *text, const void *bytes, size_t size) {
  if (!reserve_text(text, size)) return;
  if (size > 0) memcpy(text->bytes + text->length, bytes, size);
  text->length += size;
  text->bytes[text->length] = '\0';
}

void vtm_text_append(vtm_text *text, const char *piece) { vtm_text_append_bytes(text, piece, strlen(piece)); }

void vtm_text_format(vtm_text *text, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  va_list again;
  va_copy(again, arguments);
  const int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (length < 0) {
    text->failed = true;
  } else if (reserve_text(text, (size_t)length)) {
    (void)vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
    text->length += (size_t)length;
  }
  va_end(again);
}

char *vtm_text_take(vtm_text *text, vtm_error *error) {
  if (text->bytes == NULL) (void)reserve_text(text, 0);
  char *bytes = text->bytes;
  const bool failed = text->failed;
  if (failed || bytes == NULL) {
    free(bytes);
    bytes = NULL;
    (void)vtm_fail_memory(error, text->length);
  } else {
    bytes[text->length] = '\0';
  }
  *text = (vtm_text){0};
  return bytes;
}

void vtm_text_free(vtm_text *text) {
  free(text->bytes);
  *text = (vtm_text){0};
}
