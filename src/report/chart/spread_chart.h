/* The spread of single pairs. */
#ifndef VTM_REPORT_SPREAD_CHART_H
#define VTM_REPORT_SPREAD_CHART_H

#include "report/chart/chart.h"

/* For results that have images. Appends a file as vtm_chart_bars does. */
vtm_status vtm_chart_spread(const vtm_chart *chart, vtm_draw_format format, vtm_text *bytes, vtm_error *error);

#endif
