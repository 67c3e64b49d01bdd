/* Convolutions on a queue: plans by their shapes, made once. */
#include <stdlib.h>
#include <string.h>

#include "backend/cuda/kernels.h"
#include "backend/cuda/module.h"
#include "backend/cuda/plans.h"
#include "backend/cuda/queue.h"
#include "base/error.h"
#include "base/memory.h"

enum { MOST_PLANS = 512 };

/* Plans of one queue; the oldest makes room. */
struct vtm_convolution_plans {
  cudnnHandle_t handle;
  vtm_dnn_plan *plans[MOST_PLANS];
  size_t next;
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

static vtm_dnn_plan *find_plan(const vtm_queue *queue, const vtm_dnn_key *key) {
  for (size_t i = 0; queue->plans != NULL && i < MOST_PLANS; i++) {
    vtm_dnn_plan *known = queue->plans->plans[i];
    if (known != NULL && memcmp(&known->key, key, sizeof(*key)) == 0) return known;
  }
  return NULL;
}

static vtm_status fail_cudnn(const vtm_queue *queue, cudnnStatus_t status, const char *what, vtm_error *error) {
  return vtm_fail(error, status == CUDNN_STATUS_ALLOC_FAILED ? VTM_ERROR_MEMORY : VTM_ERROR_DEVICE,
                  "cuda:%d: %s: cuDNN says '%s'; run with --device cpu", queue->device, what,
                  cudnnGetErrorString(status));
}

static void free_plans(vtm_convolution_plans *plans) {
  for (size_t i = 0; i < MOST_PLANS; i++) vtm_dnn_plan_destroy(plans->plans[i]);
  if (plans->handle != NULL) (void)cudnnDestroy(plans->handle);
  free(plans);
}

static vtm_status open_plans(vtm_queue *queue, vtm_error *error) {
  if (queue->plans != NULL) return VTM_OK;
  vtm_convolution_plans *plans = vtm_allocate(1, sizeof(*plans), error);
  if (plans == NULL) return VTM_ERROR_MEMORY;
  cudnnStatus_t status = cudnnCreate(&plans->handle);
  if (status == CUDNN_STATUS_SUCCESS) status = cudnnSetStream(plans->handle, queue->stream);
  if (status == CUDNN_STATUS_SUCCESS) {
    queue->plans = plans;
    queue->free_plans = free_plans;
    return VTM_OK;
  }
  free_plans(plans);
  return fail_cudnn(queue, status, "starting cuDNN", error);
}

static vtm_status add_plan(vtm_queue *queue, const vtm_dnn_key *key, vtm_dnn_plan **added, vtm_error *error) {
  vtm_dnn_plan *made = vtm_allocate(1, sizeof(*made), error);
  if (made == NULL) return VTM_ERROR_MEMORY;
  made->key = *key;
  if (!vtm_dnn_plan_build(made, &(vtm_dnn_target){.handle = queue->plans->handle})) {
    vtm_dnn_plan_destroy(made);
    return vtm_fail(
        error, VTM_ERROR_DEVICE,
        "cuda:%d: cuDNN has no engine of this precision for a convolution of %d to %d channels, kernel %dx%d, on "
        "%dx%d; run with --device cpu",
        queue->device, key->in_channels, key->out_channels, key->kernel_height, key->kernel_width, key->width,
        key->height);
  }
  vtm_convolution_plans *plans = queue->plans;
  vtm_dnn_plan_destroy(plans->plans[plans->next]);
  plans->plans[plans->next] = made;
  plans->next = (plans->next + 1) % MOST_PLANS;
  *added = made;
  return VTM_OK;
}

static size_t round_up(size_t bytes) { return (bytes + 255) / 256 * 256; }

vtm_status vtm_cuda_prepare(vtm_packed_convolution *convolution, const vtm_map *input, const vtm_map *output,
                            int first_channel, size_t *scratch_bytes, vtm_error *error) {
  (void)first_channel;
  vtm_queue *queue = output->queue;
  const vtm_dnn_key key = make_key(&convolution->shape, input, output);
  if (!vtm_cuda_enter(queue)) return vtm_cuda_wait(queue, error);
  vtm_status status = open_plans(queue, error);
  vtm_dnn_plan *found = status == VTM_OK ? find_plan(queue, &key) : NULL;
  if (status == VTM_OK && found == NULL) status = add_plan(queue, &key, &found, error);
  if (status != VTM_OK) return status;
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
  const vtm_dnn_plan *chosen = find_plan(queue, &key);
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
  if (vtm_dnn_plan_execute(chosen, queue->plans->handle, pointers, scratch) != CUDNN_STATUS_SUCCESS) {
    const cudaError_t code = cudaGetLastError();
    vtm_cuda_note(queue, code != cudaSuccess ? code : cudaErrorUnknown, "a convolution by cuDNN");
    return;
  }
  if (chosen->fused) return;
  const vtm_finish_job finish = {.input = sums,
                                 .bias = convolution->bias,
                                 .output = part,
                                 .channels = (size_t)key.out_channels,
                                 .plane = vtm_cuda_plane(output),
                                 .relu = convolution->shape.relu};
  vtm_launch_finish(queue, &finish, (size_t)key.images * finish.channels * finish.plane);
}
