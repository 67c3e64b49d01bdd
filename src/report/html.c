#include "report/html.h"

#include <stdint.h>
#include <string.h>

#include "report/plain_text.h"

static const char *escape_of(char c) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
  }
}

void vtm_html_text(vtm_text *html, const char *raw) {
  vtm_text printable = {0};
  vtm_append_printable(&printable, raw);
  html->failed = html->failed || printable.failed;
  const char *rest = printable.bytes != NULL ? printable.bytes : "";
  while (*rest != '\0') {
    const size_t plain = strcspn(rest, "&<>\"'");
    vtm_text_append_bytes(html, rest, plain);
    rest += plain;
    if (*rest != '\0') vtm_text_append(html, escape_of(*rest++));
  }
  vtm_text_free(&printable);
}

void vtm_html_data(vtm_text *html, const char *type, const void *bytes, size_t size) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const uint8_t *in = bytes;
  vtm_text_format(html, "data:%s;base64,", type);
  for (size_t i = 0; i < size; i += 3) {
    const size_t left = size - i;
    const unsigned three =
        (unsigned)in[i] << 16 | (left > 1 ? (unsigned)in[i + 1] << 8 : 0) | (left > 2 ? (unsigned)in[i + 2] : 0);
    const char four[] = {digits[three >> 18], digits[three >> 12 & 63], left > 1 ? digits[three >> 6 & 63] : '=',
                         left > 2 ? digits[three & 63] : '='};
    vtm_text_append_bytes(html, four, sizeof(four));
  }
}
