#include <math.h>

#include "draw.h"

/* The face is an ellipse about (0, 92), 43 high, its chin narrower. */
enum { FACE_Y = 92, FACE_HALF = 43 };
static const colour brown_shadow = {0.25, 0.08, 0.04};

static void ellipse(cairo_t *cr, double x, double y, double rx, double ry) {
  cairo_save(cr);
  cairo_translate(cr, x, y);
  cairo_scale(cr, rx, ry);
  cairo_new_sub_path(cr);
  cairo_arc(cr, 0, 0, 1, 0, 2 * M_PI);
  cairo_restore(cr);
}

static void face_path(cairo_t *cr, double w) {
  cairo_move_to(cr, 0, FACE_Y - FACE_HALF);
  cairo_curve_to(cr, w * 0.75, FACE_Y - FACE_HALF, w * 1.06, FACE_Y - 22, w, FACE_Y + 4);
  cairo_curve_to(cr, w * 0.95, FACE_Y + 26, w * 0.5, FACE_Y + FACE_HALF, 0, FACE_Y + FACE_HALF);
  cairo_curve_to(cr, -w * 0.5, FACE_Y + FACE_HALF, -w * 0.95, FACE_Y + 26, -w, FACE_Y + 4);
  cairo_curve_to(cr, -w * 1.06, FACE_Y - 22, -w * 0.75, FACE_Y - FACE_HALF, 0, FACE_Y - FACE_HALF);
  cairo_close_path(cr);
}

static void draw_curls(cairo_t *cr, double radius, double from, double to) {
  for (double angle = from; angle <= to; angle += 0.3) {
    cairo_new_sub_path(cr);
    cairo_arc(cr, radius * cos(angle), FACE_Y - 14 + radius * sin(angle), 15, 0, 2 * M_PI);
  }
  cairo_fill(cr);
}

void draw_hair_behind(cairo_t *cr, const head *h) {
  const double w = h->width;
  set_colour(cr, mix(h->hair_colour, (colour){0, 0, 0}, 0.2), 1);
  switch (h->hair) {
    case HAIR_BOB:
      cairo_move_to(cr, -w - 9, FACE_Y - 10);
      cairo_curve_to(cr, -w - 14, 20, w + 14, 20, w + 9, FACE_Y - 10);
      cairo_curve_to(cr, w + 16, 120, w + 8, 146, w - 4, 146);
      cairo_line_to(cr, -w + 4, 146);
      cairo_curve_to(cr, -w - 8, 146, -w - 16, 120, -w - 9, FACE_Y - 10);
      cairo_fill(cr);
      break;
    case HAIR_LONG:
      cairo_move_to(cr, -w - 8, FACE_Y - 14);
      cairo_curve_to(cr, -w - 12, 22, w + 12, 22, w + 8, FACE_Y - 14);
      cairo_curve_to(cr, w + 12, 150, w + 30, 190, w + 10, 232);
      cairo_line_to(cr, -w - 10, 232);
      cairo_curve_to(cr, -w - 30, 190, -w - 12, 150, -w - 8, FACE_Y - 14);
      cairo_fill(cr);
      break;
    case HAIR_BUN:
      ellipse(cr, 0, 40, 19, 17);
      cairo_fill(cr);
      ellipse(cr, 0, FACE_Y - 10, w + 4, 40);
      cairo_fill(cr);
      break;
    case HAIR_CURLY:
      ellipse(cr, 0, FACE_Y - 14, w + 12, 44);
      cairo_fill(cr);
      draw_curls(cr, w + 8, M_PI * 0.85, M_PI * 2.2);
      break;
    default: break;
  }
}

