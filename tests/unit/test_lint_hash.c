/* Finding a picture again, flat pictures, and strips of several. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "image/perceptual_hash.h"
#include "image/perceptual_hash_search.h"
#include "lint/strip.h"

enum { WIDTH = 192, HEIGHT = 256, MOST = 3 * WIDTH };

static uint8_t pixels[MOST * HEIGHT * 3];

/* SplitMix64 (Steele, Lea, Flood 2014) */
static uint64_t next_random(uint64_t *seed) {
  uint64_t z = *seed += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

/* Smooth blobs of colour, which are as different as photographs are; drawn `columns` wide from column `at` on. */
static vtm_image draw_at(uint64_t seed, int at, int columns, int all_columns, int height) {
  enum { BLOBS = 12 };
  int x[BLOBS], y[BLOBS], colour[BLOBS][3];
  for (int i = 0; i < BLOBS; i++) {
    x[i] = (int)(next_random(&seed) % 1000);
    y[i] = (int)(next_random(&seed) % 1000);
    for (int c = 0; c < 3; c++) colour[i][c] = (int)(next_random(&seed) % 256);
  }
  for (int row = 0; row < height; row++) {
    for (int column = 0; column < columns; column++) {
      double weights = 0, sums[3] = {0};
      for (int i = 0; i < BLOBS; i++) {
        const double dx = column * 1000.0 / columns - x[i], dy = row * 1000.0 / height - y[i];
        const double weight = 1 / (dx * dx + dy * dy + 500);
        weights += weight;
        for (int c = 0; c < 3; c++) sums[c] += weight * colour[i][c];
      }
      for (int c = 0; c < 3; c++)
        pixels[((size_t)row * (size_t)all_columns + (size_t)(at + column)) * 3 + (size_t)c] =
            (uint8_t)(sums[c] / weights);
    }
  }
  return (vtm_image){.width = all_columns, .height = height, .pixels = pixels};
}

static vtm_image draw(uint64_t seed) { return draw_at(seed, 0, WIDTH, WIDTH, HEIGHT); }

static void test_the_same_in_another_size(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed < 10; seed++) {
    vtm_phash full, half, other;
    vtm_image image = draw(seed);
    vtm_phash_compute(&image, &full);
    image = draw_at(seed, 0, WIDTH / 2, WIDTH / 2, HEIGHT / 2);
    vtm_phash_compute(&image, &half);
    image = draw(seed + 100);
    vtm_phash_compute(&image, &other);
    assert_true(vtm_phash_is_near(&full, &half));
    assert_false(vtm_phash_is_near(&full, &other));
  }
}

static void test_another_colour_is_another_garment(void **state) {
  (void)state;
  vtm_phash first, second;
  vtm_image image = draw(3);
  vtm_phash_compute(&image, &first);
  for (size_t i = 0; i < (size_t)WIDTH * HEIGHT; i++) { /* the luma hardly changes, the hue does */
    const uint8_t red = pixels[i * 3];
    pixels[i * 3] = pixels[i * 3 + 2];
    pixels[i * 3 + 2] = red;
  }
  vtm_phash_compute(&image, &second);
  assert_false(vtm_phash_is_near(&first, &second));
}

/* White paper with a dark garment in its middle, striped or checked. */
static void draw_garment(bool checked) {
  for (int y = 0; y < HEIGHT; y++) {
    for (int x = 0; x < WIDTH; x++) {
      const bool inside = x >= 50 && x < 140 && y >= 60 && y < 200;
      const bool light = checked ? (x / 8 + y / 8) % 2 == 0 : y / 8 % 2 == 0;
      memset(pixels + (y * WIDTH + x) * 3, inside ? (light ? 110 : 40) : 255, 3);
    }
  }
}

