/* The op table over jobs and queues. Maps lie as images x channels x height x width; convolutions pad by themselves, so
 * the border that readers want is not kept. */
#include <stdlib.h>

#include "backend/cuda/kernels.h"
#include "backend/cuda/module.h"
#include "base/memory.h"

static size_t map_bytes(const vtm_map *shape) {
  return (size_t)shape->images * (size_t)shape->channels * vtm_cuda_plane(shape) * sizeof(float);
}

static void load_pixels(const float *pixels, const float scale[3], const float shift[3], vtm_map *output, int image) {
  vtm_load_job job = {.pixels = pixels, .plane = vtm_cuda_plane(output)};
  job.output = output->data + (size_t)image * 3 * job.plane;
  for (int c = 0; c < 3; c++) {
    job.scale[c] = scale[c];
    job.shift[c] = shift[c];
  }
  vtm_launch_load(output->queue, &job, 3 * job.plane);
}

static void free_convolution(vtm_packed_convolution *convolution) {
  if (convolution == NULL) return;
  vtm_cuda_release(convolution->queue, convolution->weights);
  vtm_cuda_release(convolution->queue, convolution->bias);
  free(convolution);
}

static vtm_status copy_to_device(vtm_queue *queue, const float *values, size_t count, float **memory,
                                 vtm_error *error) {
  void *to = NULL;
  const vtm_status status = vtm_cuda_allocate(queue, count * sizeof(float), &to, error);
  if (status != VTM_OK) return status;
  *memory = to;
  vtm_cuda_upload(queue, to, values, count * sizeof(float));
  return vtm_cuda_wait(queue, error);
}

static vtm_packed_convolution *pack_convolution(const vtm_convolution *shape, const float *weights, const float *bias,
                                                vtm_error *error) {
  const size_t outputs = (size_t)shape->out_channels;
  const size_t count =
      outputs * (size_t)shape->in_channels * (size_t)shape->kernel_height * (size_t)shape->kernel_width;
  vtm_packed_convolution *packed = vtm_allocate(1, sizeof(*packed), error);
  if (packed == NULL) return NULL;
  packed->shape = *shape;
  packed->queue = shape->queue;
  vtm_status status = copy_to_device(packed->queue, weights, count, &packed->weights, error);
  if (status == VTM_OK) status = copy_to_device(packed->queue, bias, outputs, &packed->bias, error);
  if (status == VTM_OK) return packed;
  free_convolution(packed);
  return NULL;
}

static void pool(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output, int first_channel, bool maximum) {
  const vtm_pool_job job = {.input = input->data,
                            .output = vtm_cuda_channel(output, first_channel),
                            .channels = input->channels,
                            .height = input->height,
                            .width = input->width,
                            .out_height = output->height,
                            .out_width = output->width,
                            .out_channels = output->channels,
                            .kernel = pooling->kernel,
                            .stride = pooling->stride,
                            .pad = pooling->pad,
                            .maximum = maximum,
                            .count_pad = pooling->count_pad};
  vtm_launch_pool(output->queue, &job, (size_t)input->images * (size_t)input->channels * vtm_cuda_plane(output));
}

static void max_pool(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output, int first_channel) {
  pool(pooling, input, output, first_channel, true);
}

static void average_pool(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output, int first_channel) {
  pool(pooling, input, output, first_channel, false);
}

static void channel_means(const vtm_map *input, float *means) {
  const vtm_means_job job = {.input = input->data, .means = means, .plane = vtm_cuda_plane(input)};
  vtm_launch_means(input->queue, &job, (size_t)input->images * (size_t)input->channels);
}

static void lpips_distances(const vtm_map *a, const vtm_map *b, const float *weights, double *distances,
                            size_t stride) {
  const vtm_lpips_job job = {.a = a->data,
                             .b = b->data,
                             .weights = weights,
                             .distances = distances,
                             .stride = stride,
                             .plane = vtm_cuda_plane(a),
                             .channels = a->channels};
  vtm_launch_lpips(a->queue, &job, (size_t)a->images);
}

static void read_map(const vtm_map *map, int image, float *values) {
  const size_t count = (size_t)map->channels * vtm_cuda_plane(map);
  vtm_cuda_download(map->queue, values, map->data + (size_t)image * count, count * sizeof(float));
  (void)vtm_cuda_wait(map->queue, NULL);
}

static const vtm_device_functions device_functions = {
    .open_queue = vtm_cuda_open_queue,
    .close_queue = vtm_cuda_close_queue,
    .free_bytes = vtm_cuda_free_bytes,
    .allocate = vtm_cuda_allocate,
    .release = vtm_cuda_release,
    .allocate_host = vtm_cuda_allocate_host,
    .release_host = vtm_cuda_release_host,
    .upload = vtm_cuda_upload,
    .download = vtm_cuda_download,
    .prepare_convolution = vtm_cuda_prepare,
    .free_convolution = free_convolution,
    .begin_recording = vtm_cuda_begin_recording,
    .end_recording = vtm_cuda_end_recording,
    .play = vtm_cuda_play,
    .free_recording = vtm_cuda_free_recording,
    .wait = vtm_cuda_wait,
};

const vtm_backend vtm_backend_cuda = {
    .name = "cuda",
    .convolution_forms = "cuDNN, direct and Winograd",
    .exact_form = "cuDNN, direct",
    .batch = 64, /* beyond this a GPU gains little, and Ctrl-C waits longer */
    .device = &device_functions,
    .map_bytes = map_bytes,
    .load_pixels = load_pixels,
    .pack_convolution = pack_convolution,
    .convolve = vtm_cuda_convolve,
    .max_pool = max_pool,
    .average_pool = average_pool,
    .channel_means = channel_means,
    .lpips_distances = lpips_distances,
    .read_map = read_map,
};
