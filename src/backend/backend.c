#include "backend/backend.h"

#include <stdlib.h>

void vtm_packed_free(const vtm_backend *backend, vtm_packed_convolution *convolution) {
  if (backend->device != NULL)
    backend->device->free_convolution(convolution);
  else
    free(convolution);
}
