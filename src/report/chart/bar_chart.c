#include "report/chart/bar_chart.h"

#include <math.h>
#include <stdio.h>

#include "report/chart/chart_frame.h"

#ifndef VTM_HAVE_CAIRO

vtm_status vtm_chart_bars(const vtm_chart *chart, vtm_draw_format format, vtm_text *bytes, vtm_error *error) {
  (void)format;
  (void)bytes;
  return vtm_draw_check(chart->result->metric, "charts", error);
}

#else

enum { ROW = 40, BAR = 24, VALUE_ROOM = 62 /* beside the longest bar */ };

static bool has_intervals(const vtm_result *result) {
  for (size_t i = 0; i < result->row_count; i++)
    if (result->rows[i].interval != NULL) return true;
  return false;
}

/* The number of results, where it is the same for all models; else 0. */
static size_t common_count(const vtm_result *result) {
  for (size_t i = 1; i < result->row_count; i++)
    if (result->rows[i].n_generated != result->rows[0].n_generated) return 0;
  return result->row_count > 0 ? result->rows[0].n_generated : 0;
}

/* One part of the legend, after a dot unless it is the first. */
static void add_part(const vtm_frame *frame, vtm_text *legend, vtm_word word, size_t first, size_t second) {
  char numbers[2][24];
  (void)snprintf(numbers[0], sizeof(numbers[0]), "%zu", first);
  (void)snprintf(numbers[1], sizeof(numbers[1]), "%zu", second);
  const char *const values[] = {numbers[0], numbers[1]};
  if (legend->length > 0) vtm_text_append(legend, " \xc2\xb7 ");
  vtm_fill(legend, vtm_say(frame->chart->language, word), values, 2);
}

static void write_legend(const vtm_frame *frame, vtm_text *legend) {
  const vtm_result *result = frame->chart->result;
  const size_t count = common_count(result);
  add_part(frame, legend, result->lower_is_better ? VTM_WORD_LOWER_BETTER : VTM_WORD_HIGHER_BETTER, 0, 0);
  if (count > 0) add_part(frame, legend, VTM_WORD_CHART_COUNT, count, 0);
  if (has_intervals(result)) add_part(frame, legend, VTM_WORD_WHISKERS, 0, 0);
  size_t best = 0;
  for (size_t i = 0; i < frame->shown; i++) best += frame->rank[i] == 1;
  if (best > 1) add_part(frame, legend, VTM_WORD_STRONG_IS_TIED, 0, 0);
  if (frame->shown < result->row_count) add_part(frame, legend, VTM_WORD_CHART_CUT, frame->shown, result->row_count);
}

/* Bars begin at zero: their length is what the eye compares. */
static vtm_scale scale_of(const vtm_frame *frame) {
  double low = 0, high = 0;
  for (size_t i = 0; i < frame->shown; i++) {
    const vtm_score_row *row = vtm_frame_row(frame, i);
    const double ends[] = {row->value, row->interval != NULL ? row->interval->low : row->value,
                           row->interval != NULL ? row->interval->high : row->value};
    for (int k = 0; k < 3; k++) {
      if (!isfinite(ends[k])) continue;
      low = fmin(low, ends[k]);
      high = fmax(high, ends[k]);
    }
  }
  return vtm_scale_make(low, high, 4);
}

/* Drawn twice, first wider in the colour of the paper, so that it can be seen on any bar. */
static void draw_whisker(cairo_t *cairo, const vtm_frame *frame, double low, double high, double y) {
  const vtm_colour *const colours[] = {&frame->palette->paper, &frame->palette->ink};
  static const double widths[] = {4.5, 1.8};
  enum { CAP = 6 };
  for (int pass = 0; pass < 2; pass++) {
    vtm_draw_set_colour(cairo, colours[pass]);
    cairo_set_line_width(cairo, widths[pass]);
    cairo_set_line_cap(cairo, CAIRO_LINE_CAP_SQUARE);
    cairo_move_to(cairo, low, y - CAP);
    cairo_line_to(cairo, low, y + CAP);
    cairo_move_to(cairo, low, y);
    cairo_line_to(cairo, high, y);
    cairo_move_to(cairo, high, y - CAP);
    cairo_line_to(cairo, high, y + CAP);
    cairo_stroke(cairo);
  }
}

/* On a box of paper, so that no grid line runs through it. */
static void draw_value(cairo_t *cairo, const vtm_frame *frame, double x, double middle, const char *text) {
  vtm_draw_set_font(cairo, 14, true);
  const vtm_area behind = {x - 2, middle - 10, vtm_draw_width(cairo, text) + 4, 20};
  vtm_draw_box(cairo, &behind, &frame->palette->paper);
  vtm_draw_set_colour(cairo, &frame->palette->ink);
  vtm_draw_text(cairo, x, middle + 5, VTM_DRAW_LEFT, text);
}

static void draw_bar(cairo_t *cairo, const vtm_frame *frame, size_t place, int decimals) {
  const vtm_score_row *row = vtm_frame_row(frame, place);
  const double middle = frame->top + ((double)place + 0.5) * ROW;
  const double zero = vtm_frame_x(frame, 0);
  double end = zero;
  char text[VTM_NUMBER_TEXT];
  vtm_say_number(frame->chart->language, row->value, decimals, text);
  if (isfinite(row->value)) {
    const double x = vtm_frame_x(frame, row->value);
    const vtm_area bar = {fmin(zero, x), middle - BAR / 2.0, fabs(x - zero), BAR};
    vtm_draw_box(cairo, &bar, vtm_frame_fill(frame, place));
    end = fmax(zero, x);
  }
  if (row->interval != NULL && isfinite(row->interval->low) && isfinite(row->interval->high)) {
    const double high = vtm_frame_x(frame, row->interval->high);
    draw_whisker(cairo, frame, vtm_frame_x(frame, row->interval->low), high, middle);
    end = fmax(end, high);
  }
  draw_value(cairo, frame, end + 7, middle, text);
}

static void draw_bar_chart(cairo_t *cairo, const void *data) {
  const vtm_frame *frame = data;
  vtm_text legend = {0};
  write_legend(frame, &legend);
  vtm_frame_draw(cairo, frame, frame->chart->result->label, legend.bytes != NULL ? legend.bytes : "");
  vtm_text_free(&legend);
  const int decimals = vtm_value_decimals(frame->chart->result);
  for (size_t i = 0; i < frame->shown; i++) draw_bar(cairo, frame, i, decimals);
}

vtm_status vtm_chart_bars(const vtm_chart *chart, vtm_draw_format format, vtm_text *bytes, vtm_error *error) {
  vtm_frame frame;
  vtm_status status = vtm_frame_open(chart, ROW, &frame, error);
  if (status != VTM_OK) return status;
  frame.scale = scale_of(&frame);
  frame.right -= VALUE_ROOM;
  const vtm_drawing drawing = {
      .width = VTM_CHART_WIDTH, .height = vtm_frame_height(&frame), .scale = 2, .draw = draw_bar_chart, .data = &frame};
  status = vtm_draw(&drawing, format, bytes, error);
  vtm_frame_close(&frame);
  return status;
}

#endif
