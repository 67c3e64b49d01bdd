/* One sample of one pass of a resize, with the bits of src/image: see elements.h and base/resampling.h. Both passes are
 * one job: along its axis a sample's neighbours lie `inner` samples apart, and whole axes lie one behind the other. */
#ifndef VTM_BACKEND_CUDA_RESAMPLE_ELEMENTS_H
#define VTM_BACKEND_CUDA_RESAMPLE_ELEMENTS_H

#include <stdint.h>

#include "backend/cuda/elements.h"
#include "base/resampling.h"

typedef struct vtm_resample_job {
  vtm_resampling_form form;
  const vtm_window *windows;
  const void *weights;
  size_t taps, in, out, inner;
  const uint8_t *bytes; /* the samples, or */
  const float *floats;
  uint8_t *out_bytes; /* the result, or, of a last pass always, */
  float *out_floats;
  bool last;
} vtm_resample_job;

VTM_ELEMENT int32_t vtm_resample_fixed(const vtm_resample_job *job, size_t from, const vtm_window *window,
                                       size_t first_weight) {
  const int32_t *weights = (const int32_t *)job->weights + first_weight;
  int32_t sum = 1 << (VTM_PILLOW_BITS - 1);
  for (int k = 0; k < window->count; k++) sum += job->bytes[from + (size_t)k * job->inner] * weights[k];
  const int32_t value = sum >> VTM_PILLOW_BITS;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

VTM_ELEMENT float vtm_resample_source(const vtm_resample_job *job, size_t at) {
  return job->bytes != NULL ? (float)job->bytes[at] : job->floats[at];
}

VTM_ELEMENT float vtm_resample_double(const vtm_resample_job *job, size_t from, const vtm_window *window,
                                      size_t first_weight) {
  const double *weights = (const double *)job->weights + first_weight;
  double sum = 0;
  for (int k = 0; k < window->count; k++)
    sum += (double)vtm_resample_source(job, from + (size_t)k * job->inner) * weights[k];
  const float value = (float)sum;
  if (!job->last) return value;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

VTM_ELEMENT float vtm_resample_linear(const vtm_resample_job *job, size_t from, const vtm_window *window,
                                      size_t weight) {
  const float a = vtm_resample_source(job, from);
  const float b = vtm_resample_source(job, from + (size_t)(window->count - 1) * job->inner);
  const float t = ((const float *)job->weights)[weight];
  return job->form == VTM_RESAMPLING_LERP ? a + (b - a) * t : a * (1.0F - t) + b * t;
}

/* Element (axis, sample, inner). */
VTM_ELEMENT void vtm_resample_element(const vtm_resample_job *job, size_t at) {
  const uint32_t line = (uint32_t)at / (uint32_t)job->inner;
  const uint32_t inner = (uint32_t)at - line * (uint32_t)job->inner;
  const uint32_t axis = line / (uint32_t)job->out;
  const uint32_t sample = line - axis * (uint32_t)job->out;
  const vtm_window window = job->windows[sample];
  const size_t from = (axis * job->in + (size_t)window.first) * job->inner + inner;
  if (job->form == VTM_RESAMPLING_FIXED) {
    const int32_t value = vtm_resample_fixed(job, from, &window, sample * job->taps);
    if (job->last)
      job->out_floats[at] = (float)value;
    else
      job->out_bytes[at] = (uint8_t)value;
  } else if (job->form == VTM_RESAMPLING_DOUBLE) {
    job->out_floats[at] = vtm_resample_double(job, from, &window, sample * job->taps);
  } else {
    job->out_floats[at] = vtm_resample_linear(job, from, &window, sample * job->taps);
  }
}

/* A picture that keeps its size: element (sample). */
typedef struct vtm_widen_job {
  const uint8_t *bytes;
  float *floats;
} vtm_widen_job;

VTM_ELEMENT void vtm_widen_element(const vtm_widen_job *job, size_t at) { job->floats[at] = (float)job->bytes[at]; }

#endif
