/* Listing folders and matching names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "helpers/scratch.h"
#include "vtonmetrics/tools/dataset.h"

static void make_file(const char *folder, const char *name) {
  char path[512];
  (void)mkdir(folder, 0777);
  (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fclose(file), 0);
}

static void expect_failure(const char *path, vtm_status status, const char *part) {
  vtm_folder folder;
  vtm_error error = {0};
  assert_int_equal(vtm_folder_open(path, &folder, &error), status);
  assert_int_equal(error.status, status);
  if (strstr(error.message, part) == NULL) fail_msg("'%s' is not in '%s'", part, error.message);
  assert_null(folder.entries);
  vtm_folder_clear(&folder);
}

static void test_only_images_sorted(void **state) {
  (void)state;
  const char *const names[] = {"b.PNG", "a.jpg",  "B.jpeg",       "a-b.jpg", "a.b.jpg",   ".hidden.jpg", "notes.txt",
                               "c.BMP", "jpg",    ".jpg",         "d.tga",   "e.pgm",     "f.ppm",       "g.pnm",
                               "h.gif", "i.webp", "\xc3\xa9.jpg", "k.jpg ",  "l.jpg.bak", "m n.jpg"};
  for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) make_file("mixed", names[i]);
  assert_int_equal(mkdir("mixed/folder.jpg", 0777), 0);
  assert_int_equal(mkfifo("mixed/fifo.jpg", 0666), 0);
  assert_int_equal(symlink("a.jpg", "mixed/z-link.jpg"), 0);
  assert_int_equal(symlink("gone.jpg", "mixed/z-dangling.jpg"), 0);
  assert_int_equal(symlink("folder.jpg", "mixed/z-folder.jpg"), 0);
  vtm_folder folder;
  vtm_error error = {0};
  assert_int_equal(vtm_folder_open("mixed", &folder, &error), VTM_OK);
  const char *const expected[] = {"B.jpeg",  "a.jpg",          "a-b.jpg",    "a.b.jpg",     "b.PNG", "c.BMP",
                                  "d.tga",   "e.pgm",          "f.ppm",      "g.pnm",       "h.gif", "i.webp",
                                  "m n.jpg", "z-dangling.jpg", "z-link.jpg", "\xc3\xa9.jpg"};
  assert_int_equal(folder.count, sizeof(expected) / sizeof(*expected));
  for (size_t i = 0; i < folder.count; i++) assert_string_equal(folder.entries[i].name, expected[i]);
  assert_string_equal(folder.entries[3].stem, "a.b");
  assert_int_equal(folder.other_files, 5); /* notes.txt, jpg, "k.jpg ", l.jpg.bak, the FIFO */
  char *path = vtm_folder_file(&folder, 1);
  assert_string_equal(path, "mixed/a.jpg");
  free(path);
  assert_int_equal(folder.passed_over, 0);
  vtm_folder_clear(&folder);
  assert_null(folder.path);
}

static void fill_file(const char *path, const char *bytes, size_t size) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

/* Pictures that are not listed are counted; those of formats that are refused are listed, so that reading them fails.
 */
static void test_pictures_that_are_passed_over(void **state) {
  (void)state;
  const char *const listed[] = {"a.jpe", "b.JFIF", "c.tif", "d.tiff", "e.avif", "f.heic",
                                "g.jxl", "h.jp2",  "i.dib", "j.apng", "k.pbm",  "l.icb"};
  for (size_t i = 0; i < sizeof(listed) / sizeof(*listed); i++) make_file("kinds", listed[i]);
  make_file("kinds", "drawing.psd");
  make_file("kinds", "notes.txt");
  fill_file("kinds/.hidden", "\xff\xd8\xff\xe0", 4);
  fill_file("kinds/._a.psd", "\0\x05\x16\x07", 4); /* a twin of macOS, no picture */
  fill_file("kinds/00004_00", "\x89PNG\r\n\x1a\n", 8);
  fill_file("kinds/P5.txt", "P5 is a person\n", 15);
  vtm_folder folder;
  vtm_error error = {0};
  assert_int_equal(vtm_folder_open("kinds", &folder, &error), VTM_OK);
  assert_int_equal(folder.count, sizeof(listed) / sizeof(*listed));
  assert_int_equal(folder.passed_over, 3);
  assert_string_equal(folder.passed_over_name, ".hidden");
  assert_int_equal(folder.other_files, 5);
  vtm_folder_clear(&folder);
  make_file("unnamed", "x");
  fill_file("unnamed/00004_00", "\xff\xd8\xff\xe0", 4);
  expect_failure("unnamed", VTM_ERROR_DATA,
                 "no images among its 2 files, but 1 look like pictures, for example 00004_00");
}

