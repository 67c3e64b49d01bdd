/* The parts of the module. ops.c and elements.h are the same over a GPU and over tests/fake_cuda; what is declared here
 * and in kernels.h is all that they need of CUDA, and so what a fake has to be.
 *
 * No GPU has run queue.c, convolution.c, devices.c and kernels.cu yet: they are compiled, linked and loaded, and
 * unproven beyond that. */
#ifndef VTM_BACKEND_CUDA_MODULE_H
#define VTM_BACKEND_CUDA_MODULE_H

#include "backend/backend.h"
#include "base/module.h"

/* Weights as given and the bias behind them, in the memory of the queue's device. */
struct vtm_packed_convolution {
  vtm_convolution shape;
  vtm_queue *queue;
  float *weights, *bias;
};

/* queue.c */
vtm_status vtm_cuda_open_queue(int device, vtm_queue **queue, vtm_error *error);
void vtm_cuda_close_queue(vtm_queue *queue);
vtm_status vtm_cuda_free_bytes(vtm_queue *queue, size_t *bytes, vtm_error *error);
vtm_status vtm_cuda_allocate(vtm_queue *queue, size_t bytes, void **memory, vtm_error *error);
void vtm_cuda_release(vtm_queue *queue, void *memory);
void *vtm_cuda_allocate_host(vtm_queue *queue, size_t bytes, vtm_error *error);
void vtm_cuda_release_host(vtm_queue *queue, void *memory);
void vtm_cuda_upload(vtm_queue *queue, void *device, const void *host, size_t bytes);
void vtm_cuda_download(vtm_queue *queue, void *host, const void *device, size_t bytes);
vtm_status vtm_cuda_wait(vtm_queue *queue, vtm_error *error);
bool vtm_cuda_begin_recording(vtm_queue *queue);
vtm_recording *vtm_cuda_end_recording(vtm_queue *queue);
void vtm_cuda_play(vtm_queue *queue, vtm_recording *recording);
void vtm_cuda_free_recording(vtm_recording *recording);

/* convolution.c */
vtm_status vtm_cuda_prepare(vtm_packed_convolution *convolution, const vtm_map *input, const vtm_map *output,
                            int first_channel, size_t *scratch_bytes, vtm_error *error);
void vtm_cuda_convolve(const vtm_packed_convolution *convolution, const vtm_map *input, vtm_map *output,
                       int first_channel, float *scratch);

/* ops.c */
extern const vtm_backend vtm_backend_cuda;

static inline size_t vtm_cuda_plane(const vtm_map *map) { return (size_t)map->height * (size_t)map->width; }

/* The first of some channels of a map's first image. */
static inline float *vtm_cuda_channel(const vtm_map *map, int channel) {
  return map->data + (size_t)channel * vtm_cuda_plane(map);
}

#endif
