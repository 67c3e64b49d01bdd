/* Text made safe for a terminal, and suggestions for mistyped names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "vtonmetrics/tools/text.h"

static void expect_printable(const char *text, const char *expected) {
  char buffer[64];
  assert_int_equal(vtm_printable(text, buffer, sizeof(buffer)), strlen(expected));
  assert_string_equal(buffer, expected);
}

static void test_printable(void **state) {
  (void)state;
  expect_printable("", "");
  expect_printable("image/00001_00.jpg", "image/00001_00.jpg");
  expect_printable("caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x91\x95", "caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x91\x95");
  expect_printable("a\nb\tc\rd", "a\\nb\\tc\\rd");
  expect_printable("\033[2Jgone\x7f", "\\x1b[2Jgone\\x7f");
  expect_printable("\xc2\x9b", "\\xc2\\x9b");          /* C1's own escape */
  expect_printable("\xff\xc3", "\\xff\\xc3");          /* no UTF-8, and half a character */
  expect_printable("\xc0\xaf", "\\xc0\\xaf");          /* overlong slash */
  expect_printable("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* a surrogate */
}

static void test_printable_into_little_room(void **state) {
  (void)state;
  char buffer[4] = "???";
  assert_int_equal(vtm_printable("ab\xc3\xa9z", buffer, sizeof(buffer)), 5);
  assert_string_equal(buffer, "ab"); /* not half of the third character, nor what comes after it */
  assert_int_equal(vtm_printable("abc", NULL, 0), 3);
}

static void expect_message(const char *name, const char *expected) {
  vtm_error error = {0};
  assert_int_equal(vtm_fail(&error, VTM_ERROR_IO, "%s: cannot write", name), VTM_ERROR_IO);
  assert_string_equal(error.message, expected);
}

/* A message is one line of UTF-8, whatever a name holds. */
static void test_message(void **state) {
  (void)state;
  expect_message("a\nb\xff", "a\\nb\\xff: cannot write");
  expect_message("caf\xc3\xa9", "caf\xc3\xa9: cannot write");
  vtm_error error = {.message = "quoted"};
  (void)vtm_fail(&error, VTM_ERROR_IO, "x: %s", error.message);
  assert_string_equal(error.message, "x: quoted");
}

/* One that is too long keeps its start and its reason, and no character is cut. */
static void test_long_message(void **state) {
  (void)state;
  enum { SIZE = 9000 };
  static const char *const pieces[] = {"\xe6\x97\xa5", "a", "\xf0\x9f\x91\x95", "\n", "\xff"};
  for (size_t p = 0; p < sizeof(pieces) / sizeof(*pieces); p++) {
    const size_t length = strlen(pieces[p]);
    for (size_t total = 450; total + length<SIZE; total += total> 1500 && total < 2100 ? 1 : 601) {
      char name[SIZE] = "start";
      for (size_t used = strlen(name); used + length < total; used += length)
        memcpy(name + used, pieces[p], length + 1);
      vtm_error error = {0};
      (void)vtm_fail(&error, VTM_ERROR_IO, "%s: the reason", name);
      assert_true(vtm_is_utf8(error.message));
      assert_null(strchr(error.message, '\n'));
      assert_int_equal(strncmp(error.message, "start", 5), 0);
      assert_non_null(strstr(error.message, ": the reason"));
      const size_t whole = vtm_printable(name, NULL, 0) + strlen(": the reason");
      if (whole < sizeof(error.message))
        assert_int_equal(strlen(error.message), whole);
      else
        assert_true(strlen(error.message) > sizeof(error.message) - 16);
    }
  }
}

static void test_utf8(void **state) {
  (void)state;
  assert_true(vtm_is_utf8("caf\xc3\xa9\n"));
  assert_false(vtm_is_utf8("caf\xe9"));
}

static void test_edit_distance(void **state) {
  (void)state;
  assert_int_equal(vtm_edit_distance("", ""), 0);
  assert_int_equal(vtm_edit_distance("protocol", "protocol"), 0);
  assert_int_equal(vtm_edit_distance("LADI", "ladi"), 0);
  assert_int_equal(vtm_edit_distance("protcol", "protocol"), 1);
  assert_int_equal(vtm_edit_distance("portocol", "protocol"), 1);
  assert_int_equal(vtm_edit_distance("kitten", "sitting"), 3);
  assert_int_equal(vtm_edit_distance("", "abc"), 3);
}

static void test_nearest_name(void **state) {
  (void)state;
  const char *const names[] = {"protocol", "threads", "output", "per-image", "value"};
  const size_t count = sizeof(names) / sizeof(*names);
  assert_string_equal(vtm_nearest_name("thread", names, count), "threads");
  assert_string_equal(vtm_nearest_name("Threads", names, count), "threads");
  assert_string_equal(vtm_nearest_name("ouptut", names, count), "output");
  assert_string_equal(vtm_nearest_name("prot", names, count), "protocol");
  assert_null(vtm_nearest_name("colour", names, count));
  assert_null(vtm_nearest_name("x", names, count));
  assert_null(vtm_nearest_name("x", names, 0));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_printable),    cmocka_unit_test(test_printable_into_little_room),
      cmocka_unit_test(test_message),      cmocka_unit_test(test_long_message),
      cmocka_unit_test(test_utf8),         cmocka_unit_test(test_edit_distance),
      cmocka_unit_test(test_nearest_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
