/* Comparisons of two pictures pixel by pixel. */
#ifndef VTM_FEATURES_PIXEL_MEASURES_H
#define VTM_FEATURES_PIXEL_MEASURES_H

#include "nn/runner.h"

/* The mean over pixels and channels of (a - b)^2, of levels 0..255. Sums of whole levels are exact. */
extern const vtm_pixel_measure vtm_squared_error;
/* The mean of |a - b|. */
extern const vtm_pixel_measure vtm_absolute_error;

#endif
