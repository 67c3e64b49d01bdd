/* Label maps: the stored number of each pixel, whatever its colour. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "helpers/make_png.h"
#include "image/labels.h"

static made_png png;

static const uint8_t palette[] = {0, 0, 0, 255, 0, 0, 0, 0, 0, 9, 9, 9}; /* 0 and 2 look the same */

static void read_labels(vtm_labels *labels) {
  vtm_error error = {0};
  assert_int_equal(vtm_labels_decode(png.bytes, png.size, "map.png", NULL, labels, &error), VTM_OK);
}

static void test_palette_gives_indices(void **state) {
  (void)state;
  const uint8_t rows[] = {0, 1, 2, 3, 2, 255};
  for (int transparency = 0; transparency < 2; transparency++) {
    make_png(&png, 3, 2, 8, 3, palette, sizeof(palette), transparency, rows, 3);
    vtm_labels labels;
    read_labels(&labels);
    assert_int_equal(labels.kind, VTM_LABELS_PALETTE);
    assert_int_equal(labels.width, 3);
    assert_int_equal(labels.height, 2);
    assert_memory_equal(labels.values, rows, sizeof(rows));
    vtm_labels_free(&labels);
  }
}

static void test_packed_depths(void **state) {
  (void)state;
  static const struct {
    int depth;
    uint8_t row[2], values[4];
  } cases[] = {{1, {0xA0, 0}, {1, 0, 1, 0}}, {2, {0x1B, 0}, {0, 1, 2, 3}}, {4, {0x0F, 0x73}, {0, 15, 7, 3}}};
  for (size_t i = 0; i < 3; i++) {
    for (int color = 0; color <= 3; color += 3) {
      make_png(&png, 4, 1, cases[i].depth, color, color == 3 ? palette : NULL, 12, 0, cases[i].row, 2);
      vtm_labels labels;
      /* A row of 4 pixels of 1 or 2 bits is one byte: the second is left over, which readers ignore. */
      read_labels(&labels);
      assert_int_equal(labels.kind, color == 3 ? VTM_LABELS_PALETTE : VTM_LABELS_GRAY);
      assert_memory_equal(labels.values, cases[i].values, 4);
      vtm_labels_free(&labels);
    }
  }
}

static void test_kinds_without_values(void **state) {
  (void)state;
  const uint8_t rows[8] = {0};
  static const struct {
    int depth, color;
    size_t stride;
    vtm_labels_kind kind;
  } cases[] = {{16, 0, 2, VTM_LABELS_GRAY16},
               {8, 2, 3, VTM_LABELS_COLOUR},
               {8, 6, 4, VTM_LABELS_COLOUR},
               {8, 4, 2, VTM_LABELS_COLOUR}};
  for (size_t i = 0; i < 4; i++) {
    make_png(&png, 1, 1, cases[i].depth, cases[i].color, NULL, 0, 0, rows, cases[i].stride);
    vtm_labels labels;
    read_labels(&labels);
    assert_int_equal(labels.kind, cases[i].kind);
    assert_null(labels.values);
  }
  vtm_labels labels;
  vtm_error error = {0};
  assert_int_equal(vtm_labels_decode("\xff\xd8\xff\xe0", 4, "a.png", NULL, &labels, &error), VTM_OK);
  assert_int_equal(labels.kind, VTM_LABELS_NOT_PNG);
}

static void test_damage(void **state) {
  (void)state;
  const uint8_t rows[4] = {0};
  make_png(&png, 2, 2, 8, 3, palette, sizeof(palette), 0, rows, 2);
  for (size_t size = 8; size < png.size; size++) {
    vtm_labels labels;
    vtm_error error = {0};
    assert_int_equal(vtm_labels_decode(png.bytes, size, "map.png", NULL, &labels, &error), VTM_ERROR_FORMAT);
    assert_null(labels.values);
    assert_non_null(strstr(error.message, "map.png: truncated"));
  }
  make_png(&png, 70000, 70000, 8, 3, palette, sizeof(palette), 0, rows, 0);
  vtm_labels labels;
  vtm_error error = {0};
  assert_int_equal(vtm_labels_decode(png.bytes, png.size, "map.png", NULL, &labels, &error), VTM_ERROR_LIMIT);
  make_png(&png, 1, 1, 3, 3, palette, sizeof(palette), 0, rows, 1);
  assert_int_equal(vtm_labels_decode(png.bytes, png.size, "map.png", NULL, &labels, &error), VTM_ERROR_FORMAT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_palette_gives_indices),
      cmocka_unit_test(test_packed_depths),
      cmocka_unit_test(test_kinds_without_values),
      cmocka_unit_test(test_damage),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
