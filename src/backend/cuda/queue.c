/* Memory, copies, order and recordings of one stream. */
#include "backend/cuda/queue.h"

#include <stdlib.h>

#include "backend/cuda/module.h"
#include "base/error.h"
#include "base/memory.h"

struct vtm_recording {
  cudaGraph_t graph;
  cudaGraphExec_t ready;
};

vtm_status vtm_cuda_fail(int device, cudaError_t code, const char *what, vtm_error *error) {
  if (code == cudaErrorMemoryAllocation)
    return vtm_fail(error, VTM_ERROR_MEMORY, "cuda:%d: out of memory: %s", device, what);
  return vtm_fail(error, VTM_ERROR_DEVICE, "cuda:%d: %s: %s (%s); run again, or with --device cpu", device, what,
                  cudaGetErrorString(code), cudaGetErrorName(code));
}

/* Without the flag a thread that waits keeps a core busy. Whoever had the device before may have set others: then they
 * stay. */
cudaError_t vtm_cuda_use_device(int device) {
  if (cudaInitDevice(device, cudaDeviceScheduleBlockingSync, cudaInitDeviceFlagsAreValid) != cudaSuccess)
    (void)cudaGetLastError();
  return cudaSetDevice(device);
}

bool vtm_cuda_enter(vtm_queue *queue) {
  if (queue->failure.status == VTM_OK) vtm_cuda_note(queue, cudaSetDevice(queue->device), "choosing the device");
  return queue->failure.status == VTM_OK;
}

void vtm_cuda_note(vtm_queue *queue, cudaError_t code, const char *what) {
  if (code != cudaSuccess && queue->failure.status == VTM_OK)
    (void)vtm_cuda_fail(queue->device, code, what, &queue->failure);
}

/* Tells the kept failure and starts anew; failures that end a context come again by themselves. */
static vtm_status take_failure(vtm_queue *queue, vtm_error *error) {
  const vtm_status status = queue->failure.status;
  if (status == VTM_OK) return VTM_OK;
  if (error != NULL) *error = queue->failure;
  queue->failure.status = VTM_OK;
  (void)cudaGetLastError();
  return status;
}

vtm_status vtm_cuda_open_queue(int device, vtm_precision precision, vtm_queue **queue_out, vtm_error *error) {
  *queue_out = NULL;
  vtm_queue *queue = vtm_allocate(1, sizeof(*queue), error);
  if (queue == NULL) return VTM_ERROR_MEMORY;
  queue->device = device;
  queue->precision = precision;
  vtm_cuda_note(queue, vtm_cuda_use_device(device), "choosing the device");
  if (queue->failure.status == VTM_OK)
    vtm_cuda_note(queue, cudaStreamCreateWithFlags(&queue->stream, cudaStreamNonBlocking), "opening a stream");
  if (queue->failure.status == VTM_OK)
    vtm_cuda_note(queue, cudaEventCreateWithFlags(&queue->done, cudaEventBlockingSync | cudaEventDisableTiming),
                  "opening an event");
  const vtm_status status = take_failure(queue, error);
  if (status != VTM_OK)
    vtm_cuda_close_queue(queue);
  else
    *queue_out = queue;
  return status;
}

void vtm_cuda_close_queue(vtm_queue *queue) {
  if (queue == NULL) return;
  (void)cudaSetDevice(queue->device);
  if (queue->stream != NULL) (void)cudaStreamSynchronize(queue->stream);
  if (queue->plans != NULL) queue->free_plans(queue->plans);
  if (queue->done != NULL) (void)cudaEventDestroy(queue->done);
  if (queue->stream != NULL) (void)cudaStreamDestroy(queue->stream);
  free(queue);
}

const vtm_cuda_format *vtm_cuda_queue_format(const vtm_queue *queue) { return vtm_cuda_format_of(queue->precision); }

/* ---- memory ---- */

vtm_status vtm_cuda_memory(vtm_queue *queue, size_t *unused, size_t *total, vtm_error *error) {
  if (vtm_cuda_enter(queue)) vtm_cuda_note(queue, cudaMemGetInfo(unused, total), "asking for free memory");
  return take_failure(queue, error);
}

