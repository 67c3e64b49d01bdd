/* Files that are not what they claim: each gets an error that names it, none a crash or half a picture. */
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

#include "base/file.h"
#include "vtonmetrics/image.h"

#define GOLDEN TESTS_DIR "/golden/pixels/"

typedef struct content {
  uint8_t *bytes;
  size_t size;
} content;

static content load(const char *name) {
  char path[512];
  content c = {0};
  vtm_error error = {0};
  (void)snprintf(path, sizeof(path), GOLDEN "%s", name);
  if (vtm_file_read(path, UINT64_MAX, &c.bytes, &c.size, &error) != VTM_OK) fail_msg("%s", error.message);
  return c;
}

/* A copy of the exact size, so that a sanitizer sees a step beyond the end. */
static vtm_status decode_copy(const uint8_t *bytes, size_t size, const char *name, vtm_image *image, vtm_error *error) {
  uint8_t *copy = malloc(size ? size : 1);
  assert_non_null(copy);
  memcpy(copy, bytes, size);
  const vtm_image_limits limits = {.struct_size = sizeof(limits), .max_pixels = 1u << 24};
  const vtm_status status = vtm_image_decode(copy, size, name, &limits, image, error);
  if (status != VTM_OK) {
    assert_null(image->pixels);
    assert_int_equal(image->width, 0);
    assert_int_equal(error->status, status);
    if (strncmp(error->message, name, strlen(name)) != 0) fail_msg("does not name its file: %s", error->message);
  }
  free(copy);
  return status;
}

static void expect_refusal(const void *bytes, size_t size, vtm_status wanted, const char *words) {
  vtm_image image = {0};
  vtm_error error = {0};
  const vtm_status status = decode_copy(bytes, size, "dir/it.png", &image, &error);
  if (status != wanted) fail_msg("status %d instead of %d: %s", (int)status, (int)wanted, error.message);
  if (strstr(error.message, words) == NULL) fail_msg("no word of '%s' in: %s", words, error.message);
}

typedef struct truncation_case {
  const char *file;
  size_t spare; /* bytes at the end without which the picture is still whole */
} truncation_case;

static const truncation_case truncation_cases[] = {
    {"ycc420-17x13.jpg", 0},
    {"progressive-420.jpg", 0},
    {"gray.jpg", 0},
    {"cmyk.jpg", 0},
    {"restarts.jpg", 0},
    {"orientation-6.jpg", 0},
    {"png-2-8.png", 0},
    {"png-3-4-adam7.png", 0},
    {"png-palette-alpha.png", 0},
    {"png-0-16.png", 0},
    {"gif.gif", 1},
    {"gif-local-palette.gif", 1},
    {"bmp-8.bmp", 3},
    {"bmp-16-565.bmp", 2},
    {"bmp-32-bgrx.bmp", 0},
    {"bmp-24-os2v2.bmp", 3},
    {"tga-RGB.tga", 26},
    {"tga-RGB-rle.tga", 26},
    {"tga-palette-16.tga", 0},
    {"tga-P-rle.tga", 26},
    {"pnm.ppm", 0},
    {"pnm-1000.pgm", 0},
    {"tiff-strips.tif", 0},
    {"tiff-planes-strips.tif", 0},
    {"tiff-tiles-deflate.tif", 0},
    {"tiff-palette-4-big.tif", 0},
};

static bool is_unread_here(const char *file) {
  return strstr(file, ".tif") != NULL && strstr(vtm_image_formats(), "TIFF") == NULL;
}

static void test_truncation_at_every_byte(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(truncation_cases) / sizeof(*truncation_cases); i++) {
    if (is_unread_here(truncation_cases[i].file)) continue;
    const content c = load(truncation_cases[i].file);
    vtm_image image = {0};
    vtm_error error = {0};
    assert_int_equal(decode_copy(c.bytes, c.size, "it.xyz", &image, &error), VTM_OK);
    vtm_image_clear(&image);
    for (size_t size = 0; size < c.size - truncation_cases[i].spare; size++)
      if (decode_copy(c.bytes, size, "it.xyz", &image, &error) == VTM_OK)
        fail_msg("%s: accepted with %zu of its %zu bytes", truncation_cases[i].file, size, c.size);
    free(c.bytes);
  }
}

