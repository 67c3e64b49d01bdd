/* Numbers as text, independent of the locale. */
#ifndef VTM_REPORT_NUMBER_H
#define VTM_REPORT_NUMBER_H

#include "vtonmetrics/metric.h"

enum { VTM_NUMBER_TEXT = 512 }; /* enough for the largest double with decimals */

/* The shortest of 15, 16 or 17 digits that reads back as the same double; "nan", "inf" as C writes them. */
void vtm_number_exact(double value, char text[VTM_NUMBER_TEXT]);
void vtm_number_rounded(double value, int decimals, char text[VTM_NUMBER_TEXT]);

/* Half the width of an interval, the Y of "X +- Y", and the decimals that show two digits of it. */
double vtm_interval_half(const vtm_interval *interval);
int vtm_interval_decimals(const vtm_interval *interval);

#endif
