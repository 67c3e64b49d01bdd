/* TensorFlow 1's resize_bilinear with its defaults: sample i lies at i * in / out, no half pixel. */
#include "image/resize.h"

static float tf1_position(int i, float scale) { return (float)i * scale; }

const vtm_linear_form vtm_linear_tf1 = {tf1_position};
