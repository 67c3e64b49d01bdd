/* The end of a convolution in bf16: what a micro-kernel does between its products. Included where positive and
 * write_parts are known. */
#ifndef VTM_BACKEND_CPU_BF16_FINISH_H
#define VTM_BACKEND_CPU_BF16_FINISH_H

#include "backend/cpu/bf16_tile.h"

ALWAYS_INLINE void finish_pixel(const int parts, const finish_job *job, int number) {
  if (job->to[number] == NULL) return;
  const vec *sums = (const vec *)(const void *)job->sums + (ptrdiff_t)number * 2;
  const vec *bias = (const vec *)(const void *)job->bias;
  vec low = sums[0] + bias[0];
  vec high = sums[1] + bias[1];
  if (job->relu) {
    low = positive(low);
    high = positive(high);
  }
  write_parts(parts, low, high, job->to[number] + job->plane, job->part);
}

/* Pixels first .. end - 1, as far as there are any. */
ALWAYS_INLINE void finish_pixels(const int parts, const finish_job *job, int first, int end) {
  if (end > job->pixels) end = job->pixels;
  for (int i = first; i < end; i++) finish_pixel(parts, job, i);
}

#endif
