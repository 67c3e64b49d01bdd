#include "backend/backend.h"
#include "backend/cpu/instruction_sets.h"
#include "base/cpu.h"

/* One row for each precision, best instruction set first; the last record of a row runs everywhere. */
typedef struct choice {
  unsigned needs; /* vtm_cpu_feature bits */
  const vtm_backend *backend;
} choice;

enum { CHOICES = 4 };

static const choice choices[VTM_PRECISION_COUNT][CHOICES] = {
    [VTM_PRECISION_F32] =
        {
#if defined(__x86_64__)
            {VTM_CPU_AMX, &vtm_backend_amx_f32},
            {VTM_CPU_AVX512, &vtm_backend_cpu_avx512},
            {VTM_CPU_AVX2, &vtm_backend_cpu_avx2},
#elif defined(__aarch64__)
            {VTM_CPU_NEON, &vtm_backend_cpu_neon},
#endif
            {0, &vtm_backend_cpu_portable},
        },
    [VTM_PRECISION_BF16X3] =
        {
#if defined(__x86_64__)
            {VTM_CPU_AMX, &vtm_backend_amx_bf16x3},
#endif
            {0, &vtm_backend_portable_bf16x3},
        },
    [VTM_PRECISION_BF16] =
        {
#if defined(__x86_64__)
            {VTM_CPU_AMX, &vtm_backend_amx_bf16},
#endif
            {0, &vtm_backend_portable_bf16},
        },
};

const vtm_backend *vtm_backend_cpu(unsigned cpu_features, vtm_precision precision) {
  const choice *best = choices[precision];
  while ((best->needs & cpu_features) != best->needs) best++;
  return best->backend;
}
