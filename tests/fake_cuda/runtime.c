/* The CUDA runtime over ordinary memory. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "fake_cuda/fake.h"

enum { MOST_ARGUMENTS = 256, MOST_DEVICES = 16, TEXT = 256, HEADER = 64 };

typedef struct command {
  fake_work work;
  _Alignas(16) char arguments[MOST_ARGUMENTS];
} command;

typedef struct commands {
  command *items;
  size_t count, capacity;
} commands;

struct CUstream_st {
  int device;
  commands waiting, captured;
  bool capturing, spoilt;
};

struct CUevent_st {
  cudaStream_t stream;
};

struct CUgraph_st {
  commands captured;
};

struct CUgraphExec_st {
  commands captured;
  size_t plays; /* that wait */
};

typedef struct block {
  const char *begin;
  size_t bytes;
} block;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t engines[MOST_DEVICES] = {
    PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
    PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
    PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
    PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static size_t used[MOST_DEVICES];
static block *pinned; /* for as long as the process lives, so that few tests need to give it back */
static size_t pinned_count, pinned_capacity, pinned_bytes;
static char text[TEXT]; /* of VTM_FAKE_CUDA, when events were counted from 0 */
static long counts[FAKE_COUNTERS];
static atomic_uint flags_of_devices;
static cudaError_t lost; /* what every call says from then on */

static _Thread_local int current;
static _Thread_local cudaError_t last;
static _Thread_local cudaStream_t capturing; /* by this thread */

/* ---- errors ---- */

static const struct {
  cudaError_t code;
  const char *name, *words;
} errors[] = {{cudaSuccess, "cudaSuccess", "no error"},
              {cudaErrorInvalidValue, "cudaErrorInvalidValue", "invalid argument"},
              {cudaErrorMemoryAllocation, "cudaErrorMemoryAllocation", "out of memory"},
              {cudaErrorInsufficientDriver, "cudaErrorInsufficientDriver", "CUDA driver version is insufficient"},
              {cudaErrorNoDevice, "cudaErrorNoDevice", "no CUDA-capable device is detected"},
              {cudaErrorInvalidDevice, "cudaErrorInvalidDevice", "invalid device ordinal"},
              {cudaErrorNotReady, "cudaErrorNotReady", "device not ready"},
              {cudaErrorIllegalAddress, "cudaErrorIllegalAddress", "an illegal memory access was encountered"},
              {cudaErrorLaunchFailure, "cudaErrorLaunchFailure", "unspecified launch failure"}};

const char *cudaGetErrorName(cudaError_t error) {
  for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
    if (errors[i].code == error) return errors[i].name;
  return "cudaErrorUnknown";
}

const char *cudaGetErrorString(cudaError_t error) {
  for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
    if (errors[i].code == error) return errors[i].words;
  return "unknown error";
}

/* Counts from 0 once the text has changed. Holding the lock. */
static void look_at_text(void) {
  const char *now = getenv("VTM_FAKE_CUDA");
  if (now == NULL) now = "";
  if (strncmp(now, text, TEXT - 1) == 0) return;
  (void)snprintf(text, TEXT, "%s", now);
  memset(counts, 0, sizeof(counts));
  lost = cudaSuccess;
}

bool fake_is_number(int counter, long wanted, bool or_later) {
  (void)pthread_mutex_lock(&lock);
  look_at_text();
  const long number = ++counts[counter];
  (void)pthread_mutex_unlock(&lock);
  return wanted > 0 && (number == wanted || (or_later && number > wanted));
}

/* What a call returns. */
static cudaError_t end_with(cudaError_t code) {
  (void)pthread_mutex_lock(&lock);
  look_at_text();
  if (lost != cudaSuccess) code = lost;
  (void)pthread_mutex_unlock(&lock);
  if (code != cudaSuccess) last = code;
  return code;
}

static bool is_lost(void) { return end_with(cudaSuccess) != cudaSuccess; }

cudaError_t cudaGetLastError(void) {
  const cudaError_t code = last;
  last = cudaSuccess;
  return code;
}

/* ---- devices ---- */

static size_t memory_of_device(void) { return (size_t)fake_setting("memory", 1 << 30); }

cudaError_t cudaDriverGetVersion(int *version) {
  *version = (int)fake_setting("driver", CUDART_VERSION);
  return cudaSuccess;
}

cudaError_t cudaGetDeviceCount(int *count) {
  *count = (int)fake_setting("devices", 1);
  if (fake_setting("driver", CUDART_VERSION) < CUDART_VERSION) return end_with(cudaErrorInsufficientDriver);
  return end_with(*count > 0 ? cudaSuccess : cudaErrorNoDevice);
}

cudaError_t cudaGetDeviceProperties(struct cudaDeviceProp *properties, int device) {
  const int capability = (int)fake_setting("capability", 90);
  *properties =
      (struct cudaDeviceProp){.totalGlobalMem = memory_of_device(), .major = capability / 10, .minor = capability % 10};
  (void)snprintf(properties->name, sizeof(properties->name), "Fake%.0d",
                 fake_setting("kinds", 0) != 0 ? device + 1 : 0);
  return end_with(cudaSuccess);
}

cudaError_t cudaDeviceGetAttribute(int *value, int attribute, int device) {
  if (attribute != cudaDevAttrComputeMode) return end_with(cudaErrorInvalidValue);
  *value = device == fake_setting("broken", -1) ? cudaComputeModeProhibited : cudaComputeModeDefault;
  return end_with(cudaSuccess);
}

cudaError_t cudaSetDevice(int device) {
  if (device < 0 || device >= fake_setting("devices", 1)) return end_with(cudaErrorInvalidDevice);
  current = device;
  return end_with(cudaSuccess);
}

cudaError_t cudaInitDevice(int device, unsigned device_flags, unsigned flags) {
  if ((flags & cudaInitDeviceFlagsAreValid) != 0) (void)atomic_fetch_or(&flags_of_devices, device_flags);
  return cudaSetDevice(device);
}

bool fake_sleeps(void) { return (atomic_load(&flags_of_devices) & cudaDeviceScheduleBlockingSync) != 0; }

/* ---- memory: a block of a device knows its size and its device ---- */

typedef struct header {
  size_t bytes;
  int device;
} header;

cudaError_t cudaMemGetInfo(size_t *unused, size_t *total) {
  *total = memory_of_device();
  (void)pthread_mutex_lock(&lock);
  *unused = (size_t)fake_setting("promised", (long)(*total - used[current]));
  (void)pthread_mutex_unlock(&lock);
  return end_with(cudaSuccess);
}

cudaError_t cudaMalloc(void **memory, size_t bytes) {
  *memory = NULL;
  if (is_lost()) return lost;
  if (capturing != NULL && fake_spoil_capture(capturing)) return end_with(cudaErrorStreamCaptureUnsupported);
  if (bytes == 0) return end_with(cudaSuccess);
  (void)pthread_mutex_lock(&lock);
  const bool fits = bytes <= memory_of_device() && used[current] <= memory_of_device() - bytes;
  if (fits) used[current] += bytes;
  (void)pthread_mutex_unlock(&lock);
  char *made = fits ? vtm_allocate_aligned(bytes + HEADER, 1, NULL) : NULL;
  if (made == NULL) return end_with(cudaErrorMemoryAllocation);
  *(header *)(void *)made = (header){.bytes = bytes, .device = current};
  memset(made + HEADER, 0xff, bytes); /* NaN, when it is read before it is written */
  *memory = made + HEADER;
  return cudaSuccess;
}

cudaError_t cudaFree(void *memory) {
  if (memory == NULL) return end_with(cudaSuccess);
  header *freed = (header *)(void *)((char *)memory - HEADER);
  (void)pthread_mutex_lock(&lock);
  used[freed->device] -= freed->bytes;
  (void)pthread_mutex_unlock(&lock);
  free(freed);
  return end_with(cudaSuccess);
}

static block *find_pinned(const void *memory) {
  for (size_t i = 0; i < pinned_count; i++)
    if ((const char *)memory >= pinned[i].begin && (const char *)memory < pinned[i].begin + pinned[i].bytes)
      return &pinned[i];
  return NULL;
}

cudaError_t cudaHostRegister(void *memory, size_t bytes, unsigned flags) {
  (void)flags;
  const size_t most = (size_t)fake_setting("pinned", (long)(SIZE_MAX >> 1));
  if (is_lost()) return lost;
  (void)pthread_mutex_lock(&lock);
  const bool fits = bytes <= most && pinned_bytes <= most - bytes &&
                    vtm_grow(&pinned, &pinned_capacity, pinned_count + 1, sizeof(*pinned), NULL);
  if (fits) {
    pinned[pinned_count++] = (block){memory, bytes};
    pinned_bytes += bytes;
  }
  (void)pthread_mutex_unlock(&lock);
  return end_with(fits ? cudaSuccess : cudaErrorMemoryAllocation);
}

cudaError_t cudaHostUnregister(void *memory) {
  (void)pthread_mutex_lock(&lock);
  block *known = find_pinned(memory);
  if (known != NULL) {
    pinned_bytes -= known->bytes;
    *known = pinned[--pinned_count];
  }
  (void)pthread_mutex_unlock(&lock);
  return end_with(known != NULL ? cudaSuccess : cudaErrorHostMemoryNotRegistered);
}

/* ---- order ---- */

static void append(commands *list, const command *added) {
  if (!vtm_grow(&list->items, &list->capacity, list->count + 1, sizeof(command), NULL)) abort();
  list->items[list->count++] = *added;
}

void fake_enqueue(cudaStream_t stream, fake_work work, const void *arguments, size_t size) {
  command added = {.work = work};
  if (size > MOST_ARGUMENTS) abort();
  memcpy(added.arguments, arguments, size);
  append(stream->capturing ? &stream->captured : &stream->waiting, &added);
}

static void run(const commands *list) {
  for (size_t i = 0; i < list->count; i++) list->items[i].work(list->items[i].arguments);
}

static void do_play(const void *arguments) {
  cudaGraphExec_t graph = NULL;
  memcpy((void *)&graph, arguments, sizeof(graph));
  run(&graph->captured);
  graph->plays--;
}

static void drop(const commands *list) {
  for (size_t i = 0; i < list->count; i++) {
    cudaGraphExec_t graph = NULL;
    memcpy((void *)&graph, list->items[i].arguments, sizeof(graph));
    if (list->items[i].work == do_play) graph->plays--;
  }
}

/* A device that is busy does one stream's work at a time. */
static void finish(cudaStream_t stream, bool well) {
  const long busy = fake_setting("busy", 0);
  if (busy > 0 && stream->waiting.count > 0) (void)pthread_mutex_lock(&engines[stream->device]);
  (well ? run : drop)(&stream->waiting);
  if (busy > 0 && stream->waiting.count > 0) {
    (void)usleep((useconds_t)busy);
    (void)pthread_mutex_unlock(&engines[stream->device]);
  }
  stream->waiting.count = 0;
}

/* Whether this program is the one that the word names. */
static bool is_told_to(const char *word) {
  const char *program = fake_find(word);
  const char *name = program_invocation_short_name;
  return program != NULL && strncmp(program, name, strlen(name)) == 0;
}

static cudaError_t wait_for(cudaStream_t stream) {
  if (fake_spoil_capture(stream)) return end_with(cudaErrorStreamCaptureUnsupported);
  finish(stream, !is_lost());
  return end_with(cudaSuccess);
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) { return wait_for(stream); }

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  const bool failed = fake_is_number(FAKE_WAITS, fake_setting("fail", 0), false);
  (void)pthread_mutex_lock(&lock);
  const long last_wait = fake_setting("lose", 0);
  if (last_wait > 0 && counts[FAKE_WAITS] >= last_wait) lost = cudaErrorLaunchFailure;
  (void)pthread_mutex_unlock(&lock);
  while (is_told_to("hang")) (void)pause();
  if (is_told_to("crash")) abort();
  if (!failed) return wait_for(event->stream);
  finish(event->stream, false);
  return end_with(cudaErrorIllegalAddress);
}

