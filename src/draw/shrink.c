#include "draw/shrink.h"

#include <stdlib.h>

#include "base/memory.h"

static int rounded_side(double size) { return size < 1 ? 1 : (int)(size + 0.5); }

static vtm_status shrink_image(const vtm_image *image, vtm_image *small, vtm_error *error) {
  const size_t count = (size_t)small->width * (size_t)small->height * 3;
  float *values = vtm_allocate(count, sizeof(*values), error);
  small->pixels = vtm_allocate(count, 1, error);
  vtm_resizer *resizer = NULL;
  vtm_status status = values != NULL && small->pixels != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK) status = vtm_resizer_create(VTM_RESIZE_PILLOW_LANCZOS, false, &resizer, error);
  if (status == VTM_OK) status = vtm_resizer_run(resizer, image, small->width, small->height, values, error);
  for (size_t i = 0; i < count && status == VTM_OK; i++) small->pixels[i] = (uint8_t)values[i];
  vtm_resizer_destroy(resizer);
  free(values);
  return status;
}

vtm_status vtm_shrink_read(const char *path, int width, int height, vtm_image *small, vtm_error *error) {
  vtm_image image;
  *small = (vtm_image){0};
  vtm_status status = vtm_image_read(path, NULL, &image, error);
  if (status != VTM_OK) return status;
  double scale = (double)width / image.width;
  if (image.height * scale > height) scale = (double)height / image.height;
  if (scale >= 1) {
    *small = image;
    return VTM_OK;
  }
  *small = (vtm_image){
      .width = rounded_side(image.width * scale), .height = rounded_side(image.height * scale), .format = image.format};
  status = shrink_image(&image, small, error);
  vtm_image_clear(&image);
  if (status != VTM_OK) vtm_image_clear(small);
  return status;
}
