/* Reading pair lists of every dialect. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "vtonmetrics/tools/pairs.h"

static vtm_pair_list read_text(const char *text) {
  vtm_pair_list list;
  vtm_error error = {0};
  if (vtm_pair_list_parse("list", text, strlen(text), &list, &error) != VTM_OK) fail_msg("%s", error.message);
  return list;
}

static void expect_pair(const vtm_pair_list *list, size_t index, size_t line, const char *first, const char *second,
                        const char *third) {
  assert_true(index < list->count);
  assert_int_equal(list->lines[index].line, line);
  assert_string_equal(list->lines[index].first, first);
  assert_string_equal(list->lines[index].second, second);
  if (third == NULL) {
    assert_null(list->lines[index].third);
  } else {
    assert_non_null(list->lines[index].third);
    assert_string_equal(list->lines[index].third, third);
  }
}

static void test_plain(void **state) {
  (void)state;
  vtm_pair_list list = read_text("00001_00.jpg 00002_00.jpg\n00003_00 00004_00");
  assert_int_equal(list.count, 2);
  assert_int_equal(list.line_count, 2);
  expect_pair(&list, 0, 1, "00001_00.jpg", "00002_00.jpg", NULL);
  expect_pair(&list, 1, 2, "00003_00", "00004_00", NULL);
  assert_false(list.byte_order_mark || list.carriage_returns || list.tabs);
  vtm_pair_list_clear(&list);
  vtm_pair_list_clear(&list);
}

static void test_everything_at_once(void **state) {
  (void)state;
  vtm_pair_list list = read_text(
      "\xef\xbb\xbf# people and garments\r\n\r\n  a.jpg  b.jpg  \r\n\ta b.jpg\tc d.jpg \tupper body\r\n"
      "e.jpg f.jpg # the blue one\r\n \t \r\n#x y\r\ng#1.jpg h.jpg dresses");
  assert_true(list.byte_order_mark && list.carriage_returns && list.tabs);
  assert_int_equal(list.count, 4);
  assert_int_equal(list.comments, 2);
  assert_int_equal(list.blank, 2);
  assert_int_equal(list.with_type, 2);
  assert_int_equal(list.line_count, 8);
  assert_int_equal(list.fault_count, 0);
  expect_pair(&list, 0, 3, "a.jpg", "b.jpg", NULL);
  expect_pair(&list, 1, 4, "a b.jpg", "c d.jpg", "upper body");
  expect_pair(&list, 2, 5, "e.jpg", "f.jpg", NULL);
  expect_pair(&list, 3, 8, "g#1.jpg", "h.jpg", "dresses");
  vtm_pair_list_clear(&list);
}

static void test_old_line_ends(void **state) {
  (void)state;
  vtm_pair_list list = read_text("a b\rc d\r\re f\r");
  assert_int_equal(list.count, 3);
  expect_pair(&list, 1, 2, "c", "d", NULL);
  expect_pair(&list, 2, 4, "e", "f", NULL);
  vtm_pair_list_clear(&list);
}

static void test_faults(void **state) {
  (void)state;
  vtm_pair_list list = read_text("a b\nalone.jpg\na.jpg,b.jpg\nmy photo.jpg my shirt.jpg\nc d\n");
  assert_int_equal(list.count, 3);
  assert_int_equal(list.fault_count, 2);
  assert_int_equal(list.faults[0].line, 2);
  assert_string_equal(list.faults[0].name, "alone.jpg");
  assert_non_null(strstr(list.faults[0].why, "one name only"));
  expect_pair(&list, 1, 3, "a.jpg", "b.jpg", NULL);
  assert_int_equal(list.faults[1].line, 4);
  assert_non_null(strstr(list.faults[1].why, "more than three columns"));
  expect_pair(&list, 2, 5, "c", "d", NULL);
  vtm_pair_list_clear(&list);
}

/* No pair is made of a name that is not there. */
static void test_nothing_before_a_comma(void **state) {
  (void)state;
  static const struct {
    const char *text, *name;
  } cases[] = {{",", ","}, {",b.jpg", "b.jpg"}, {"a.jpg,,b.jpg", "a.jpg"}, {",,,", ","}, {"\"a b\",,", "a b"}};
  for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
    vtm_pair_list list = read_text(cases[i].text);
    assert_int_equal(list.count, 0);
    assert_int_equal(list.fault_count, 1);
    assert_string_equal(list.faults[0].name, cases[i].name);
    assert_non_null(strstr(list.faults[0].why, "nothing before a comma"));
    vtm_pair_list_clear(&list);
  }
}

