/* cuDNN's backend interface: descriptors that are made, filled in and finalised. A set owns them, and remembers the
 * first failure, so that they can be filled in without a question after each step. */
#ifndef VTM_BACKEND_CUDA_DESCRIPTORS_H
#define VTM_BACKEND_CUDA_DESCRIPTORS_H

#include <cudnn_graph.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VTM_MOST_DESCRIPTORS = 24 };

typedef struct vtm_descriptors {
  cudnnBackendDescriptor_t made[VTM_MOST_DESCRIPTORS];
  int count;
  cudnnStatus_t status;
} vtm_descriptors;

/* NULL after a failure; all functions take NULL then. */
cudnnBackendDescriptor_t vtm_descriptor_make(vtm_descriptors *set, cudnnBackendDescriptorType_t type);
void vtm_descriptor_set(vtm_descriptors *set, cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name,
                        cudnnBackendAttributeType_t type, int64_t count, const void *values);
void vtm_descriptor_finish(vtm_descriptors *set, cudnnBackendDescriptor_t descriptor);
void vtm_descriptors_free(vtm_descriptors *set);

typedef struct vtm_tensor {
  int64_t id;
  int64_t dimensions[4], strides[4];
  int64_t alignment; /* bytes */
  cudnnDataType_t type;
  bool inside; /* of a graph: it is never written to memory */
} vtm_tensor;

cudnnBackendDescriptor_t vtm_descriptor_tensor(vtm_descriptors *set, const vtm_tensor *tensor);

#endif
