#include "backend/cuda/module.h"

vtm_values vtm_cuda_values(const vtm_map *map, int first_channel) {
  vtm_values values = vtm_cuda_packed(vtm_cuda_queue_format(map->queue), map->data, (size_t)map->channels,
                                      (size_t)map->height * (size_t)map->width);
  const size_t size = values.is_fp16 ? sizeof(vtm_half) : sizeof(float);
  values.data = (char *)values.data + (size_t)first_channel * values.channel * size;
  return values;
}