/* Lists that spreadsheets and other systems write. */
static void test_commas_quotation_marks_and_folders(void **state) {
  (void)state;
  static const char *const texts[] = {
      "a.jpg,b.jpg",
      "a.jpg, b.jpg",
      "a.jpg ,b.jpg",
      "\"a.jpg\",\"b.jpg\"",
      "\"a.jpg\" \"b.jpg\"",
      "'a.jpg'\t'b.jpg'",
      "image/a.jpg cloth/b.jpg",
      "./a.jpg ../cloth/b.jpg",
      "image\\a.jpg\tcloth\\b.jpg",
      "C:\\data\\image\\a.jpg D:b.jpg",
      "\"C:\\my data\\a.jpg\",/data/b.jpg",
      "/home/x/image/a.jpg\t/home/x/cloth/b.jpg",
  };
  for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
    vtm_pair_list list = read_text(texts[i]);
    if (list.count != 1) fail_msg("%s: %zu pairs", texts[i], list.count);
    expect_pair(&list, 0, 1, "a.jpg", "b.jpg", NULL);
    assert_int_equal(list.folders, strpbrk(texts[i], "/\\") != NULL);
    assert_int_equal(list.commas, strchr(texts[i], ',') != NULL);
    assert_int_equal(list.quotes, strpbrk(texts[i], "\"'") != NULL);
    vtm_pair_list_clear(&list);
  }
  vtm_pair_list list = read_text(
      "my photo.jpg,my shirt.jpg,upper body\n\"my photo.jpg\" \"my shirt.jpg\"\n"
      "v1,5.jpg c.jpg\nit's.jpg 'tis.jpg\n,\nimage/ b:\n");
  assert_int_equal(list.count, 5);
  expect_pair(&list, 0, 1, "my photo.jpg", "my shirt.jpg", "upper body");
  expect_pair(&list, 1, 2, "my photo.jpg", "my shirt.jpg", NULL);
  expect_pair(&list, 2, 3, "v1,5.jpg", "c.jpg", NULL);
  expect_pair(&list, 3, 4, "it's.jpg", "'tis.jpg", NULL);
  expect_pair(&list, 4, 6, "image/", "b:", NULL);
  assert_int_equal(list.fault_count, 1);
  vtm_pair_list_clear(&list);
}

static void expect_failure(const void *bytes, size_t size, vtm_status status, const char *part) {
  vtm_pair_list list;
  vtm_error error = {0};
  assert_int_equal(vtm_pair_list_parse("list", bytes, size, &list, &error), status);
  if (strstr(error.message, part) == NULL) fail_msg("'%s' is not in '%s'", part, error.message);
  assert_null(list.content);
}

static void test_no_text(void **state) {
  (void)state;
  expect_failure("a b\n\0c", 6, VTM_ERROR_FORMAT, "list: line 2: holds the byte 0x00: this is binary data");
  expect_failure("\x89PNG\r\n\x1a\n", 8, VTM_ERROR_FORMAT, "list: line 2: holds the byte 0x1a");
  expect_failure(
      "\xff\xfe"
      "a\0",
      4, VTM_ERROR_FORMAT, "list: is UTF-16 text; save it as UTF-8");
  enum { LINES = 20000 };
  char *text = malloc(2 * LINES);
  assert_non_null(text);
  for (size_t i = 0; i < LINES; i++) memcpy(text + 2 * i, "x\n", 2);
  expect_failure(text, 2 * LINES, VTM_ERROR_FORMAT, "more than 10000 lines are not two names, the first is line 1");
  free(text);
}

