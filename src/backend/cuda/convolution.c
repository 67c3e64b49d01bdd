/* Convolutions on a queue: plans by their shapes, made once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/cuda/kernels.h"
#include "backend/cuda/module.h"
#include "backend/cuda/plans.h"
#include "backend/cuda/queue.h"
#include "base/error.h"
#include "base/memory.h"

enum {
  MOST_PLANS = 512,
  MOST_WORKSPACE = 1 << 30,
  WORKSPACE_SHARE = 16,       /* of a device's whole memory: what is free now may not decide on digits */
  MEMORY_OF_CUDNN = 64 << 20, /* a handle with its kernels, about */
  REASON = 512
};

/* Plans of one queue, the last used first; the last of them makes room. A network has fewer convolutions than there are
 * places, so those that a batch prepared are there when it runs. */
struct vtm_convolution_plans {
  cudnnHandle_t handle;
  int64_t most_workspace;
  vtm_dnn_plan *plans[MOST_PLANS];
  size_t count;
};

static vtm_dnn_key make_key(const vtm_convolution *shape, const vtm_map *input, const vtm_map *output) {
  const vtm_cuda_format *format = vtm_cuda_queue_format(output->queue);
  vtm_dnn_key key;
  memset(&key, 0, sizeof(key));
  key.in_channels = shape->in_channels;
  key.out_channels = shape->out_channels;
  key.kernel_height = shape->kernel_height;
  key.kernel_width = shape->kernel_width;
  key.stride = shape->stride;
  key.pad_height = shape->pad_height;
  key.pad_width = shape->pad_width;
  key.relu = shape->relu;
  key.exact = shape->exact;
  key.is_fp16 = format->is_fp16;
  key.channels_last = format->channels_last;
  key.tensor_cores = format->tensor_cores;
  key.images = input->images;
  key.height = input->height;
  key.width = input->width;
  key.out_height = output->height;
  key.out_width = output->width;
  key.map_channels = output->channels;
  return key;
}

static void put_first(vtm_convolution_plans *plans, size_t from, vtm_dnn_plan *plan) {
  memmove((void *)(plans->plans + 1), (const void *)plans->plans, from * sizeof(*plans->plans));
  plans->plans[0] = plan;
}

static const vtm_dnn_plan *find_plan(vtm_convolution_plans *plans, const vtm_dnn_key *key) {
  for (size_t i = 0; i < plans->count; i++)
    if (memcmp(&plans->plans[i]->key, key, sizeof(*key)) == 0) {
      put_first(plans, i, plans->plans[i]);
      return plans->plans[0];
    }
  return NULL;
}

/* A full device makes cuDNN say all kinds of things. */
static bool is_memory_short(cudnnStatus_t status) {
  size_t unused = 0;
  size_t total = 0;
  return status == CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED ||
         status == CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED ||
         (cudaMemGetInfo(&unused, &total) == cudaSuccess && unused < MEMORY_OF_CUDNN);
}

/* `what` failed with this status. */
static vtm_status fail_cudnn(const vtm_queue *queue, cudnnStatus_t status, const char *what, vtm_error *error) {
  char reason[REASON] = "";
  cudnnGetLastErrorString(reason, sizeof(reason));
  const bool memory = is_memory_short(status);
  return vtm_fail(error, memory ? VTM_ERROR_MEMORY : VTM_ERROR_DEVICE, "cuda:%d: %s%s: cuDNN says %s%s%s; %s",
                  queue->device, memory ? "out of memory: " : "", what, cudnnGetErrorString(status),
                  reason[0] != '\0' ? ": " : "", reason, "run with --device cpu");
}

static void free_plans(vtm_convolution_plans *plans) {
  for (size_t i = 0; i < plans->count; i++) vtm_dnn_plan_destroy(plans->plans[i]);
  if (plans->handle != NULL) (void)cudnnDestroy(plans->handle);
  free(plans);
}

vtm_status vtm_cuda_open_cudnn(vtm_queue *queue, vtm_error *error) {
  size_t unused = 0;
  size_t total = 0;
  if (queue->plans != NULL) return VTM_OK;
  vtm_status status = vtm_cuda_memory(queue, &unused, &total, error);
  if (status != VTM_OK) return status;
  vtm_convolution_plans *plans = vtm_allocate(1, sizeof(*plans), error);
  if (plans == NULL) return VTM_ERROR_MEMORY;
  const size_t share = total / WORKSPACE_SHARE;
  plans->most_workspace = share < MOST_WORKSPACE ? (int64_t)share : MOST_WORKSPACE;
  cudnnStatus_t code = cudnnCreate(&plans->handle);
  if (code == CUDNN_STATUS_SUCCESS) code = cudnnSetStream(plans->handle, queue->stream);
  if (code != CUDNN_STATUS_SUCCESS) {
    status = fail_cudnn(queue, code, "starting cuDNN", error);
    free_plans(plans);
    return status;
  }
  queue->plans = plans;
  queue->free_plans = free_plans;
  return VTM_OK;
}

