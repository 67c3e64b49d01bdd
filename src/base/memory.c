#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "vtonmetrics/weights.h"

enum { ALIGNMENT = 64 };

void *vtm_allocate(size_t count, size_t size, vtm_error *error) {
  void *pointer = calloc(count ? count : 1, size ? size : 1);
  if (pointer == NULL)
    (void)vtm_fail(error, VTM_ERROR_MEMORY, "out of memory: %zu x %zu bytes were needed", count, size);
  return pointer;
}

void *vtm_allocate_aligned(size_t count, size_t size, vtm_error *error) {
  size_t bytes = 0;
  void *pointer = NULL;
  if (vtm_multiply(count, size, &bytes) && bytes <= SIZE_MAX - ALIGNMENT) {
    const size_t rounded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    pointer = aligned_alloc(ALIGNMENT, rounded ? rounded : ALIGNMENT);
  }
  if (pointer == NULL)
    (void)vtm_fail(error, VTM_ERROR_MEMORY, "out of memory: %zu x %zu bytes were needed", count, size);
  return pointer;
}

void *vtm_reallocate(void *pointer, size_t count, size_t size, vtm_error *error) {
  size_t bytes = 0;
  void *moved = vtm_multiply(count, size, &bytes) ? realloc(pointer, bytes ? bytes : 1) : NULL;
  if (moved == NULL) (void)vtm_fail(error, VTM_ERROR_MEMORY, "out of memory: %zu x %zu bytes were needed", count, size);
  return moved;
}

bool vtm_grow(void *array, size_t *capacity, size_t needed, size_t size, vtm_error *error) {
  if (needed <= *capacity) return true;
  size_t wanted = *capacity + *capacity / 2 + 16;
  if (wanted < needed) wanted = needed;
  void *current;
  memcpy(&current, array, sizeof(current));
  void *moved = vtm_reallocate(current, wanted, size, error);
  if (moved == NULL) return false;
  memcpy(array, &moved, sizeof(moved));
  *capacity = wanted;
  return true;
}

char *vtm_copy_text(const char *text, vtm_error *error) {
  const size_t size = strlen(text) + 1;
  char *copy = vtm_allocate(size, 1, error);
  if (copy != NULL) memcpy(copy, text, size);
  return copy;
}

void vtm_free(void *pointer) { free(pointer); }
