/* The contact sheet: a PNG of the size that its sections call for, whatever the pictures are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "helpers/scratch.h"
#include "lint/sheet.h"
#include "vtonmetrics/image.h"

/* A PPM of one colour. */
static void make_picture(const char *name, int red) {
  FILE *file = fopen(name, "wb");
  assert_non_null(file);
  (void)fprintf(file, "P6 30 40 255\n");
  for (int i = 0; i < 30 * 40; i++) {
    (void)fputc(red, file);
    (void)fputc(10, file);
    (void)fputc(20, file);
  }
  (void)fclose(file);
}

static size_t count_pixels(const vtm_image *image, int r, int g, int b) {
  size_t count = 0;
  for (size_t i = 0; i < (size_t)image->width * (size_t)image->height; i++) {
    const uint8_t *pixel = image->pixels + i * 3;
    count += pixel[0] == r && pixel[1] == g && pixel[2] == b;
  }
  return count;
}

#ifdef VTM_HAVE_CAIRO
static void test_pictures_are_on_it(void **state) {
  (void)state;
  make_picture("a.ppm", 200);
  make_picture("b.ppm", 90);
  make_picture("labels.ppm", 25);
  const vtm_sheet_tile pair[] = {{"a.ppm", "image/a.ppm", "b.ppm", "shows the same as image/b.ppm"}};
  const vtm_sheet_tile labels[] = {{"labels.ppm", "parse/labels.ppm", NULL, "label 25"}};
  const vtm_sheet_section sections[] = {{"image-duplicate", "Reason.", true, false, pair, 1},
                                        {"parse-label-range", "Reason.", false, true, labels, 1}};
  const vtm_sheet sheet = {"course", "2 findings", sections, 2};
  vtm_error error = {0};
  assert_int_equal(vtm_sheet_write(&sheet, "sheet.png", &error), VTM_OK);
  vtm_image image;
  assert_int_equal(vtm_image_read("sheet.png", NULL, &image, &error), VTM_OK);
  assert_int_equal(image.width, 1240);
  assert_true(count_pixels(&image, 200, 10, 20) > 5000);
  assert_true(count_pixels(&image, 90, 10, 20) > 5000);
  assert_true(count_pixels(&image, 250, 100, 200) > 10000); /* labels ten times as bright */
  vtm_image_clear(&image);
}

static void test_what_is_no_picture(void **state) {
  (void)state;
  FILE *file = fopen("broken.jpg", "wb");
  assert_non_null(file);
  (void)fputs("no picture", file);
  (void)fclose(file);
  char longest[5000];
  memset(longest, 'x', sizeof(longest) - 1);
  longest[sizeof(longest) - 1] = '\0';
  char umlauts[4001];
  for (int i = 0; i < 4000; i += 2) memcpy(umlauts + i, "\xc3\xa4", 2);
  umlauts[4000] = '\0';
  const vtm_sheet_tile tiles[] = {{"broken.jpg", "broken.jpg", NULL, "m"},
                                  {"missing.png", "not utf-8: \xff\xfe\n", "missing.json", "m\x01 \xff"},
                                  {".", longest, NULL, longest},
                                  {"missing", umlauts, NULL, umlauts},
                                  {"", "", "", ""}};
  const vtm_sheet_section section = {"t", "r", false, false, tiles, 5};
  const vtm_sheet sheet = {longest, umlauts, &section, 1};
  vtm_error error = {0};
  if (vtm_sheet_write(&sheet, "sheet.png", &error) != VTM_OK) fail_msg("%s", error.message);
}

static void test_many_sections_end_at_a_size_that_can_be_drawn(void **state) {
  (void)state;
  static vtm_sheet_tile tiles[100];
  static vtm_sheet_section sections[200];
  for (int i = 0; i < 100; i++) tiles[i] = (vtm_sheet_tile){"missing.png", "n", NULL, "m"};
  for (int i = 0; i < 200; i++) sections[i] = (vtm_sheet_section){"t", "r", true, false, tiles, 100};
  const vtm_sheet sheet = {"t", "s", sections, 200};
  vtm_error error = {0};
  vtm_image image;
  assert_int_equal(vtm_sheet_write(&sheet, "sheet.png", &error), VTM_OK);
  assert_int_equal(vtm_image_read("sheet.png", NULL, &image, &error), VTM_OK);
  assert_true(image.height > 20000 && image.height < 32000);
  vtm_image_clear(&image);
}

static void test_where_it_cannot_be_written(void **state) {
  (void)state;
  const vtm_sheet sheet = {"t", "s", NULL, 0};
  vtm_error error = {0};
  assert_int_not_equal(vtm_sheet_write(&sheet, "missing/sheet.png", &error), VTM_OK);
  assert_non_null(strstr(error.message, "missing/sheet.png"));
  assert_int_not_equal(vtm_sheet_write(&sheet, "/dev/full", &error), VTM_OK);
}
#else
static void test_built_without_cairo(void **state) {
  (void)state;
  (void)make_picture;
  (void)count_pixels;
  const vtm_sheet sheet = {"t", "s", NULL, 0};
  vtm_error error = {0};
  assert_int_equal(vtm_sheet_write(&sheet, "sheet.png", &error), VTM_ERROR_UNSUPPORTED);
  assert_non_null(strstr(error.message, "libcairo2-dev"));
  assert_int_not_equal(access("sheet.png", F_OK), 0);
}
#endif

int main(void) {
  const struct CMUnitTest tests[] = {
#ifdef VTM_HAVE_CAIRO
      cmocka_unit_test_setup_teardown(test_pictures_are_on_it, scratch_enter, scratch_leave),
      cmocka_unit_test_setup_teardown(test_what_is_no_picture, scratch_enter, scratch_leave),
      cmocka_unit_test_setup_teardown(test_many_sections_end_at_a_size_that_can_be_drawn, scratch_enter, scratch_leave),
      cmocka_unit_test_setup_teardown(test_where_it_cannot_be_written, scratch_enter, scratch_leave),
#else
      cmocka_unit_test_setup_teardown(test_built_without_cairo, scratch_enter, scratch_leave),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
