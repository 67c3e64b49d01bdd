/* Which device computes. */
#ifndef VTM_BACKEND_DEVICE_H
#define VTM_BACKEND_DEVICE_H

#include "backend/backend.h"
#include "backend/device_module.h"
#include "vtonmetrics/status.h"

/* One lane computes while the other copies. Each is driven by a thread of its own, which mostly waits. */
enum { VTM_MOST_DEVICES = 16, VTM_STREAMS_A_DEVICE = 2 };

typedef struct vtm_device_choice {
  const vtm_module *module;      /* stays open until the process ends; NULL: the processor computes */
  int devices[VTM_MOST_DEVICES]; /* numbers in the module */
  int count;
  int capability;    /* of all of them: 90 for compute capability 9.0 */
  char kind[160];    /* what decides their digits: "NVIDIA H100 80GB HBM3, compute capability 9.0, cuDNN 9.19.0" */
  char name[224];    /* which of this kind: "cuda:0 NVIDIA H100 ..."; "" for the processor */
  char reason[1024]; /* why "auto" took the processor, else "" */
} vtm_device_choice;

/* `wanted`: NULL or "auto", "cpu", "cuda" (the first usable device), "cuda:0", "cuda:0,1". Several must be of one
 * kind, so that it makes no difference which of them computes an image. */
vtm_status vtm_device_choose(const char *wanted, vtm_device_choice *choice, vtm_error *error);

/* Where a context computes in a precision. */
typedef struct vtm_compute {
  const vtm_backend *backend;
  const int *devices; /* the weights are copied to each; a processor is one of any number */
  size_t device_count;
} vtm_compute;

/* What the context has chosen, in a precision that vtm_precision_choose allows; lives as long as the context. */
vtm_compute vtm_compute_of(const vtm_context *context, vtm_precision precision);

#endif
