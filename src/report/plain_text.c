#include "report/plain_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "vtonmetrics/tools/text.h"

#define PLAIN "\033[0m"

void vtm_append_printable(vtm_text *text, const char *piece) {
  const size_t size = vtm_printable(piece, NULL, 0) + 1;
  char *copy = vtm_allocate(size, 1, NULL);
  if (copy == NULL) {
    text->failed = true;
    return;
  }
  (void)vtm_printable(piece, copy, size);
  vtm_text_append(text, copy);
  free(copy);
}

/* One for each character of UTF-8. */
size_t vtm_text_width(const char *text) {
  size_t width = 0;
  for (; *text != '\0'; text++) width += ((unsigned char)*text & 0xc0) != 0x80;
  return width;
}

void vtm_append_spaces(vtm_text *text, size_t count) {
  for (size_t i = 0; i < count; i++) vtm_text_append(text, " ");
}

void vtm_append_cell(vtm_text *text, const char *cell, size_t width, bool left, const char *color) {
  vtm_text piece = {0};
  vtm_append_printable(&piece, cell);
  char *safe = vtm_text_take(&piece, NULL);
  if (safe == NULL) {
    text->failed = true;
    return;
  }
  const size_t used = vtm_text_width(safe);
  if (!left && used < width) vtm_append_spaces(text, width - used);
  vtm_text_format(text, "%s%s%s", color, safe, *color != '\0' ? PLAIN : "");
  if (left && used < width) vtm_append_spaces(text, width - used);
  vtm_text piece_again = {.bytes = safe};
  vtm_text_free(&piece_again);
}

void vtm_append_remark(vtm_text *text, const char *kind, const char *color, const char *subject, const char *remark) {
  vtm_text_format(text, "%s%s%s: ", color, kind, *color != '\0' ? PLAIN : "");
  if (subject != NULL) {
    vtm_append_printable(text, subject);
    vtm_text_append(text, ": ");
  }
  vtm_append_printable(text, remark);
  vtm_text_append(text, "\n");
}

bool vtm_is_told_briefly(const char *fingerprint_line) {
  static const char *const told[] = {"weights", "resize", "precision", "device"};
  for (size_t i = 0; i < sizeof(told) / sizeof(*told); i++)
    if (strcmp(told[i], fingerprint_line) == 0) return true;
  return false;
}
