/* What the program and a module that drives devices agree on. A module is a shared library, opened at run time; it
 * exports one function, VTM_MODULE_SYMBOL, of the type vtm_module_function.
 *
 * `abi` comes first in every version of this interface. It counts up whenever this file, vtm_backend or a record that
 * the op table hands over changes; program and module work together only when it and the version are equal. */
#ifndef VTM_BACKEND_DEVICE_MODULE_H
#define VTM_BACKEND_DEVICE_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backend/backend.h"

enum { VTM_MODULE_ABI = 6, VTM_MODULE_TEXT = 256 };

#define VTM_MODULE_SYMBOL "vtm_cuda_module"

/* CUDA's way to count: 1000 * major + 10 * minor. 0: not there. */
typedef struct vtm_module_versions {
  int driver, toolkit; /* the newest that the driver knows; what the module was built with */
  int cudnn;           /* 10000 * major + 100 * minor + patch */
} vtm_module_versions;

typedef struct vtm_module_device {
  char title[VTM_MODULE_TEXT];        /* "NVIDIA H100 80GB HBM3" */
  int capability;                     /* 90 for compute capability 9.0 */
  uint64_t memory_total, memory_free; /* bytes; 0: unknown */
  char problem[VTM_MODULE_TEXT];      /* what the driver says against it; "": nothing */
} vtm_module_device;

typedef struct vtm_module {
  uint32_t abi;
  const char *version; /* vtm_version() of the program it was built with */
  int least_driver, least_capability;
  /* The number of devices. When there is none, or none can be asked for, `problem` says why. Starts nothing on a
   * device. */
  int (*count)(vtm_module_versions *versions, char problem[VTM_MODULE_TEXT]);
  /* `open`: also what only an open device tells, its free memory and that it opens; takes time and memory on it. */
  void (*describe)(int device, bool open, vtm_module_device *to);
  const vtm_backend *backends; /* by vtm_precision; those without a name are not offered */
} vtm_module;

typedef const vtm_module *(*vtm_module_function)(void);

#endif
