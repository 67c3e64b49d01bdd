/* make_picture KIND FILE WIDTHxHEIGHT SEED: one picture, well made or odd, as JPEG or PNG by the file's ending.
 *
 * Kinds: rgb, gray, rgba, cmyk, mask, labels, sixteen (16-bit gray PNG), palette, rotated (EXIF, JPEG), black,
 * flat, white, nothing (gray 0), inverted (a mask), soft (a mask with in-between values), red (a mask), faint,
 * many-labels, labels-palette (labels with the colours of a palette), labels-renumbered (the same picture under other
 * numbers), mask-palette (black and white as 0 and 1 of a palette), mask-rgb, mask-alpha (white, the shape in the
 * transparency), mask-opaque (RGBA), mask-bit (1 bit), mask-sixteen (0 and 65535), mask-one (0 and 1), mask-half (0 and
 * 127), labels-25, labels-rgb (labels as red, green and blue), array-key, array-last, array-bare (.npz files with an
 * array of another name, of H x W x 2, and an .npy in place of one), strip (three pictures side by side), jpeg
 * (JPEG bytes whatever the ending), again (lower quality) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helpers/draw_picture.h"
#include "helpers/make_png.h"

typedef struct picture_request {
  const char *path;
  int width, height;
  uint32_t seed;
} picture_request;

static bool rgb(const picture_request *r) { return draw_patches_file(r->path, r->width, r->height, 3, r->seed); }
static bool gray(const picture_request *r) { return draw_patches_file(r->path, r->width, r->height, 1, r->seed); }
static bool four(const picture_request *r) { return draw_patches_file(r->path, r->width, r->height, 4, r->seed); }
static bool mask(const picture_request *r) { return draw_mask(r->path, r->width, r->height, r->seed); }
static bool labels(const picture_request *r) { return draw_labels(r->path, r->width, r->height, r->seed, 18); }

static bool filled(const picture_request *r, uint8_t value, int channels) {
  const size_t size = (size_t)r->width * (size_t)r->height * (size_t)channels;
  uint8_t *samples = malloc(size);
  if (samples == NULL) return false;
  memset(samples, value, size);
  const bool good = draw_write(r->path, r->width, r->height, channels, samples);
  free(samples);
  return good;
}
static bool black(const picture_request *r) { return filled(r, 0, 3); }
static bool flat(const picture_request *r) { return filled(r, 117, 3); }

static bool white(const picture_request *r) { return filled(r, 255, 3); }
static bool nothing(const picture_request *r) { return filled(r, 0, 1); }
static bool many_labels(const picture_request *r) { return draw_labels(r->path, r->width, r->height, r->seed, 30); }

/* A gray that hardly varies. */
static bool faint(const picture_request *r) {
  uint8_t *samples = malloc((size_t)r->width * (size_t)r->height * 3);
  if (samples == NULL) return false;
  draw_patches(samples, r->width, r->height, 3, r->seed);
  for (int i = 0; i < r->width * r->height * 3; i++) samples[i] = (uint8_t)(117 + samples[i] / 64);
  const bool good = draw_write(r->path, r->width, r->height, 3, samples);
  free(samples);
  return good;
}

/* A mask whose white is red. */
static bool red(const picture_request *r) {
  uint8_t *samples = calloc((size_t)r->width * (size_t)r->height, 3);
  if (samples == NULL) return false;
  for (int y = r->height / 4; y < r->height * 3 / 4; y++)
    for (int x = r->width / 4; x < r->width * 3 / 4; x++) samples[(y * r->width + x) * 3] = 255;
  const bool good = draw_write(r->path, r->width, r->height, 3, samples);
  free(samples);
  return good;
}

