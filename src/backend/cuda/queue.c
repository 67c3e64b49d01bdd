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

bool vtm_cuda_enter(vtm_queue *queue) {
  if (queue->failure == cudaSuccess) vtm_cuda_note(queue, cudaSetDevice(queue->device), "choosing the device");
  return queue->failure == cudaSuccess;
}

void vtm_cuda_note(vtm_queue *queue, cudaError_t code, const char *what) {
  if (code == cudaSuccess || queue->failure != cudaSuccess) return;
  queue->failure = code;
  queue->failed_in = what;
}

/* Tells the kept failure and starts anew; failures that end a context come again by themselves. */
static vtm_status take_failure(vtm_queue *queue, vtm_error *error) {
  const cudaError_t code = queue->failure;
  if (code == cudaSuccess) return VTM_OK;
  queue->failure = cudaSuccess;
  (void)cudaGetLastError();
  return vtm_cuda_fail(queue->device, code, queue->failed_in, error);
}

vtm_status vtm_cuda_open_queue(int device, vtm_precision precision, vtm_queue **queue_out, vtm_error *error) {
  *queue_out = NULL;
  vtm_queue *queue = vtm_allocate(1, sizeof(*queue), error);
  if (queue == NULL) return VTM_ERROR_MEMORY;
  queue->device = device;
  queue->precision = precision;
  if (vtm_cuda_enter(queue))
    vtm_cuda_note(queue, cudaStreamCreateWithFlags(&queue->stream, cudaStreamNonBlocking), "opening a stream");
  if (queue->failure == cudaSuccess)
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

vtm_status vtm_cuda_free_bytes(vtm_queue *queue, size_t *bytes, vtm_error *error) {
  size_t total = 0;
  if (vtm_cuda_enter(queue)) vtm_cuda_note(queue, cudaMemGetInfo(bytes, &total), "asking for free memory");
  return take_failure(queue, error);
}

vtm_status vtm_cuda_allocate(vtm_queue *queue, size_t bytes, void **memory, vtm_error *error) {
  *memory = NULL;
  if (vtm_cuda_enter(queue)) vtm_cuda_note(queue, cudaMalloc(memory, bytes), "memory of the device");
  return take_failure(queue, error);
}

void vtm_cuda_release(vtm_queue *queue, void *memory) {
  if (memory == NULL) return;
  (void)cudaSetDevice(queue->device);
  (void)cudaFree(memory); /* waits for what uses it */
}

/* From any thread, so the queue's failure is left alone. */
void *vtm_cuda_allocate_host(vtm_queue *queue, size_t bytes, vtm_error *error) {
  void *memory = NULL;
  cudaError_t code = cudaSetDevice(queue->device);
  if (code == cudaSuccess) code = cudaHostAlloc(&memory, bytes > 0 ? bytes : 1, cudaHostAllocPortable);
  if (code == cudaSuccess) return memory;
  (void)cudaGetLastError();
  (void)vtm_cuda_fail(queue->device, code, "page-locked memory of the computer", error);
  return NULL;
}

void vtm_cuda_release_host(vtm_queue *queue, void *memory) {
  if (memory == NULL) return;
  (void)cudaSetDevice(queue->device);
  (void)cudaFreeHost(memory);
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
  if (queue->failure == cudaSuccess) vtm_cuda_note(queue, cudaEventSynchronize(queue->done), "computing");
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
  const bool ended = cudaStreamEndCapture(queue->stream, &graph) == cudaSuccess && queue->failure == cudaSuccess;
  vtm_recording *recording = ended && graph != NULL ? vtm_allocate(1, sizeof(*recording), NULL) : NULL;
  if (recording != NULL) {
    recording->graph = graph;
    if (cudaGraphInstantiate(&recording->ready, graph, 0) == cudaSuccess) return recording;
  }
  free(recording);
  if (graph != NULL) (void)cudaGraphDestroy(graph);
  queue->failure = cudaSuccess; /* what cannot be recorded is told when it is done */
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
