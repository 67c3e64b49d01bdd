/* Plain C, the truth that fast kernels are tested against. Layout: images x channels x height x width,
 * no border; sums in double. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backend/host.h"
#include "base/memory.h"

struct vtm_packed_convolution {
  vtm_convolution shape;
  float *bias;
  float weights[]; /* as given, the bias behind them */
};

static size_t plane_size(const vtm_map *map) { return (size_t)map->height * (size_t)map->width; }

static float *plane(const vtm_map *map, int image, int channel) {
  return map->data + ((size_t)image * (size_t)map->channels + (size_t)channel) * plane_size(map);
}

static size_t map_bytes(const vtm_map *shape) {
  return (size_t)shape->images * (size_t)shape->channels * plane_size(shape) * sizeof(float);
}

static void load_pixels(const float *pixels, const float scale[3], const float shift[3], vtm_map *output, int image) {
  for (int c = 0; c < 3; c++) {
    float *to = plane(output, image, c);
    for (size_t i = 0; i < plane_size(output); i++) to[i] = pixels[3 * i + (size_t)c] * scale[c] + shift[c];
  }
}

static void read_map(const vtm_map *map, int image, float *values) {
  memcpy(values, plane(map, image, 0), (size_t)map->channels * plane_size(map) * sizeof(float));
}

static vtm_packed_convolution *pack_convolution(const vtm_convolution *shape, const float *weights, const float *bias,
                                                vtm_error *error) {
  const size_t outputs = (size_t)shape->out_channels;
  const size_t count =
      outputs * (size_t)shape->in_channels * (size_t)shape->kernel_height * (size_t)shape->kernel_width;
  vtm_packed_convolution *packed = vtm_allocate(1, sizeof(*packed) + (count + outputs) * sizeof(float), error);
  if (packed == NULL) return NULL;
  packed->shape = *shape;
  packed->bias = packed->weights + count;
  memcpy(packed->weights, weights, count * sizeof(float));
  memcpy(packed->bias, bias, outputs * sizeof(float));
  return packed;
}

/* sum over in_channels and the part of the kernel that lies inside the map */
static double convolve_at(const vtm_packed_convolution *packed, const vtm_map *input, int image, int out_channel, int y,
                          int x) {
  const vtm_convolution *shape = &packed->shape;
  double sum = (double)packed->bias[out_channel];
  for (int c = 0; c < shape->in_channels; c++) {
    const float *from = plane(input, image, c);
    const float *weights = packed->weights + (((size_t)out_channel * (size_t)shape->in_channels + (size_t)c) *
                                              (size_t)shape->kernel_height * (size_t)shape->kernel_width);
    for (int i = 0; i < shape->kernel_height; i++) {
      const int row = y * shape->stride - shape->pad_height + i;
      if (row < 0 || row >= input->height) continue;
      for (int j = 0; j < shape->kernel_width; j++) {
        const int column = x * shape->stride - shape->pad_width + j;
        if (column < 0 || column >= input->width) continue;
        sum += (double)weights[i * shape->kernel_width + j] *
               (double)from[(size_t)row * (size_t)input->width + (size_t)column];
      }
    }
  }
  return sum;
}

static vtm_status prepare_convolution(vtm_packed_convolution *packed, const vtm_map *input, const vtm_map *output,
                                      int first_channel, size_t *scratch_bytes, vtm_error *error) {
  (void)packed;
  (void)input;
  (void)output;
  (void)first_channel;
  (void)error;
  *scratch_bytes = 0;
  return VTM_OK;
}

static void convolve(const vtm_packed_convolution *packed, const vtm_map *input, vtm_map *output, int first_channel,
                     float *scratch) {
  (void)scratch;
  for (int n = 0; n < output->images; n++)
    for (int c = 0; c < packed->shape.out_channels; c++) {
      float *to = plane(output, n, first_channel + c);
      for (int y = 0; y < output->height; y++)
        for (int x = 0; x < output->width; x++) {
          const double sum = convolve_at(packed, input, n, c, y, x);
          *to++ = (float)(packed->shape.relu && sum < 0 ? 0 : sum);
        }
    }
}

typedef struct window {
  int top, bottom, left, right; /* half open, inside the map */
} window;

