/* What one thread of a kernel computes, in C that is CUDA C too: kernels.cu runs it on a GPU, tests/fake_cuda on the
 * processor, so that the arithmetic is tested without a GPU.
 *
 * Maps lie as images x channels x height x width floats without borders. A job is copied into the launch, and one
 * thread computes element `at` of it. Products and sums are not fused: equal pictures have an LPIPS of exactly 0. */
#ifndef VTM_BACKEND_CUDA_ELEMENTS_H
#define VTM_BACKEND_CUDA_ELEMENTS_H

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __CUDACC__
#define VTM_ELEMENT static __device__ __forceinline__
#else
#define VTM_ELEMENT static inline
#endif

/* height x width x 3 pixels into the three channels of one image: element (channel, pixel). */
typedef struct vtm_load_job {
  const float *pixels;
  float *output; /* of the image */
  float scale[3], shift[3];
  size_t plane;
} vtm_load_job;

VTM_ELEMENT void vtm_load_element(const vtm_load_job *job, size_t at) {
  const size_t channel = at / job->plane;
  const size_t pixel = at - channel * job->plane;
  job->output[at] = job->pixels[3 * pixel + channel] * job->scale[channel] + job->shift[channel];
}

/* Element (image, channel, y, x) of the part of the output that is written. */
typedef struct vtm_pool_job {
  const float *input;
  float *output; /* at the first channel that is written */
  int channels, height, width;
  int out_height, out_width, out_channels; /* out_channels: of the whole output */
  int kernel, stride, pad;
  bool maximum, count_pad;
} vtm_pool_job;

VTM_ELEMENT void vtm_pool_element(const vtm_pool_job *job, size_t at) {
  const size_t out_plane = (size_t)job->out_height * (size_t)job->out_width;
  const size_t map = at / out_plane; /* image x channels + channel */
  const size_t pixel = at - map * out_plane;
  const size_t image = map / (size_t)job->channels;
  const float *from = job->input + map * (size_t)job->height * (size_t)job->width;
  const int y = (int)(pixel / (size_t)job->out_width) * job->stride - job->pad;
  const int x = (int)(pixel % (size_t)job->out_width) * job->stride - job->pad;
  const int top = y < 0 ? 0 : y;
  const int left = x < 0 ? 0 : x;
  const int bottom = y + job->kernel < job->height ? y + job->kernel : job->height;
  const int right = x + job->kernel < job->width ? x + job->kernel : job->width;
  float best = -FLT_MAX;
  float sum = 0;
  for (int i = top; i < bottom; i++)
    for (int j = left; j < right; j++) {
      const float value = from[(size_t)i * (size_t)job->width + (size_t)j];
      if (value > best || value != value) best = value; /* NaN stays */
      sum += value;
    }
  const int count = job->count_pad ? job->kernel * job->kernel : (bottom - top) * (right - left);
  const size_t channel = map - image * (size_t)job->channels;
  job->output[(image * (size_t)job->out_channels + channel) * out_plane + pixel] =
      job->maximum ? best : sum / (float)count;
}

/* Element (image, channel): the mean over space, summed in double. */
typedef struct vtm_means_job {
  const float *input;
  float *means;
  size_t plane;
} vtm_means_job;

VTM_ELEMENT void vtm_means_element(const vtm_means_job *job, size_t at) {
  const float *from = job->input + at * job->plane;
  double sum = 0;
  for (size_t i = 0; i < job->plane; i++) sum += (double)from[i];
  job->means[at] = (float)(sum / (double)job->plane);
}

/* Bias and ReLU of a convolution's output, into the channels of a wider map: element (image, channel, pixel). */
typedef struct vtm_finish_job {
  const float *input;
  const float *bias;
  float *output; /* at the first channel that is written */
  int channels, out_channels;
  size_t plane;
  bool relu;
} vtm_finish_job;

VTM_ELEMENT void vtm_finish_element(const vtm_finish_job *job, size_t at) {
  const size_t map = at / job->plane;
  const size_t pixel = at - map * job->plane;
  const size_t image = map / (size_t)job->channels;
  const size_t channel = map - image * (size_t)job->channels;
  const float value = job->input[at] + job->bias[channel];
  job->output[(image * (size_t)job->out_channels + channel) * job->plane + pixel] =
      job->relu && value < 0 ? 0 : value; /* NaN stays */
}

/* One block of VTM_LPIPS_THREADS threads for each image. Each thread adds up pixels in double, then the threads' sums
 * are added in pairs, always the same ones: the result does not depend on who was first. */
enum { VTM_LPIPS_THREADS = 256 };

typedef struct vtm_lpips_job {
  const float *a, *b, *weights;
  double *distances;
  size_t stride, plane;
  int channels;
} vtm_lpips_job;

/* A vector whose square no float can hold has no norm; infinity would make it zero. */
VTM_ELEMENT float vtm_inverse_norm(float square) { return square <= FLT_MAX ? 1 / (sqrtf(square) + 1e-10F) : NAN; }

VTM_ELEMENT double vtm_lpips_pixel(const vtm_lpips_job *job, size_t image, size_t pixel) {
  const float *a = job->a + image * (size_t)job->channels * job->plane + pixel;
  const float *b = job->b + image * (size_t)job->channels * job->plane + pixel;
  float square_a = 0;
  float square_b = 0;
  for (int c = 0; c < job->channels; c++) {
    const float va = a[(size_t)c * job->plane];
    const float vb = b[(size_t)c * job->plane];
    square_a += va * va;
    square_b += vb * vb;
  }
  const float norm_a = vtm_inverse_norm(square_a);
  const float norm_b = vtm_inverse_norm(square_b);
  float sum = 0;
  for (int c = 0; c < job->channels; c++) {
    const float difference = a[(size_t)c * job->plane] * norm_a - b[(size_t)c * job->plane] * norm_b;
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
