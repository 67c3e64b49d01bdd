#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "fake_cuda/fake.h"

enum { MOST_ARGUMENTS = 256, MOST_DEVICES = 16 };

typedef struct command {
  fake_work work;
  _Alignas(16) char arguments[MOST_ARGUMENTS];
} command;

struct vtm_recording {
  command *commands;
  size_t count, capacity, plays; /* plays: that wait */
};

struct vtm_queue {
  int device;
  vtm_precision precision;
  vtm_recording waiting, recorded;
  bool recording, failed;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static size_t used[MOST_DEVICES];
static size_t pinned;
static long waits, lose, fail;

vtm_status vtm_cuda_open_queue(int device, vtm_precision precision, vtm_queue **queue, vtm_error *error) {
  *queue = vtm_allocate(1, sizeof(**queue), error);
  if (*queue == NULL) return VTM_ERROR_MEMORY;
  (*queue)->device = device;
  (*queue)->precision = precision;
  return VTM_OK;
}

void vtm_cuda_close_queue(vtm_queue *queue) {
  if (queue == NULL) return;
  free(queue->waiting.commands);
  free(queue->recorded.commands);
  free(queue);
}

const vtm_cuda_format *vtm_cuda_queue_format(const vtm_queue *queue) { return vtm_cuda_format_of(queue->precision); }

/* ---- memory: a block knows its size ---- */

enum { HEADER = 64 };

static void *take(size_t bytes, size_t *count, size_t most, vtm_error *error) {
  (void)pthread_mutex_lock(&lock);
  const bool fits = bytes <= most && *count <= most - bytes;
  if (fits) *count += bytes;
  (void)pthread_mutex_unlock(&lock);
  if (!fits) {
    (void)vtm_fail(error, VTM_ERROR_MEMORY, "out of memory: %zu bytes of a device's", bytes);
    return NULL;
  }
  char *memory = vtm_allocate_aligned(bytes + HEADER, 1, error);
  if (memory == NULL) return NULL;
  memcpy(memory, &bytes, sizeof(bytes));
  memset(memory + HEADER, 0xff, bytes); /* NaN, when it is read before it is written */
  return memory + HEADER;
}

static void give_back(void *memory, size_t *count) {
  if (memory == NULL) return;
  size_t bytes = 0;
  memcpy(&bytes, (char *)memory - HEADER, sizeof(bytes));
  (void)pthread_mutex_lock(&lock);
  *count -= bytes;
  (void)pthread_mutex_unlock(&lock);
  free((char *)memory - HEADER);
}

static size_t memory_of_device(void) { return (size_t)fake_setting("memory", 1 << 30); }

vtm_status vtm_cuda_free_bytes(vtm_queue *queue, size_t *bytes, vtm_error *error) {
  (void)error;
  (void)pthread_mutex_lock(&lock);
  *bytes = (size_t)fake_setting("promised", (long)(memory_of_device() - used[queue->device]));
  (void)pthread_mutex_unlock(&lock);
  return VTM_OK;
}

vtm_status vtm_cuda_allocate(vtm_queue *queue, size_t bytes, void **memory, vtm_error *error) {
  *memory = take(bytes, &used[queue->device], memory_of_device(), error);
  return *memory != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

void vtm_cuda_release(vtm_queue *queue, void *memory) { give_back(memory, &used[queue->device]); }

void *vtm_cuda_allocate_host(vtm_queue *queue, size_t bytes, vtm_error *error) {
  (void)queue;
  return take(bytes, &pinned, (size_t)fake_setting("pinned", (long)(SIZE_MAX >> 1)), error);
}

void vtm_cuda_release_host(vtm_queue *queue, void *memory) {
  (void)queue;
  give_back(memory, &pinned);
}

/* ---- order ---- */

static void append(vtm_recording *list, const command *added) {
  if (!vtm_grow(&list->commands, &list->capacity, list->count + 1, sizeof(command), NULL)) abort();
  list->commands[list->count++] = *added;
}

void fake_enqueue(vtm_queue *queue, fake_work work, const void *arguments, size_t size) {
  command added = {.work = work};
  if (size > MOST_ARGUMENTS) abort();
  memcpy(added.arguments, arguments, size);
  append(queue->recording ? &queue->recorded : &queue->waiting, &added);
}

static void run(const vtm_recording *list) {
  for (size_t i = 0; i < list->count; i++) list->commands[i].work(list->commands[i].arguments);
}

static void do_play(const void *arguments) {
  vtm_recording *recording = NULL;
  memcpy((void *)&recording, arguments, sizeof(recording));
  run(recording);
  recording->plays--;
}

/* All that waits, without doing it. */
static void drop(const vtm_recording *list) {
  for (size_t i = 0; i < list->count; i++) {
    vtm_recording *recording = NULL;
    memcpy((void *)&recording, list->commands[i].arguments, sizeof(recording));
    if (list->commands[i].work == do_play) recording->plays--;
  }
}

/* Counts a wait. */
static void meet_faults(bool *lost, bool *failed) {
  (void)pthread_mutex_lock(&lock);
  const long last = fake_setting("lose", 0);
  const long one = fake_setting("fail", 0);
  if (last != lose || one != fail) waits = 0;
  lose = last;
  fail = one;
  waits++;
  *lost = waits >= last && last > 0;
  *failed = waits == one;
  (void)pthread_mutex_unlock(&lock);
}

vtm_status vtm_cuda_wait(vtm_queue *queue, vtm_error *error) {
  bool lost = false;
  bool failed = false;
  meet_faults(&lost, &failed);
  if (lost) queue->failed = true;
  (queue->failed || failed ? drop : run)(&queue->waiting);
  queue->waiting.count = 0;
  if (failed)
    return vtm_fail(error, VTM_ERROR_DEVICE, "cuda:%d: an illegal memory access; run again, or with --device cpu",
                    queue->device);
  if (!queue->failed) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_DEVICE, "cuda:%d: the GPU is lost; run again, or with --device cpu", queue->device);
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

void vtm_cuda_upload(vtm_queue *queue, void *device, const void *host, size_t bytes) {
  const copy job = {device, host, bytes};
  fake_enqueue(queue, do_copy, &job, sizeof(job));
}

void vtm_cuda_download(vtm_queue *queue, void *host, const void *device, size_t bytes) {
  const copy job = {host, device, bytes};
  fake_enqueue(queue, do_copy, &job, sizeof(job));
}

/* ---- recordings ---- */

bool vtm_cuda_begin_recording(vtm_queue *queue) {
  queue->recording = fake_setting("record", 1) != 0;
  queue->recorded = (vtm_recording){0};
  return queue->recording;
}

vtm_recording *vtm_cuda_end_recording(vtm_queue *queue) {
  vtm_recording *made = vtm_allocate(1, sizeof(*made), NULL);
  queue->recording = false;
  if (made == NULL)
    free(queue->recorded.commands);
  else
    *made = queue->recorded;
  queue->recorded = (vtm_recording){0};
  return made;
}

void vtm_cuda_play(vtm_queue *queue, vtm_recording *recording) {
  recording->plays++;
  fake_enqueue(queue, do_play, (const void *)&recording, sizeof(recording));
}

void vtm_cuda_free_recording(vtm_recording *recording) {
  if (recording == NULL) return;
  if (recording->plays > 0) abort(); /* it would still be running */
  free(recording->commands);
  free(recording);
}
