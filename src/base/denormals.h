/* Denormal numbers, below 1.2e-38: a processor needs a hundred cycles for each, and networks don't need them. */
#ifndef VTM_BASE_DENORMALS_H
#define VTM_BASE_DENORMALS_H

#include <stdint.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

/* From now on this thread takes denormals for zero, as operands and as results. Returns the mode before, which
 * vtm_restore_float_mode brings back. Processors that are not named here go on with denormals. */
static inline uint64_t vtm_flush_denormals(void) {
#if defined(__x86_64__)
  enum { OPERANDS = 1 << 6, RESULTS = 1 << 15 };
  const unsigned before = _mm_getcsr();
  _mm_setcsr(before | OPERANDS | RESULTS);
  return before;
#elif defined(__aarch64__)
  enum { FLUSH = 1 << 24 };
  uint64_t before;
  __asm__ volatile("mrs %0, fpcr" : "=r"(before));
  __asm__ volatile("msr fpcr, %0" ::"r"(before | FLUSH));
  return before;
#else
  return 0;
#endif
}

static inline void vtm_restore_float_mode(uint64_t mode) {
#if defined(__x86_64__)
  _mm_setcsr((unsigned)mode);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" ::"r"(mode));
#else
  (void)mode;
#endif
}

#endif
