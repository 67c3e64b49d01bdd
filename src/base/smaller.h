/* The smaller of two counts. */
#ifndef VTM_BASE_SMALLER_H
#define VTM_BASE_SMALLER_H

#include <stddef.h>

static inline size_t vtm_smaller(size_t a, size_t b) { return a < b ? a : b; }

#endif
