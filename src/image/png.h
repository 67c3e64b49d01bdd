/* The chunks of a PNG. */
#ifndef VTM_IMAGE_PNG_H
#define VTM_IMAGE_PNG_H

#include "image/reader.h"

enum { VTM_PNG_SIGNATURE = 8, VTM_PNG_CHUNK_FRAME = 12 };
enum { VTM_PNG_GRAY = 0, VTM_PNG_RGB = 2, VTM_PNG_PALETTE = 3, VTM_PNG_GRAY_ALPHA = 4, VTM_PNG_RGB_ALPHA = 6 };
#define VTM_PNG_CHUNK(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

typedef struct vtm_png_facts {
  uint32_t width, height;
  int depth, color;
  size_t palette_at, palette_length; /* the bytes of the PLTE chunk's data */
  bool transparency, animated, pixels_begun, pixels_ended, complete;
} vtm_png_facts;

bool vtm_png_sniff(const uint8_t *bytes, size_t size);
/* Reads all chunks up to IEND, checks their checksums and fills *facts, which starts zeroed. */
vtm_status vtm_png_walk(const vtm_image_source *source, vtm_png_facts *facts, vtm_error *error);

#endif
