/* TensorFlow 1's resize_bilinear with its defaults: sample i lies at i * in / out, no half pixel. */
#include "image/resize.h"

static float position(int i, float scale) { return (float)i * scale; }

vtm_status vtm_resize_tf1(vtm_resizer *resizer, const vtm_image *source, int width, int height, float *destination,
                          vtm_error *error) {
  static const vtm_linear_form form = {position, true};
  return vtm_resize_linear(resizer, source, width, height, &form, destination, error);
}