static void test_webp_truncation(void **state) {
  (void)state;
  if (strstr(vtm_image_formats(), "WebP") == NULL) skip();
  const char *const files[] = {"webp-lossy.webp", "webp-lossless-alpha.webp", "webp-lossy-alpha.webp",
                               "webp-animated.webp"};
  for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
    const content c = load(files[i]);
    for (size_t size = 0; size < c.size; size++) {
      vtm_image image = {0};
      vtm_error error = {0};
      /* The last byte of a chunk may be padding, and an animation whole after its first frame. */
      if (decode_copy(c.bytes, size, "it.xyz", &image, &error) == VTM_OK && size < c.size / 4)
        fail_msg("%s: accepted with %zu of its %zu bytes", files[i], size, c.size);
      vtm_image_clear(&image);
    }
    free(c.bytes);
  }
}

static void test_message_of_a_truncated_jpeg(void **state) {
  (void)state;
  const content c = load("large.jpg");
  expect_refusal(c.bytes, 12345, VTM_ERROR_FORMAT, "dir/it.png: truncated JPEG at byte 12,345");
  free(c.bytes);
}

/* Every byte in turn set to other values: no crash, and in a PNG every change of a checked byte is seen. */
static void test_flipped_bytes(void **state) {
  (void)state;
  const char *const files[] = {"ycc444-35x2.jpg",
                               "tiny-9x16.jpg",
                               "png-3-4-adam7.png",
                               "png-2-8.png",
                               "gif-1x1.gif",
                               "gif-animated.gif",
                               "bmp-4.bmp",
                               "bmp-8-os2.bmp",
                               "tga-P-rle.tga",
                               "pnm-100.pgm",
                               "webp-1x1.webp",
                               "bmp-32-rgba-v4.bmp",
                               "gif-offset.gif",
                               "orientation-6.jpg",
                               "tga-palette-first-5.tga",
                               "tiff-tiles-deflate.tif",
                               "tiff-RGB-jpeg.tif",
                               "tiff-palette-4-big.tif",
                               "tiff-P-lzw.tif"};
  const uint8_t flips[] = {0x01, 0x80, 0xff};
  for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
    const content c = load(files[i]);
    const bool png = strstr(files[i], ".png") != NULL;
    for (size_t at = 0; at < c.size && at < 1200; at++)
      for (size_t f = 0; f < sizeof(flips); f++) {
        vtm_image image = {0};
        vtm_error error = {0};
        c.bytes[at] ^= flips[f];
        const vtm_status status = decode_copy(c.bytes, c.size, "it.xyz", &image, &error);
        c.bytes[at] ^= flips[f];
        vtm_image_clear(&image);
        if (png && status == VTM_OK) fail_msg("%s: byte %zu changed, and nobody noticed", files[i], at);
      }
    free(c.bytes);
  }
}

