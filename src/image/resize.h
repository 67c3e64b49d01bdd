/* What the resizers of the single libraries share. A filter is one record of the table in resize.c. */
#ifndef VTM_IMAGE_RESIZE_H
#define VTM_IMAGE_RESIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/resampling.h"
#include "image/scratch.h"
#include "vtonmetrics/image.h"

/* The public constructor with the instruction sets to use (vtm_cpu_feature bits): tests switch them off
 * one by one. */
vtm_status vtm_resizer_create_for(vtm_resize_filter filter, bool pillow13, unsigned cpu_features, vtm_resizer **resizer,
                                  vtm_error *error);

/* What vtm_resizer_run does with a picture of from_width x from_height, as tables, which live until the resizer's next
 * use; `picture` is NULL. false: no memory, or sizes that vtm_resizer_run refuses. */
bool vtm_resizer_describe(vtm_resizer *resizer, int from_width, int from_height, int width, int height,
                          vtm_resampling *resampling);

/* ---- Pillow's antialiased filters: a weighted sum over a window of source samples ---- */

typedef struct vtm_pillow_filter {
  double support; /* half the width at scale 1 */
  double (*weight)(double x);
} vtm_pillow_filter;

/* The windows of one axis for one pair of sizes. */
typedef struct vtm_axis {
  const vtm_pillow_filter *filter; /* of the current content; NULL: none */
  int in, out;
  int taps; /* room for weights of one window, a multiple of 4; unused ones are zero */
  vtm_scratch windows, weights, fixed, packed;
} vtm_axis;

/* vtm_axis_fixed: weights * 2^22, rounded. vtm_axis_packed: the same split for 16-bit multiplication,
 * see pillow_resize_avx2.c. */
static inline const vtm_window *vtm_axis_windows(const vtm_axis *axis) { return axis->windows.memory; }
static inline const double *vtm_axis_weights(const vtm_axis *axis) { return axis->weights.memory; }
static inline const int32_t *vtm_axis_fixed(const vtm_axis *axis) { return axis->fixed.memory; }
static inline const int16_t *vtm_axis_packed(const vtm_axis *axis) { return axis->packed.memory; }

/* Computes the windows, unless the last call was for the same sizes. false with *error set when memory runs out. */
bool vtm_axis_prepare(vtm_axis *axis, const vtm_pillow_filter *filter, int in, int out, vtm_error *error);
void vtm_axis_free(vtm_axis *axis);

extern const vtm_pillow_filter vtm_pillow_bilinear, vtm_pillow_bicubic, vtm_pillow_lanczos;

enum { VTM_PACKED_LOW_BITS = 12 };

/* A row-major 8-bit RGB picture, its rows `stride` bytes apart. */
typedef struct vtm_plane {
  const uint8_t *pixels;
  size_t stride;
  int width, height;
} vtm_plane;

/* The two passes for one instruction set. Destination rows are `stride` bytes apart, at least one byte more than they
 * hold; that byte may be overwritten. No byte past the end of `source` may be read. */
typedef struct vtm_pillow_kernels {
  unsigned cpu_features; /* needs them all */
  void (*horizontal)(const vtm_axis *axis, const vtm_plane *source, uint8_t *destination, size_t stride);
  void (*vertical)(const vtm_axis *axis, const vtm_plane *source, uint8_t *destination, size_t stride);
} vtm_pillow_kernels;

extern const vtm_pillow_kernels vtm_pillow_kernels_avx2;

/* The same for floats (Pillow's mode F), row by row: see pillow_float_template.h. `widened` is a row
 * of pixels with an idle fourth channel; the compiler makes of the type what the processor has. */
typedef double vtm_double4 __attribute__((vector_size(32)));
typedef struct vtm_float_kernels {
  unsigned cpu_features;
  void (*widen)(const uint8_t *row, int width, vtm_double4 *widened);
  void (*horizontal_row)(const vtm_axis *axis, const vtm_double4 *widened, float *out);
  void (*vertical_row)(const float *rows, size_t samples, const double *weights, int count, float *out);
} vtm_float_kernels;

extern const vtm_float_kernels vtm_float_kernels_avx2;

static inline float vtm_clip_level(float value) { return value < 0 ? 0 : value > 255 ? 255 : value; }

/* ---- the state and the implementations ---- */

struct vtm_resizer {
  const struct vtm_resize_record *record;
  bool pillow13;
  unsigned cpu_features;
  vtm_axis x, y;
  vtm_scratch first_pass, second_pass, table;
};

/* Bilinear interpolation of two neighbours a sample, of torch and TensorFlow 1: `position` gives the
 * source coordinate of destination sample i. */
typedef struct vtm_linear_form {
  float (*position)(int i, float scale);
} vtm_linear_form;

extern const vtm_linear_form vtm_linear_torch, vtm_linear_tf1;

/* Fills the windows of an axis, two neighbours each, and the float weight of the second. */
bool vtm_linear_prepare(vtm_axis *axis, const vtm_linear_form *form, int in, int out, vtm_error *error);

typedef struct vtm_resize_record {
  vtm_resize_filter id;
  vtm_resampling_form form;
  const vtm_pillow_filter *filter; /* or */
  const vtm_linear_form *linear;   /* or neither: the size is kept */
  vtm_status (*run)(vtm_resizer *resizer, const vtm_image *source, int width, int height, float *destination,
                    vtm_error *error);
} vtm_resize_record;

#define VTM_DECLARE_RESIZE(name)                                                                            \
  vtm_status name(vtm_resizer *resizer, const vtm_image *source, int width, int height, float *destination, \
                  vtm_error *error)
VTM_DECLARE_RESIZE(vtm_resize_pillow);
VTM_DECLARE_RESIZE(vtm_resize_pillow_float);
VTM_DECLARE_RESIZE(vtm_resize_linear);

/* Pillow 13: "if height is scaled down significantly more than width", which it measures in pixels. For
 * pictures of 3:4 this is 3 w / W > 1 + 2 h / H. */
static inline bool vtm_pillow_is_vertical_first(int from_width, int from_height, int width, int height) {
  return height < from_height && from_height - height > 2 * (from_width - (int64_t)width);
}

#endif
