/* Measuring what a processor can do. */
#ifndef VTM_BACKEND_CPU_PEAK_H
#define VTM_BACKEND_CPU_PEAK_H

#include "base/clock.h"

/* Products a second in the fastest of five runs of `run`, which forms count times `products`. */
static inline double vtm_peak_of(void (*run)(long count), long count, double products) {
  double best = 0;
  for (int i = 0; i < 5; i++) {
    const double start = vtm_clock_seconds();
    run(count);
    const double rate = (double)count * products / (vtm_clock_seconds() - start);
    if (rate > best) best = rate;
  }
  return best;
}

#endif