typedef struct copy {
  void *to;
  const void *from;
  size_t bytes;
} copy;

static void do_copy(const void *arguments) {
  const copy *job = arguments;
  memcpy(job->to, job->from, job->bytes);
}

cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
  const copy job = {to, from, bytes};
  if (is_lost()) return lost;
  (void)pthread_mutex_lock(&lock);
  const bool beside = find_pinned(kind == cudaMemcpyDeviceToHost ? to : from) != NULL;
  (void)pthread_mutex_unlock(&lock);
  if (!beside && fake_spoil_capture(stream)) return end_with(cudaErrorStreamCaptureUnsupported);
  if (!beside && kind == cudaMemcpyDeviceToHost && fake_setting("waiting", 1) == 0)
    return end_with(cudaErrorInvalidValue);
  fake_enqueue(stream, do_copy, &job, sizeof(job));
  if (!beside) finish(stream, true);
  return end_with(cudaSuccess);
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned flags) {
  (void)flags;
  *stream = vtm_allocate(1, sizeof(**stream), NULL);
  if (*stream == NULL) return end_with(cudaErrorMemoryAllocation);
  (*stream)->device = current;
  return end_with(cudaSuccess);
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  free(stream->waiting.items);
  free(stream->captured.items);
  free(stream);
  return end_with(cudaSuccess);
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned flags) {
  (void)flags;
  *event = vtm_allocate(1, sizeof(**event), NULL);
  return end_with(*event != NULL ? cudaSuccess : cudaErrorMemoryAllocation);
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  event->stream = stream;
  return end_with(cudaSuccess);
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  free(event);
  return end_with(cudaSuccess);
}

