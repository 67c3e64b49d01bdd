/* NEON: 10 x 2 of 32 registers accumulate; more, and gcc has no room for the ten inputs that it reads ahead. */
#include <arm_neon.h>

#include "backend/cpu/instruction_sets.h"

#define LANES 4
#define VECTORS 2
#define PIXELS 10
#define EACH_PIXELS(X, ...) \
  X(1, __VA_ARGS__)         \
  X(2, __VA_ARGS__)         \
  X(3, __VA_ARGS__)         \
  X(4, __VA_ARGS__)         \
  X(5, __VA_ARGS__)         \
  X(6, __VA_ARGS__) X(7, __VA_ARGS__) X(8, __VA_ARGS__) X(9, __VA_ARGS__) X(10, __VA_ARGS__)
#define MULTIPLY_ADD(a, b, c) vfmaq_f32(c, a, b)
#define CLASS VTM_CPU_CLASS_NEON
#define BACKEND vtm_backend_cpu_neon
#define BACKEND_NAME "cpu neon"

#include "backend/cpu/f32/backend_template.h"
