/* stb_image behind one function. By itself it takes truncated data for zeros, so the readers of PNG, GIF, BMP, PNM and
 * TGA check a file before they pass it on. */
#ifndef VTM_IMAGE_STB_H
#define VTM_IMAGE_STB_H

#include "image/reader.h"

typedef struct vtm_stb_request {
  const char *format; /* for messages */
  const uint8_t *bytes;
  size_t size;
  int channels; /* 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA */
  bool wide;    /* 16-bit samples instead of 8-bit ones; channels must then be what the file has */
} vtm_stb_request;

/* Decodes into new memory (free with free()): height x width x channels samples of uint8_t, or of
 * uint16_t when wide. The size must come out as image->width x image->height. */
vtm_status vtm_stb_decode(const vtm_image_source *source, const vtm_stb_request *request, const vtm_image *image,
                          void **samples, vtm_error *error);

/* Turns 8-bit samples into image->pixels: gray replicated, alpha dropped and noted when any of it is not
 * opaque. Takes over `samples`, also on failure. */
vtm_status vtm_stb_store(const vtm_image_source *source, uint8_t *samples, int channels, vtm_image *image,
                         vtm_error *error);

#endif
