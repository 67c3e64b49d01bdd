/* The CPU backend, once for each instruction set. Call only those that the processor has. */
#ifndef VTM_BACKEND_CPU_INSTRUCTION_SETS_H
#define VTM_BACKEND_CPU_INSTRUCTION_SETS_H

#include "backend/backend.h"

extern const vtm_backend vtm_backend_portable_bf16;
extern const vtm_backend vtm_backend_portable_bf16x3;
extern const vtm_backend vtm_backend_portable_bf16x6; /* float32 as AMX computes it, for tests */

extern const vtm_backend vtm_backend_cpu_portable;
#if defined(__x86_64__)
extern const vtm_backend vtm_backend_cpu_avx2;
extern const vtm_backend vtm_backend_cpu_avx512;
extern const vtm_backend vtm_backend_amx_f32;
extern const vtm_backend vtm_backend_amx_bf16;
extern const vtm_backend vtm_backend_amx_bf16x3;
#elif defined(__aarch64__)
extern const vtm_backend vtm_backend_cpu_neon;
#endif

#endif