static void test_one_cut_in_two_patterns(void **state) {
  (void)state;
  static uint8_t other[WIDTH * HEIGHT * 3];
  const vtm_image image = {.width = WIDTH, .height = HEIGHT, .pixels = pixels};
  const vtm_image before = {.width = WIDTH, .height = HEIGHT, .pixels = other};
  draw_garment(false);
  memcpy(other, pixels, sizeof(other));
  assert_true(vtm_phash_residual(&image, &before) < 1e-6);
  for (size_t i = 0; i < sizeof(other); i++) other[i] = (uint8_t)(other[i] > 5 ? other[i] - i % 3 : 0);
  assert_true(vtm_phash_residual(&image, &before) < vtm_phash_near_residual / 2);
  draw_garment(true);
  assert_true(vtm_phash_residual(&image, &before) > vtm_phash_near_residual);
}

static vtm_flatness flatness(const vtm_image *image) {
  vtm_phash hash;
  vtm_phash_compute(image, &hash);
  return vtm_phash_flatness(&hash);
}

static void test_flatness(void **state) {
  (void)state;
  vtm_image image = draw(5);
  assert_int_equal(flatness(&image), VTM_NOT_FLAT);
  memset(pixels, 0, sizeof(pixels));
  assert_int_equal(flatness(&image), VTM_BLACK);
  pixels[100] = VTM_BLACK_MOST; /* JPEG's rounding */
  assert_int_equal(flatness(&image), VTM_BLACK);
  for (size_t i = 0; i < sizeof(pixels); i++) pixels[i] = (uint8_t)(i % 3 == 0 ? 200 : 40);
  assert_int_equal(flatness(&image), VTM_SINGLE_COLOUR);
  uint64_t seed = 9;
  for (size_t i = 0; i < sizeof(pixels); i++) pixels[i] = (uint8_t)(127 + next_random(&seed) % 9);
  assert_int_equal(flatness(&image), VTM_FLAT);
  /* White on white: hardly any contrast, and yet a garment. */
  memset(pixels, 250, sizeof(pixels));
  for (int y = 60; y < 200; y++) memset(pixels + (y * WIDTH + 50) * 3, 240, 90 * 3);
  assert_int_equal(flatness(&image), VTM_NOT_FLAT);
}

static void test_tiny_pictures(void **state) {
  (void)state;
  for (int side = 1; side < 70; side += 7) {
    const vtm_image image = {.width = side, .height = 1, .pixels = pixels};
    vtm_phash hash;
    vtm_phash_compute(&image, &hash);
    assert_true(vtm_phash_is_near(&hash, &hash));
    assert_int_equal(vtm_strip_find(&image).pictures, 1);
  }
}

/* The index must find what comparing all with all finds. */
static void test_search_equals_brute_force(void **state) {
  (void)state;
  enum { COUNT = 3000, LOWEST = 1 << 20 };
  static vtm_phash hashes[COUNT];
  static const vtm_phash *pointers[COUNT];
  static size_t nearest[COUNT];
  uint64_t seed = 77;
  for (int i = 0; i < COUNT; i++) {
    if (i > 10 && next_random(&seed) % 2 == 0) { /* a changed copy of an earlier one */
      hashes[i] = hashes[next_random(&seed) % (uint64_t)i];
      const int flips = (int)(next_random(&seed) % 9);
      for (int k = 0; k < flips; k++) hashes[i].coarse ^= UINT64_C(1) << next_random(&seed) % 64;
      hashes[i].fine[0] ^= next_random(&seed) & 0xFF;
    } else {
      hashes[i].coarse = next_random(&seed);
      for (int k = 0; k < 4; k++) hashes[i].fine[k] = next_random(&seed);
    }
    pointers[i] = i % 50 == 49 ? NULL : &hashes[i];
  }
  vtm_error error = {0};
  assert_int_equal(vtm_phash_find_near(pointers, COUNT, nearest, &error), VTM_OK);
  size_t found = 0;
  for (size_t i = 0; i < COUNT; i++) {
    size_t expected = VTM_PHASH_NONE;
    int least = LOWEST;
    for (size_t j = 0; j < i && pointers[i] != NULL; j++) {
      if (pointers[j] == NULL || !vtm_phash_is_near(pointers[i], pointers[j])) continue;
      const vtm_phash_distance distance = vtm_phash_compare(pointers[i], pointers[j]);
      const int bits = distance.coarse + distance.fine + distance.colours;
      if (bits >= least) continue;
      least = bits;
      expected = j;
    }
    assert_int_equal(nearest[i], expected);
    found += expected != VTM_PHASH_NONE;
  }
  assert_true(found > COUNT / 4);
}

