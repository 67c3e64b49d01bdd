/* The parts of the module. All but kernels.cu, plans.c and descriptors.c run over tests/fake_cuda too, which stands for
 * the CUDA runtime, for cuDNN and for the launches of kernels.h. No GPU has run any of it yet. */
#ifndef VTM_BACKEND_CUDA_MODULE_H
#define VTM_BACKEND_CUDA_MODULE_H

#include "backend/backend.h"
#include "backend/cuda/elements.h"
#include "backend/device_module.h"

/* How the maps and weights of a precision lie, and which multipliers it may take. */
typedef struct vtm_cuda_format {
  bool is_fp16;       /* values are IEEE binary16, else float32 */
  bool channels_last; /* images x height x width x channels, which tensor cores read; else channels first */
  bool tensor_cores;  /* which round factors to 11 bits */
} vtm_cuda_format;

/* format.c */
const vtm_cuda_format *vtm_cuda_format_of(vtm_precision precision);
/* Values without gaps. */
vtm_values vtm_cuda_packed(const vtm_cuda_format *format, void *data, size_t channels, size_t plane);

/* In the memory of the queue's device: weights (outputs x inputs x kernel) and bias in the format of the queue. */
struct vtm_packed_convolution {
  vtm_convolution shape;
  vtm_queue *queue;
  vtm_values weights, bias;
};

/* queue.c */
vtm_status vtm_cuda_open_queue(int device, vtm_precision precision, vtm_queue **queue, vtm_error *error);
void vtm_cuda_close_queue(vtm_queue *queue);
const vtm_cuda_format *vtm_cuda_queue_format(const vtm_queue *queue);
vtm_status vtm_cuda_memory(vtm_queue *queue, size_t *unused, size_t *total, vtm_error *error);
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
/* Starts cuDNN, which takes memory for itself, unless that was done. */
vtm_status vtm_cuda_open_cudnn(vtm_queue *queue, vtm_error *error);
vtm_status vtm_cuda_prepare(vtm_packed_convolution *convolution, const vtm_map *input, const vtm_map *output,
                            int first_channel, size_t *scratch_bytes, vtm_error *error);
void vtm_cuda_convolve(const vtm_packed_convolution *convolution, const vtm_map *input, vtm_map *output,
                       int first_channel, float *scratch);

/* resample.c */
void vtm_cuda_resample(vtm_queue *queue, const vtm_resampling *resampling, void *between, float *pixels);

/* values.c */
/* A map from one of its channels on. */
vtm_values vtm_cuda_values(const vtm_map *map, int first_channel);

/* ops.c */
extern const vtm_backend vtm_backends_cuda[VTM_PRECISION_COUNT];

static inline size_t vtm_cuda_plane(const vtm_map *map) { return (size_t)map->height * (size_t)map->width; }

#endif