static void test_limits(void **state) {
  (void)state;
  enum { LINES = 2000001 };
  char *text = malloc(4 * LINES);
  assert_non_null(text);
  for (size_t i = 0; i < LINES; i++) memcpy(text + 4 * i, "a b\n", 4);
  expect_failure(text, 4 * LINES, VTM_ERROR_LIMIT, "list: more than 2000000 lines");
  vtm_pair_list list;
  vtm_error error = {0};
  assert_int_equal(vtm_pair_list_parse("list", text, 4 * (LINES - 1), &list, &error), VTM_OK);
  assert_int_equal(list.count, LINES - 1);
  vtm_pair_list_clear(&list);
  free(text);
}

/* Two gigabytes that take no room on the disk: refused by size, without reading. */
static void test_files(void **state) {
  (void)state;
  char folder[] = "/tmp/vtm-pairs.XXXXXX";
  assert_non_null(mkdtemp(folder));
  assert_int_equal(chdir(folder), 0);
  FILE *file = fopen("huge.txt", "wb");
  assert_non_null(file);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(truncate("huge.txt", (off_t)2 << 30), 0);
  assert_int_equal(mkfifo("fifo.txt", 0666), 0);
  assert_int_equal(symlink("loop.txt", "loop.txt"), 0);
  static const struct {
    const char *path, *part;
    vtm_status status;
  } cases[] = {{"huge.txt", "huge.txt: larger than 64 MiB, which no pair list is", VTM_ERROR_LIMIT},
               {"fifo.txt", "fifo.txt: is a FIFO, a regular file was expected", VTM_ERROR_IO},
               {"/dev/zero", "/dev/zero: is a device", VTM_ERROR_IO},
               {".", ".: is a folder", VTM_ERROR_IO},
               {"loop.txt", "loop.txt: cannot open", VTM_ERROR_IO},
               {"gone.txt", "gone.txt: cannot open: No such file", VTM_ERROR_NOT_FOUND}};
  for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
    vtm_pair_list list;
    vtm_error error = {0};
    assert_int_equal(vtm_pair_list_read(cases[i].path, &list, &error), cases[i].status);
    if (strstr(error.message, cases[i].part) == NULL) fail_msg("'%s' is not in '%s'", cases[i].part, error.message);
    assert_null(list.path);
  }
  assert_int_equal(unlink("huge.txt") | unlink("fifo.txt") | unlink("loop.txt"), 0);
  assert_int_equal(chdir("/") | rmdir(folder), 0);
}

static void test_own_garment(void **state) {
  (void)state;
  assert_int_equal(vtm_stem_length("00006_00.JPG"), 8);
  assert_int_equal(vtm_stem_length("v1.5_00006"), 10);
  assert_int_equal(vtm_stem_length(".jpg"), 4);
  assert_true(vtm_is_own_garment("00006_00.jpg", "00006_00"));
  assert_true(vtm_is_own_garment("013563_0.jpg", "013563_1.jpg"));
  assert_false(vtm_is_own_garment("013563_1.jpg", "013563_0.jpg"));
  assert_false(vtm_is_own_garment("00006_00.jpg", "08348_00.jpg"));
  assert_false(vtm_is_own_garment("00006_00", "00006_01"));
  assert_false(vtm_is_own_garment("0", "1"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain),
      cmocka_unit_test(test_everything_at_once),
      cmocka_unit_test(test_nothing_before_a_comma),
      cmocka_unit_test(test_commas_quotation_marks_and_folders),
      cmocka_unit_test(test_old_line_ends),
      cmocka_unit_test(test_faults),
      cmocka_unit_test(test_no_text),
      cmocka_unit_test(test_limits),
      cmocka_unit_test(test_files),
      cmocka_unit_test(test_own_garment),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
