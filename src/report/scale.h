/* Axes and rounding: numbers as people like to read them. */
#ifndef VTM_REPORT_SCALE_H
#define VTM_REPORT_SCALE_H

#include "vtonmetrics/metric.h"

/* Ticks at low, low + step, ... high, with step 1, 2 or 5 times a power of ten. */
typedef struct vtm_scale {
  double low, high, step;
  int decimals; /* that tell the ticks apart */
} vtm_scale;

/* Covers low .. high with about `wanted` steps; what is no finite range becomes 0 .. 1. */
vtm_scale vtm_scale_make(double low, double high, int wanted);
int vtm_scale_ticks(const vtm_scale *scale); /* how many */

/* Decimals of the values of one metric: two digits of the narrowest interval, or four of the largest value. */
int vtm_value_decimals(const vtm_result *result);
/* Two significant digits of `size`, at most six decimals. */
int vtm_two_digits(double size);

/* The quantile q of sorted values, by linear interpolation. */
double vtm_quantile(const double *sorted, size_t count, double q);

#endif