/* cudaMalloc of 0 bytes succeeds with NULL. */
vtm_status vtm_cuda_allocate(vtm_queue *queue, size_t bytes, void **memory, vtm_error *error) {
  *memory = NULL;
  if (vtm_cuda_enter(queue)) vtm_cuda_note(queue, cudaMalloc(memory, bytes > 0 ? bytes : 1), "memory of the device");
  return take_failure(queue, error);
}

void vtm_cuda_release(vtm_queue *queue, void *memory) {
  if (memory == NULL) return;
  (void)cudaSetDevice(queue->device);
  (void)cudaFree(memory); /* waits for what uses it */
}

enum { PAGE = 4096 };

/* Ordinary memory, page-locked if that can be had: without it copies are slower, and nothing else changes. From any
 * thread, so the queue's failure is left alone. */
void *vtm_cuda_allocate_host(vtm_queue *queue, size_t bytes, vtm_error *error) {
  void *memory = aligned_alloc(PAGE, bytes / PAGE * PAGE + PAGE);
  if (memory == NULL) {
    (void)vtm_fail_memory(error, bytes);
    return NULL;
  }
  (void)cudaSetDevice(queue->device);
  if (cudaHostRegister(memory, bytes / PAGE * PAGE + PAGE, cudaHostRegisterPortable) != cudaSuccess)
    (void)cudaGetLastError();
  return memory;
}

void vtm_cuda_release_host(vtm_queue *queue, void *memory) {
  if (memory == NULL) return;
  (void)cudaSetDevice(queue->device);
  if (cudaHostUnregister(memory) != cudaSuccess) (void)cudaGetLastError();
  free(memory);
}

/* ---- order ---- */

void vtm_cuda_upload(vtm_queue *queue, void *device, const void *host, size_t bytes) {
  if (vtm_cuda_enter(queue))
    vtm_cuda_note(queue, cudaMemcpyAsync(device, host, bytes, cudaMemcpyHostToDevice, queue->stream),
                  "copying to the device");
}

void vtm_cuda_download(vtm_queue *queue, void *host, const void *device, size_t bytes) {
  if (vtm_cuda_enter(queue))
    vtm_cuda_note(queue, cudaMemcpyAsync(host, device, bytes, cudaMemcpyDeviceToHost, queue->stream),
                  "copying from the device");
}

vtm_status vtm_cuda_wait(vtm_queue *queue, vtm_error *error) {
  if (vtm_cuda_enter(queue)) vtm_cuda_note(queue, cudaEventRecord(queue->done, queue->stream), "computing");
  if (queue->failure.status == VTM_OK) vtm_cuda_note(queue, cudaEventSynchronize(queue->done), "computing");
  /* the caller may free now what earlier copies still read */
  if (queue->failure.status != VTM_OK) (void)cudaStreamSynchronize(queue->stream);
  return take_failure(queue, error);
}

/* ---- recordings ---- */

bool vtm_cuda_begin_recording(vtm_queue *queue) {
  if (!vtm_cuda_enter(queue)) return false;
  if (cudaStreamBeginCapture(queue->stream, cudaStreamCaptureModeThreadLocal) == cudaSuccess) return true;
  (void)cudaGetLastError();
  return false;
}

vtm_recording *vtm_cuda_end_recording(vtm_queue *queue) {
  cudaGraph_t graph = NULL;
  const bool ended = cudaStreamEndCapture(queue->stream, &graph) == cudaSuccess && queue->failure.status == VTM_OK;
  vtm_recording *recording = ended && graph != NULL ? vtm_allocate(1, sizeof(*recording), NULL) : NULL;
  if (recording != NULL) {
    recording->graph = graph;
    if (cudaGraphInstantiate(&recording->ready, graph, 0) == cudaSuccess) return recording;
  }
  free(recording);
  if (graph != NULL) (void)cudaGraphDestroy(graph);
  queue->failure.status = VTM_OK; /* what cannot be recorded is told when it is done */
  (void)cudaGetLastError();
  return NULL;
}

void vtm_cuda_play(vtm_queue *queue, vtm_recording *recording) {
  if (vtm_cuda_enter(queue)) vtm_cuda_note(queue, cudaGraphLaunch(recording->ready, queue->stream), "starting the run");
}

void vtm_cuda_free_recording(vtm_recording *recording) {
  if (recording == NULL) return;
  (void)cudaGraphExecDestroy(recording->ready);
  (void)cudaGraphDestroy(recording->graph);
  free(recording);
}
