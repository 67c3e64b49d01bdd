/* Any bytes as an image file: decoded within small limits, and what decodes is resized. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "vtonmetrics/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A mutation would hardly ever get past the checksums of PNG's chunks: make them right. */
static void mend_png(uint8_t *bytes, size_t size) {
  size_t at = 8;
  while (size >= at + 12) {
    const size_t length =
        (size_t)bytes[at] << 24 | (size_t)bytes[at + 1] << 16 | (size_t)bytes[at + 2] << 8 | bytes[at + 3];
    if (length > size - at - 12) return;
    const uLong sum = crc32(0, bytes + at + 4, (uInt)length + 4);
    for (int i = 0; i < 4; i++) bytes[at + 8 + length + (size_t)i] = (uint8_t)(sum >> (24 - 8 * i));
    at += length + 12;
  }
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
