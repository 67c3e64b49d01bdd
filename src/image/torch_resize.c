/* torch.nn.functional.interpolate(mode="bilinear", align_corners=False, antialias=False): sample centres
 * are half a pixel in (ATen's area_pixel_compute_source_index). */
#include "image/resize.h"

static float torch_position(int i, float scale) {
  const float at = scale * ((float)i + 0.5f) - 0.5f;
  return at < 0 ? 0 : at;
}

const vtm_linear_form vtm_linear_torch = {torch_position};
