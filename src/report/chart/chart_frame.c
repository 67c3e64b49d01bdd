#include "report/chart/chart_frame.h"

#ifdef VTM_HAVE_CAIRO

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "vtonmetrics/compare.h"

static const vtm_palette light = {.paper = {1, 1, 1},
                                  .ink = {0.11, 0.13, 0.16},
                                  .faint = {0.36, 0.40, 0.45},
                                  .line = {0.89, 0.90, 0.92},
                                  .best = {0.11, 0.36, 0.67},
                                  .other = {0.70, 0.76, 0.84}};
static const vtm_palette dark = {.paper = {0.082, 0.094, 0.114},
                                 .ink = {0.90, 0.92, 0.94},
                                 .faint = {0.62, 0.66, 0.71},
                                 .line = {0.18, 0.20, 0.23},
                                 .best = {0.47, 0.70, 1.00},
                                 .other = {0.29, 0.35, 0.43}};

enum { MOST_NAME = 150, GAP = 10, NAME_SIZE = 14 };

/* Measured on a surface of its own, since the drawing's surface is made when its size is known. */
static double width_of_names(const vtm_frame *frame) {
  cairo_surface_t *surface = cairo_recording_surface_create(CAIRO_CONTENT_COLOR, NULL);
  cairo_t *cairo = cairo_create(surface);
  double widest = 0;
  vtm_draw_set_font(cairo, NAME_SIZE, false);
  for (size_t i = 0; i < frame->shown; i++) widest = fmax(widest, vtm_draw_width(cairo, vtm_frame_row(frame, i)->name));
  cairo_destroy(cairo);
  cairo_surface_destroy(surface);
  return fmin(ceil(widest) + 1, MOST_NAME);
}

vtm_status vtm_frame_open(const vtm_chart *chart, double row_height, vtm_frame *frame, vtm_error *error) {
  const size_t count = chart->result->row_count;
  *frame = (vtm_frame){.chart = chart,
                       .palette = chart->dark ? &dark : &light,
                       .shown = count < VTM_CHART_MODELS ? count : VTM_CHART_MODELS,
                       .right = VTM_CHART_WIDTH - VTM_CHART_MARGIN,
                       .top = VTM_CHART_TITLE,
                       .row_height = row_height};
  frame->order = vtm_allocate(count, sizeof(*frame->order), error);
  frame->rank = vtm_allocate(count, sizeof(*frame->rank), error);
  if (frame->order == NULL || frame->rank == NULL) {
    vtm_frame_close(frame);
    return VTM_ERROR_MEMORY;
  }
  vtm_result_ranking(chart->result, frame->order, frame->rank);
  frame->names = width_of_names(frame);
  frame->left = VTM_CHART_MARGIN + frame->names + GAP;
  return VTM_OK;
}

void vtm_frame_close(vtm_frame *frame) {
  free(frame->order);
  free(frame->rank);
}

double vtm_frame_height(const vtm_frame *frame) {
  return frame->top + (double)frame->shown * frame->row_height + VTM_CHART_AXIS;
}

const vtm_score_row *vtm_frame_row(const vtm_frame *frame, size_t place) {
  return &frame->chart->result->rows[frame->order[place]];
}

double vtm_frame_x(const vtm_frame *frame, double value) {
  const vtm_scale *scale = &frame->scale;
  const double part = (value - scale->low) / (scale->high - scale->low);
  return frame->left + (part < 0 ? 0 : part > 1 ? 1 : part) * (frame->right - frame->left);
}

const vtm_colour *vtm_frame_fill(const vtm_frame *frame, size_t place) {
  return frame->rank[place] == 1 ? &frame->palette->best : &frame->palette->other;
}

static void draw_axis(cairo_t *cairo, const vtm_frame *frame) {
  const double bottom = frame->top + (double)frame->shown * frame->row_height;
  cairo_set_line_width(cairo, 1);
  vtm_draw_set_font(cairo, 13, false);
  for (int i = 0; i < vtm_scale_ticks(&frame->scale); i++) {
    const double value = frame->scale.low + i * frame->scale.step;
    const double x = vtm_frame_x(frame, value);
    char text[VTM_NUMBER_TEXT];
    vtm_say_number(frame->chart->language, value, frame->scale.decimals, text);
    vtm_draw_set_colour(cairo, &frame->palette->line);
    cairo_move_to(cairo, (int)x + 0.5, frame->top);
    cairo_line_to(cairo, (int)x + 0.5, bottom);
    cairo_stroke(cairo);
    vtm_draw_set_colour(cairo, &frame->palette->faint);
    vtm_draw_text(cairo, x, bottom + 18, VTM_DRAW_CENTRE, text);
  }
}

static void draw_names(cairo_t *cairo, const vtm_frame *frame) {
  vtm_draw_set_font(cairo, NAME_SIZE, false);
  vtm_draw_set_colour(cairo, &frame->palette->ink);
  for (size_t i = 0; i < frame->shown; i++)
    vtm_draw_name(cairo, frame->left - GAP, frame->top + ((double)i + 0.5) * frame->row_height + 5, frame->names,
                  VTM_DRAW_RIGHT, vtm_frame_row(frame, i)->name);
}

void vtm_frame_draw(cairo_t *cairo, const vtm_frame *frame, const char *title, const char *legend) {
  const vtm_area all = {0, 0, VTM_CHART_WIDTH, vtm_frame_height(frame)};
  const double room = VTM_CHART_WIDTH - 2 * VTM_CHART_MARGIN;
  vtm_draw_box(cairo, &all, &frame->palette->paper);
  vtm_draw_set_colour(cairo, &frame->palette->ink);
  vtm_draw_set_font(cairo, 17, true);
  (void)vtm_draw_wrapped(cairo, VTM_CHART_MARGIN, 24, room, 20, 1, title);
  vtm_draw_set_colour(cairo, &frame->palette->faint);
  vtm_draw_set_font(cairo, 13, false);
  (void)vtm_draw_wrapped(cairo, VTM_CHART_MARGIN, 43, room, 16, 2, legend);
  draw_axis(cairo, frame);
  draw_names(cairo, frame);
}

#endif
