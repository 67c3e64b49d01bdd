/* The models' values as bars with their intervals. */
#ifndef VTM_REPORT_BAR_CHART_H
#define VTM_REPORT_BAR_CHART_H

#include "report/chart/chart.h"

/* Appends a file to *bytes; PNG has two pixels a point. Built without cairo: VTM_ERROR_UNSUPPORTED. */
vtm_status vtm_chart_bars(const vtm_chart *chart, vtm_draw_format format, vtm_text *bytes, vtm_error *error);

#endif
