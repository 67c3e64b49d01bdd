/* A device that is not there: the module's interface over ordinary memory, with faults to order.
 *
 * Work on a queue is kept in a list and done when it is waited for, so that memory which is used too early or freed too
 * late shows. The environment variable VTM_FAKE_CUDA holds the faults, as words such as "devices=2,memory=1000000":
 *   devices=N        how many there are (1)
 *   driver=V         the CUDA that the driver knows (13000); 0: no driver
 *   capability=C     90
 *   cudnn=V          91900
 *   kinds=1          each device is of a kind of its own
 *   broken=N         device N cannot be used
 *   memory=BYTES     each device has so much (1 GiB)
 *   promised=BYTES   what it says is free, whatever is
 *   pinned=BYTES     host memory that can be had; unlimited
 *   lose=N           the N-th wait since this text changed fails, and all later ones
 *   fail=N           the N-th wait fails, and none after it
 *   record=0         nothing can be recorded
 *   resample=0       it resizes no pictures
 *   abi=N, version=V of the module */
#ifndef VTM_TESTS_FAKE_CUDA_H
#define VTM_TESTS_FAKE_CUDA_H

#include <stddef.h>

#include "backend/cuda/module.h"

long fake_setting(const char *name, long otherwise);

/* A piece of work with a copy of its arguments, done at the next wait. */
typedef void (*fake_work)(const void *arguments);
void fake_enqueue(vtm_queue *queue, fake_work work, const void *arguments, size_t size);

#endif