/* Three pictures side by side, each of the size given. */
static bool strip(const picture_request *r) {
  const size_t row = (size_t)r->width * 3;
  uint8_t *one = malloc(row * (size_t)r->height);
  uint8_t *all = malloc(row * 3 * (size_t)r->height);
  bool good = one != NULL && all != NULL;
  for (size_t i = 0; i < 3 && good; i++) {
    draw_patches(one, r->width, r->height, 3, r->seed + (uint32_t)i * 7);
    for (size_t y = 0; y < (size_t)r->height; y++) memcpy(all + y * row * 3 + i * row, one + y * row, row);
  }
  good = good && draw_write(r->path, r->width * 3, r->height, 3, all);
  free(one);
  free(all);
  return good;
}

static bool write_png_bytes(const picture_request *r, int depth, int color, const uint8_t *palette, size_t palette_size,
                            const uint8_t *rows, size_t stride) {
  static made_png png;
  make_png(&png, (uint32_t)r->width, (uint32_t)r->height, depth, color, palette, palette_size, 0, rows, stride);
  FILE *file = fopen(r->path, "wb");
  return file != NULL && fwrite(png.bytes, 1, png.size, file) == png.size && fclose(file) == 0;
}

/* Bands: they compress well, and a 16-bit sample is two of the bytes. */
static bool wide(const picture_request *r, int depth, int color, const uint8_t *palette, size_t palette_size) {
  const size_t stride = (size_t)r->width * (size_t)(depth / 8);
  uint8_t *rows = malloc(stride * (size_t)r->height);
  if (rows == NULL) return false;
  for (size_t i = 0; i < stride * (size_t)r->height; i++)
    rows[i] = (uint8_t)(depth == 16 && i % 2 == 0 ? 0 : i / stride * 5 + i % stride / 16 * 40 + r->seed);
  const bool good = write_png_bytes(r, depth, color, palette, palette_size, rows, stride);
  free(rows);
  return good;
}
static bool sixteen(const picture_request *r) { return wide(r, 16, 0, NULL, 0); }
static bool palette(const picture_request *r) {
  uint8_t colours[768];
  for (int i = 0; i < 768; i++) colours[i] = (uint8_t)(i * 7);
  return wide(r, 8, 3, colours, sizeof(colours));
}

enum { LABELS = 20 };

/* Bands of labels. `turned`: label i is written as 19 - i, and so is its colour. */
static bool labels_with_palette(const picture_request *r, bool turned) {
  uint8_t colours[LABELS * 3];
  uint8_t *rows = malloc((size_t)r->width * (size_t)r->height);
  if (rows == NULL) return false;
  for (int i = 0; i < LABELS; i++) {
    uint8_t *colour = colours + 3 * (turned ? LABELS - 1 - i : i);
    colour[0] = (uint8_t)(i * 67);
    colour[1] = (uint8_t)(i * 131);
    colour[2] = (uint8_t)(i * 29 + (i > 0 ? 60 : 0));
  }
  for (int y = 0; y < r->height; y++)
    for (int x = 0; x < r->width; x++) {
      const bool inside = x >= r->width / 4 && x < r->width * 3 / 4;
      const uint32_t label = inside ? 1 + ((uint32_t)(y / 4) + r->seed) % (LABELS - 1) : 0;
      rows[y * r->width + x] = (uint8_t)(turned ? LABELS - 1 - label : label);
    }
  const bool good = write_png_bytes(r, 8, 3, colours, sizeof(colours), rows, (size_t)r->width);
  free(rows);
  return good;
}
static bool labels_palette(const picture_request *r) { return labels_with_palette(r, false); }
static bool labels_renumbered(const picture_request *r) { return labels_with_palette(r, true); }

static bool is_marked(const picture_request *r, int x, int y) {
  return x >= r->width / 4 && x < r->width * 3 / 4 && y >= r->height / 4 && y < r->height * 3 / 4;
}

static bool mask_palette(const picture_request *r) {
  static const uint8_t colours[] = {0, 0, 0, 255, 255, 255};
  uint8_t *rows = malloc((size_t)r->width * (size_t)r->height);
  if (rows == NULL) return false;
  for (int i = 0; i < r->width * r->height; i++) rows[i] = is_marked(r, i % r->width, i / r->width);
  const bool good = write_png_bytes(r, 8, 3, colours, sizeof(colours), rows, (size_t)r->width);
  free(rows);
  return good;
}

