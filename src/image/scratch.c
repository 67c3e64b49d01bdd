#include "image/scratch.h"

#include <stdlib.h>

#include "base/memory.h"

bool vtm_scratch_reserve(vtm_scratch *scratch, size_t size, vtm_error *error) {
  if (size <= scratch->size) return true;
  free(scratch->memory);
  scratch->size = 0;
  scratch->memory = vtm_allocate_aligned(size, 1, error);
  if (scratch->memory != NULL) scratch->size = size;
  return scratch->memory != NULL;
}
