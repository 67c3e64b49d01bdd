#include "image/reader.h"

#include <stdio.h>

#include "base/error.h"
#include "base/memory.h"

const char *vtm_group_digits(uint64_t number, char text[VTM_GROUPED_TEXT]) {
  char digits[24];
  const int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
  char *out = text;
  for (int i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0) *out++ = ',';
    *out++ = digits[i];
  }
  *out = '\0';
  return text;
}

vtm_status vtm_image_fail_truncated(const vtm_image_source *source, const char *format, vtm_error *error) {
  char position[VTM_GROUPED_TEXT];
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: truncated %s at byte %s: the file ends too early, copy it again",
                  source->name, format, vtm_group_digits(source->size, position));
}

vtm_status vtm_image_fail_damaged(const vtm_image_source *source, const char *format, size_t position, const char *what,
                                  vtm_error *error) {
  char text[VTM_GROUPED_TEXT];
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: damaged %s at byte %s: %s", source->name, format,
                  vtm_group_digits(position, text), what);
}

vtm_status vtm_image_set_size(const vtm_image_source *source, uint64_t width, uint64_t height, vtm_image *image,
                              vtm_error *error) {
  char w[VTM_GROUPED_TEXT], h[VTM_GROUPED_TEXT], limit[VTM_GROUPED_TEXT];
  (void)vtm_group_digits(width, w);
  (void)vtm_group_digits(height, h);
  if (width == 0 || height == 0)
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: its header says %s x %s pixels: an empty or damaged image",
                    source->name, w, h);
  uint64_t pixels = 0;
  if (__builtin_mul_overflow(width, height, &pixels) || pixels > source->max_pixels)
    return vtm_fail(error, VTM_ERROR_LIMIT,
                    "%s: its header says %s x %s pixels, more than the limit of %s; if the file is genuine, raise the "
                    "limit with --max-pixels",
                    source->name, w, h, vtm_group_digits(source->max_pixels, limit));
  if (width > INT32_MAX / 4 || height > INT32_MAX / 4 || pixels > SIZE_MAX / 4)
    return vtm_fail(error, VTM_ERROR_LIMIT, "%s: its header says %s x %s pixels, more than can be handled",
                    source->name, w, h);
  image->width = (int)width;
  image->height = (int)height;
  return VTM_OK;
}

vtm_status vtm_image_allocate(const vtm_image_source *source, vtm_image *image, vtm_error *error) {
  const size_t bytes = (size_t)image->width * (size_t)image->height * 3;
  const vtm_image_place *place = &source->place;
  if (place->pixels != NULL && place->width == image->width && place->height == image->height) {
    image->pixels = place->pixels;
    return VTM_OK;
  }
  image->pixels = vtm_allocate_aligned(bytes, 1, NULL);
  if (image->pixels == NULL)
    return vtm_fail(error, VTM_ERROR_MEMORY, "%s: no memory for its %d x %d pixels (%zu bytes)", source->name,
                    image->width, image->height, bytes);
  return VTM_OK;
}
