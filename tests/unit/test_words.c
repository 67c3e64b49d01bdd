/* The words of reports: each language has all of them, and says the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/words.h"
#include "vtonmetrics/tools/report_folder.h"
#include "vtonmetrics/tools/text.h"

/* The places {0} to {9} of a pattern as bits; a brace that belongs to none gives -1. */
static int places(const char *pattern) {
  int found = 0;
  for (const char *c = pattern; *c != '\0'; c++) {
    if (*c == '}') return -1;
    if (*c != '{') continue;
    if (c[1] < '0' || c[1] > '9' || c[2] != '}') return -1;
    found |= 1 << (c[1] - '0');
    c += 2;
  }
  return found;
}

static void test_no_cell_is_empty_and_places_agree(void **state) {
  (void)state;
  for (int word = 0; word < VTM_WORD_COUNT; word++)
    for (int language = 0; language < VTM_LANGUAGE_COUNT; language++) {
      const char *first = vtm_say((vtm_language)0, (vtm_word)word);
      const char *cell = vtm_say((vtm_language)language, (vtm_word)word);
      if (cell == NULL || *cell == '\0') fail_msg("word %d (%s) is empty in language %d", word, first, language);
      if (places(cell) < 0 || places(cell) != places(first))
        fail_msg("'%s' and '%s' have other places for values", first, cell);
      if (strpbrk(cell, "<>&\"") != NULL) fail_msg("'%s' would be markup: words go into pages as they are", cell);
      assert_true(vtm_is_utf8(cell));
    }
}

static void test_languages_are_found_by_name(void **state) {
  (void)state;
  assert_string_equal(vtm_report_languages(), "en|ru");
  assert_int_equal(vtm_language_find(NULL), VTM_LANGUAGE_en);
  assert_int_equal(vtm_language_find("ru"), VTM_LANGUAGE_ru);
  assert_int_equal(vtm_language_find("xx"), VTM_LANGUAGE_COUNT);
  assert_string_equal(vtm_language_name(VTM_LANGUAGE_ru), "ru");
}

static void test_values_go_to_their_places(void **state) {
  (void)state;
  const char *const values[] = {"{1}", "b"};
  vtm_text text = {0};
  vtm_fill(&text, "{1}, {0}, {1}, {7}, {x} {", values, 2);
  assert_string_equal(text.bytes, "b, {1}, b, , {x} {"); /* what a value holds is no place */
  vtm_text_free(&text);
}

static void test_numbers_as_the_language_writes_them(void **state) {
  (void)state;
  char text[VTM_NUMBER_TEXT];
  vtm_say_number(VTM_LANGUAGE_en, -1.25, 2, text);
  assert_string_equal(text,
                      "\xe2\x88\x92"
                      "1.25");
  vtm_say_number(VTM_LANGUAGE_ru, 1234.5, 1, text);
  assert_string_equal(text, "1234,5");
  vtm_say_number(VTM_LANGUAGE_ru, -1.7e308, 6, text);
  assert_true(strlen(text) < VTM_NUMBER_TEXT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_no_cell_is_empty_and_places_agree),
      cmocka_unit_test(test_languages_are_found_by_name),
      cmocka_unit_test(test_values_go_to_their_places),
      cmocka_unit_test(test_numbers_as_the_language_writes_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
