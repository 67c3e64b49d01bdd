#include "backend/cuda/module.h"

static const vtm_cuda_format formats[VTM_PRECISION_COUNT] = {
    [VTM_PRECISION_TF32] = {.channels_last = true, .tensor_cores = true},
    [VTM_PRECISION_FP16] = {.is_fp16 = true, .channels_last = true, .tensor_cores = true},
};

const vtm_cuda_format *vtm_cuda_format_of(vtm_precision precision) { return &formats[precision]; }

vtm_values vtm_cuda_packed(const vtm_cuda_format *format, void *data, size_t channels, size_t plane) {
  return (vtm_values){.data = data,
                      .image = channels * plane,
                      .channel = format->channels_last ? 1 : plane,
                      .pixel = format->channels_last ? channels : 1,
                      .is_fp16 = format->is_fp16};
}
