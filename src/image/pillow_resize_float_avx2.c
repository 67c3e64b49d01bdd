#include "base/cpu.h"
#include "image/pillow_float_template.h"

const vtm_float_kernels vtm_float_kernels_avx2 = {VTM_CPU_AVX2, widen_row, horizontal_row, vertical_row};