/* The cap of hair above the forehead; `parting` moves the lowest hairline to one side. */
static void hair_cap(cairo_t *cr, double w, double top, double side_y, double line_y, double parting) {
  cairo_move_to(cr, -w - 2, side_y);
  cairo_curve_to(cr, -w - 9, FACE_Y - 40, -w * 0.7, top, 0, top);
  cairo_curve_to(cr, w * 0.7, top, w + 9, FACE_Y - 40, w + 2, side_y);
  cairo_curve_to(cr, w - 4, side_y - 14, w - 6, line_y + 8, w * 0.55 + parting, line_y);
  cairo_curve_to(cr, w * 0.2 + parting, line_y - 8, -w * 0.5 + parting, line_y - 2, -w + 7, line_y + 10);
  cairo_curve_to(cr, -w + 3, side_y - 16, -w + 1, side_y - 8, -w - 2, side_y);
  cairo_close_path(cr);
}

static void draw_hair_front(cairo_t *cr, const head *h) {
  const double w = h->width;
  switch (h->hair) {
    case HAIR_SHORT: hair_cap(cr, w, FACE_Y - 53, FACE_Y - 4, FACE_Y - 24, 0); break;
    case HAIR_SIDE: hair_cap(cr, w, FACE_Y - 58, FACE_Y - 6, FACE_Y - 28, -14); break;
    case HAIR_BOB: hair_cap(cr, w, FACE_Y - 52, FACE_Y + 30, FACE_Y - 17, 0); break;
    case HAIR_LONG: hair_cap(cr, w, FACE_Y - 52, FACE_Y + 34, FACE_Y - 27, 12); break;
    case HAIR_BUN: hair_cap(cr, w, FACE_Y - 48, FACE_Y - 6, FACE_Y - 29, 0); break;
    case HAIR_CURLY:
      set_colour(cr, h->hair_colour, 1);
      draw_curls(cr, w - 2, M_PI * 1.12, M_PI * 1.9);
      return;
    default: hair_cap(cr, w - 3, FACE_Y - 45, FACE_Y - 14, FACE_Y - 29, 0); break;
  }
  set_colour(cr, h->hair == HAIR_BUZZ ? mix(h->hair_colour, h->skin, 0.3) : h->hair_colour, 1);
  cairo_fill_preserve(cr);
  cairo_save(cr);
  cairo_clip(cr);
  set_colour(cr, mix(h->hair_colour, (colour){1, 0.95, 0.85}, 0.4), 0.3);
  cairo_set_line_width(cr, 1.4);
  for (int strand = -6; strand <= 6; strand++) {
    cairo_move_to(cr, strand * 1.5, FACE_Y - 58);
    cairo_curve_to(cr, strand * 5, FACE_Y - 45, strand * 7.5, FACE_Y - 30, strand * 7.0, FACE_Y + 20);
    cairo_stroke(cr);
  }
  cairo_restore(cr);
}

static void draw_eye(cairo_t *cr, const head *h, double x) {
  ellipse(cr, x, FACE_Y - 2, 6.6, 3.9);
  cairo_set_source_rgb(cr, 0.98, 0.97, 0.95);
  cairo_fill(cr);
  ellipse(cr, x, FACE_Y - 2, 3.3, 3.6);
  set_colour(cr, h->iris, 1);
  cairo_fill(cr);
  ellipse(cr, x, FACE_Y - 2, 1.6, 1.7);
  cairo_set_source_rgb(cr, 0.05, 0.04, 0.04);
  cairo_fill(cr);
  ellipse(cr, x + 1.2, FACE_Y - 3.3, 0.8, 0.8);
  cairo_set_source_rgb(cr, 1, 1, 1);
  cairo_fill(cr);
  set_colour(cr, mix(h->skin, brown_shadow, 0.8), 0.95);
  cairo_set_line_width(cr, 1.6);
  cairo_move_to(cr, x - 7.2, FACE_Y - 1);
  cairo_curve_to(cr, x - 3.5, FACE_Y - 7.4, x + 3.5, FACE_Y - 7.4, x + 7.2, FACE_Y - 1);
  cairo_stroke(cr);
  set_colour(cr, mix(h->hair_colour, brown_shadow, 0.4), 0.9);
  cairo_set_line_width(cr, 2.8);
  cairo_move_to(cr, x - 8, FACE_Y - 10.5);
  cairo_curve_to(cr, x - 3, FACE_Y - 14, x + 3, FACE_Y - 14, x + 8, FACE_Y - 10.5);
  cairo_stroke(cr);
}

