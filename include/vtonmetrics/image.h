/* From file to pixels, and from one size to another, with the digits of the tools people publish with.
 *
 * Formats are recognised by their first bytes, never by the file's name. Conversion to RGB follows Pillow's
 * convert("RGB"): alpha is dropped, gray replicated, palettes looked up, 16-bit gray clipped at 255. EXIF rotation is
 * ignored, except in TIFF.
 *
 * Pixels are those of Pillow, to the last bit. VTM_ERROR_UNSUPPORTED, though Pillow reads them: text and bit-map PNM
 * (P1 to P4), BMP with run-length compression, GIF without a colour table, and TIFF of 12 or 32 bits, of signed or
 * floating-point samples, or with fax compression. VTM_ERROR_FORMAT, though Pillow shows what it can: files whose data
 * or checksums are wrong anywhere, and PNG and GIF without their end. tests/golden/corpus.txt lists hundreds of odd and
 * damaged pictures, and what happens to each. */
#ifndef VTONMETRICS_IMAGE_H
#define VTONMETRICS_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vtonmetrics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Things worth a warning that do not keep an image from being used; a set of bits. */
typedef enum vtm_image_note {
  VTM_IMAGE_EXTENSION_MISMATCH = 1 << 0, /* JPEG bytes in a file named .png, and the like */
  VTM_IMAGE_EXIF_ROTATION = 1 << 1,      /* the EXIF orientation tag asks for a rotation, which is ignored */
  VTM_IMAGE_GRAY16_CLIPPED = 1 << 2,     /* 16-bit gray clipped at 255, as Pillow does: probably meant to be scaled */
  VTM_IMAGE_ALPHA_DROPPED = 1 << 3,      /* had transparency that was used somewhere */
  VTM_IMAGE_FIRST_FRAME = 1 << 4         /* an animation or of several pages: only the first was read */
} vtm_image_note;

typedef struct vtm_image {
  int width, height;
  uint8_t *pixels;    /* height x width x 3, RGB, no padding; owned by the image */
  const char *format; /* "JPEG", "PNG", ...; static storage */
  unsigned notes;     /* vtm_image_note bits */
} vtm_image;

/* Checked from the header before memory is taken. Zero means the default, in all but struct_size. */
typedef struct vtm_image_limits {
  size_t struct_size;  /* sizeof(vtm_image_limits) */
  uint64_t max_pixels; /* width x height; default 178,956,970, the size at which Pillow refuses */
  uint64_t max_bytes;  /* size of the file; default 1 GiB */
} vtm_image_limits;

/* Reads a whole image file. `limits` may be NULL. Errors name the path. On failure *image is zeroed. */
VTM_API vtm_status vtm_image_read(const char *path, const vtm_image_limits *limits, vtm_image *image, vtm_error *error);
/* The same from memory; `name` stands for the path in messages and for the extension check. */
VTM_API vtm_status vtm_image_decode(const void *bytes, size_t size, const char *name, const vtm_image_limits *limits,
                                    vtm_image *image, vtm_error *error);
VTM_API void vtm_image_clear(vtm_image *image); /* zeroes it; a zeroed image is allowed */

/* What the header of an image file says. */
typedef struct vtm_image_header {
  int width, height;
  const char *format; /* "JPEG"; static storage */
  unsigned notes;     /* vtm_image_note bits, those that a header tells */
  int channels;       /* 1 gray, 2 gray and alpha, 3 colour, 4 colour and alpha, or CMYK */
  int depth;          /* bits of a sample or palette index */
  bool palette, alpha, cmyk;
} vtm_image_header;

/* Reads the header only: the rest of the file may be damaged. `limits` may be NULL. On failure *header is zeroed or
 * partly filled in. */
VTM_API vtm_status vtm_image_probe(const char *path, const vtm_image_limits *limits, vtm_image_header *header,
                                   vtm_error *error);
VTM_API vtm_status vtm_image_probe_bytes(const void *bytes, size_t size, const char *name,
                                         const vtm_image_limits *limits, vtm_image_header *header, vtm_error *error);

/* A sentence for one vtm_image_note bit; static storage. */
VTM_API const char *vtm_image_note_text(vtm_image_note note);

/* The image formats this build reads, as one text ("JPEG PNG BMP ..."); static storage. */
VTM_API const char *vtm_image_formats(void);
/* The extensions of these formats, as one text (".jpg .jpeg .jpe ..."); static storage. */
VTM_API const char *vtm_image_extensions(void);

/* Whether the extension of `name`, in any letter case, is that of a picture: of a format that is read, or of one that
 * is known but not read (AVIF, HEIC, JPEG XL, JPEG 2000, and formats whose library this build lacks). */
VTM_API bool vtm_image_has_extension(const char *name);
/* The format that the extension of `name` stands for, if it is known but not read; else NULL. Static storage. */
VTM_API const char *vtm_image_unread_format(const char *name);
/* Whether a file with another extension still seems to be a picture, by its name or its first bytes. */
VTM_API bool vtm_image_looks_like_picture(const char *name, const void *bytes, size_t size);

/* Each equals one library's resize:
 *   PILLOW_*        8-bit Pillow: bit-equal; the values written are whole numbers 0..255
 *   PILLOW_*_FLOAT  Pillow mode F on each channel (clean-fid), clipped to 0..255 at the end
 *   TORCH_BILINEAR  torch interpolate(mode="bilinear", align_corners=False), no antialias
 *   TF1_BILINEAR    TensorFlow 1 resize_bilinear: source = i * in / out, no half pixel */
typedef enum vtm_resize_filter {
  VTM_RESIZE_NONE = 0, /* keeps the size: pixels as float */
  VTM_RESIZE_PILLOW_BILINEAR = 1,
  VTM_RESIZE_PILLOW_BICUBIC = 2,
  VTM_RESIZE_PILLOW_LANCZOS = 3,
  VTM_RESIZE_PILLOW_BICUBIC_FLOAT = 4,
  VTM_RESIZE_TORCH_BILINEAR = 5,
  VTM_RESIZE_TF1_BILINEAR = 6
} vtm_resize_filter;

/* A resizer keeps coefficients and scratch memory between calls, so that a run over a folder of
 * equal-sized images allocates nothing after the first. One thread at a time. */
typedef struct vtm_resizer vtm_resizer;

/* `pillow13`: the order of passes of Pillow 13 (w x h from W x H: vertical first when h < H and
 * H - h > 2 (W - w)) instead of horizontal first. It matters for the 8-bit PILLOW filters only. */
VTM_API vtm_status vtm_resizer_create(vtm_resize_filter filter, bool pillow13, vtm_resizer **resizer, vtm_error *error);
VTM_API void vtm_resizer_destroy(vtm_resizer *resizer); /* NULL is allowed */
/* Writes height x width x 3 floats in 0..255 (rows of RGB, no padding) to `destination`. */
VTM_API vtm_status vtm_resizer_run(vtm_resizer *resizer, const vtm_image *source, int width, int height,
                                   float *destination, vtm_error *error);

#ifdef __cplusplus
}
#endif
#endif
