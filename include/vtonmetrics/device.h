/* The devices other than the processor: which ones this machine has, and why one cannot be used. docs/gpu.md says what
 * was tested on GPUs. */
#ifndef VTONMETRICS_DEVICE_H
#define VTONMETRICS_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vtonmetrics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vtm_device {
  char name[32];                      /* "cuda:0", as --device takes it */
  char title[256];                    /* "NVIDIA H100 80GB HBM3" */
  int capability;                     /* 90 for compute capability 9.0 */
  uint64_t memory_total, memory_free; /* bytes; 0: unknown */
  bool usable;
  char problem[256]; /* why it is not usable, else "" */
} vtm_device;

/* Versions of CUDA count 1000 * major + 10 * minor, of cuDNN 10000 * major + 100 * minor + patch; 0: not there. */
typedef struct vtm_device_report {
  char module[4096]; /* the module that drives the devices; "": none was found */
  int driver;        /* the newest CUDA that the installed driver knows */
  int toolkit, cudnn;
  char problem[1024]; /* why no device at all can be used, else "" */
  vtm_device *devices;
  size_t count;
} vtm_device_report;

/* Opens each device to ask for its free memory. A machine without devices gives a report that says so: the call fails
 * only when memory runs out. On success the caller owns *report. */
VTM_API vtm_status vtm_device_report_create(vtm_device_report **report, vtm_error *error);
VTM_API void vtm_device_report_destroy(vtm_device_report *report); /* NULL is allowed */
/* NULL when there is no device of that index. Use this instead of indexing the array: in later versions a vtm_device
 * may be larger. */
VTM_API const vtm_device *vtm_device_report_device(const vtm_device_report *report, size_t index);

#ifdef __cplusplus
}
#endif
#endif
