/* What masks hold, and which are the other way round than their neighbours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lint/mask.h"

enum { WIDTH = 48, HEIGHT = 64 };

static uint8_t pixels[WIDTH * HEIGHT * 3];
static const vtm_image image = {.width = WIDTH, .height = HEIGHT, .pixels = pixels};

static void fill(int value) { memset(pixels, value, sizeof(pixels)); }

static void put(int x, int y, int value) { memset(pixels + (y * WIDTH + x) * 3, value, 3); }

/* A white body in the middle, a little to the side. */
static void draw_body(int shift, bool inverted) {
  fill(inverted ? 255 : 0);
  for (int y = 12; y < 50; y++)
    for (int x = 14 + shift; x < 34 + shift; x++) put(x, y, inverted ? 0 : 255);
}

static void test_binary(void **state) {
  (void)state;
  vtm_mask_facts facts;
  draw_body(0, false);
  vtm_mask_measure(&image, &facts);
  assert_int_equal(facts.white, 38 * 20);
  assert_int_equal(facts.black, WIDTH * HEIGHT - 38 * 20);
  assert_int_equal(facts.soft + facts.gray + facts.coloured, 0);
  assert_int_equal(vtm_mask_classify(&facts), VTM_MASK_BINARY);
  assert_false(vtm_mask_is_empty(&facts));
  assert_false(vtm_mask_is_full(&facts));
}

static void test_soft_edges_are_counted(void **state) {
  (void)state;
  vtm_mask_facts facts;
  draw_body(0, false);
  for (int y = 12; y < 50; y++) put(13, y, 20);
  put(34, 20, 128);
  vtm_mask_measure(&image, &facts);
  assert_int_equal(facts.soft, 38);
  assert_int_equal(facts.gray, 1);
  assert_int_equal(vtm_mask_classify(&facts), VTM_MASK_SOFT_EDGES);
}

static void test_not_binary(void **state) {
  (void)state;
  vtm_mask_facts facts;
  draw_body(0, false);
  for (int i = 0; i < WIDTH * HEIGHT * 3; i++) pixels[i] = pixels[i] / 255; /* 0 and 1 */
  vtm_mask_measure(&image, &facts);
  assert_int_equal(vtm_mask_classify(&facts), VTM_MASK_NOT_BINARY);
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++) put(x, y, x * 255 / (WIDTH - 1));
  vtm_mask_measure(&image, &facts);
  assert_int_equal(vtm_mask_classify(&facts), VTM_MASK_NOT_BINARY);
}

static void test_colour(void **state) {
  (void)state;
  vtm_mask_facts facts;
  fill(0);
  pixels[0] = 255; /* one red pixel */
  vtm_mask_measure(&image, &facts);
  assert_int_equal(facts.coloured, 1);
}

static void test_empty_and_full(void **state) {
  (void)state;
  vtm_mask_facts facts;
  fill(0);
  vtm_mask_measure(&image, &facts);
  assert_true(vtm_mask_is_empty(&facts));
  assert_false(vtm_mask_is_full(&facts));
  put(0, 0, 3); /* JPEG's rounding makes it no less empty */
  vtm_mask_measure(&image, &facts);
  assert_true(vtm_mask_is_empty(&facts));
  fill(255);
  put(0, 0, 253);
  vtm_mask_measure(&image, &facts);
  assert_true(vtm_mask_is_full(&facts));
  assert_false(vtm_mask_is_empty(&facts));
}

static void test_tiny_mask(void **state) {
  (void)state;
  const uint8_t white[3] = {255, 255, 255};
  const vtm_image tiny = {.width = 1, .height = 1, .pixels = (uint8_t *)(uintptr_t)white};
  vtm_mask_facts facts;
  vtm_mask_measure(&tiny, &facts);
  assert_int_equal(facts.white, 1);
  for (int i = 0; i < VTM_MASK_GRID * VTM_MASK_GRID; i++) assert_int_equal(facts.profile.cells[i], 255);
}

enum { MASKS = 12 };

static size_t find(const bool inverted_as[MASKS], bool found[MASKS], bool *even) {
  static vtm_mask_profile profiles[MASKS];
  const vtm_mask_profile *pointers[MASKS];
  for (int i = 0; i < MASKS; i++) {
    vtm_mask_facts facts;
    draw_body(i - 6, inverted_as[i]);
    vtm_mask_measure(&image, &facts);
    profiles[i] = facts.profile;
    pointers[i] = &profiles[i];
  }
  return vtm_mask_find_inverted(pointers, MASKS, found, even);
}

static void test_inverted_against_the_others(void **state) {
  (void)state;
  bool found[MASKS], even;
  const bool none[MASKS] = {false};
  assert_int_equal(find(none, found, &even), 0);
  assert_false(even);
  for (int wrong = 0; wrong < MASKS; wrong++) {
    bool as[MASKS] = {false};
    as[wrong] = true;
    assert_int_equal(find(as, found, &even), 1);
    assert_memory_equal(found, as, sizeof(as));
    assert_false(even);
    for (int i = 0; i < MASKS; i++) as[i] = !as[i]; /* one right among wrong ones stands out as much */
    assert_int_equal(find(as, found, &even), 1);
    assert_true(found[wrong]);
  }
  const bool half[MASKS] = {true, false, true, false, true, false, true, false, true, false, true, false};
  assert_int_equal(find(half, found, &even), 6);
  assert_true(even);
}

static void test_too_few_masks_decide_nothing(void **state) {
  (void)state;
  vtm_mask_profile profiles[6] = {{{0}}};
  const vtm_mask_profile *pointers[6];
  for (int i = 0; i < 6; i++) pointers[i] = &profiles[i]; /* three say nothing: black */
  for (int i = 0; i < 3; i++) memset(profiles[i].cells + 8, i == 0 ? 255 : 9, 20);
  memset(profiles[0].cells, 0, 8);
  bool found[6], even;
  assert_int_equal(vtm_mask_find_inverted(pointers, 6, found, &even), 0);
  assert_int_equal(vtm_mask_find_inverted(pointers, 0, found, &even), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_binary),
      cmocka_unit_test(test_soft_edges_are_counted),
      cmocka_unit_test(test_not_binary),
      cmocka_unit_test(test_colour),
      cmocka_unit_test(test_empty_and_full),
      cmocka_unit_test(test_tiny_mask),
      cmocka_unit_test(test_inverted_against_the_others),
      cmocka_unit_test(test_too_few_masks_decide_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
