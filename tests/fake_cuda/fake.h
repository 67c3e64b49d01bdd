/* A device that is not there: the CUDA runtime (runtime.c), cuDNN's plans (cudnn.c) and the launches of kernels
 * (kernels.c) over ordinary memory, with faults to order. The rest of the module is the one for GPUs.
 *
 * It does what CUDA does where that is inconvenient: work on a stream is done when it is waited for, so that memory
 * which is used too early or freed too late shows; 0 bytes of memory are NULL; a copy to memory that is not page-locked
 * waits for all that comes before it; a capture is spoilt by what may not be captured, as is the first run of a
 * convolution, whose kernels are not loaded yet; after a device is lost every call fails; cuDNN has errors of its own.
 *
 * The environment variable VTM_FAKE_CUDA holds the faults, as words such as "devices=2,memory=1000000":
 *   devices=N        how many there are (1)
 *   driver=V         the CUDA that the driver knows (13000); 0: no driver
 *   capability=C     90
 *   cudnn=V          91900
 *   kinds=1          each device is of a kind of its own
 *   broken=N         device N cannot be used
 *   memory=BYTES     each device has so much (1 GiB)
 *   promised=BYTES   what it says is free, whatever is
 *   pinned=BYTES     host memory that can be page-locked; unlimited
 *   handle=BYTES     what a handle of cuDNN takes
 *   lose=N           the N-th wait since this text changed fails, and every call after it
 *   fail=N           the N-th wait fails, and none after it
 *   busy=US          microseconds that a device has work to do before a wait ends; it does one queue's at a time
 *   record=0         nothing can be recorded
 *   waiting=0        a copy that would wait is an error
 *   workspace=0      no plan asks for any, and all are fused with bias and ReLU
 *   plan=STATUS      cuDNN makes no plan, for this reason
 *   execute=N        cuDNN's N-th convolution since this text changed fails, and none after it
 *   hang=1           waits do not end
 *   resample=0       it resizes no pictures
 *   abi=N, version=V of the module */
#ifndef VTM_TESTS_FAKE_CUDA_H
#define VTM_TESTS_FAKE_CUDA_H

#include <cuda_runtime_api.h>
#include <stdbool.h>
#include <stddef.h>

/* The text behind "NAME=" in VTM_FAKE_CUDA; NULL: it has no such word. */
const char *fake_find(const char *name);
long fake_setting(const char *name, long otherwise);

/* A piece of work with a copy of its arguments, done at the next wait, or kept by a capture. */
typedef void (*fake_work)(const void *arguments);
void fake_enqueue(cudaStream_t stream, fake_work work, const void *arguments, size_t size);
/* Whether threads that wait for a device sleep. */
bool fake_sleeps(void);
/* What may not be captured. false: nothing is being captured. */
bool fake_spoil_capture(cudaStream_t stream);
/* Counts an event of this kind; whether it is number `wanted` since VTM_FAKE_CUDA changed. */
enum { FAKE_WAITS, FAKE_CONVOLUTIONS, FAKE_COUNTERS };
bool fake_is_number(int counter, long wanted, bool or_later);

#endif
