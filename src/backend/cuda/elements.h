/* What one thread of a kernel computes, in C that is CUDA C too: kernels.cu runs it on a GPU, tests/fake_cuda on the
 * processor, so that the arithmetic is tested without a GPU.
 *
 * A job is copied into the launch, and one thread computes element `at` of it. A launch has less than 2^32 elements,
 * and what is divided is that small, since a GPU divides 64 bits by a routine of a hundred instructions. Values are
 * float32 or IEEE half, and lie as their strides say; all arithmetic is in float32 or double. Products and sums are not
 * fused: equal pictures have an LPIPS of exactly 0. */
#ifndef VTM_BACKEND_CUDA_ELEMENTS_H
#define VTM_BACKEND_CUDA_ELEMENTS_H

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backend/cuda/half.h"

/* A map, weights or a bias: of images x channels x pixels values, for weights outputs x inputs x kernel. */
typedef struct vtm_values {
  void *data;
  size_t image, channel, pixel; /* strides in values */
  bool is_fp16;
} vtm_values;

typedef struct vtm_spot {
  uint32_t image, channel, pixel;
} vtm_spot;

VTM_ELEMENT float vtm_get(const vtm_values *from, size_t image, size_t channel, size_t pixel) {
  const size_t at = image * from->image + channel * from->channel + pixel * from->pixel;
  return from->is_fp16 ? vtm_half_value(((const vtm_half *)from->data)[at]) : ((const float *)from->data)[at];
}

VTM_ELEMENT void vtm_put(const vtm_values *to, size_t image, size_t channel, size_t pixel, float value) {
  const size_t at = image * to->image + channel * to->channel + pixel * to->pixel;
  if (to->is_fp16)
    ((vtm_half *)to->data)[at] = vtm_half_of(value);
  else
    ((float *)to->data)[at] = value;
}

/* Element number `at` of `channels` channels in the order in which the values lie, so that neighbouring threads write
 * neighbouring values. */
VTM_ELEMENT vtm_spot vtm_spot_of(const vtm_values *order, size_t at, size_t channels, size_t plane) {
  const uint32_t inner = (uint32_t)(order->channel == 1 ? channels : plane);
  const uint32_t outer = (uint32_t)(order->channel == 1 ? plane : channels);
  const uint32_t line = (uint32_t)at / inner;
  const uint32_t within = (uint32_t)at - line * inner;
  const uint32_t image = line / outer;
  const uint32_t along = line - image * outer;
  return order->channel == 1 ? (vtm_spot){image, within, along} : (vtm_spot){image, along, within};
}

/* Values as others, rounded to fp16 where the output is. */
typedef struct vtm_copy_job {
  vtm_values input, output;
  size_t channels, plane;
} vtm_copy_job;

VTM_ELEMENT void vtm_copy_element(const vtm_copy_job *job, size_t at) {
  const vtm_spot to = vtm_spot_of(&job->output, at, job->channels, job->plane);
  vtm_put(&job->output, to.image, to.channel, to.pixel, vtm_get(&job->input, to.image, to.channel, to.pixel));
}

/* height x width x 3 pixels into the three channels of one image: element (channel, pixel). */
typedef struct vtm_load_job {
  const float *pixels;
  vtm_values output;
  size_t image, plane;
  float scale[3], shift[3];
} vtm_load_job;

VTM_ELEMENT void vtm_load_element(const vtm_load_job *job, size_t at) {
  const uint32_t plane = (uint32_t)job->plane;
  const uint32_t channel = (uint32_t)at / plane;
  const uint32_t pixel = (uint32_t)at - channel * plane;
  vtm_put(&job->output, job->image, channel, pixel,
          job->pixels[3 * (size_t)pixel + channel] * job->scale[channel] + job->shift[channel]);
}

/* Element (image, channel, y, x) of the part of the output that is written. */
typedef struct vtm_pool_job {
  vtm_values input, output; /* the output at the first channel that is written */
  int channels, height, width;
  int out_height, out_width;
  int kernel, stride, pad;
  bool maximum, count_pad;
  const float *bias; /* as in vtm_pooling */
} vtm_pool_job;

