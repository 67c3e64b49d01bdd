/* What LPIPS does to pixels before its trunk: ((2x/255 - 1) - shift) / scale. */
#ifndef VTM_METRICS_LPIPS_H
#define VTM_METRICS_LPIPS_H

#include "nn/engine.h"

#define VTM_LPIPS_SCALING                                                          \
  {                                                                                \
    .scale = {2.0 / 255 / 0.458, 2.0 / 255 / 0.448, 2.0 / 255 / 0.450}, .shift = { \
      (-1 + 0.030) / 0.458,                                                        \
      (-1 + 0.088) / 0.448,                                                        \
      (-1 + 0.188) / 0.450                                                         \
    }                                                                              \
  }

#endif
