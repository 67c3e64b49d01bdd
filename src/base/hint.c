#include "base/hint.h"

#include <stdio.h>
#include <string.h>

#include "base/smaller.h"
#include "vtonmetrics/tools/text.h"

enum { LONGEST_NAME = 128 };

static char ascii_lower(char letter) { return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter; }

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
      const size_t replaced = above[j - 1] + (ascii_lower(a[i - 1]) != ascii_lower(b[j - 1]));
      current[j] = vtm_smaller(replaced, vtm_smaller(above[j], current[j - 1]) + 1);
      if (i > 1 && j > 1 && ascii_lower(a[i - 1]) == ascii_lower(b[j - 2]) &&
          ascii_lower(a[i - 2]) == ascii_lower(b[j - 1]))
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

void vtm_hint_nearest(const char *given, const char *const *names, size_t count, char *hint, size_t size) {
  const char *nearest = vtm_nearest_name(given, names, count);
  hint[0] = '\0';
  if (nearest != NULL) (void)snprintf(hint, size, " (did you mean '%s'?)", nearest);
}
