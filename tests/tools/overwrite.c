/* overwrite FILE BYTES FIRST [STEP]: writes BYTES (hexadecimal, such as a5a5) at offset FIRST, and with STEP at every
 * STEP-th byte behind it as long as they fit into the file, which stays as long as it is. For tests that damage files.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 64 };

static int give_up(const char *what) {
  (void)fprintf(stderr, "overwrite: %s\n", what);
  return 1;
}

/* Their number; 0 for what is no hexadecimal text. */
static size_t read_bytes(const char *text, unsigned char bytes[MOST_BYTES]) {
  const size_t count = strlen(text) / 2;
  if (count > MOST_BYTES || strlen(text) % 2 != 0) return 0;
  for (size_t i = 0; i < count; i++) {
    const char digits[3] = {text[2 * i], text[2 * i + 1], '\0'};
    char *end = NULL;
    bytes[i] = (unsigned char)strtoul(digits, &end, 16);
    if (*end != '\0') return 0;
  }
  return count;
}

int main(int count, char **arguments) {
  unsigned char bytes[MOST_BYTES];
  if (count < 4 || count > 5) return give_up("FILE BYTES FIRST [STEP]");
  const size_t length = read_bytes(arguments[2], bytes);
  const long first = strtol(arguments[3], NULL, 10);
  const long step = count > 4 ? strtol(arguments[4], NULL, 10) : 0;
  FILE *file = fopen(arguments[1], "r+b");
  if (length == 0 || first < 0 || step < 0)
    return give_up("BYTES are pairs of hexadecimal digits, FIRST and STEP offsets");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) return give_up("the file cannot be opened");
  const long last = ftell(file) - (long)length;
  if (first > last) return give_up("the file is shorter than that");
  for (long at = first; at <= last; at += step) {
    if (fseek(file, at, SEEK_SET) != 0 || fwrite(bytes, 1, length, file) != length) return give_up("cannot write");
    if (step == 0) break;
  }
  return fclose(file) == 0 ? 0 : give_up("cannot write");
}
