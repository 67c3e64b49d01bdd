/* Instruction sets of this processor, and the mask that switches them off for tests. */
#ifndef VTM_BASE_CPU_H
#define VTM_BASE_CPU_H

#include "vtonmetrics/status.h"

/* Bits. On x86-64 a higher set implies the lower ones. */
typedef enum vtm_cpu_feature {
  VTM_CPU_AVX2 = 1 << 0,   /* AVX2, FMA and F16C */
  VTM_CPU_AVX512 = 1 << 1, /* AVX-512 F, BW, DQ and VL */
  VTM_CPU_AMX = 1 << 2,    /* AMX tiles with bf16, AVX-512 BF16, and the kernel's permission to use them */
  VTM_CPU_NEON = 1 << 3    /* every 64-bit ARM processor has it */
} vtm_cpu_feature;

/* What the processor has, without what `mask` names ("amx,avx512"; NULL: nothing). An unknown name is
 * VTM_ERROR_USAGE and lists the known ones. Masking a set masks those that build on it. */
vtm_status vtm_cpu_features(const char *mask, unsigned *features, vtm_error *error);

/* "amx", "avx512", "avx2", "neon" or "portable": the best set in `features`; static storage. */
const char *vtm_cpu_name(unsigned features);

#endif