static void draw_nose_and_mouth(cairo_t *cr, const head *h) {
  set_colour(cr, mix(h->skin, brown_shadow, 0.5), 0.8);
  cairo_set_line_width(cr, 1.5);
  cairo_move_to(cr, 2.5, FACE_Y - 2);
  cairo_curve_to(cr, 3, FACE_Y + 8, 6, FACE_Y + 12, 4.5, FACE_Y + 14);
  cairo_curve_to(cr, 3, FACE_Y + 15.5, -1, FACE_Y + 15.5, -4, FACE_Y + 14);
  cairo_stroke(cr);
  const double up = 2 + 3 * h->smile;
  const colour lip = h->lips ? (colour){0.72, 0.20, 0.25} : mix(h->skin, (colour){0.62, 0.18, 0.18}, 0.45);
  cairo_move_to(cr, -11, FACE_Y + 26 - up);
  cairo_curve_to(cr, -5, FACE_Y + 23, -2, FACE_Y + 22, 0, FACE_Y + 23.5);
  cairo_curve_to(cr, 2, FACE_Y + 22, 5, FACE_Y + 23, 11, FACE_Y + 26 - up);
  cairo_curve_to(cr, 6, FACE_Y + 30 + up, -6, FACE_Y + 30 + up, -11, FACE_Y + 26 - up);
  set_colour(cr, lip, 1);
  cairo_fill(cr);
  cairo_move_to(cr, -11, FACE_Y + 26 - up);
  cairo_curve_to(cr, -4, FACE_Y + 26, 4, FACE_Y + 26, 11, FACE_Y + 26 - up);
  set_colour(cr, mix(lip, brown_shadow, 0.7), 0.8);
  cairo_set_line_width(cr, 1.1);
  cairo_stroke(cr);
}

void draw_head(cairo_t *cr, const head *h) {
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  for (int side = -1; side <= 1; side += 2) {
    ellipse(cr, side * (h->width + 1), FACE_Y + 2, 6, 10);
    set_colour(cr, mix(h->skin, brown_shadow, 0.12), 1);
    cairo_fill(cr);
  }
  face_path(cr, h->width);
  cairo_pattern_t *skin = cairo_pattern_create_radial(-8, FACE_Y - 10, 8, 0, FACE_Y, 52);
  const colour light = mix(h->skin, (colour){1, 0.95, 0.88}, 0.12);
  const colour dark = mix(h->skin, brown_shadow, 0.22);
  cairo_pattern_add_color_stop_rgb(skin, 0, light.r, light.g, light.b);
  cairo_pattern_add_color_stop_rgb(skin, 0.6, h->skin.r, h->skin.g, h->skin.b);
  cairo_pattern_add_color_stop_rgb(skin, 1, dark.r, dark.g, dark.b);
  cairo_set_source(cr, skin);
  cairo_fill_preserve(cr);
  cairo_pattern_destroy(skin);
  cairo_save(cr);
  cairo_clip(cr);
  for (int side = -1; side <= 1; side += 2) {
    ellipse(cr, side * 18, FACE_Y + 14, 9, 6);
    cairo_set_source_rgba(cr, 0.85, 0.3, 0.25, 0.13);
    cairo_fill(cr);
  }
  if (h->beard) {
    ellipse(cr, 0, FACE_Y + 38, h->width, 24);
    set_colour(cr, h->hair_colour, 0.42);
    cairo_fill(cr);
  }
  cairo_restore(cr);
  draw_eye(cr, h, -14);
  draw_eye(cr, h, 14);
  draw_nose_and_mouth(cr, h);
  draw_hair_front(cr, h);
}
