/* Any bytes as an image file: decoded within small limits, and what decodes is resized. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "vtonmetrics/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put_u32(uint8_t *at, uLong value) {
  for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* Goes on with the compressed pixels in one more chunk; where they end, their checksum is written. */
static int mend_pixels(z_stream *stream, uLong *sum, uint8_t *data, size_t size) {
  uint8_t row[4096];
  int code = Z_OK;
  stream->next_in = data;
  stream->avail_in = (uInt)size;
  while (code == Z_OK && (stream->avail_in > 0 || stream->avail_out == 0)) {
    stream->next_out = row;
    stream->avail_out = sizeof(row);
    code = inflate(stream, Z_NO_FLUSH);
    *sum = adler32(*sum, row, (uInt)(sizeof(row) - stream->avail_out));
  }
  if (code == Z_STREAM_END && stream->avail_in >= 4) put_u32(stream->next_in, *sum);
  return code == Z_BUF_ERROR ? Z_OK : code;
}

/* A mutation would hardly ever get past the checksums of PNG's chunks and pixels: make them right. */
static void mend_png(uint8_t *bytes, size_t size) {
  enum { ZLIB_HEADER = 2 };
  size_t at = 8, skip = ZLIB_HEADER;
  z_stream stream = {0};
  uLong pixels = adler32(0, NULL, 0);
  int code = inflateInit2(&stream, -MAX_WBITS);
  while (size >= at + 12) {
    const size_t length =
        (size_t)bytes[at] << 24 | (size_t)bytes[at + 1] << 16 | (size_t)bytes[at + 2] << 8 | bytes[at + 3];
    if (length > size - at - 12) break;
    if (code == Z_OK && memcmp(bytes + at + 4, "IDAT", 4) == 0 && length > skip) {
      code = mend_pixels(&stream, &pixels, bytes + at + 8 + skip, length - skip);
      skip = 0;
    }
    put_u32(bytes + at + 8 + length, crc32(0, bytes + at + 4, (uInt)length + 4));
    at += length + 12;
  }
  (void)inflateEnd(&stream);
}

static void resize(const vtm_image *image, unsigned choice) {
  enum { WIDTH = 13, HEIGHT = 9, FILTERS = VTM_RESIZE_TF1_BILINEAR };
  static float destination[WIDTH * HEIGHT * 3];
  vtm_resizer *resizer = NULL;
  const vtm_resize_filter filter = (vtm_resize_filter)(1 + choice % FILTERS);
  if (vtm_resizer_create(filter, choice & 64, &resizer, NULL) == VTM_OK)
    (void)vtm_resizer_run(resizer, image, WIDTH, HEIGHT, destination, NULL);
  vtm_resizer_destroy(resizer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const vtm_image_limits limits = {.struct_size = sizeof(limits), .max_pixels = 1u << 18};
  uint8_t *copy = malloc(size ? size : 1);
  if (copy == NULL) return 0;
  if (size > 0) memcpy(copy, data, size);
  if (size > 8 && memcmp(copy, "\x89PNG", 4) == 0) mend_png(copy, size);
  vtm_image image;
  vtm_image_header header;
  vtm_error error;
  (void)vtm_image_probe_bytes(copy, size, "case.png", &limits, &header, &error);
  if (vtm_image_decode(copy, size, "case.png", &limits, &image, &error) == VTM_OK) resize(&image, data[size - 1]);
  vtm_image_clear(&image);
  free(copy);
  return 0;
}