static void put_u32be(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void test_sizes(void **state) {
  (void)state;
  expect_refusal("P6 60000 60000 255\nabc", 22, VTM_ERROR_LIMIT, "60,000 x 60,000");
  expect_refusal("P6 60000 60000 255\nabc", 22, VTM_ERROR_LIMIT, "--max-pixels");
  expect_refusal("P6 999999999 999999999 255\nabc", 30, VTM_ERROR_LIMIT, "999,999,999");
  expect_refusal("P6 9999999999 9 255\nabc", 23, VTM_ERROR_FORMAT, "a number was expected");
  expect_refusal("P6 0 5 255\nabc", 14, VTM_ERROR_FORMAT, "0 x 5");
  expect_refusal("P6 4000 4000 255\nabc", 20, VTM_ERROR_FORMAT, "truncated PNM at byte 20");

  content c = load("ycc420-17x13.jpg");
  size_t frame = 2;
  while (c.bytes[frame + 1] != 0xc0) frame += 2 + (size_t)(c.bytes[frame + 2] << 8 | c.bytes[frame + 3]);
  memset(c.bytes + frame + 5, 0xff, 4);
  expect_refusal(c.bytes, c.size, VTM_ERROR_LIMIT, "65,535 x 65,535");
  memset(c.bytes + frame + 7, 0, 2);
  expect_refusal(c.bytes, c.size, VTM_ERROR_FORMAT, "JPEG");
  free(c.bytes);

  c = load("gif.gif");
  memset(c.bytes + 6, 0xff, 4);
  expect_refusal(c.bytes, c.size, VTM_ERROR_LIMIT, "65,535 x 65,535");
  free(c.bytes);

  c = load("bmp-8.bmp");
  memset(c.bytes + 18, 0, 4);
  expect_refusal(c.bytes, c.size, VTM_ERROR_FORMAT, "0 x 13");
  memset(c.bytes + 18, 0x7f, 8);
  expect_refusal(c.bytes, c.size, VTM_ERROR_LIMIT, "2,139,062,143");
  free(c.bytes);

  c = load("tga-RGB.tga");
  memset(c.bytes + 12, 0, 2);
  expect_refusal(c.bytes, c.size, VTM_ERROR_FORMAT, "0 x 13");
  free(c.bytes);
}

static void put(content *c, const void *bytes, size_t size) {
  memcpy(c->bytes + c->size, bytes, size);
  c->size += size;
}

/* A gray progressive JPEG in which nothing is but black: one scan of all means, and so many of no other coefficients,
 * each of some bytes and a pass over the picture. A 0 bit is the code of "no difference", and, with 14 more, of
 * "nothing in the next 16,384 blocks". */
static content make_scans(unsigned side, int scans) {
  static const uint8_t start[] = {0xff, 0xd8, 0xff, 0xdb, 0, 67, 0};
  static const uint8_t tables[] = {0xff, 0xc4, 0, 20, 0x00, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00,
                                   0xff, 0xc4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xe0};
  static const uint8_t means[] = {0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0};
  static const uint8_t others[] = {0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0};
  const uint8_t frame[] = {0xff,          0xc2, 0, 11,   8, (uint8_t)(side >> 8), (uint8_t)side, (uint8_t)(side >> 8),
                           (uint8_t)side, 1,    1, 0x11, 0};
  const size_t blocks = (size_t)(side / 8) * (side / 8), runs = (blocks + 16383) / 16384;
  const size_t of_others = (runs * 15 + 7) / 8;
  content c = {calloc(400 + blocks / 8 + (size_t)scans * (sizeof(others) + of_others), 1), 0};
  assert_non_null(c.bytes);
  put(&c, start, sizeof(start));
  memset(c.bytes + c.size, 1, 64);
  c.size += 64;
  put(&c, frame, sizeof(frame));
  put(&c, tables, sizeof(tables));
  put(&c, means, sizeof(means));
  c.size += blocks / 8;
  for (int i = 0; i < scans; i++, c.size += of_others) put(&c, others, sizeof(others));
  put(&c, "\xff\xd9", 2);
  return c;
}

/* Passes over many pixels are refused, as many over few are not. */
static void test_scans_times_pixels(void **state) {
  (void)state;
  content c = make_scans(4096, 300);
  expect_refusal(c.bytes, c.size, VTM_ERROR_LIMIT, "a JPEG of 257 or more scans of 16,777,216 pixels each");
  free(c.bytes);
  vtm_image image = {0};
  vtm_error error = {0};
  c = make_scans(128, 1000);
  if (decode_copy(c.bytes, c.size, "it.jpg", &image, &error) != VTM_OK) fail_msg("%s", error.message);
  assert_int_equal(image.width, 128);
  vtm_image_clear(&image);
  free(c.bytes);
}

static void put_u32le(content *c, uint32_t value) {
  const uint8_t bytes[] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24)};
  put(c, bytes, sizeof(bytes));
}

/* A gray TIFF of so many strips, a row each (one strip: the whole), all of which are the same `held` bytes. */
static content make_strips(uint32_t width, uint32_t height, uint32_t strips, uint32_t held) {
  enum { HEADER = 8, ENTRIES = 8, LONG = 4 };
  const uint32_t places = HEADER + 2 + 12 * ENTRIES + 4, sizes = places + 4 * strips, pixels = sizes + 4 * strips;
  const uint32_t entries[ENTRIES][3] = {
      {256, 1, width},  {257, 1, height},          {258, 1, 8},     {259, 1, 1}, {262, 1, 1},
      {273, strips, 0}, {278, 1, height / strips}, {279, strips, 0}};
  content c = {calloc(pixels + held, 1), 0};
  assert_non_null(c.bytes);
  put(&c, "II*\0\x08\0\0\0\x08", 10);
  for (size_t i = 0; i < ENTRIES; i++) {
    const bool alone = entries[i][1] == 1;
    put_u32le(&c, entries[i][0] | LONG << 16);
    put_u32le(&c, entries[i][1]);
    if (entries[i][0] == 273)
      put_u32le(&c, alone ? pixels : places);
    else if (entries[i][0] == 279)
      put_u32le(&c, alone ? held : sizes);
    else
      put_u32le(&c, entries[i][2]);
  }
  put_u32le(&c, 0);
  for (uint32_t i = 0; i < strips; i++) put_u32le(&c, pixels);
  for (uint32_t i = 0; i < strips; i++) put_u32le(&c, held);
  c.size += held;
  return c;
}

