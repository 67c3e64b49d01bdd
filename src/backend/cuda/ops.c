/* The op table over jobs and queues. Convolutions pad by themselves, so the border that readers want is not kept. */
#include <stdlib.h>

#include "backend/cuda/kernels.h"
#include "backend/cuda/module.h"
#include "backend/device.h"
#include "base/memory.h"

static size_t count_values(const vtm_map *shape) {
  return (size_t)shape->images * (size_t)shape->channels * vtm_cuda_plane(shape);
}

static size_t bytes_of_floats(const vtm_map *shape) { return count_values(shape) * sizeof(float); }

/* Whole floats, since the data of a map are some. */
static size_t bytes_of_fp16(const vtm_map *shape) { return (count_values(shape) + 1) / 2 * sizeof(float); }

static void load_pixels(const float *pixels, const float scale[3], const float shift[3], vtm_map *output, int image) {
  vtm_load_job job = {
      .pixels = pixels, .output = vtm_cuda_values(output, 0), .image = (size_t)image, .plane = vtm_cuda_plane(output)};
  for (int c = 0; c < 3; c++) {
    job.scale[c] = scale[c];
    job.shift[c] = shift[c];
  }
  vtm_launch_load(output->queue, &job, 3 * job.plane);
}

/* ---- weights ---- */

static void free_convolution(vtm_packed_convolution *convolution) {
  if (convolution == NULL) return;
  vtm_cuda_release(convolution->queue, convolution->weights.data);
  vtm_cuda_release(convolution->queue, convolution->bias.data);
  free(convolution);
}

/* New memory with these values; *memory is to be released in any case. */
static vtm_status upload_floats(vtm_queue *queue, const float *values, size_t count, void **memory, vtm_error *error) {
  const vtm_status status = vtm_cuda_allocate(queue, count * sizeof(float), memory, error);
  if (status != VTM_OK) return status;
  vtm_cuda_upload(queue, *memory, values, count * sizeof(float));
  return vtm_cuda_wait(queue, error);
}

/* Values of images x channels x plane, channels first, into new memory in the queue's format. */
static vtm_status place_values(vtm_queue *queue, const float *values, const vtm_copy_job *shape, size_t images,
                               vtm_values *placed, vtm_error *error) {
  static const vtm_cuda_format given = {0};
  const vtm_cuda_format *format = vtm_cuda_queue_format(queue);
  const size_t count = images * shape->channels * shape->plane;
  void *memory = NULL;
  vtm_status status = upload_floats(queue, values, count, &memory, error);
  *placed = vtm_cuda_packed(format, memory, shape->channels, shape->plane);
  if (!format->channels_last || status != VTM_OK) return status;
  vtm_copy_job job = *shape;
  job.input = vtm_cuda_packed(&given, memory, shape->channels, shape->plane);
  job.output = *placed;
  status = vtm_cuda_allocate(queue, count * (format->is_fp16 ? sizeof(vtm_half) : sizeof(float)), &placed->data, error);
  job.output.data = placed->data;
  if (status == VTM_OK) {
    vtm_launch_copy(queue, &job, count);
    status = vtm_cuda_wait(queue, error);
  }
  vtm_cuda_release(queue, memory);
  return status;
}

static vtm_packed_convolution *pack_convolution(const vtm_convolution *shape, const float *weights, const float *bias,
                                                vtm_error *error) {
  const vtm_copy_job factors = {.channels = (size_t)shape->in_channels,
                                .plane = (size_t)shape->kernel_height * (size_t)shape->kernel_width};
  const vtm_copy_job summands = {.channels = (size_t)shape->out_channels, .plane = 1};
  vtm_packed_convolution *packed = vtm_allocate(1, sizeof(*packed), error);
  if (packed == NULL) return NULL;
  packed->shape = *shape;
  packed->queue = shape->queue;
  vtm_status status =
      place_values(packed->queue, weights, &factors, (size_t)shape->out_channels, &packed->weights, error);
  if (status == VTM_OK) status = place_values(packed->queue, bias, &summands, 1, &packed->bias, error);
  if (status == VTM_OK) return packed;
  free_convolution(packed);
  return NULL;
}

/* ---- ops ---- */

static void pool(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output, int first_channel, bool maximum) {
  const vtm_pool_job job = {.input = vtm_cuda_values(input, 0),
                            .output = vtm_cuda_values(output, first_channel),
                            .channels = input->channels,
                            .height = input->height,
                            .width = input->width,
                            .out_height = output->height,
                            .out_width = output->width,
                            .kernel = pooling->kernel,
                            .stride = pooling->stride,
                            .pad = pooling->pad,
                            .maximum = maximum,
                            .count_pad = pooling->count_pad,
                            .bias = pooling->bias};
  vtm_launch_pool(output->queue, &job, (size_t)input->images * (size_t)input->channels * vtm_cuda_plane(output));
}

static void max_pool(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output, int first_channel) {
  pool(pooling, input, output, first_channel, true);
}

static void average_pool(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output, int first_channel) {
  pool(pooling, input, output, first_channel, false);
}

