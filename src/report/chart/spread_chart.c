#include "report/chart/spread_chart.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "report/chart/chart_frame.h"

#ifndef VTM_HAVE_CAIRO

vtm_status vtm_chart_spread(const vtm_chart *chart, vtm_draw_format format, vtm_text *bytes, vtm_error *error) {
  (void)format;
  (void)bytes;
  return vtm_draw_check(chart->result->metric, "charts", error);
}

#else

enum { ROW = 62, BINS_HEIGHT = 36, LEAST_BINS = 8, MOST_BINS = 48 };

typedef struct spread {
  vtm_frame frame;
  double **sorted; /* finite values of each model that is shown */
  size_t *counts;
  int bins;
} spread;

static int compare_doubles(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static bool sort_values(spread *made, vtm_error *error) {
  for (size_t i = 0; i < made->frame.shown; i++) {
    const vtm_score_row *row = vtm_frame_row(&made->frame, i);
    made->sorted[i] = vtm_allocate(row->image_count, sizeof(double), error);
    if (made->sorted[i] == NULL) return false;
    for (size_t k = 0; k < row->image_count; k++)
      if (isfinite(row->images[k].value)) made->sorted[i][made->counts[i]++] = row->images[k].value;
    qsort(made->sorted[i], made->counts[i], sizeof(double), compare_doubles);
  }
  return true;
}

/* Freedman and Diaconis: twice the interquartile range over the cube root of n; the model with most pairs decides. */
static void choose_scale(spread *made) {
  double low = INFINITY, high = -INFINITY, width = INFINITY;
  for (size_t i = 0; i < made->frame.shown; i++) {
    const size_t count = made->counts[i];
    const double *sorted = made->sorted[i];
    if (count == 0) continue;
    low = fmin(low, sorted[0]);
    high = fmax(high, sorted[count - 1]);
    const double middle_half = vtm_quantile(sorted, count, 0.75) - vtm_quantile(sorted, count, 0.25);
    if (middle_half > 0) width = fmin(width, 2 * middle_half / cbrt((double)count));
  }
  made->frame.scale = vtm_scale_make(low, high, 4);
  const double bins = (made->frame.scale.high - made->frame.scale.low) / width;
  made->bins = bins > MOST_BINS ? MOST_BINS : bins > LEAST_BINS ? (int)ceil(bins) : LEAST_BINS;
}

static size_t fill_bins(const spread *made, size_t place, size_t counts[MOST_BINS]) {
  const vtm_scale *scale = &made->frame.scale;
  size_t most = 0;
  for (int b = 0; b < made->bins; b++) counts[b] = 0;
  for (size_t i = 0; i < made->counts[place]; i++) {
    const double part = (made->sorted[place][i] - scale->low) / (scale->high - scale->low);
    if (!(part >= 0)) continue; /* values too far apart for any axis */
    const int bin = part >= 1 ? made->bins - 1 : (int)(part * made->bins);
    if (++counts[bin] > most) most = counts[bin];
  }
  return most;
}

static void draw_bins(cairo_t *cairo, const spread *made, size_t place) {
  size_t counts[MOST_BINS];
  const size_t most = fill_bins(made, place, counts);
  const double base = made->frame.top + (double)place * ROW + 6 + BINS_HEIGHT;
  const double width = (made->frame.right - made->frame.left) / made->bins;
  vtm_draw_set_colour(cairo, vtm_frame_fill(&made->frame, place));
  for (int b = 0; b < made->bins; b++) {
    const double height = (double)counts[b] / (double)most * BINS_HEIGHT;
    if (counts[b] > 0) cairo_rectangle(cairo, made->frame.left + b * width + 0.5, base - height, width - 1, height);
  }
  cairo_fill(cairo); /* all at once: in SVG one short path */
}

static void draw_quantiles(cairo_t *cairo, const spread *made, size_t place) {
  static const double wanted[] = {0.05, 0.25, 0.5, 0.75, 0.95};
  double x[5];
  for (int i = 0; i < 5; i++)
    x[i] = vtm_frame_x(&made->frame, vtm_quantile(made->sorted[place], made->counts[place], wanted[i]));
  const double y = made->frame.top + (double)place * ROW + 6 + BINS_HEIGHT + 9;
  const vtm_palette *palette = made->frame.palette;
  const vtm_area line = {x[0], y - 0.75, x[4] - x[0], 1.5};
  const vtm_area half = {x[1], y - 3, x[3] - x[1], 6};
  const vtm_area edge = {x[2] - 3, y - 6, 6, 12};
  const vtm_area mark = {x[2] - 1.5, y - 6, 3, 12};
  vtm_draw_box(cairo, &line, &palette->faint);
  vtm_draw_box(cairo, &half, &palette->faint);
  vtm_draw_box(cairo, &edge, &palette->paper);
  vtm_draw_box(cairo, &mark, &palette->ink);
}

static void draw_spread_chart(cairo_t *cairo, const void *data) {
  const spread *made = data;
  const vtm_language language = made->frame.chart->language;
  const char *const values[] = {made->frame.chart->result->label};
  vtm_text title = {0};
  vtm_fill(&title, vtm_say(language, VTM_WORD_SPREAD_TITLE), values, 1);
  vtm_frame_draw(cairo, &made->frame, title.bytes != NULL ? title.bytes : "",
                 vtm_say(language, VTM_WORD_SPREAD_LEGEND));
  vtm_text_free(&title);
  for (size_t i = 0; i < made->frame.shown; i++) {
    if (made->counts[i] == 0) continue;
    draw_bins(cairo, made, i);
    draw_quantiles(cairo, made, i);
  }
}

vtm_status vtm_chart_spread(const vtm_chart *chart, vtm_draw_format format, vtm_text *bytes, vtm_error *error) {
  spread made = {0};
  vtm_status status = vtm_frame_open(chart, ROW, &made.frame, error);
  if (status != VTM_OK) return status;
  made.sorted = vtm_allocate(made.frame.shown, sizeof(*made.sorted), error);
  made.counts = vtm_allocate(made.frame.shown, sizeof(*made.counts), error);
  status = VTM_ERROR_MEMORY;
  if (made.sorted != NULL && made.counts != NULL && sort_values(&made, error)) {
    choose_scale(&made);
    const vtm_drawing drawing = {.width = VTM_CHART_WIDTH,
                                 .height = vtm_frame_height(&made.frame),
                                 .scale = 2,
                                 .draw = draw_spread_chart,
                                 .data = &made};
    status = vtm_draw(&drawing, format, bytes, error);
  }
  for (size_t i = 0; made.sorted != NULL && i < made.frame.shown; i++) free(made.sorted[i]);
  free(made.sorted);
  free(made.counts);
  vtm_frame_close(&made.frame);
  return status;
}

#endif