/* Sizes are looked at before memory is taken, and what one file may cost is bounded. */
static void test_tiff_sizes(void **state) {
  (void)state;
  if (strstr(vtm_image_formats(), "TIFF") == NULL) skip();
  vtm_image image = {0};
  vtm_error error = {0};
  content c = make_strips(7, 50, 50, 1000);
  if (decode_copy(c.bytes, c.size, "it.tif", &image, &error) != VTM_OK) fail_msg("%s", error.message);
  assert_int_equal(image.height, 50);
  vtm_image_clear(&image);
  free(c.bytes);
  c = make_strips(7, 4000, 4000, 1 << 20);
  expect_refusal(c.bytes, c.size, VTM_ERROR_LIMIT, "a TIFF whose strips are the same bytes again and again");
  free(c.bytes);
  c = make_strips(60000, 60000, 1, 100);
  expect_refusal(c.bytes, c.size, VTM_ERROR_LIMIT, "60,000 x 60,000");
  free(c.bytes);
  c = make_strips(4000, 4000, 1, 100);
  expect_refusal(c.bytes, c.size, VTM_ERROR_FORMAT, "truncated TIFF");
  free(c.bytes);
}

/* The checksum of PNG's first chunk covers the size: a made-up header needs a made-up checksum. */
static void test_png_header(void **state) {
  (void)state;
  static const uint8_t huge[] = {0x89, 'P',  'N',  'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I',  'H',  'D',  'R', 0,
                                 0,    0xea, 0x60, 0,   0,    0xea, 0x60, 8,    2, 0, 0, 0,  0x9a, 0x44, 0x53, 0x3a};
  expect_refusal(huge, sizeof(huge), VTM_ERROR_FORMAT, "PNG at byte 8");
  content c = load("png-2-8.png");
  put_u32be(c.bytes + 8, 0x7fffffff);
  expect_refusal(c.bytes, c.size, VTM_ERROR_FORMAT, "truncated PNG");
  free(c.bytes);
}

static void test_limits_can_be_raised(void **state) {
  (void)state;
  const content c = load("tiny-9x16.jpg");
  vtm_image image = {0};
  vtm_error error = {0};
  vtm_image_limits limits = {.struct_size = sizeof(limits), .max_pixels = 9 * 16 - 1};
  assert_int_equal(vtm_image_decode(c.bytes, c.size, "a", &limits, &image, &error), VTM_ERROR_LIMIT);
  limits.max_pixels++;
  assert_int_equal(vtm_image_decode(c.bytes, c.size, "a", &limits, &image, &error), VTM_OK);
  vtm_image_clear(&image);
  free(c.bytes);
  limits = (vtm_image_limits){.struct_size = sizeof(vtm_image_limits), .max_bytes = 100};
  assert_int_equal(vtm_image_read(GOLDEN "tiny-9x16.jpg", &limits, &image, &error), VTM_ERROR_LIMIT);
  assert_non_null(strstr(error.message, "tiny-9x16.jpg"));
}

