/* Direct convolution into scratch memory, finished by the module's own kernel. */
#include "backend/cuda/kernels.h"
#include "base/error.h"
#include "fake_cuda/fake.h"

typedef struct direct_job {
  vtm_convolution shape;
  const float *weights;
  vtm_map input;
  int out_height, out_width;
  float *output;
} direct_job;

enum { WIDEST_ROW = 4096 };

/* One row of one output channel. */
static void convolve_row(const direct_job *job, int image, int channel, int y, float *to) {
  const vtm_convolution *shape = &job->shape;
  const vtm_map *input = &job->input;
  double sums[WIDEST_ROW] = {0};
  for (int c = 0; c < shape->in_channels; c++)
    for (int i = 0; i < shape->kernel_height; i++) {
      const int row = y * shape->stride - shape->pad_height + i;
      if (row < 0 || row >= input->height) continue;
      const float *from =
          input->data +
          (((size_t)image * (size_t)shape->in_channels + (size_t)c) * (size_t)input->height + (size_t)row) *
              (size_t)input->width;
      const float *weights =
          job->weights +
          (((size_t)channel * (size_t)shape->in_channels + (size_t)c) * (size_t)shape->kernel_height + (size_t)i) *
              (size_t)shape->kernel_width;
      for (int j = 0; j < shape->kernel_width; j++)
        for (int x = 0; x < job->out_width; x++) {
          const int column = x * shape->stride - shape->pad_width + j;
          if (column >= 0 && column < input->width) sums[x] += (double)weights[j] * (double)from[column];
        }
    }
  for (int x = 0; x < job->out_width; x++) to[x] = (float)sums[x];
}

static void run_direct(const void *arguments) {
  const direct_job *job = arguments;
  float *to = job->output;
  for (int n = 0; n < job->input.images; n++)
    for (int c = 0; c < job->shape.out_channels; c++)
      for (int y = 0; y < job->out_height; y++, to += job->out_width) convolve_row(job, n, c, y, to);
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
  const direct_job direct = {.shape = convolution->shape,
                             .weights = convolution->weights,
                             .input = *input,
                             .out_height = output->height,
                             .out_width = output->width,
                             .output = scratch};
  fake_enqueue(output->queue, run_direct, &direct, sizeof(direct));
  const vtm_finish_job finish = {.input = scratch,
                                 .bias = convolution->bias,
                                 .output = vtm_cuda_channel(output, first_channel),
                                 .channels = convolution->shape.out_channels,
                                 .out_channels = output->channels,
                                 .plane = vtm_cuda_plane(output),
                                 .relu = convolution->shape.relu};
  vtm_launch_finish(output->queue, &finish, (size_t)output->images * (size_t)finish.channels * finish.plane);
}
