#include "base/cpu.h"
#include "backend/backend.h"
#include "backend/cpu/instruction_sets.h"

const vtm_backend *vtm_backend_cpu(unsigned cpu_features) {
#if defined(__x86_64__)
  if (cpu_features & VTM_CPU_AVX512) return &vtm_backend_cpu_avx512;
  if (cpu_features & VTM_CPU_AVX2) return &vtm_backend_cpu_avx2;
#else
  (void)cpu_features;
#endif
  return &vtm_backend_cpu_portable;
}