static void test_folders_that_cannot_be_used(void **state) {
  (void)state;
  make_file("photos", "1.jpg");
  make_file("texts", "notes.txt");
  assert_int_equal(mkdir("empty", 0777), 0);
  assert_int_equal(mkdir("dataset", 0777), 0);
  make_file("dataset/image", "1.jpg");
  make_file("dataset/cloth", "1.jpg");
  expect_failure("", VTM_ERROR_USAGE, "empty");
  expect_failure("nowhere", VTM_ERROR_NOT_FOUND, "nowhere: no such folder");
  expect_failure("photo", VTM_ERROR_NOT_FOUND, "did you mean photos?");
  expect_failure("dataset/imgae/", VTM_ERROR_NOT_FOUND, "did you mean dataset/image?");
  expect_failure("photos/1.jpg", VTM_ERROR_IO, "photos/1.jpg: is a file, a folder of images was expected");
  expect_failure("empty", VTM_ERROR_DATA, "empty: the folder is empty; looked for .jpg .jpeg .jpe .jfif .png");
  expect_failure("texts", VTM_ERROR_DATA, "texts: no images among its 1 files");
  expect_failure("dataset", VTM_ERROR_DATA, "give one of them, for example dataset/cloth");
  if (geteuid() == 0) return; /* permissions do not bind root */
  assert_int_equal(chmod("photos", 0), 0);
  expect_failure("photos", VTM_ERROR_IO, "photos: cannot open the folder: Permission denied");
  assert_int_equal(chmod("photos", 0755), 0);
}

static vtm_status match(const char *reference, const char *generated, vtm_matching *matching, vtm_error *error) {
  vtm_folder a;
  vtm_folder b;
  assert_int_equal(vtm_folder_open(reference, &a, error), VTM_OK);
  assert_int_equal(vtm_folder_open(generated, &b, error), VTM_OK);
  vtm_status status = vtm_match(&a, &b, NULL, matching, error);
  if (status == VTM_OK) status = vtm_matching_require(&a, &b, matching, error);
  if (status != VTM_OK) vtm_matching_clear(matching);
  vtm_folder_clear(&a);
  vtm_folder_clear(&b);
  return status;
}

static void test_matching_by_stem(void **state) {
  (void)state;
  const char *const left[] = {"00001_00.jpg", "00002_00.jpg", "00003_00.jpg", "00005_00.jpg"};
  const char *const right[] = {"00000_00.png", "00002_00.png", "00003_00.JPG", "00009_00.jpg", "9.jpg"};
  for (size_t i = 0; i < sizeof(left) / sizeof(*left); i++) make_file("left", left[i]);
  for (size_t i = 0; i < sizeof(right) / sizeof(*right); i++) make_file("right", right[i]);
  vtm_matching matching;
  vtm_error error = {0};
  assert_int_equal(match("left", "right", &matching, &error), VTM_OK);
  assert_int_equal(matching.count, 2);
  assert_int_equal(matching.pairs[0].reference, 1);
  assert_int_equal(matching.pairs[0].generated, 1);
  assert_int_equal(matching.pairs[1].reference, 2);
  assert_int_equal(matching.pairs[1].generated, 2);
  assert_int_equal(matching.only_reference_count, 2);
  assert_int_equal(matching.only_reference[1], 3);
  assert_int_equal(matching.only_generated_count, 3);
  assert_int_equal(matching.only_generated[2], 4);
  vtm_matching_clear(&matching);
  assert_null(matching.pairs);
}

static void test_matching_that_fails(void **state) {
  (void)state;
  const char *const names[] = {"p1.jpg", "p2.jpg", "p3.jpg", "p4.jpg"};
  for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) make_file("people", names[i]);
  make_file("results", "out_1.png");
  make_file("twins", "p1.jpg");
  make_file("twins", "p1.png");
  make_file("twins", "p2.png");
  vtm_matching matching;
  vtm_error error = {0};
  assert_int_equal(match("people", "results", &matching, &error), VTM_ERROR_DATA);
  assert_non_null(strstr(error.message, "people has p1.jpg, p2.jpg, p3.jpg ... (4 images); results has out_1.png"));
  assert_null(matching.pairs);
  assert_int_equal(match("people", "twins", &matching, &error), VTM_ERROR_DATA);
  assert_non_null(strstr(error.message, "twins: two images have one name, 'p1.jpg' and 'p1.png'"));
  assert_int_equal(match("twins", "people", &matching, &error), VTM_ERROR_DATA);
  assert_non_null(strstr(error.message, "'p1.jpg' and 'p1.png'"));
}

static double seconds(void) {
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void test_many_files(void **state) {
  (void)state;
  enum { FILES = 20000 };
  assert_int_equal(mkdir("many", 0777), 0);
  for (int i = 0; i < FILES; i++) {
    char path[64];
    (void)snprintf(path, sizeof(path), "many/%06d_00.jpg", (i * 7919) % FILES);
    assert_int_equal(mknod(path, S_IFREG | 0666, 0), 0);
  }
  vtm_matching matching;
  vtm_error error = {0};
  const double start = seconds();
  assert_int_equal(match("many", "many", &matching, &error), VTM_OK);
  const double taken = seconds() - start;
  assert_int_equal(matching.count, FILES);
  vtm_matching_clear(&matching);
  /* Some hundredths of a second; anything quadratic takes minutes. */
  assert_true(taken < 10.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_only_images_sorted),          cmocka_unit_test(test_pictures_that_are_passed_over),
      cmocka_unit_test(test_folders_that_cannot_be_used), cmocka_unit_test(test_matching_by_stem),
      cmocka_unit_test(test_matching_that_fails),         cmocka_unit_test(test_many_files),
  };
  return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
