/* Decoded pixels against Pillow's, for a file of every kind (made by scripts/golden/pixels.py), and what is
 * noted about them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "vtonmetrics/image.h"

#define GOLDEN TESTS_DIR "/golden/pixels/"

typedef struct note_word {
  const char *word;
  vtm_image_note note;
} note_word;

static const note_word note_words[] = {{"extension", VTM_IMAGE_EXTENSION_MISMATCH},
                                       {"rotation", VTM_IMAGE_EXIF_ROTATION},
                                       {"gray16", VTM_IMAGE_GRAY16_CLIPPED},
                                       {"alpha", VTM_IMAGE_ALPHA_DROPPED},
                                       {"animation", VTM_IMAGE_FIRST_FRAME}};
enum { NOTES = sizeof(note_words) / sizeof(*note_words) };

static unsigned parse_notes(const char *text) {
  unsigned notes = 0;
  for (int i = 0; i < NOTES; i++)
    if (strstr(text, note_words[i].word) != NULL) notes |= note_words[i].note;
  return notes;
}

static bool is_unsupported_here(const char *name) {
  const bool webp = strstr(name, ".webp") != NULL;
  return (webp || strstr(name, "tiff-") != NULL) && strstr(vtm_image_formats(), webp ? "WebP" : "TIFF") == NULL;
}

static void check_file(const char *name, int width, int height, unsigned notes, const char *digest) {
  char path[512], actual[VTM_SHA256_TEXT];
  (void)snprintf(path, sizeof(path), GOLDEN "%s", name);
  vtm_image image = {0};
  vtm_error error = {0};
  const vtm_status status = vtm_image_read(path, NULL, &image, &error);
  if (is_unsupported_here(name)) {
    assert_int_equal(status, VTM_ERROR_UNSUPPORTED);
    return;
  }
  if (status != VTM_OK) fail_msg("%s", error.message);
  assert_int_equal(image.width, width);
  assert_int_equal(image.height, height);
  if (image.notes != notes) fail_msg("%s: notes %x instead of %x", name, image.notes, notes);
  const size_t bytes = (size_t)width * (size_t)height * 3;
  assert_int_equal(vtm_sha256_bytes(image.pixels, bytes, actual, NULL), VTM_OK);
  if (strcmp(actual, digest) != 0) fail_msg("%s: pixels differ from Pillow's", name);
  vtm_image_clear(&image);
}

static void test_equals_pillow(void **state) {
  (void)state;
  FILE *table = fopen(GOLDEN "decode.txt", "r");
  assert_non_null(table);
  char name[128], notes[64], digest[VTM_SHA256_TEXT];
  int width, height, lines = 0;
  while (fscanf(table, "%127s %d %d %63s %64s", name, &width, &height, notes, digest) == 5) {
    check_file(name, width, height, parse_notes(notes), digest);
    lines++;
  }
  assert_true(feof(table));
  (void)fclose(table);
  assert_true(lines > 150);
}

static void test_format_and_free(void **state) {
  (void)state;
  vtm_image image = {0};
  assert_int_equal(vtm_image_read(GOLDEN "jpeg-named.png", NULL, &image, NULL), VTM_OK);
  assert_string_equal(image.format, "JPEG");
  assert_true(image.notes & VTM_IMAGE_EXTENSION_MISMATCH);
  vtm_image_clear(&image);
  assert_null(image.pixels);
  assert_int_equal(image.width, 0);
  vtm_image_clear(&image);
  vtm_image_clear(NULL);
}

static void test_texts(void **state) {
  (void)state;
  for (int i = 0; i < NOTES; i++) {
    assert_true(strlen(vtm_image_note_text(note_words[i].note)) > 20);
    for (int k = 0; k < i; k++)
      assert_string_not_equal(vtm_image_note_text(note_words[i].note), vtm_image_note_text(note_words[k].note));
  }
  assert_non_null(strstr(vtm_image_formats(), "JPEG PNG"));
}

/* Bytes in memory are limited as those of a file are. */
static void test_limit_of_bytes(void **state) {
  (void)state;
  static const char bytes[] = "P6 1 1 255\nabc";
  vtm_image image = {0};
  vtm_error error = {0};
  vtm_image_limits limits = {.struct_size = sizeof(limits), .max_bytes = sizeof(bytes) - 1};
  assert_int_equal(vtm_image_decode(bytes, sizeof(bytes) - 1, "a.ppm", &limits, &image, &error), VTM_OK);
  vtm_image_clear(&image);
  limits.max_bytes--;
  assert_int_equal(vtm_image_decode(bytes, sizeof(bytes) - 1, "a.ppm", &limits, &image, &error), VTM_ERROR_LIMIT);
  assert_string_equal(error.message, "a.ppm: 14 bytes, more than the limit of 13");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_equals_pillow),
      cmocka_unit_test(test_format_and_free),
      cmocka_unit_test(test_texts),
      cmocka_unit_test(test_limit_of_bytes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