static bool mask_rgb(const picture_request *r) {
  uint8_t *samples = malloc((size_t)r->width * (size_t)r->height * 3);
  if (samples == NULL) return false;
  for (int i = 0; i < r->width * r->height * 3; i++)
    samples[i] = is_marked(r, i / 3 % r->width, i / 3 / r->width) ? 255 : 0;
  const bool good = draw_write(r->path, r->width, r->height, 3, samples);
  free(samples);
  return good;
}

/* A PNG of samples of `size` bytes, of one colour inside and of another outside. */
static bool marked_png(const picture_request *r, int depth, int color, size_t size, const void *inside,
                       const void *outside) {
  const size_t stride = (size_t)r->width * size;
  uint8_t *rows = malloc(stride * (size_t)r->height);
  if (rows == NULL) return false;
  for (int i = 0; i < r->width * r->height; i++)
    memcpy(rows + (size_t)i * size, is_marked(r, i % r->width, i / r->width) ? inside : outside, size);
  const bool good = write_png_bytes(r, depth, color, NULL, 0, rows, stride);
  free(rows);
  return good;
}
static bool mask_alpha(const picture_request *r) {
  return marked_png(r, 8, 6, 4, "\xff\xff\xff\xff", "\xff\xff\xff\0");
}
static bool mask_opaque(const picture_request *r) { return marked_png(r, 8, 6, 4, "\xff\xff\xff\xff", "\0\0\0\xff"); }
static bool mask_sixteen(const picture_request *r) { return marked_png(r, 16, 0, 2, "\xff\xff", "\0\0"); }
static bool mask_one(const picture_request *r) { return marked_png(r, 8, 0, 1, "\x01", "\0"); }
static bool mask_half(const picture_request *r) { return marked_png(r, 8, 0, 1, "\x7f", "\0"); }

static bool mask_bit(const picture_request *r) {
  const size_t stride = (size_t)(r->width + 7) / 8;
  uint8_t *rows = calloc(stride * (size_t)r->height, 1);
  if (rows == NULL) return false;
  for (int i = 0; i < r->width * r->height; i++)
    if (is_marked(r, i % r->width, i / r->width))
      rows[(size_t)(i / r->width) * stride + (size_t)(i % r->width) / 8] |= (uint8_t)(0x80 >> i % r->width % 8);
  const bool good = write_png_bytes(r, 1, 0, NULL, 0, rows, stride);
  free(rows);
  return good;
}

static bool labels_25(const picture_request *r) { return marked_png(r, 8, 0, 1, "\x19", "\0"); }
static bool labels_rgb(const picture_request *r) { return marked_png(r, 8, 2, 3, "\x05\x05\x05", "\0\0\0"); }

static bool array_of(const picture_request *r, const char *name, int first, int last) {
  static const float values[4] = {0.0f, 0.25f, 0.5f, 1.0f};
  const vtm_tensor tensor = {.name = name,
                             .dtype = VTM_FLOAT32,
                             .rank = 3,
                             .shape = {first, 1, last},
                             .count = (size_t)(first * last),
                             .data = (const void *)values};
  return vtm_npz_write(r->path, &tensor, 1, NULL) == VTM_OK;
}
static bool array_key(const picture_request *r) { return array_of(r, "arr_0", 2, 2); }
static bool array_last(const picture_request *r) { return array_of(r, "uv", 1, 2); }

static bool array_bare(const picture_request *r) {
  static const char header[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 1), }";
  enum { LENGTH = 118 };
  FILE *file = fopen(r->path, "wb");
  if (file == NULL) return false;
  const bool good = fprintf(file, "\x93NUMPY\x01%c%c%c%-*s\n", 0, LENGTH, 0, LENGTH - 1, header) > 0 &&
                    fwrite("\0\0\0\0\0\0\0\0", 1, 8, file) == 8;
  return fclose(file) == 0 && good;
}

