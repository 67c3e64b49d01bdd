/* A header must say what decoding finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

/* after the headers it needs */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "image/reader.h"
#include "vtonmetrics/image.h"

static void agree(const char *path) {
  vtm_error error = {0};
  vtm_image image;
  vtm_image_header header;
  assert_int_equal(vtm_image_read(path, NULL, &image, &error), VTM_OK);
  assert_int_equal(vtm_image_probe(path, NULL, &header, &error), VTM_OK);
  assert_int_equal(header.width, image.width);
  assert_int_equal(header.height, image.height);
  assert_string_equal(header.format, image.format);
  vtm_image_clear(&image);
}

static void headers_agree_with_decoding(void **state) {
  (void)state;
  agree(TESTS_DIR "/../datasets/demo/image/00001_00.jpg");
  agree(TESTS_DIR "/../datasets/demo/GAN/00001_00.png");
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
      cmocka_unit_test(headers_agree_with_decoding),
      cmocka_unit_test(small_jpeg_keeps_its_side),
      cmocka_unit_test(every_short_file_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
