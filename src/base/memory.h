/* Checked sizes and allocation. */
#ifndef VTM_BASE_MEMORY_H
#define VTM_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/status.h"

/* false on overflow; *product is then unchanged */
static inline bool vtm_multiply(size_t a, size_t b, size_t *product) {
  size_t value;
  if (__builtin_mul_overflow(a, b, &value)) return false;
  *product = value;
  return true;
}

/* Zeroed; free with free(). NULL with *error set when memory runs out or the product overflows. A count of 0 gives a
 * valid pointer. */
void *vtm_allocate(size_t count, size_t size, vtm_error *error);
/* Not zeroed, aligned to 64 bytes (a cache line, an AVX-512 register). Free with free(). */
void *vtm_allocate_aligned(size_t count, size_t size, vtm_error *error);
/* On failure NULL, and `pointer` stays valid. */
void *vtm_reallocate(void *pointer, size_t count, size_t size, vtm_error *error);
/* Grows *array (of `size`-byte elements, *capacity of them) to hold `needed`, by half its size at least. false with
 * *error set when memory runs out. */
bool vtm_grow(void *array, size_t *capacity, size_t needed, size_t size, vtm_error *error);
char *vtm_copy_text(const char *text, vtm_error *error);

#endif
