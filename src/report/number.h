/* Numbers as text, independent of the locale. */
#ifndef VTM_REPORT_NUMBER_H
#define VTM_REPORT_NUMBER_H

#include "vtonmetrics/metric.h"

enum { VTM_NUMBER_TEXT = 512 }; /* enough for the largest double with decimals */

/* The shortest of 15, 16 or 17 digits that reads back as the same double; "nan", "inf" as C writes them. */
void vtm_number_exact(double value, char text[VTM_NUMBER_TEXT]);
void vtm_number_rounded(double value, int decimals, char text[VTM_NUMBER_TEXT]);

/* The decimals that show two digits of half an interval's width. */
int vtm_interval_decimals(const vtm_interval *interval);

enum { VTM_INTERVAL_TEXT = 3 * VTM_NUMBER_TEXT };

/* "9.32 [8.14, 10.50]"; `interval` NULL: the value alone. */
void vtm_interval_text(double value, const vtm_interval *interval, int decimals, char text[VTM_INTERVAL_TEXT]);
/* Times 1, or -1: that of the difference the other way round. */
vtm_interval vtm_interval_times(const vtm_interval *interval, double sign);

#endif
