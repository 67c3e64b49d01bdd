/* What all charts share: order, colours, title, axis. */
#ifndef VTM_REPORT_CHART_FRAME_H
#define VTM_REPORT_CHART_FRAME_H

#include "report/chart/chart.h"
#include "report/scale.h"

#ifdef VTM_HAVE_CAIRO

/* `best` and `other` differ in lightness: they can be told apart without colour. */
typedef struct vtm_palette {
  vtm_colour paper, ink, faint, line, best, other;
} vtm_palette;

enum { VTM_CHART_MARGIN = 16, VTM_CHART_TITLE = 70, VTM_CHART_AXIS = 30 };

typedef struct vtm_frame {
  const vtm_chart *chart;
  const vtm_palette *palette;
  size_t *order, *rank; /* of all rows, best first */
  size_t shown;         /* of them */
  vtm_scale scale;
  double names;       /* width of the models' names */
  double left, right; /* of the plot */
  double top, row_height;
} vtm_frame;

vtm_status vtm_frame_open(const vtm_chart *chart, double row_height, vtm_frame *frame, vtm_error *error);
void vtm_frame_close(vtm_frame *frame);
double vtm_frame_height(const vtm_frame *frame);
const vtm_score_row *vtm_frame_row(const vtm_frame *frame, size_t place);
double vtm_frame_x(const vtm_frame *frame, double value);
const vtm_colour *vtm_frame_fill(const vtm_frame *frame, size_t place); /* of the row's bars */
/* Paper, title with `legend` below it, grid lines and their numbers, the models' names. */
void vtm_frame_draw(cairo_t *cairo, const vtm_frame *frame, const char *title, const char *legend);

#endif
#endif
