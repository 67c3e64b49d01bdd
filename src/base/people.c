#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/smaller.h"
#include "vtonmetrics/tools/text.h"

enum { LONGEST_NAME = 128 };

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

static char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter; }

size_t vtm_edit_distance(const char *a, const char *b) {
  const size_t rows = strlen(a);
  const size_t columns = strlen(b);
  if (rows > LONGEST_NAME || columns > LONGEST_NAME) return rows > columns ? rows : columns;
  size_t before[LONGEST_NAME + 1] = {0};
  size_t above[LONGEST_NAME + 1];
  size_t current[LONGEST_NAME + 1];
  for (size_t j = 0; j <= columns; j++) above[j] = j;
  for (size_t i = 1; i <= rows; i++) {
    current[0] = i;
    for (size_t j = 1; j <= columns; j++) {
      const size_t replaced = above[j - 1] + (lower(a[i - 1]) != lower(b[j - 1]));
      current[j] = vtm_smaller(replaced, vtm_smaller(above[j], current[j - 1]) + 1);
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
        current[j] = vtm_smaller(current[j], before[j - 2] + 1);
    }
    memcpy(before, above, sizeof(before));
    memcpy(above, current, sizeof(above));
  }
  return above[columns];
}

const char *vtm_nearest_name(const char *given, const char *const *names, size_t count) {
  const size_t length = strlen(given);
  size_t best = length / 3 + 1; /* one slip in three letters may be a slip; more is another word */
  size_t nearest = count;
  for (size_t i = 0; i < count; i++) {
    const size_t distance = vtm_edit_distance(given, names[i]);
    if (distance <= best && (nearest == count || distance < best) && distance < length) {
      best = distance;
      nearest = i;
    }
  }
  if (nearest < count) return names[nearest];
  for (size_t i = 0; i < count; i++)
    if (length >= 3 && strncmp(given, names[i], length) == 0) return names[i]; /* a beginning: --prot */
  return NULL;
}
