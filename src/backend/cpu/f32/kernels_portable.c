/* Vectors of 4, which every 64-bit processor has: 6 x 2 of 16 registers accumulate. */
#include "backend/cpu/instruction_sets.h"

#define LANES 4
#define VECTORS 2
#define PIXELS 6
#define EACH_PIXELS(X, ...) \
  X(1, __VA_ARGS__) X(2, __VA_ARGS__) X(3, __VA_ARGS__) X(4, __VA_ARGS__) X(5, __VA_ARGS__) X(6, __VA_ARGS__)
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#define CLASS VTM_CPU_CLASS_PORTABLE
#define BACKEND vtm_backend_cpu_portable
#define BACKEND_NAME "cpu portable"

#include "backend/cpu/f32/backend_template.h"
