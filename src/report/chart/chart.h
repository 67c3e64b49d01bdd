/* What all charts of a result are made from. */
#ifndef VTM_REPORT_CHART_CHART_H
#define VTM_REPORT_CHART_CHART_H

#include "draw/draw.h"
#include "report/words.h"
#include "vtonmetrics/metric.h"

enum {
  VTM_CHART_WIDTH = 460, /* in points: small enough to be read on a phone */
  VTM_CHART_MODELS = 40  /* the best of them are drawn */
};

typedef struct vtm_chart {
  const vtm_result *result;
  vtm_language language;
  bool dark; /* light ink on dark paper */
} vtm_chart;

#endif
