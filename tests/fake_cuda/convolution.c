/* Direct convolution into scratch memory, finished by the module's own kernel. Tensor cores round float32 factors to 11
 * bits. */
#include <stdlib.h>

#include "backend/cuda/kernels.h"
#include "base/error.h"
#include "base/memory.h"
#include "fake_cuda/fake.h"

typedef struct direct_job {
  vtm_convolution shape;
  vtm_values weights, input, output;
  int images, height, width, out_height, out_width;
  bool tensor_cores;
} direct_job;

enum { WIDEST_ROW = 4096 };

static float tf32(float value) { return vtm_half_float_of_bits((vtm_half_bits_of_float(value) + 0x1000) & 0xffffe000); }

/* As plain floats, channels first. */
static float *unpack(const direct_job *job, const vtm_values *from, size_t images, size_t channels, size_t plane) {
  float *plain = vtm_allocate(images * channels * plane, sizeof(*plain), NULL);
  if (plain == NULL) abort();
  for (size_t i = 0; i < images * channels * plane; i++) {
    const float value = vtm_get(from, i / plane / channels, i / plane % channels, i % plane);
    plain[i] = job->tensor_cores && !from->is_fp16 ? tf32(value) : value;
  }
  return plain;
}

/* One row of one output channel. `input`: of the image; `weights`: of the channel. */
static void convolve_row(const direct_job *job, const float *input, const float *weights, int y,
                         double sums[WIDEST_ROW]) {
  const vtm_convolution *shape = &job->shape;
  for (int x = 0; x < job->out_width; x++) sums[x] = 0;
  for (int c = 0; c < shape->in_channels; c++)
    for (int i = 0; i < shape->kernel_height; i++) {
      const int row = y * shape->stride - shape->pad_height + i;
      if (row < 0 || row >= job->height) continue;
      const float *from = input + ((size_t)c * (size_t)job->height + (size_t)row) * (size_t)job->width;
      const float *factors =
          weights + ((size_t)c * (size_t)shape->kernel_height + (size_t)i) * (size_t)shape->kernel_width;
      for (int j = 0; j < shape->kernel_width; j++)
        for (int x = 0; x < job->out_width; x++) {
          const int column = x * shape->stride - shape->pad_width + j;
          if (column >= 0 && column < job->width) sums[x] += (double)factors[j] * (double)from[column];
        }
    }
}

static void run_direct(const void *arguments) {
  const direct_job *job = arguments;
  const vtm_convolution *shape = &job->shape;
  const size_t inputs = (size_t)shape->in_channels;
  const size_t outputs = (size_t)shape->out_channels;
  const size_t plane = (size_t)job->height * (size_t)job->width;
  const size_t kernel = (size_t)shape->kernel_height * (size_t)shape->kernel_width;
  float *input = unpack(job, &job->input, (size_t)job->images, inputs, plane);
  float *weights = unpack(job, &job->weights, outputs, inputs, kernel);
  double sums[WIDEST_ROW];
  for (size_t n = 0; n < (size_t)job->images; n++)
    for (size_t c = 0; c < outputs; c++)
      for (int y = 0; y < job->out_height; y++) {
        convolve_row(job, input + n * inputs * plane, weights + c * inputs * kernel, y, sums);
        for (int x = 0; x < job->out_width; x++)
          vtm_put(&job->output, n, c, (size_t)y * (size_t)job->out_width + (size_t)x, (float)sums[x]);
      }
  free(input);
  free(weights);
}

vtm_status vtm_cuda_prepare(vtm_packed_convolution *convolution, const vtm_map *input, const vtm_map *output,
                            int first_channel, size_t *scratch_bytes, vtm_error *error) {
  (void)input;
  (void)first_channel;
  if (output->width > WIDEST_ROW) return vtm_fail(error, VTM_ERROR_LIMIT, "a row of %d is too wide", output->width);
  *scratch_bytes =
      (size_t)output->images * (size_t)convolution->shape.out_channels * vtm_cuda_plane(output) * sizeof(float);
  return VTM_OK;
}

void vtm_cuda_convolve(const vtm_packed_convolution *convolution, const vtm_map *input, vtm_map *output,
                       int first_channel, float *scratch) {
  const vtm_cuda_format *format = vtm_cuda_queue_format(output->queue);
  const size_t channels = (size_t)convolution->shape.out_channels;
  const size_t plane = vtm_cuda_plane(output);
  const direct_job direct = {.shape = convolution->shape,
                             .weights = convolution->weights,
                             .input = vtm_cuda_values(input, 0),
                             .output = vtm_cuda_packed(format, scratch, channels, plane),
                             .images = input->images,
                             .height = input->height,
                             .width = input->width,
                             .out_height = output->height,
                             .out_width = output->width,
                             .tensor_cores = format->tensor_cores};
  fake_enqueue(output->queue, run_direct, &direct, sizeof(direct));
  const vtm_finish_job finish = {.input = direct.output,
                                 .bias = convolution->bias,
                                 .output = vtm_cuda_values(output, first_channel),
                                 .channels = channels,
                                 .plane = plane,
                                 .relu = convolution->shape.relu};
  vtm_launch_finish(output->queue, &finish, (size_t)output->images * channels * plane);
}