/* ---- recordings ---- */

bool fake_spoil_capture(cudaStream_t stream) {
  if (stream->capturing) stream->spoilt = true;
  return stream->capturing;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode) {
  (void)mode;
  if (fake_setting("record", 1) == 0) return end_with(cudaErrorStreamCaptureUnsupported);
  stream->capturing = true;
  stream->spoilt = false;
  capturing = stream;
  return end_with(cudaSuccess);
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t *graph) {
  stream->capturing = false;
  capturing = NULL;
  *graph = stream->spoilt ? NULL : vtm_allocate(1, sizeof(**graph), NULL);
  if (*graph != NULL)
    (*graph)->captured = stream->captured;
  else
    free(stream->captured.items);
  stream->captured = (commands){0};
  return end_with(stream->spoilt ? cudaErrorStreamCaptureInvalidated : cudaSuccess);
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t *ready, cudaGraph_t graph, unsigned long long flags) {
  (void)flags;
  *ready = vtm_allocate(1, sizeof(**ready), NULL);
  if (*ready == NULL) return end_with(cudaErrorMemoryAllocation);
  for (size_t i = 0; i < graph->captured.count; i++) append(&(*ready)->captured, &graph->captured.items[i]);
  return end_with(cudaSuccess);
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t ready, cudaStream_t stream) {
  if (is_lost()) return lost;
  ready->plays++;
  fake_enqueue(stream, do_play, (const void *)&ready, sizeof(ready));
  return cudaSuccess;
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t ready) {
  if (ready->plays > 0) abort(); /* it would still be running */
  free(ready->captured.items);
  free(ready);
  return end_with(cudaSuccess);
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  free(graph->captured.items);
  free(graph);
  return end_with(cudaSuccess);
}