static void test_other_kinds(void **state) {
  (void)state;
  expect_refusal("", 0, VTM_ERROR_FORMAT, "is empty (0 bytes)");
  expect_refusal("%PDF-1.7\n%\xff\xff", 11, VTM_ERROR_FORMAT, "is a PDF document");
  expect_refusal(" \n<!DOCTYPE HTML><html>", 23, VTM_ERROR_FORMAT, "is an HTML page");
  expect_refusal("hello, world\n", 13, VTM_ERROR_FORMAT, "is text");
  expect_refusal("\0\0\0\0\0\0\0\0", 8, VTM_ERROR_FORMAT, "nothing but zero bytes");
  expect_refusal("PK\x03\x04\x14\0\0\0", 8, VTM_ERROR_FORMAT, "is a zip archive");
  const bool tiff = strstr(vtm_image_formats(), "TIFF") != NULL;
  expect_refusal("II*\0\x08\0\0\0", 8, tiff ? VTM_ERROR_FORMAT : VTM_ERROR_UNSUPPORTED, "TIFF");
  expect_refusal("MM\0+\0\x08\0\0", 8, tiff ? VTM_ERROR_FORMAT : VTM_ERROR_UNSUPPORTED, "TIFF");
  expect_refusal(
      "\0\0\0\x1c"
      "ftypavif\0\0\0\0mif1miaf",
      24, VTM_ERROR_UNSUPPORTED, "is an AVIF image");
  expect_refusal(
      "\0\0\0\x18"
      "ftypmif1\0\0\0\0avifmiaf",
      24, VTM_ERROR_UNSUPPORTED, "is an AVIF image");
  expect_refusal(
      "\0\0\0\x18"
      "ftypmif1\0\0\0\0heicmiaf",
      24, VTM_ERROR_UNSUPPORTED, "is a HEIC image");
  expect_refusal(
      "\0\0\0\x18"
      "ftypheix\0\0\0\0",
      16, VTM_ERROR_UNSUPPORTED, "'heif-convert NAME.heic NAME.png'");
  expect_refusal(
      "\0\0\0\x18"
      "ftypisom\0\0\0\0mp41",
      20, VTM_ERROR_FORMAT, "is a video");
  expect_refusal("\xff\x0a\x7f\x02", 4, VTM_ERROR_UNSUPPORTED, "is a JPEG XL image");
  expect_refusal("\0\0\0\x0cJXL \r\n\x87\n", 12, VTM_ERROR_UNSUPPORTED, "is a JPEG XL image");
  expect_refusal("\0\0\0\x0cjP  \r\n\x87\n", 12, VTM_ERROR_UNSUPPORTED, "is a JPEG 2000 image");
  expect_refusal("\x01\x02\x03\x04\x05", 5, VTM_ERROR_FORMAT, "is not an image of a format that is read");
  expect_refusal("\xff", 1, VTM_ERROR_FORMAT, "is not an image");
  expect_refusal("P3 1 1 255 1 2 3", 16, VTM_ERROR_UNSUPPORTED, "a P3 file");
}

static void expect_path_error(const char *path, vtm_status wanted) {
  vtm_image image = {0};
  vtm_error error = {0};
  assert_int_equal(vtm_image_read(path, NULL, &image, &error), wanted);
  assert_int_equal(strncmp(error.message, path, strlen(path)), 0);
  assert_null(image.pixels);
}

static void test_paths(void **state) {
  (void)state;
  expect_path_error(TESTS_DIR, VTM_ERROR_IO);
  expect_path_error(GOLDEN "no-such-file.jpg", VTM_ERROR_NOT_FOUND);
  expect_path_error("/dev/zero", VTM_ERROR_IO);
  char path[] = "/tmp/vtm-unreadable-XXXXXX";
  const int fd = mkstemp(path);
  assert_true(fd >= 0);
  (void)close(fd);
  if (geteuid() != 0 && chmod(path, 0) == 0) expect_path_error(path, VTM_ERROR_IO);
  (void)unlink(path);
}

static void test_random_bytes(void **state) {
  (void)state;
  static const char *const heads[] = {
      "", "\xff\xd8\xff\xe0", "\x89PNG\r\n\x1a\n", "GIF89a", "BM", "P6 9 9 255\n", "P5 ", "RIFF\x40\0\0\0WEBPVP8 "};
  uint32_t noise = 12345;
  for (int round = 0; round < 4000; round++) {
    uint8_t bytes[400];
    for (size_t i = 0; i < sizeof(bytes); i++) {
      noise = noise * 1664525u + 1013904223u;
      bytes[i] = (uint8_t)(noise >> 24);
    }
    const char *head = heads[(size_t)round % (sizeof(heads) / sizeof(*heads))];
    memcpy(bytes, head, strlen(head));
    vtm_image image = {0};
    vtm_error error = {0};
    (void)decode_copy(bytes, sizeof(bytes), "it.xyz", &image, &error);
    vtm_image_clear(&image);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_truncation_at_every_byte),
      cmocka_unit_test(test_webp_truncation),
      cmocka_unit_test(test_message_of_a_truncated_jpeg),
      cmocka_unit_test(test_flipped_bytes),
      cmocka_unit_test(test_sizes),
      cmocka_unit_test(test_scans_times_pixels),
      cmocka_unit_test(test_tiff_sizes),
      cmocka_unit_test(test_png_header),
      cmocka_unit_test(test_limits_can_be_raised),
      cmocka_unit_test(test_other_kinds),
      cmocka_unit_test(test_paths),
      cmocka_unit_test(test_random_bytes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
