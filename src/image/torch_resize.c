/* torch.nn.functional.interpolate(mode="bilinear", align_corners=False, antialias=False): sample centres
 * are half a pixel in (ATen's area_pixel_compute_source_index). */
#include "image/resize.h"

static float position(int i, float scale) {
  const float at = scale * ((float)i + 0.5f) - 0.5f;
  return at < 0 ? 0 : at;
}

vtm_status vtm_resize_torch(vtm_resizer *resizer, const vtm_image *source, int width, int height, float *destination,
                            vtm_error *error) {
  static const vtm_linear_form form = {position, false};
  return vtm_resize_linear(resizer, source, width, height, &form, destination, error);
}