/* No engine is of the precision, or each of them failed. */
static vtm_status fail_plan(const vtm_queue *queue, const vtm_dnn_plan *plan, vtm_error *error) {
  const vtm_dnn_key *key = &plan->key;
  char what[REASON];
  (void)snprintf(what, sizeof(what), "planning a convolution of %d to %d channels, kernel %dx%d, on %d images of %dx%d",
                 key->in_channels, key->out_channels, key->kernel_height, key->kernel_width, key->images, key->width,
                 key->height);
  if (plan->failure != CUDNN_STATUS_SUCCESS) return fail_cudnn(queue, plan->failure, what, error);
  return vtm_fail(error, VTM_ERROR_DEVICE, "cuda:%d: %s: cuDNN has no engine of this precision; run with --device cpu",
                  queue->device, what);
}

static vtm_status add_plan(vtm_queue *queue, const vtm_dnn_key *key, vtm_error *error) {
  vtm_convolution_plans *plans = queue->plans;
  vtm_dnn_plan *made = vtm_allocate(1, sizeof(*made), error);
  if (made == NULL) return VTM_ERROR_MEMORY;
  made->key = *key;
  const vtm_dnn_target target = {.handle = plans->handle, .most_workspace = plans->most_workspace};
  if (!vtm_dnn_plan_build(made, &target)) {
    const vtm_status status = fail_plan(queue, made, error);
    vtm_dnn_plan_destroy(made);
    return status;
  }
  if (plans->count == MOST_PLANS) vtm_dnn_plan_destroy(plans->plans[--plans->count]);
  put_first(plans, plans->count++, made);
  return VTM_OK;
}

static size_t round_up(size_t bytes) { return (bytes + 255) / 256 * 256; }

vtm_status vtm_cuda_prepare(vtm_packed_convolution *convolution, const vtm_map *input, const vtm_map *output,
                            int first_channel, size_t *scratch_bytes, vtm_error *error) {
  (void)first_channel;
  vtm_queue *queue = output->queue;
  const vtm_dnn_key key = make_key(&convolution->shape, input, output);
  if (!vtm_cuda_enter(queue)) return vtm_cuda_wait(queue, error);
  vtm_status status = vtm_cuda_open_cudnn(queue, error);
  if (status == VTM_OK && find_plan(queue->plans, &key) == NULL) status = add_plan(queue, &key, error);
  if (status != VTM_OK) return status;
  const vtm_dnn_plan *found = queue->plans->plans[0];
  *scratch_bytes = round_up((size_t)found->workspace);
  if (!found->fused)
    *scratch_bytes += (size_t)key.images * (size_t)key.out_channels * vtm_cuda_plane(output) * sizeof(float);
  return VTM_OK;
}

void vtm_cuda_convolve(const vtm_packed_convolution *convolution, const vtm_map *input, vtm_map *output,
                       int first_channel, float *scratch) {
  vtm_queue *queue = output->queue;
  const vtm_dnn_key key = make_key(&convolution->shape, input, output);
  if (!vtm_cuda_enter(queue)) return;
  const vtm_dnn_plan *chosen = queue->plans != NULL ? find_plan(queue->plans, &key) : NULL;
  if (chosen == NULL) {
    vtm_cuda_note(queue, cudaErrorNotReady, "a convolution that was not prepared");
    return;
  }
  const vtm_values part = vtm_cuda_values(output, first_channel);
  const vtm_values sums =
      vtm_cuda_packed(vtm_cuda_queue_format(queue), (char *)scratch + round_up((size_t)chosen->workspace),
                      (size_t)key.out_channels, vtm_cuda_plane(output));
  void *const pointers[4] = {input->data, convolution->weights.data, chosen->fused ? part.data : sums.data,
                             convolution->bias.data};
  const cudnnStatus_t status = vtm_dnn_plan_execute(chosen, queue->plans->handle, pointers, scratch);
  if (status != CUDNN_STATUS_SUCCESS) (void)fail_cudnn(queue, status, "a convolution", &queue->failure);
  if (chosen->fused || status != CUDNN_STATUS_SUCCESS) return;
  const vtm_finish_job finish = {.input = sums,
                                 .bias = convolution->bias,
                                 .output = part,
                                 .channels = (size_t)key.out_channels,
                                 .plane = vtm_cuda_plane(output),
                                 .relu = convolution->shape.relu};
  vtm_launch_finish(queue, &finish, (size_t)key.images * finish.channels * finish.plane);
}
