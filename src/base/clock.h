/* Time that only goes forward, for measuring. */
#ifndef VTM_BASE_CLOCK_H
#define VTM_BASE_CLOCK_H

#include <time.h>

static inline double vtm_clock_seconds(void) {
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

#endif
