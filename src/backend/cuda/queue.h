/* The inside of a queue: a stream of one device with cuDNN's handle and plans for it. */
#ifndef VTM_BACKEND_CUDA_QUEUE_H
#define VTM_BACKEND_CUDA_QUEUE_H

#include <cuda_runtime_api.h>

#include "backend/backend.h"

#ifdef __cplusplus
extern "C" {
#else
#include <stdbool.h>
#endif

typedef struct vtm_convolution_plans vtm_convolution_plans;

struct vtm_queue {
  int device;
  vtm_precision precision;
  cudaStream_t stream;
  cudaEvent_t done;             /* waiting for it lets the processor sleep */
  vtm_convolution_plans *plans; /* NULL until cuDNN is needed */
  void (*free_plans)(vtm_convolution_plans *plans);
  vtm_error failure; /* the first since the last wait; VTM_OK: none */
};

/* Makes the device the thread's; threads that wait for it sleep. */
cudaError_t vtm_cuda_use_device(int device);
/* Makes the queue's device the thread's. false: the queue has failed, do nothing. */
bool vtm_cuda_enter(struct vtm_queue *queue);
/* Keeps the first failure. */
void vtm_cuda_note(struct vtm_queue *queue, cudaError_t code, const char *what);
/* "cuda:0: WHAT: the driver's words; what to do". Out of memory is VTM_ERROR_MEMORY. */
vtm_status vtm_cuda_fail(int device, cudaError_t code, const char *what, vtm_error *error);

#ifdef __cplusplus
}
#endif
#endif
