/* A resize as plain tables, so that the CPU and a GPU do the same sums and get the same bits. Pixels are
 * height x width x 3. The horizontal pass comes first unless `vertical_first`; an axis without windows keeps its size.
 * A sum runs over its window from the first sample on; products and sums are not fused. */
#ifndef VTM_BASE_RESAMPLING_H
#define VTM_BASE_RESAMPLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum vtm_resampling_form {
  /* 8 bits into and out of each pass. Weights: int32 of VTM_PILLOW_BITS fraction bits; a sum starts at one half, is
   * shifted down and clipped to 0..255. */
  VTM_RESAMPLING_FIXED,
  /* Weights and sums: double; float32 out of each pass, clipped to 0..255 out of the last. */
  VTM_RESAMPLING_DOUBLE,
  /* Windows of two samples, a and b, or of one that is both; weights: one float32 t each; a (1 - t) + b t. */
  VTM_RESAMPLING_BLEND,
  /* The same as a + (b - a) t. */
  VTM_RESAMPLING_LERP
} vtm_resampling_form;

enum { VTM_PILLOW_BITS = 32 - 8 - 2 };

typedef struct vtm_window {
  int first, count;
} vtm_window;

typedef struct vtm_resampling_axis {
  int in, out;
  const vtm_window *windows; /* `out` of them; NULL: in = out, no pass */
  const void *weights;       /* out x taps; those beyond a window's count are not used */
  int taps;
} vtm_resampling_axis;

typedef struct vtm_resampling {
  vtm_resampling_form form;
  bool vertical_first;
  vtm_resampling_axis x, y;
  const uint8_t *picture; /* y.in x x.in x 3 */
} vtm_resampling;

static inline size_t vtm_resampling_window_bytes(const vtm_resampling_axis *axis) {
  return axis->windows != NULL ? (size_t)axis->out * sizeof(vtm_window) : 0;
}

static inline size_t vtm_resampling_weight_bytes(const vtm_resampling *resampling, const vtm_resampling_axis *axis) {
  const size_t each = resampling->form == VTM_RESAMPLING_DOUBLE ? sizeof(double) : sizeof(float);
  return axis->windows != NULL ? (size_t)axis->out * (size_t)axis->taps * each : 0;
}

/* Bytes of the picture between the two passes; 0 when there is only one pass. */
static inline size_t vtm_resampling_between_bytes(const vtm_resampling *resampling) {
  const vtm_resampling_axis *x = &resampling->x;
  const vtm_resampling_axis *y = &resampling->y;
  const size_t sample = resampling->form == VTM_RESAMPLING_FIXED ? 1 : sizeof(float);
  if (x->windows == NULL || y->windows == NULL) return 0;
  return (size_t)(resampling->vertical_first ? x->in : x->out) * (size_t)(resampling->vertical_first ? y->out : y->in) *
         3 * sample;
}

#endif
