/* Odd and damaged pictures (scripts/golden/corpus.py makes them and says how a line of corpus.txt is read): each has
 * the pixels that Pillow shows, or is refused, or differs in the way that the table says. With the name of a table as
 * its argument the program prints what becomes of each picture of it. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/hash.h"
#include "vtonmetrics/image.h"

#define GOLDEN TESTS_DIR "/golden/"

enum { FIELDS = 5, NAME = 0, BASE = 1, HOW = 2, PILLOW = 3, OURS = 4, REASONS = 32, VERDICT = 128 };

typedef struct reason {
  char *word, *says;
} reason;

/* Splits `text` at `separator`, in place. */
static size_t split(char *text, char separator, char **fields, size_t most) {
  size_t count = 0;
  while (text != NULL && count < most) {
    fields[count++] = text;
    text = strchr(text, separator);
    if (text != NULL) *text++ = '\0';
  }
  return count;
}

static uint8_t *load(const char *name, size_t *size) {
  char path[512];
  uint8_t *bytes = NULL;
  (void)snprintf(path, sizeof(path), GOLDEN "pixels/%s", name);
  assert_int_equal(vtm_file_read(path, UINT64_MAX, &bytes, size, NULL), VTM_OK);
  return bytes;
}

static size_t hexadecimal(const char *text, uint8_t *out) {
  size_t count = 0;
  for (unsigned byte; sscanf(text, "%2x", &byte) == 1; text += 2) out[count++] = (uint8_t)byte;
  return count;
}

/* The picture that the pieces in `how` make of `base`; they are cut up. */
static uint8_t *assemble(const char *base, char *how, size_t *size) {
  size_t base_size = 0;
  uint8_t *whole = load(base, &base_size);
  uint8_t *out = malloc(strlen(how) + 1);
  *size = 0;
  for (char *piece = strtok(how, " "); piece != NULL; piece = strtok(NULL, " ")) {
    size_t from = 0, count = 0;
    out = realloc(out, *size + base_size + strlen(piece));
    assert_non_null(out);
    if (sscanf(piece, "%zu+%zu", &from, &count) == 2) {
      assert_true(from <= base_size && count <= base_size - from);
      memcpy(out + *size, whole + from, count);
      *size += count;
    } else if (strcmp(piece, "-") != 0) {
      *size += hexadecimal(piece, out + *size);
    }
  }
  free(whole);
  return out;
}

/* "pixels WIDTHxHEIGHT:SHA", or the message. */
static void judge(const char *name, const char *base, char *how, vtm_error *error, char verdict[VERDICT]) {
  size_t size = 0;
  vtm_image image;
  uint8_t *bytes = assemble(base, how, &size);
  *error = (vtm_error){0};
  verdict[0] = '\0';
  if (vtm_image_decode(bytes, size, name, NULL, &image, error) == VTM_OK) {
    char digest[VTM_SHA256_TEXT];
    assert_int_equal(vtm_sha256_bytes(image.pixels, (size_t)image.width * (size_t)image.height * 3, digest, NULL),
                     VTM_OK);
    (void)snprintf(verdict, VERDICT, "%dx%d:%s", image.width, image.height, digest);
  }
  vtm_image_clear(&image);
  free(bytes);
}

static bool is_unread_here(const char *base) {
  const char *formats = vtm_image_formats();
  return (strstr(base, "webp") != NULL && strstr(formats, "WebP") == NULL) ||
         (strstr(base, "tiff") != NULL && strstr(formats, "TIFF") == NULL);
}

static bool is_as_expected(char **fields, const char *verdict, const char *message, const reason *reasons) {
  static const char refused[] = "refused:";
  const char *ours = fields[OURS];
  if (strcmp(ours, "equal") == 0) return strcmp(verdict, fields[PILLOW]) == 0;
  for (const reason *r = reasons; r->word != NULL; r++)
    if (strncmp(ours, refused, sizeof(refused) - 1) == 0 && strcmp(ours + sizeof(refused) - 1, r->word) == 0)
      return verdict[0] == '\0' && strstr(message, r->says) != NULL;
  const char *digest = strrchr(ours, '@'); /* other:WORD@PIXELS */
  return digest != NULL && strcmp(verdict, digest + 1) == 0;
}

static size_t read_table(const char *path, char **text, char **lines, size_t most) {
  size_t size = 0;
  assert_int_equal(vtm_file_read(path, UINT64_MAX, (uint8_t **)text, &size, NULL), VTM_OK);
  *text = realloc(*text, size + 1);
  (*text)[size] = '\0';
  return split(*text, '\n', lines, most);
}

enum { LINES = 4000 };

static void test_each_picture(void **state) {
  (void)state;
  static char *lines[LINES];
  char *text = NULL;
  reason reasons[REASONS] = {{NULL, NULL}};
  size_t pictures = 0, equal = 0, refused = 0, wrong = 0, known = 0;
  const size_t count = read_table(GOLDEN "corpus.txt", &text, lines, LINES);
  for (size_t i = 0; i < count; i++) {
    char *fields[FIELDS] = {NULL};
    const size_t found = split(lines[i], '\t', fields, FIELDS);
    if (lines[i][0] == '#' && found >= 2 && known < REASONS - 1) reasons[known++] = (reason){fields[0] + 2, fields[1]};
    if (lines[i][0] == '#' || found != FIELDS || is_unread_here(fields[BASE])) continue;
    vtm_error error;
    char verdict[VERDICT];
    judge(fields[NAME], fields[BASE], fields[HOW], &error, verdict);
    pictures++;
    equal += strcmp(fields[OURS], "equal") == 0;
    refused += strncmp(fields[OURS], "refused", 7) == 0;
    if (is_as_expected(fields, verdict, error.message, reasons)) continue;
    wrong++;
    print_error("%s: %s, not %s; Pillow: %s\n", fields[NAME], verdict[0] ? verdict : error.message, fields[OURS],
                fields[PILLOW]);
  }
  free(text);
  print_message("%zu pictures: %zu with Pillow's pixels, %zu refused, %zu otherwise\n", pictures, equal, refused,
                pictures - equal - refused);
  assert_int_equal(wrong, 0);
  assert_true(pictures >= 300);
}

static int print_verdicts(const char *path) {
  static char *lines[LINES];
  char *text = NULL;
  const size_t count = read_table(path, &text, lines, LINES);
  for (size_t i = 0; i < count; i++) {
    char *fields[FIELDS] = {NULL};
    if (split(lines[i], '\t', fields, FIELDS) != FIELDS) continue;
    vtm_error error;
    char verdict[VERDICT];
    judge(fields[NAME], fields[BASE], fields[HOW], &error, verdict);
    (void)printf("%s\t%s%s\n", fields[NAME], verdict[0] ? "pixels " : "", verdict[0] ? verdict : error.message);
  }
  free(text);
  return 0;
}

int main(int count, char **arguments) {
  if (count == 2) return print_verdicts(arguments[1]);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_picture)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
