/* PNG files of every colour type in memory, for tests: stb_image_write knows no palettes. */
#ifndef TESTS_HELPERS_MAKE_PNG_H
#define TESTS_HELPERS_MAKE_PNG_H

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

typedef struct made_png {
  uint8_t bytes[1 << 17];
  size_t size;
} made_png;

static inline void made_u32(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static inline void made_chunk(made_png *png, const char *type, const void *data, size_t size) {
  assert(png->size + size + 12 <= sizeof(png->bytes));
  uint8_t *at = png->bytes + png->size;
  made_u32(at, (uint32_t)size);
  memcpy(at + 4, type, 4);
  if (size > 0) memcpy(at + 8, data, size);
  made_u32(at + 8 + size, (uint32_t)crc32_z(0, at + 4, size + 4));
  png->size += size + 12;
}

/* `rows`: the samples as a PNG stores them, packed, `stride` bytes a row, without filter bytes. `palette` may
 * be NULL; `transparency` adds a tRNS chunk of one byte. */
static inline void make_png(made_png *png, uint32_t width, uint32_t height, int depth, int color, const void *palette,
                            size_t palette_size, int transparency, const uint8_t *rows, size_t stride) {
  png->size = 8;
  memcpy(png->bytes, "\x89PNG\r\n\x1a\n", 8);
  uint8_t header[13] = {0};
  made_u32(header, width);
  made_u32(header + 4, height);
  header[8] = (uint8_t)depth;
  header[9] = (uint8_t)color;
  made_chunk(png, "IHDR", header, sizeof(header));
  if (palette != NULL) made_chunk(png, "PLTE", palette, palette_size);
  if (transparency) made_chunk(png, "tRNS", "\0", 1);
  uint8_t *raw = calloc(height, stride + 1);
  uLongf packed_size = compressBound((uLong)(height * (stride + 1)));
  uint8_t *packed = malloc(packed_size);
  assert(raw != NULL && packed != NULL);
  for (uint32_t y = 0; y < height; y++) memcpy(raw + y * (stride + 1) + 1, rows + y * stride, stride);
  const int done = compress(packed, &packed_size, raw, (uLong)(height * (stride + 1)));
  assert(done == Z_OK);
  (void)done;
  made_chunk(png, "IDAT", packed, packed_size);
  made_chunk(png, "IEND", NULL, 0);
  free(raw);
  free(packed);
}

#endif
