/* AVX-512: 14 x 2 of 32 registers accumulate. */
#include <immintrin.h>

#include "backend/cpu/instruction_sets.h"

#define LANES 16
#define VECTORS 2
#define PIXELS 14
#define EACH_PIXELS(X, ...) \
  X(1, __VA_ARGS__)         \
  X(2, __VA_ARGS__)         \
  X(3, __VA_ARGS__)         \
  X(4, __VA_ARGS__)         \
  X(5, __VA_ARGS__)         \
  X(6, __VA_ARGS__)         \
  X(7, __VA_ARGS__)         \
  X(8, __VA_ARGS__)         \
  X(9, __VA_ARGS__) X(10, __VA_ARGS__) X(11, __VA_ARGS__) X(12, __VA_ARGS__) X(13, __VA_ARGS__) X(14, __VA_ARGS__)
#define MULTIPLY_ADD(a, b, c) _mm512_fmadd_ps(a, b, c)
#define CLASS VTM_CPU_CLASS_AVX512
#define BACKEND vtm_backend_cpu_avx512
#define BACKEND_NAME "cpu avx512"

#include "backend/cpu/f32/backend_template.h"