VTM_ELEMENT void vtm_pool_element(const vtm_pool_job *job, size_t at) {
  const vtm_spot to =
      vtm_spot_of(&job->output, at, (size_t)job->channels, (size_t)job->out_height * (size_t)job->out_width);
  const uint32_t line = to.pixel / (uint32_t)job->out_width;
  const int y = (int)line * job->stride - job->pad;
  const int x = (int)(to.pixel - line * (uint32_t)job->out_width) * job->stride - job->pad;
  const int top = y < 0 ? 0 : y;
  const int left = x < 0 ? 0 : x;
  const int bottom = y + job->kernel < job->height ? y + job->kernel : job->height;
  const int right = x + job->kernel < job->width ? x + job->kernel : job->width;
  float best = -FLT_MAX;
  float sum = 0;
  for (int i = top; i < bottom; i++)
    for (int j = left; j < right; j++) {
      const float value = vtm_get(&job->input, to.image, to.channel, (size_t)i * (size_t)job->width + (size_t)j);
      if (value > best || value != value) best = value; /* NaN stays */
      sum += value;
    }
  const int count = job->count_pad ? job->kernel * job->kernel : (bottom - top) * (right - left);
  float mean = sum / (float)count;
  if (job->bias != NULL) mean = mean + job->bias[to.channel] < 0 ? 0 : mean + job->bias[to.channel]; /* NaN stays */
  vtm_put(&job->output, to.image, to.channel, to.pixel, job->maximum ? best : mean);
}

/* Element (image, channel): the mean over space, summed in double. */
typedef struct vtm_means_job {
  vtm_values input;
  float *means;
  size_t channels, plane;
} vtm_means_job;

VTM_ELEMENT void vtm_means_element(const vtm_means_job *job, size_t at) {
  const uint32_t image = (uint32_t)at / (uint32_t)job->channels;
  const uint32_t channel = (uint32_t)at - image * (uint32_t)job->channels;
  double sum = 0;
  for (size_t i = 0; i < job->plane; i++) sum += (double)vtm_get(&job->input, image, channel, i);
  job->means[at] = (float)(sum / (double)job->plane);
}

/* Bias and ReLU of a convolution's sums, into the channels of a wider map: element (image, channel, pixel). */
typedef struct vtm_finish_job {
  vtm_values input, bias, output; /* the output at the first channel that is written */
  size_t channels, plane;
  bool relu;
} vtm_finish_job;

VTM_ELEMENT void vtm_finish_element(const vtm_finish_job *job, size_t at) {
  const vtm_spot to = vtm_spot_of(&job->output, at, job->channels, job->plane);
  const float value = vtm_get(&job->input, to.image, to.channel, to.pixel) + vtm_get(&job->bias, 0, to.channel, 0);
  vtm_put(&job->output, to.image, to.channel, to.pixel, job->relu && value < 0 ? 0 : value); /* NaN stays */
}

/* One block of VTM_LPIPS_THREADS threads for each image. Each thread adds up pixels in double, then the threads' sums
 * are added in pairs, always the same ones: the result does not depend on who was first. */
enum { VTM_LPIPS_THREADS = 256 };

typedef struct vtm_lpips_job {
  vtm_values a, b;
  const float *weights;
  double *distances;
  size_t stride, plane, channels;
} vtm_lpips_job;

/* A vector whose square no float can hold has no norm; infinity would make it zero. */
VTM_ELEMENT float vtm_inverse_norm(float square) { return square <= FLT_MAX ? 1 / (sqrtf(square) + 1e-10F) : NAN; }

VTM_ELEMENT double vtm_lpips_pixel(const vtm_lpips_job *job, size_t image, size_t pixel) {
  float square_a = 0;
  float square_b = 0;
  for (size_t c = 0; c < job->channels; c++) {
    const float va = vtm_get(&job->a, image, c, pixel);
    const float vb = vtm_get(&job->b, image, c, pixel);
    square_a += va * va;
    square_b += vb * vb;
  }
  const float norm_a = vtm_inverse_norm(square_a);
  const float norm_b = vtm_inverse_norm(square_b);
  float sum = 0;
  for (size_t c = 0; c < job->channels; c++) {
    const float difference = vtm_get(&job->a, image, c, pixel) * norm_a - vtm_get(&job->b, image, c, pixel) * norm_b;
    sum += job->weights[c] * (difference * difference);
  }
  return (double)sum;
}

VTM_ELEMENT double vtm_lpips_share(const vtm_lpips_job *job, size_t image, size_t thread) {
  double sum = 0;
  for (size_t pixel = thread; pixel < job->plane; pixel += VTM_LPIPS_THREADS) sum += vtm_lpips_pixel(job, image, pixel);
  return sum;
}

#endif