static void channel_means(const vtm_map *input, float *means) {
  const vtm_means_job job = {.input = vtm_cuda_values(input, 0),
                             .means = means,
                             .channels = (size_t)input->channels,
                             .plane = vtm_cuda_plane(input)};
  vtm_launch_means(input->queue, &job, (size_t)input->images * (size_t)input->channels);
}

static void lpips_distances(const vtm_map *a, const vtm_map *b, const float *weights, double *distances,
                            size_t stride) {
  const vtm_lpips_job job = {.a = vtm_cuda_values(a, 0),
                             .b = vtm_cuda_values(b, 0),
                             .weights = weights,
                             .distances = distances,
                             .stride = stride,
                             .plane = vtm_cuda_plane(a),
                             .channels = (size_t)a->channels};
  vtm_launch_lpips(a->queue, &job, (size_t)a->images);
}

static void read_map(const vtm_map *map, int image, float *values) {
  const vtm_values from = vtm_cuda_values(map, 0);
  const size_t plane = vtm_cuda_plane(map);
  const size_t count = (size_t)map->channels * plane;
  const size_t size = from.is_fp16 ? sizeof(vtm_half) : sizeof(float);
  vtm_values host = from;
  host.data = vtm_allocate(count, size, NULL);
  if (host.data == NULL) return;
  vtm_cuda_download(map->queue, host.data, (const char *)from.data + (size_t)image * count * size, count * size);
  (void)vtm_cuda_wait(map->queue, NULL);
  for (size_t i = 0; i < count; i++) values[i] = vtm_get(&host, 0, i / plane, i % plane);
  free(host.data);
}

/* ---- queues ---- */

enum { MEMORY_SHARE = 90 }; /* per cent of a device's free memory; the rest is for scratch memory and others */

/* What cuDNN takes for itself is not free. */
static vtm_status budget(vtm_queue *queue, int sharers, size_t *bytes, vtm_error *error) {
  size_t unused = 0;
  size_t total = 0;
  vtm_status status = vtm_cuda_open_cudnn(queue, error);
  if (status == VTM_OK) status = vtm_cuda_memory(queue, &unused, &total, error);
  *bytes = unused / 100 * MEMORY_SHARE / (size_t)sharers;
  return status;
}

static size_t staging_bytes(size_t image_bytes) { return image_bytes; }

static const float *stage(vtm_queue *queue, const float *image, size_t image_bytes, float *staging) {
  if (image != NULL) vtm_cuda_upload(queue, staging, image, image_bytes);
  return staging;
}

static const vtm_queue_functions queue_functions = {
    .open = vtm_cuda_open_queue,
    .close = vtm_cuda_close_queue,
    .budget = budget,
    .allocate = vtm_cuda_allocate,
    .release = vtm_cuda_release,
    .allocate_host = vtm_cuda_allocate_host,
    .release_host = vtm_cuda_release_host,
    .upload = vtm_cuda_upload,
    .download = vtm_cuda_download,
    .staging_bytes = staging_bytes,
    .stage = stage,
    .resample = vtm_cuda_resample,
    .begin_recording = vtm_cuda_begin_recording,
    .end_recording = vtm_cuda_end_recording,
    .play = vtm_cuda_play,
    .free_recording = vtm_cuda_free_recording,
    .wait = vtm_cuda_wait,
};

/* Batches: beyond 64 a GPU gains little, and Ctrl-C waits longer. Streams: one computes while the other copies. */
#define BACKEND(PRECISION, NAME, BYTES, FORMS, EXACT_FORM) \
  [PRECISION] = {.name = (NAME),                           \
                 .convolution_forms = (FORMS),             \
                 .exact_form = (EXACT_FORM),               \
                 .precision = (PRECISION),                 \
                 .queues = &queue_functions,               \
                 .batch = 64,                              \
                 .streams = VTM_STREAMS_A_DEVICE,          \
                 .fixed_batch = true,                      \
                 .map_bytes = (BYTES),                     \
                 .load_pixels = load_pixels,               \
                 .pack_convolution = pack_convolution,     \
                 .free_convolution = free_convolution,     \
                 .prepare_convolution = vtm_cuda_prepare,  \
                 .convolve = vtm_cuda_convolve,            \
                 .max_pool = max_pool,                     \
                 .average_pool = average_pool,             \
                 .channel_means = channel_means,           \
                 .lpips_distances = lpips_distances,       \
                 .read_map = read_map}

const vtm_backend vtm_backends_cuda[VTM_PRECISION_COUNT] = {
    BACKEND(VTM_PRECISION_F32, "cuda", bytes_of_floats, "cuDNN, direct and Winograd", "cuDNN, direct"),
    BACKEND(VTM_PRECISION_TF32, "cuda tf32", bytes_of_floats, "cuDNN on tensor cores, direct and Winograd",
            "cuDNN on tensor cores, direct"),
    BACKEND(VTM_PRECISION_FP16, "cuda fp16", bytes_of_fp16, "cuDNN on tensor cores, direct and Winograd",
            "cuDNN on tensor cores, direct"),
};
