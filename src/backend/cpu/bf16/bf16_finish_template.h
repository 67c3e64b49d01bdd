/* The end of a convolution in bf16: what a micro-kernel does between its products.
 *
 * A template, for one inclusion in a source file. Its parameter is
 *   write_parts(parts, low, high, to, part)   32 channels of a pixel, split into parts
 * over the vectors of simd_template.h. */
#include "backend/cpu/bf16/bf16_tile.h"

ALWAYS_INLINE void finish_pixel(const int parts, const finish_job *job, int number) {
  if (job->to[number] == NULL) return;
  const float *sums = job->sums + (ptrdiff_t)number * 2 * LANES;
  vec low = load(sums) + load(job->bias);
  vec high = load(sums + LANES) + load(job->bias + LANES);
  if (job->relu) {
    low = relu(low);
    high = relu(high);
  }
  write_parts(parts, low, high, job->to[number] + job->plane, job->part);
}

/* Pixels first .. end - 1, as far as there are any. */
ALWAYS_INLINE void finish_pixels(const int parts, const finish_job *job, int first, int end) {
  if (end > job->pixels) end = job->pixels;
  for (int i = first; i < end; i++) finish_pixel(parts, job, i);
}
