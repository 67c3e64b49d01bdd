/* cuDNN: handles, its own errors, and plans.h by direct convolution. Tensor cores round float32 factors to 11 bits. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/cuda/module.h"
#include "backend/cuda/plans.h"
#include "base/memory.h"
#include "fake_cuda/fake.h"

struct cudnnContext {
  cudaStream_t stream;
  void *memory;
};

static _Thread_local const char *reason = "";

size_t cudnnGetVersion(void) { return (size_t)fake_setting("cudnn", 91900); }

const char *cudnnGetErrorString(cudnnStatus_t status) {
  switch (status) {
    case CUDNN_STATUS_SUCCESS: return "CUDNN_STATUS_SUCCESS";
    case CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED: return "CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED";
    case CUDNN_STATUS_BAD_PARAM_NULL_POINTER: return "CUDNN_STATUS_BAD_PARAM_NULL_POINTER";
    case CUDNN_STATUS_INTERNAL_ERROR: return "CUDNN_STATUS_INTERNAL_ERROR";
    case CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED:
      return "CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED";
    case CUDNN_STATUS_EXECUTION_FAILED: return "CUDNN_STATUS_EXECUTION_FAILED";
    default: return "CUDNN_STATUS_NOT_SUPPORTED";
  }
}

void cudnnGetLastErrorString(char *message, size_t size) {
  (void)snprintf(message, size, "%s", reason);
  reason = "";
}

cudnnStatus_t cudnnCreate(cudnnHandle_t *handle) {
  *handle = vtm_allocate(1, sizeof(**handle), NULL);
  if (*handle != NULL && cudaMalloc(&(*handle)->memory, (size_t)fake_setting("handle", 0)) == cudaSuccess)
    return CUDNN_STATUS_SUCCESS;
  free(*handle);
  *handle = NULL;
  (void)cudaGetLastError();
  return CUDNN_STATUS_INTERNAL_ERROR; /* and not what it says of memory elsewhere */
}

