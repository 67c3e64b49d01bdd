/* Memory of a resizer between calls. */
#ifndef VTM_IMAGE_SCRATCH_H
#define VTM_IMAGE_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/status.h"

/* A scratch buffer that only grows. */
typedef struct vtm_scratch {
  void *memory;
  size_t size;
} vtm_scratch;
bool vtm_scratch_reserve(vtm_scratch *scratch, size_t size, vtm_error *error);

#endif
