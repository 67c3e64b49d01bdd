
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

cudnnBackendDescriptor_t vtm_descriptor_tensor(vtm_descriptors *set, const vtm_tensor *tensor) {
  cudnnBackendDescriptor_t made = vtm_descriptor_make(set, CUDNN_BACKEND_TENSOR_DESCRIPTOR);
  vtm_descriptor_set(set, made, CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &tensor->type);
  vtm_descriptor_set(set, made, CUDNN_ATTR_TENSOR_DIMENSIONS, CUDNN_TYPE_INT64, 4, tensor->dimensions);
  vtm_descriptor_set(set, made, CUDNN_ATTR_TENSOR_STRIDES, CUDNN_TYPE_INT64, 4, tensor->strides);
  vtm_descriptor_set(set, made, CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, 1, &tensor->id);
  vtm_descriptor_set(set, made, CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, CUDNN_TYPE_INT64, 1, &tensor->alignment);
  if (tensor->inside)
    vtm_descriptor_set(set, made, CUDNN_ATTR_TENSOR_IS_VIRTUAL, CUDNN_TYPE_BOOLEAN, 1, &tensor->inside);
  vtm_descriptor_finish(set, made);
  return made;
}
