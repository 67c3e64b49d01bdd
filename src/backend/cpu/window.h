/* What a pooling window covers. The reference has its own, so that tests compare two. */
#ifndef VTM_BACKEND_CPU_WINDOW_H
#define VTM_BACKEND_CPU_WINDOW_H

#include "backend/backend.h"

typedef struct window {
  int first, last; /* half open, inside the map */
} window;

/* Along one axis, of the output at `position`. */
static inline window window_at(const vtm_pooling *pooling, int size, int position) {
  window w = {position * pooling->stride - pooling->pad, 0};
  w.last = w.first + pooling->kernel < size ? w.first + pooling->kernel : size;
  if (w.first < 0) w.first = 0;
  return w;
}

#endif
