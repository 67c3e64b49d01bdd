/* Small pictures, masks and label maps on disk, all different, for datasets made by tests. */
#ifndef TESTS_HELPERS_DRAW_PICTURE_H
#define TESTS_HELPERS_DRAW_PICTURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* after stdio.h, which it needs */
#include <jpeglib.h>

#include "vtonmetrics/weights.h"

#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#ifndef __clang__ /* which does not know it; with sanitizers GCC takes stretchy buffers for overflows */
#pragma GCC diagnostic ignored "-Wstringop-overflow"
#endif
#include <stb/stb_image_write.h>
#pragma GCC diagnostic pop

typedef struct jpeg_drawing {
  int width, height, channels;
  J_COLOR_SPACE space;
  int quality;
  const uint8_t *marker; /* an APP1 marker's content, or NULL */
  unsigned marker_size;
} jpeg_drawing;

static inline uint32_t draw_random(uint32_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

static inline bool draw_write_jpeg(const char *path, const jpeg_drawing *drawing, const uint8_t *samples) {
  FILE *file = fopen(path, "wb");
  if (file == NULL) return false;
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  jpeg_stdio_dest(&jpeg, file);
  jpeg.image_width = (JDIMENSION)drawing->width;
  jpeg.image_height = (JDIMENSION)drawing->height;
  jpeg.input_components = drawing->channels;
  jpeg.in_color_space = drawing->space;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, drawing->quality, TRUE);
  jpeg_start_compress(&jpeg, TRUE);
  if (drawing->marker != NULL) jpeg_write_marker(&jpeg, JPEG_APP0 + 1, drawing->marker, drawing->marker_size);
  while (jpeg.next_scanline < jpeg.image_height) {
    const size_t stride = (size_t)drawing->width * (size_t)drawing->channels;
    JSAMPROW row = (JSAMPROW)(uintptr_t)(samples + stride * jpeg.next_scanline);
    (void)jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  return fclose(file) == 0;
}

static inline bool draw_is_png(const char *path) {
  const size_t length = strlen(path);
  return length > 4 && strcmp(path + length - 4, ".png") == 0;
}

static inline bool draw_write(const char *path, int width, int height, int channels, const uint8_t *samples) {
  if (draw_is_png(path)) return stbi_write_png(path, width, height, channels, samples, width * channels) != 0;
  const jpeg_drawing drawing = {.width = width,
                                .height = height,
                                .channels = channels,
                                .space = channels == 1   ? JCS_GRAYSCALE
                                         : channels == 3 ? JCS_RGB
                                                         : JCS_CMYK,
                                .quality = 95};
  return draw_write_jpeg(path, &drawing, samples);
}

/* Soft patches of random colour, which no two seeds share. */
static inline void draw_patches(uint8_t *samples, int width, int height, int channels, uint32_t seed) {
  enum { ACROSS = 9, DOWN = 11, MOST = 4 };
  uint8_t corners[DOWN][ACROSS][MOST];
  uint32_t state = seed * 2654435761u + 12345u;
  if (state == 0) state = 1;
  for (int i = 0; i < 16; i++) (void)draw_random(&state);
  for (int i = 0; i < DOWN * ACROSS * MOST; i++) (&corners[0][0][0])[i] = (uint8_t)(draw_random(&state) >> 24);
  for (int y = 0; y < height; y++) {
    for (int x = 0; x < width; x++) {
      const int fy = y * (DOWN - 1) * 256 / height;
      const int fx = x * (ACROSS - 1) * 256 / width;
      const int cy = fy / 256;
      const int cx = fx / 256;
      const int by = fy % 256;
      const int bx = fx % 256;
      for (int c = 0; c < channels; c++) {
        const int top = corners[cy][cx][c] * (256 - bx) + corners[cy][cx + 1][c] * bx;
        const int bottom = corners[cy + 1][cx][c] * (256 - bx) + corners[cy + 1][cx + 1][c] * bx;
        *samples++ = (uint8_t)((top * (256 - by) + bottom * by) / 65536);
      }
    }
  }
}

static inline bool draw_patches_file(const char *path, int width, int height, int channels, uint32_t seed) {
  uint8_t *samples = malloc((size_t)width * (size_t)height * (size_t)channels);
  if (samples == NULL) return false;
  draw_patches(samples, width, height, channels, seed);
  const bool good = draw_write(path, width, height, channels, samples);
  free(samples);
  return good;
}

static inline bool draw_picture(const char *path, int width, int height, uint32_t seed) {
  return draw_patches_file(path, width, height, 3, seed);
}

/* A white box about the middle on black, its edges on JPEG's blocks so that they stay sharp. */
static inline bool draw_mask(const char *path, int width, int height, uint32_t seed) {
  uint8_t *samples = calloc((size_t)width * (size_t)height, 1);
  if (samples == NULL) return false;
  const int left = width / 4 / 8 * 8;
  const int top = height / 4 / 8 * 8 + (int)(seed / 16 % 2) * 8;
  const int right = width * 3 / 4 / 8 * 8;
  const int bottom = height * 3 / 4 / 8 * 8 + (int)(seed / 32 % 2) * 8;
  for (int y = top; y < bottom && y < height; y++) memset(samples + y * width + left, 255, (size_t)(right - left));
  const bool good = draw_write(path, width, height, 1, samples);
  free(samples);
  return good;
}

/* Bands of labels on background, as gray values. */
static inline bool draw_labels(const char *path, int width, int height, uint32_t seed, int labels) {
  uint8_t *samples = calloc((size_t)width * (size_t)height, 1);
  if (samples == NULL) return false;
  for (int y = height / 8; y < height; y++)
    for (int x = width / 4; x < width * 3 / 4; x++)
      samples[y * width + x] = (uint8_t)(1 + ((uint32_t)(y / 4) + seed / 16) % (uint32_t)(labels - 1));
  /* and the seed as a row of bits, so that no two are equal */
  for (int i = 0; i < 24 && i < width; i++) samples[i] = (uint8_t)(seed >> i & 1);
  const bool good = draw_write(path, width, height, 1, samples);
  free(samples);
  return good;
}

/* Written once, then copied: the writer waits for the disk. */
static inline bool write_npz(const char *path) {
  static char *content;
  static size_t size;
  if (content == NULL) {
    float values[4] = {0.0f, 0.25f, 0.5f, 1.0f};
    const vtm_tensor tensor = {
        .name = "uv", .dtype = VTM_FLOAT32, .rank = 3, .shape = {2, 1, 2}, .count = 4, .data = (const void *)values};
    if (vtm_npz_write(path, &tensor, 1, NULL) != VTM_OK) return false;
    FILE *written = fopen(path, "rb");
    content = malloc(4096);
    if (written == NULL || content == NULL) return false;
    size = fread(content, 1, 4096, written);
    return fclose(written) == 0;
  }
  FILE *file = fopen(path, "wb");
  return file != NULL && fwrite(content, 1, size, file) == size && fclose(file) == 0;
}

#endif
