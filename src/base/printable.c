#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "vtonmetrics/tools/text.h"

/* Bytes of the well-formed UTF-8 character at `text` (RFC 3629), 0 when there is none. */
static size_t utf8_length(const unsigned char *text) {
  const unsigned char lead = text[0];
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xc2 && lead < 0xe0   ? 2
                        : (lead & 0xf0) == 0xe0       ? 3
                        : lead >= 0xf0 && lead < 0xf5 ? 4
                                                      : 0;
  for (size_t i = 1; i < length; i++)
    if ((text[i] & 0xc0) != 0x80) return 0;
  if (lead == 0xe0 && text[1] < 0xa0) return 0;                                       /* overlong */
  if (lead == 0xed && text[1] > 0x9f) return 0;                                       /* surrogates */
  if ((lead == 0xf0 && text[1] < 0x90) || (lead == 0xf4 && text[1] > 0x8f)) return 0; /* range */
  return length;
}

static bool is_control(const unsigned char *text, size_t length) {
  if (length == 1) return text[0] < 0x20 || text[0] == 0x7f;
  return length == 2 && text[0] == 0xc2 && text[1] < 0xa0; /* C1, which terminals obey too */
}

size_t vtm_printable(const char *text, char *buffer, size_t size) {
  const unsigned char *rest = (const unsigned char *)text;
  size_t total = 0;
  bool full = size == 0;
  while (*rest != '\0') {
    char piece[8];
    size_t consumed = utf8_length(rest);
    size_t length = consumed;
    if (consumed == 0 || is_control(rest, consumed)) {
      consumed = 1;
      const char *known = memchr("\n\t\r", *rest, 3);
      length = known != NULL ? (size_t)snprintf(piece, sizeof(piece), "\\%c", "ntr"[strcspn("\n\t\r", known)])
                             : (size_t)snprintf(piece, sizeof(piece), "\\x%02x", *rest);
    } else {
      memcpy(piece, rest, consumed);
    }
    if (total + length >= size) full = true; /* never half a character */
    if (!full) memcpy(buffer + total, piece, length);
    if (!full) buffer[total + length] = '\0';
    total += length;
    rest += consumed;
  }
  if (total == 0 && size > 0) buffer[0] = '\0';
  return total;
}

bool vtm_is_utf8(const char *text) {
  const unsigned char *rest = (const unsigned char *)text;
  for (size_t length = 0; *rest != '\0'; rest += length)
    if ((length = utf8_length(rest)) == 0) return false;
  return true;
}