cudnnStatus_t cudnnSetStream(cudnnHandle_t handle, cudaStream_t stream) {
  handle->stream = stream;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnDestroy(cudnnHandle_t handle) {
  (void)cudaFree(handle->memory);
  free(handle);
  return CUDNN_STATUS_SUCCESS;
}

/* ---- plans: of kernels of 1x1 as cuDNN makes many, without workspace; the others show every other way ---- */

enum { WORKSPACE = 1000, WIDEST_ROW = 4096 };

bool vtm_dnn_plan_build(vtm_dnn_plan *made, const vtm_dnn_target *target) {
  const bool plain = fake_setting("workspace", 1) == 0 || (made->key.kernel_height == 1 && made->key.kernel_width == 1);
  made->failure = (cudnnStatus_t)fake_setting("plan", 0);
  if (made->key.out_width > WIDEST_ROW) made->failure = CUDNN_STATUS_NOT_SUPPORTED;
  reason = made->failure != CUDNN_STATUS_SUCCESS ? "the fake was told so" : "";
  made->fused = plain || made->key.kernel_height != 3;
  made->workspace = plain ? 0 : WORKSPACE;
  return made->failure == CUDNN_STATUS_SUCCESS && made->workspace <= target->most_workspace;
}

void vtm_dnn_plan_destroy(vtm_dnn_plan *old) { free(old); }

typedef struct direct_job {
  vtm_dnn_key key;
  bool fused;
  vtm_values input, weights, bias, output;
  void *workspace;
  size_t workspace_bytes;
} direct_job;

static float tf32(float value) { return vtm_half_float_of_bits((vtm_half_bits_of_float(value) + 0x1000) & 0xffffe000); }

/* As plain floats, channels first. */
static float *unpack(const direct_job *job, const vtm_values *from, size_t images, size_t channels, size_t plane) {
  float *plain = vtm_allocate(images * channels * plane, sizeof(*plain), NULL);
  if (plain == NULL) abort();
  for (size_t i = 0; i < images * channels * plane; i++) {
    const float value = vtm_get(from, i / plane / channels, i / plane % channels, i % plane);
    plain[i] = job->key.tensor_cores && !from->is_fp16 ? tf32(value) : value;
  }
  return plain;
}

/* One row of one output channel. `input`: of the image; `weights`: of the channel. */
static void convolve_row(const vtm_dnn_key *key, const float *input, const float *weights, int y,
                         double sums[WIDEST_ROW]) {
  for (int x = 0; x < key->out_width; x++) sums[x] = 0;
  for (int c = 0; c < key->in_channels; c++)
    for (int i = 0; i < key->kernel_height; i++) {
      const int row = y * key->stride - key->pad_height + i;
      if (row < 0 || row >= key->height) continue;
      const float *from = input + ((size_t)c * (size_t)key->height + (size_t)row) * (size_t)key->width;
      const float *factors = weights + ((size_t)c * (size_t)key->kernel_height + (size_t)i) * (size_t)key->kernel_width;
      for (int j = 0; j < key->kernel_width; j++)
        for (int x = 0; x < key->out_width; x++) {
          const int column = x * key->stride - key->pad_width + j;
          if (column >= 0 && column < key->width) sums[x] += (double)factors[j] * (double)from[column];
        }
    }
}

static float finish(const direct_job *job, size_t channel, double sum) {
  const float rounded = (float)sum;
  if (!job->fused) return rounded;
  const float value = rounded + vtm_get(&job->bias, 0, channel, 0);
  return job->key.relu && value < 0 ? 0 : value;
}

static void run_direct(const void *arguments) {
  const direct_job *job = arguments;
  const vtm_dnn_key *key = &job->key;
  const size_t inputs = (size_t)key->in_channels;
  const size_t outputs = (size_t)key->out_channels;
  const size_t plane = (size_t)key->height * (size_t)key->width;
  const size_t kernel = (size_t)key->kernel_height * (size_t)key->kernel_width;
  float *input = unpack(job, &job->input, (size_t)key->images, inputs, plane);
  float *weights = unpack(job, &job->weights, outputs, inputs, kernel);
  double sums[WIDEST_ROW];
  if (job->workspace_bytes > 0) memset(job->workspace, 0xff, job->workspace_bytes);
  for (size_t n = 0; n < (size_t)key->images; n++)
    for (size_t c = 0; c < outputs; c++)
      for (int y = 0; y < key->out_height; y++) {
        convolve_row(key, input + n * inputs * plane, weights + c * inputs * kernel, y, sums);
        for (int x = 0; x < key->out_width; x++)
          vtm_put(&job->output, n, c, (size_t)y * (size_t)key->out_width + (size_t)x, finish(job, c, sums[x]));
      }
  free(input);
  free(weights);
}

cudnnStatus_t vtm_dnn_plan_execute(const vtm_dnn_plan *chosen, cudnnHandle_t handle, void *const pointers[4],
                                   void *workspace) {
  const vtm_dnn_key *key = &chosen->key;
  const vtm_cuda_format format = {key->is_fp16 != 0, key->channels_last != 0, key->tensor_cores != 0};
  const size_t plane = (size_t)key->height * (size_t)key->width;
  const size_t kernel = (size_t)key->kernel_height * (size_t)key->kernel_width;
  const size_t out_channels = (size_t)(chosen->fused ? key->map_channels : key->out_channels);
  vtm_dnn_plan *loaded = (vtm_dnn_plan *)(uintptr_t)chosen;
  const bool spoilt = chosen->passed_over == 0 && fake_spoil_capture(handle->stream);
  loaded->passed_over = 1; /* from now on its kernels are loaded */
  if (spoilt || fake_is_number(FAKE_CONVOLUTIONS, fake_setting("execute", 0), false)) {
    reason = "the fake was told so";
    return CUDNN_STATUS_EXECUTION_FAILED;
  }
  for (int i = 0; i < 4; i++)
    if (pointers[i] == NULL || (workspace == NULL && chosen->workspace > 0)) return CUDNN_STATUS_BAD_PARAM_NULL_POINTER;
  const direct_job job = {
      .key = *key,
      .fused = chosen->fused,
      .input = vtm_cuda_packed(&format, pointers[0], (size_t)key->in_channels, plane),
      .weights = vtm_cuda_packed(&format, pointers[1], (size_t)key->in_channels, kernel),
      .bias = vtm_cuda_packed(&format, pointers[3], (size_t)key->out_channels, 1),
      .output = vtm_cuda_packed(&format, pointers[2], out_channels, (size_t)key->out_height * (size_t)key->out_width),
      .workspace = workspace,
      .workspace_bytes = (size_t)chosen->workspace};
  fake_enqueue(handle->stream, run_direct, &job, sizeof(job));
  return CUDNN_STATUS_SUCCESS;
}