static void test_search_of_equals_is_quick(void **state) {
  (void)state;
  enum { COUNT = 100000 };
  static const vtm_phash *pointers[COUNT];
  const vtm_image image = draw(8);
  vtm_phash hash;
  vtm_phash_compute(&image, &hash);
  for (int i = 0; i < COUNT; i++) pointers[i] = &hash;
  size_t *nearest = malloc(COUNT * sizeof(*nearest));
  assert_non_null(nearest);
  vtm_error error = {0};
  assert_int_equal(vtm_phash_find_near(pointers, COUNT, nearest, &error), VTM_OK);
  assert_int_equal(nearest[0], VTM_PHASH_NONE);
  for (int i = 1; i < COUNT; i++) assert_int_equal(nearest[i], 0);
  assert_int_equal(vtm_phash_find_near(pointers, 0, nearest, &error), VTM_OK);
  free(nearest);
}

static void test_strips(void **state) {
  (void)state;
  vtm_image image = draw(21);
  assert_int_equal(vtm_strip_find(&image).pictures, 1);
  for (int i = 0; i < 3; i++) image = draw_at(i == 0 ? 4 : 6, i * WIDTH, WIDTH, 3 * WIDTH, HEIGHT);
  vtm_strip strip = vtm_strip_find(&image);
  assert_int_equal(strip.pictures, 3);
  assert_false(strip.stacked);
  assert_true(strip.repeated);
  assert_true(vtm_strip_fits(&strip, image.width, image.height, WIDTH, HEIGHT));
  assert_true(vtm_strip_fits(&strip, image.width, image.height, 0, 0));
  assert_true(vtm_strip_fits(&strip, 960, 512, 384, 512)); /* PASTA-GAN++ */
  assert_false(vtm_strip_fits(&strip, 384, 512, 384, 512));
  for (int i = 0; i < 2; i++) image = draw_at((uint64_t)(40 + i), i * WIDTH, WIDTH, 2 * WIDTH, HEIGHT);
  strip = vtm_strip_find(&image);
  assert_int_equal(strip.pictures, 2);
  assert_false(strip.repeated);
  image = draw_at(50, 0, 2 * WIDTH, 2 * WIDTH, HEIGHT); /* a wide picture is no strip */
  assert_int_equal(vtm_strip_find(&image).pictures, 1);
}

static void test_stacked_strip(void **state) {
  (void)state;
  static uint8_t tall[WIDTH * HEIGHT * 2 * 3];
  for (int i = 0; i < 2; i++) {
    (void)draw((uint64_t)(60 + i));
    memcpy(tall + (size_t)i * WIDTH * HEIGHT * 3, pixels, (size_t)WIDTH * HEIGHT * 3);
  }
  const vtm_image image = {.width = WIDTH, .height = 2 * HEIGHT, .pixels = tall};
  const vtm_strip strip = vtm_strip_find(&image);
  assert_int_equal(strip.pictures, 2);
  assert_true(strip.stacked);
  assert_true(vtm_strip_fits(&strip, image.width, image.height, WIDTH, HEIGHT));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_same_in_another_size),
      cmocka_unit_test(test_another_colour_is_another_garment),
      cmocka_unit_test(test_one_cut_in_two_patterns),
      cmocka_unit_test(test_flatness),
      cmocka_unit_test(test_tiny_pictures),
      cmocka_unit_test(test_search_equals_brute_force),
      cmocka_unit_test(test_search_of_equals_is_quick),
      cmocka_unit_test(test_strips),
      cmocka_unit_test(test_stacked_strip),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