static window window_at(const vtm_pooling *pooling, const vtm_map *input, int y, int x) {
  window w = {y * pooling->stride - pooling->pad, 0, x * pooling->stride - pooling->pad, 0};
  w.bottom = w.top + pooling->kernel < input->height ? w.top + pooling->kernel : input->height;
  w.right = w.left + pooling->kernel < input->width ? w.left + pooling->kernel : input->width;
  if (w.top < 0) w.top = 0;
  if (w.left < 0) w.left = 0;
  return w;
}

static void max_pool(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output, int first_channel) {
  for (int n = 0; n < output->images; n++)
    for (int c = 0; c < input->channels; c++) {
      const float *from = plane(input, n, c);
      float *to = plane(output, n, first_channel + c);
      for (int y = 0; y < output->height; y++)
        for (int x = 0; x < output->width; x++) {
          const window w = window_at(pooling, input, y, x);
          float best = -FLT_MAX;
          for (int i = w.top; i < w.bottom; i++)
            for (int j = w.left; j < w.right; j++) {
              const float value = from[(size_t)i * (size_t)input->width + (size_t)j];
              if (value > best || isnan(value)) best = value;
            }
          *to++ = best;
        }
    }
}

static void average_pool(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output, int first_channel) {
  for (int n = 0; n < output->images; n++)
    for (int c = 0; c < input->channels; c++) {
      const float *from = plane(input, n, c);
      float *to = plane(output, n, first_channel + c);
      for (int y = 0; y < output->height; y++)
        for (int x = 0; x < output->width; x++) {
          const window w = window_at(pooling, input, y, x);
          double sum = 0;
          for (int i = w.top; i < w.bottom; i++)
            for (int j = w.left; j < w.right; j++) sum += (double)from[(size_t)i * (size_t)input->width + (size_t)j];
          const int count =
              pooling->count_pad ? pooling->kernel * pooling->kernel : (w.bottom - w.top) * (w.right - w.left);
          const double mean = sum / count + (pooling->bias != NULL ? (double)pooling->bias[c] : 0);
          *to++ = (float)(pooling->bias != NULL && mean < 0 ? 0 : mean);
        }
    }
}

static void channel_means(const vtm_map *input, float *means) {
  for (int n = 0; n < input->images; n++)
    for (int c = 0; c < input->channels; c++) {
      const float *from = plane(input, n, c);
      double sum = 0;
      for (size_t i = 0; i < plane_size(input); i++) sum += (double)from[i];
      means[(size_t)n * (size_t)input->channels + (size_t)c] = (float)(sum / (double)plane_size(input));
    }
}

static double image_distance(const vtm_map *a, const vtm_map *b, int image, const float *weights) {
  const size_t pixels = plane_size(a);
  const float *pa = plane(a, image, 0);
  const float *pb = plane(b, image, 0);
  double total = 0;
  for (size_t i = 0; i < pixels; i++) {
    double square_a = 0;
    double square_b = 0;
    for (int c = 0; c < a->channels; c++) {
      const double va = (double)pa[(size_t)c * pixels + i];
      const double vb = (double)pb[(size_t)c * pixels + i];
      square_a += va * va;
      square_b += vb * vb;
    }
    const double norm_a = sqrt(square_a) + 1e-10;
    const double norm_b = sqrt(square_b) + 1e-10;
    for (int c = 0; c < a->channels; c++) {
      const double difference =
          (double)pa[(size_t)c * pixels + i] / norm_a - (double)pb[(size_t)c * pixels + i] / norm_b;
      total += (double)weights[c] * difference * difference;
    }
  }
  return total / (double)pixels;
}

static void lpips_distances(const vtm_map *a, const vtm_map *b, const float *weights, double *distances,
                            size_t stride) {
  for (int n = 0; n < a->images; n++) distances[(size_t)n * stride] = image_distance(a, b, n, weights);
}

const vtm_backend vtm_backend_reference = {
    .name = "reference",
    .exact_form = "direct",
    .convolution_forms = "direct",
    .queues = &vtm_host_queues,
    .batch = 1,
    .map_bytes = map_bytes,
    .load_pixels = load_pixels,
    .pack_convolution = pack_convolution,
    .free_convolution = vtm_host_free_convolution,
    .prepare_convolution = prepare_convolution,
    .convolve = convolve,
    .max_pool = max_pool,
    .average_pool = average_pool,
    .channel_means = channel_means,
    .lpips_distances = lpips_distances,
    .read_map = read_map,
};
