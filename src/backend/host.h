/* The queue functions of a processor: ordinary memory, and ops that are done when they return. */
#ifndef VTM_BACKEND_HOST_H
#define VTM_BACKEND_HOST_H

#include "backend/backend.h"

extern const vtm_queue_functions vtm_host_queues;

/* For convolutions that are one block of ordinary memory. */
void vtm_host_free_convolution(vtm_packed_convolution *convolution);

#endif