static bool jpeg_with(const picture_request *r, const uint8_t *marker, unsigned size) {
  uint8_t *samples = malloc((size_t)r->width * (size_t)r->height * 3);
  if (samples == NULL) return false;
  draw_patches(samples, r->width, r->height, 3, r->seed);
  const jpeg_drawing drawing = {.width = r->width,
                                .height = r->height,
                                .channels = 3,
                                .space = JCS_RGB,
                                .quality = 95,
                                .marker = marker,
                                .marker_size = size};
  const bool good = draw_write_jpeg(r->path, &drawing, samples);
  free(samples);
  return good;
}
/* The same picture saved with a lower quality. */
static bool again(const picture_request *r) {
  uint8_t *samples = malloc((size_t)r->width * (size_t)r->height * 3);
  if (samples == NULL) return false;
  draw_patches(samples, r->width, r->height, 3, r->seed);
  const jpeg_drawing drawing = {.width = r->width, .height = r->height, .channels = 3, .space = JCS_RGB, .quality = 80};
  const bool good = draw_write_jpeg(r->path, &drawing, samples);
  free(samples);
  return good;
}
static bool jpeg(const picture_request *r) { return jpeg_with(r, NULL, 0); }
static bool rotated(const picture_request *r) {
  static const uint8_t exif[] = "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
  return jpeg_with(r, exif, sizeof(exif) - 1);
}

static bool changed_mask(const picture_request *r, bool invert) {
  uint8_t *samples = malloc((size_t)r->width * (size_t)r->height);
  if (samples == NULL) return false;
  for (int y = 0; y < r->height; y++)
    for (int x = 0; x < r->width; x++) {
      const bool inside = x >= r->width / 4 && x < r->width * 3 / 4 && y >= r->height / 4 && y < r->height * 3 / 4;
      const bool edge = inside && (x == r->width / 4 || y == r->height / 4);
      samples[y * r->width + x] = (uint8_t)(edge && !invert ? 215 : inside != invert ? 255 : 0);
    }
  const bool good = draw_write(r->path, r->width, r->height, 1, samples);
  free(samples);
  return good;
}
static bool inverted(const picture_request *r) { return changed_mask(r, true); }
static bool soft(const picture_request *r) { return changed_mask(r, false); }

static const struct {
  const char *name;
  bool (*make)(const picture_request *r);
} kinds[] = {{"rgb", rgb},
             {"gray", gray},
             {"rgba", four},
             {"cmyk", four},
             {"mask", mask},
             {"labels", labels},
             {"black", black},
             {"flat", flat},
             {"jpeg", jpeg},
             {"sixteen", sixteen},
             {"palette", palette},
             {"rotated", rotated},
             {"inverted", inverted},
             {"soft", soft},
             {"white", white},
             {"nothing", nothing},
             {"many-labels", many_labels},
             {"faint", faint},
             {"red", red},
             {"strip", strip},
             {"labels-palette", labels_palette},
             {"labels-renumbered", labels_renumbered},
             {"mask-palette", mask_palette},
             {"mask-rgb", mask_rgb},
             {"mask-alpha", mask_alpha},
             {"mask-opaque", mask_opaque},
             {"mask-bit", mask_bit},
             {"mask-sixteen", mask_sixteen},
             {"mask-one", mask_one},
             {"mask-half", mask_half},
             {"labels-25", labels_25},
             {"labels-rgb", labels_rgb},
             {"array-key", array_key},
             {"array-last", array_last},
             {"array-bare", array_bare},
             {"again", again}};

int main(int argc, char **argv) {
  picture_request request = {0};
  if (argc == 5 && sscanf(argv[3], "%dx%d", &request.width, &request.height) == 2) {
    request.path = argv[2];
    request.seed = (uint32_t)strtoul(argv[4], NULL, 10);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
      if (strcmp(kinds[i].name, argv[1]) == 0) return kinds[i].make(&request) ? 0 : 1;
  }
  (void)fprintf(stderr, "make_picture KIND FILE WIDTHxHEIGHT SEED\n");
  return 2;
}
