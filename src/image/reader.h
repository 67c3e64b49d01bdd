/* What the readers of the single formats share. A format is one file and one record of the table in
 * image.c: to add one, write both. */
#ifndef VTM_IMAGE_READER_H
#define VTM_IMAGE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vtonmetrics/image.h"

/* Memory of the caller into which an image of exactly this size is decoded; `pixels` NULL: there is none. */
typedef struct vtm_image_place {
  uint8_t *pixels;
  int width, height;
} vtm_image_place;

/* An encoded image in memory. */
typedef struct vtm_image_source {
  const uint8_t *bytes;
  size_t size;
  const char *name; /* for messages */
  uint64_t max_pixels;
  int smallest_side; /* 0: full size; else JPEG may be decoded at a half, quarter or eighth, no side below it */
  vtm_image_place place;
} vtm_image_source;

typedef struct vtm_image_reader {
  const char *format;
  const char *extensions; /* lower case, each with its dot and a space after it */
  bool (*sniff)(const uint8_t *bytes, size_t size);
  /* Fills width, height, pixels and notes; on failure what is in image->pixels is freed by the caller. */
  vtm_status (*decode)(const vtm_image_source *source, vtm_image *image, vtm_error *error);
  bool refused; /* recognised, but never read: `decode` fails with a message */
} vtm_image_reader;

extern const vtm_image_reader vtm_jpeg_reader, vtm_png_reader, vtm_gif_reader, vtm_bmp_reader, vtm_webp_reader,
    vtm_pnm_reader, vtm_tiff_reader, vtm_tga_reader;
/* Formats that are not read: `decode` says so, and what to do. */
extern const vtm_image_reader vtm_avif_refusal, vtm_heic_refusal, vtm_jxl_refusal, vtm_jp2_refusal;

/* The limit in `limits` (which may be NULL), or the default. */
uint64_t vtm_image_max_pixels(const vtm_image_limits *limits);

/* Checks a size found in a header, before memory is taken, and stores it in the image. */
vtm_status vtm_image_set_size(const vtm_image_source *source, uint64_t width, uint64_t height, vtm_image *image,
                              vtm_error *error);
/* Sets image->pixels, after vtm_image_set_size: the memory of `place` if the size is the same, else new memory. */
vtm_status vtm_image_allocate(const vtm_image_source *source, vtm_image *image, vtm_error *error);

/* "NAME: truncated FORMAT at byte 30,124": the file ends there though more must follow. */
vtm_status vtm_image_fail_truncated(const vtm_image_source *source, const char *format, vtm_error *error);
/* "NAME: damaged FORMAT at byte 30,124: what" */
vtm_status vtm_image_fail_damaged(const vtm_image_source *source, const char *format, size_t position, const char *what,
                                  vtm_error *error);

/* vtm_image_decode, into the memory of `place` when the image has its size. Free the image with vtm_image_leave. */
vtm_status vtm_image_decode_into(const void *bytes, size_t size, const char *name, const vtm_image_limits *limits,
                                 const vtm_image_place *place, vtm_image *image, vtm_error *error);
/* vtm_image_clear, which leaves pixels in the memory of `place` alone. */
void vtm_image_leave(vtm_image *image, const vtm_image_place *place);

/* vtm_image_decode at a reduced size where the format makes that cheap (JPEG). */
vtm_status vtm_image_decode_small(const void *bytes, size_t size, const char *name, int smallest_side, vtm_image *image,
                                  vtm_error *error);

enum { VTM_GROUPED_TEXT = 32 };
/* 1234567 as "1,234,567". */
const char *vtm_group_digits(uint64_t number, char text[VTM_GROUPED_TEXT]);

static inline unsigned vtm_read_u16le(const uint8_t *p) { return (unsigned)p[0] | (unsigned)p[1] << 8; }
static inline unsigned vtm_read_u16be(const uint8_t *p) { return (unsigned)p[1] | (unsigned)p[0] << 8; }
static inline uint32_t vtm_read_u32le(const uint8_t *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}
static inline uint32_t vtm_read_u32be(const uint8_t *p) {
  return (uint32_t)p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[0] << 24;
}

/* One pixel as Pillow converts it, without a colour profile, from 255 - C, 255 - M, 255 - Y, 255 - K; the product is
 * divided by 255 as Pillow's MULDIV255 does. */
static inline void vtm_cmyk_to_rgb(const uint8_t inverted[4], uint8_t rgb[3]) {
  const int light = inverted[3];
  for (int c = 0; c < 3; c++) {
    const int product = (255 - inverted[c]) * light + 128;
    const int value = light - (((product >> 8) + product) >> 8);
    rgb[c] = (uint8_t)(value < 0 ? 0 : value);
  }
}

#endif
