/* A header must say what decoding finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

/* after the headers it needs */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "image/reader.h"
#include "vtonmetrics/image.h"

static bool reads_webp(void) { return strstr(vtm_image_formats(), "WebP") != NULL; }

static void agree(const char *path) {
  vtm_error error = {0};
  vtm_image image;
  vtm_image_header header;
  assert_int_equal(vtm_image_read(path, NULL, &image, &error), VTM_OK);
  assert_int_equal(vtm_image_probe(path, NULL, &header, &error), VTM_OK);
  assert_int_equal(header.width, image.width);
  assert_int_equal(header.height, image.height);
  assert_string_equal(header.format, image.format);
  assert_int_equal(header.notes & VTM_IMAGE_EXIF_ROTATION, image.notes & VTM_IMAGE_EXIF_ROTATION);
  vtm_image_clear(&image);
}

static void headers_agree_with_decoding(void **state) {
  (void)state;
  agree(TESTS_DIR "/../datasets/demo/image/00001_00.jpg");
  agree(TESTS_DIR "/../datasets/demo/GAN/00001_00.png");
  if (strstr(vtm_image_formats(), "TIFF") == NULL) return;
  agree(TESTS_DIR "/golden/pixels/tiff-turned-lzw-6.tif");
  agree(TESTS_DIR "/golden/pixels/tiff-turned-xmp.tif");
  agree(TESTS_DIR "/golden/pixels/tiff-YCbCr-jpeg.tif");
}

/* In each format, by EXIF and by XMP. */
static void headers_see_rotations(void **state) {
  (void)state;
  static const char *const kinds[] = {"jpeg-exif-3.jpg",  "jpeg-xmp-1.jpg",   "jpeg-xmp-8.jpg",      "png-exif-3.png",
                                      "png-xmp-1.png",    "png-xmp-8.png",    "webp-xmp-1.webp",     "webp-xmp-8.webp",
                                      "webp-exif-1.webp", "webp-exif-8.webp", "webp-exif-first.webp"};
  for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
    char path[512];
    (void)snprintf(path, sizeof(path), TESTS_DIR "/golden/pixels/turned-%s", kinds[i]);
    if (strstr(path, ".webp") == NULL || reads_webp()) agree(path);
  }
}

/* WebP has its EXIF behind the pixels, where the first bytes of a file do not reach. */
static void a_late_rotation_is_seen(void **state) {
  (void)state;
  enum { JUNK = 40000 };
  uint8_t *bytes = NULL;
  size_t size = 0;
  vtm_error error = {0};
  if (!reads_webp()) skip();
  assert_int_equal(vtm_file_read(TESTS_DIR "/golden/pixels/turned-webp-exif-8.webp", UINT64_MAX, &bytes, &size, &error),
                   VTM_OK);
  const uint8_t *exif = memmem(bytes, size, "EXIF", 4);
  assert_non_null(exif);
  const size_t before = (size_t)(exif - bytes);
  uint8_t *grown = calloc(size + JUNK, 1);
  assert_non_null(grown);
  memcpy(grown, bytes, before);
  const uint32_t held = JUNK - 8;
  const uint32_t all = (uint32_t)(size + JUNK - 8);
  for (int i = 0; i < 4; i++) {
    grown[before + (size_t)i] = (uint8_t) "JUNK"[i];
    grown[before + 4 + (size_t)i] = (uint8_t)(held >> 8 * i);
    grown[4 + i] = (uint8_t)(all >> 8 * i);
  }
  memcpy(grown + before + JUNK, exif, size - before);
  char path[] = "/tmp/vtm-late.XXXXXX";
  const int fd = mkstemp(path);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, grown, size + JUNK), (ssize_t)(size + JUNK));
  assert_int_equal(close(fd), 0);
  vtm_image_header header;
  assert_int_equal(vtm_image_probe(path, NULL, &header, &error), VTM_OK);
  assert_true(header.notes & VTM_IMAGE_EXIF_ROTATION);
  agree(path);
  /* cut anywhere, nothing is read that is not there */
  for (size_t length = 0; length < before + 64; length++) {
    uint8_t *exact = malloc(length + 1);
    memcpy(exact, grown, length);
    (void)vtm_image_probe_bytes(exact, length, path, NULL, &header, &error);
    free(exact);
  }
  assert_int_equal(unlink(path), 0);
  free(grown);
  free(bytes);
}

static void small_jpeg_keeps_its_side(void **state) {
  (void)state;
  vtm_error error = {0};
  vtm_image image;
  uint8_t *bytes = NULL;
  size_t size = 0;
  const char *path = TESTS_DIR "/../datasets/demo/image/00001_00.jpg";
  assert_int_equal(vtm_file_read(path, UINT64_MAX, &bytes, &size, &error), VTM_OK);
  assert_int_equal(vtm_image_decode_small(bytes, size, path, 64, &image, &error), VTM_OK);
  assert_int_equal(image.width, 96);
  assert_int_equal(image.height, 128);
  vtm_image_clear(&image);
  assert_int_equal(vtm_image_decode_small(bytes, size / 2, path, 64, &image, &error), VTM_ERROR_FORMAT);
  assert_non_null(strstr(error.message, "truncated"));
  free(bytes);
}

static void every_short_file_is_refused(void **state) {
  (void)state;
  uint8_t *bytes = NULL;
  size_t size = 0;
  vtm_error error = {0};
  const char *path = TESTS_DIR "/../datasets/demo/GAN/00001_00.png";
  assert_int_equal(vtm_file_read(path, UINT64_MAX, &bytes, &size, &error), VTM_OK);
  for (size_t length = 0; length < 33; length++) {
    uint8_t *exact = malloc(length + 1);
    memcpy(exact, bytes, length);
    vtm_image_header header;
    assert_int_not_equal(vtm_image_probe_bytes(exact, length, path, NULL, &header, &error), VTM_OK);
    free(exact);
  }
  free(bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(headers_agree_with_decoding), cmocka_unit_test(headers_see_rotations),
      cmocka_unit_test(a_late_rotation_is_seen),     cmocka_unit_test(small_jpeg_keeps_its_side),
      cmocka_unit_test(every_short_file_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
