/* How cuDNN is to compute a convolution. */
#ifndef VTM_BACKEND_CUDA_PLANS_H
#define VTM_BACKEND_CUDA_PLANS_H

#include "backend/cuda/descriptors.h"

/* What a plan depends on. Compared as bytes, so made from zeros. */
typedef struct vtm_dnn_key {
  int in_channels, out_channels, kernel_height, kernel_width, stride, pad_height, pad_width, relu, exact;
  int is_fp16, channels_last, tensor_cores; /* as in vtm_cuda_format */
  int images, height, width, out_height, out_width, map_channels;
} vtm_dnn_key;

typedef struct vtm_dnn_plan {
  vtm_dnn_key key;
  vtm_descriptors graph, engine; /* the last of `engine` is the execution plan */
  int64_t workspace;             /* bytes */
  bool fused;                    /* with bias and ReLU, into a part of a map; else the sums alone, without gaps */
  bool tensor_cores;             /* the engine uses them */
  int passed_over;               /* for measurements: engines that would do, and are not taken */
  cudnnStatus_t failure;         /* the last of an engine that was tried, or of cuDNN when it was asked for some */
} vtm_dnn_plan;

/* The device of a handle, or one that need not be here, described by cuDNN's device properties: for tests. */
typedef struct vtm_dnn_target {
  cudnnHandle_t handle;
  cudnnBackendDescriptor_t properties; /* when the handle is NULL */
  int64_t most_workspace;              /* bytes */
} vtm_dnn_target;

/* Of a plan that is zero but for its key and `passed_over`. false: cuDNN has no engine that is allowed, or none runs:
 * `failure` says it. */
bool vtm_dnn_plan_build(vtm_dnn_plan *made, const vtm_dnn_target *target);
/* Input, weights, output and bias. */
cudnnStatus_t vtm_dnn_plan_execute(const vtm_dnn_plan *chosen, cudnnHandle_t handle, void *const pointers[4],
                                   void *workspace);
/* For a plan in memory of malloc; NULL is allowed. */
void vtm_dnn_plan_destroy(vtm_dnn_plan *old);

#endif
