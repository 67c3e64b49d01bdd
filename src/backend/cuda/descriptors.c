
#include "backend/cuda/descriptors.h"

cudnnBackendDescriptor_t vtm_descriptor_make(vtm_descriptors *set, cudnnBackendDescriptorType_t type) {
  cudnnBackendDescriptor_t made = NULL;
  if (set->status != CUDNN_STATUS_SUCCESS) return NULL;
  if (set->count == VTM_MOST_DESCRIPTORS) {
    set->status = CUDNN_STATUS_ALLOC_FAILED;
    return NULL;
  }
  set->status = cudnnBackendCreateDescriptor(type, &made);
  if (set->status == CUDNN_STATUS_SUCCESS) set->made[set->count++] = made;
  return set->status == CUDNN_STATUS_SUCCESS ? made : NULL;
}

void vtm_descriptor_set(vtm_descriptors *set, cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name,
                        cudnnBackendAttributeType_t type, int64_t count, const void *values) {
  if (set->status == CUDNN_STATUS_SUCCESS)
    set->status = cudnnBackendSetAttribute(descriptor, name, type, count, values);
}

void vtm_descriptor_finish(vtm_descriptors *set, cudnnBackendDescriptor_t descriptor) {
  if (set->status == CUDNN_STATUS_SUCCESS) set->status = cudnnBackendFinalize(descriptor);
}

/* The last first: later ones refer to earlier ones. */
void vtm_descriptors_free(vtm_descriptors *set) {
  while (set->count > 0) (void)cudnnBackendDestroyDescriptor(set->made[--set->count]);
  set->status = CUDNN_STATUS_SUCCESS;
}

cudnnBackendDescriptor_t vtm_descriptor_tensor(vtm_descriptors *set, int64_t id, const int64_t dimensions[4],
                                               const int64_t strides[4], bool is_virtual) {
  const cudnnDataType_t type = CUDNN_DATA_FLOAT;
  const int64_t alignment = sizeof(float); /* a part of a map starts at any of its channels */
  cudnnBackendDescriptor_t made = vtm_descriptor_make(set, CUDNN_BACKEND_TENSOR_DESCRIPTOR);
  vtm_descriptor_set(set, made, CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &type);
  vtm_descriptor_set(set, made, CUDNN_ATTR_TENSOR_DIMENSIONS, CUDNN_TYPE_INT64, 4, dimensions);
  vtm_descriptor_set(set, made, CUDNN_ATTR_TENSOR_STRIDES, CUDNN_TYPE_INT64, 4, strides);
  vtm_descriptor_set(set, made, CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, 1, &id);
  vtm_descriptor_set(set, made, CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, CUDNN_TYPE_INT64, 1, &alignment);
  if (is_virtual) vtm_descriptor_set(set, made, CUDNN_ATTR_TENSOR_IS_VIRTUAL, CUDNN_TYPE_BOOLEAN, 1, &is_virtual);
  vtm_descriptor_finish(set, made);
  return made;
}
