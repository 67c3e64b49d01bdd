#include "image/stb.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#include "base/error.h"

/* The largest block that stb_image may take while it decodes the current picture: compressed data that
 * expands to far more than the picture's size calls for is refused instead of believed. stb_image has no
 * argument to carry this through, hence a variable of the thread, meaningful within vtm_stb_decode only. */
static _Thread_local size_t largest_block;

static void *take_block(size_t size) { return size <= largest_block ? malloc(size ? size : 1) : NULL; }
static void *resize_block(void *block, size_t size) { return size <= largest_block ? realloc(block, size) : NULL; }

#define STBI_MALLOC(size) take_block(size)
#define STBI_REALLOC(block, size) resize_block(block, size)
#define STBI_FREE(block) free(block)
#define STBI_ASSERT(condition) ((void)0)
#define STBI_NO_STDIO
#define STBI_NO_HDR
#define STBI_NO_LINEAR
#define STBI_NO_ZLIB /* its own inflater checks no checksum: see below */
#define STBI_ONLY_PNG
#define STBI_ONLY_GIF
#define STBI_ONLY_BMP
#define STBI_ONLY_TGA
#define STBI_ONLY_PNM
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
/* Outside push and pop: unused functions are reported at the end of the file. */
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#ifndef __clang__ /* which has no such warning; gcc 14 loses sight of a table that stb fills when bits are 16 */
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

/* stb_image asks for `expected` bytes; a stream may hold more, which are ignored, as Pillow does. */
static int inflate_all(z_stream *stream, size_t expected, char **out) {
  enum { ROOM_TO_END = 64 }; /* so that zlib goes on to the checksum without another turn */
  size_t capacity = 0;
  int code = Z_OK;
  while (code == Z_OK && stream->total_out < INT_MAX) {
    if (stream->total_out == capacity) {
      capacity = capacity == 0 ? expected + ROOM_TO_END : capacity * 2;
      if (capacity > INT_MAX) capacity = INT_MAX;
      char *grown = resize_block(*out, capacity);
      if (grown == NULL) return Z_MEM_ERROR;
      *out = grown;
    }
    stream->next_out = (Bytef *)*out + stream->total_out;
    stream->avail_out = (uInt)(capacity - stream->total_out);
    code = inflate(stream, Z_NO_FLUSH);
  }
  return code;
}

/* The inflater that the PNG part of stb_image calls. */
STBIDEF char *stbi_zlib_decode_malloc_guesssize_headerflag(const char *buffer, int length, int expected, int *size,
                                                           int parse_header) {
  (void)parse_header; /* streams without a header are Apple's alone, whose files png.c refuses */
  z_stream stream = {.next_in = (const Bytef *)buffer, .avail_in = (uInt)length};
  char *out = NULL;
  if (expected < 0 || inflateInit(&stream) != Z_OK) {
    (void)stbi__err("outofmem", "");
    return NULL;
  }
  const int code = inflate_all(&stream, (size_t)expected, &out);
  const char *reason = stream.msg; /* a constant of zlib's */
  *size = (int)stream.total_out;
  (void)inflateEnd(&stream);
  if (code == Z_STREAM_END) return out;
  free(out);
  if (code == Z_BUF_ERROR) reason = "its compressed pixels end too early, copy the file again";
  if (code == Z_DATA_ERROR && reason != NULL && strcmp(reason, "incorrect data check") == 0)
    reason = "the checksum of its pixels (Adler-32) is wrong, copy the file again";
  if (code == Z_MEM_ERROR || code == Z_OK) reason = "outofmem";
  (void)stbi__err(reason != NULL ? reason : "its pixels cannot be unpacked", "");
  return NULL;
}

static vtm_status explain_stb_failure(const vtm_image_source *source, const char *format, vtm_error *error) {
  const char *reason = stbi_failure_reason();
  if (reason == NULL) reason = "unknown reason";
  if (strcmp(reason, "outofmem") == 0)
    return vtm_fail(error, VTM_ERROR_MEMORY,
                    "%s: no memory to decode it, or its compressed data are far longer than its size calls for",
                    source->name);
  if (strcmp(reason, "too large") == 0)
    return vtm_fail(error, VTM_ERROR_LIMIT, "%s: a %s larger than can be decoded", source->name, format);
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: damaged %s: %s", source->name, format, reason);
}

vtm_status vtm_stb_decode(const vtm_image_source *source, const vtm_stb_request *request, const vtm_image *image,
                          void **samples, vtm_error *error) {
  /* 16 bytes a pixel: RGBA of 16 bits, doubled since buffers grow by doubling. */
  enum { BYTES_A_PIXEL = 16, SLACK = 1 << 20 };
  *samples = NULL;
  if (request->size > INT_MAX)
    return vtm_fail(error, VTM_ERROR_LIMIT, "%s: a %s of more than 2 GiB cannot be decoded", source->name,
                    request->format);
  largest_block = (size_t)image->width * (size_t)image->height * BYTES_A_PIXEL + request->size * 4 + (size_t)SLACK;
  int width = 0, height = 0, channels = 0;
  const int size = (int)request->size;
  if (request->wide)
    *samples = stbi_load_16_from_memory(request->bytes, size, &width, &height, &channels, 0);
  else
    *samples = stbi_load_from_memory(request->bytes, size, &width, &height, &channels, request->channels);
  if (*samples == NULL) return explain_stb_failure(source, request->format, error);
  if (width == image->width && height == image->height && (!request->wide || channels == request->channels))
    return VTM_OK;
  free(*samples);
  *samples = NULL;
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: damaged %s: its headers contradict each other", source->name,
                  request->format);
}

static bool drop_alpha(const uint8_t *rgba, uint8_t *rgb, size_t pixels) {
  unsigned opaque = 255;
  for (size_t i = 0; i < pixels; i++, rgba += 4, rgb += 3) {
    rgb[0] = rgba[0];
    rgb[1] = rgba[1];
    rgb[2] = rgba[2];
    opaque &= rgba[3];
  }
  return opaque != 255;
}

static bool replicate_gray(const uint8_t *gray, int channels, uint8_t *rgb, size_t pixels) {
  unsigned opaque = 255;
  for (size_t i = 0; i < pixels; i++, gray += channels, rgb += 3) {
    rgb[0] = rgb[1] = rgb[2] = gray[0];
    if (channels == 2) opaque &= gray[1];
  }
  return opaque != 255;
}

vtm_status vtm_stb_store(const vtm_image_source *source, uint8_t *samples, int channels, vtm_image *image,
                         vtm_error *error) {
  if (channels == 3) {
    image->pixels = samples;
    return VTM_OK;
  }
  const vtm_status status = vtm_image_allocate(source, image, error);
  if (status == VTM_OK) {
    const size_t pixels = (size_t)image->width * (size_t)image->height;
    const bool translucent = channels == 4 ? drop_alpha(samples, image->pixels, pixels)
                                           : replicate_gray(samples, channels, image->pixels, pixels);
    if (translucent) image->notes |= VTM_IMAGE_ALPHA_DROPPED;
  }
  free(samples);
  return status;
}
