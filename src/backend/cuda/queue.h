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
  vtm_convolution_plans *plans; /* NULL until a convolution is prepared */
  void (*free_plans)(vtm_convolution_plans *plans);
  cudaError_t failure; /* the first since the last wait */
  const char *failed_in;
};

/* Makes the queue's device the thread's. false: the queue has failed, do nothing. */
bool vtm_cuda_enter(struct vtm_queue *queue);
/* Keeps the first failure. `what`: static text. */
void vtm_cuda_note(struct vtm_queue *queue, cudaError_t code, const char *what);
/* "cuda:0: WHAT: the driver's words; what to do". Out of memory is VTM_ERROR_MEMORY. */
vtm_status vtm_cuda_fail(int device, cudaError_t code, const char *what, vtm_error *error);

#ifdef __cplusplus
}
#endif
#endif
