#include <math.h>

#include "draw.h"

/* Coordinates: x from the middle of the body, y of the picture. */
enum { NECK_Y = 157, SHOULDER_Y = 178, ARMPIT_Y = 216, WAIST_Y = 292, HEM_Y = 368 };
static const double upper_length = 86;
static const double fore_length = 80;

typedef struct point {
  double x, y;
} point;

static point shoulder_of(const body *b, int side) { return (point){side * (b->shoulder - 15), SHOULDER_Y + 16}; }

static point from_angle(point start, int side, double angle, double length) {
  return (point){start.x + side * length * sin(angle), start.y + length * cos(angle)};
}

/* A path around two circles: a limb. */
static void limb_path(cairo_t *cr, point a, double ra, point b, double rb) {
  const double along = atan2(b.y - a.y, b.x - a.x);
  cairo_new_sub_path(cr);
  cairo_arc(cr, a.x, a.y, ra, along + M_PI / 2, along - M_PI / 2);
  cairo_arc(cr, b.x, b.y, rb, along - M_PI / 2, along + M_PI / 2);
  cairo_close_path(cr);
}

/* The same with its far end cut straight: a sleeve's hem. */
static void cut_limb_path(cairo_t *cr, double ra, double length, double rb) {
  cairo_new_sub_path(cr);
  cairo_arc(cr, 0, 0, ra, M_PI, 2 * M_PI);
  cairo_line_to(cr, rb, length - 1);
  cairo_curve_to(cr, rb * 0.5, length + 2, -rb * 0.5, length + 2, -rb, length - 1);
  cairo_close_path(cr);
}

/* Darkens the current clip from the middle of a limb or torso outwards. */
static void shade(cairo_t *cr, double half_width, double strength) {
  cairo_pattern_t *pattern = cairo_pattern_create_linear(-half_width, 0, half_width, 0);
  cairo_pattern_add_color_stop_rgba(pattern, 0, 0, 0, 0, strength);
  cairo_pattern_add_color_stop_rgba(pattern, 0.32, 0, 0, 0, 0);
  cairo_pattern_add_color_stop_rgba(pattern, 0.45, 1, 1, 1, strength * 0.35);
  cairo_pattern_add_color_stop_rgba(pattern, 0.62, 0, 0, 0, 0);
  cairo_pattern_add_color_stop_rgba(pattern, 1, 0, 0, 0, strength * 1.3);
  cairo_set_source(cr, pattern);
  cairo_paint(cr);
  cairo_pattern_destroy(pattern);
}

static void skin_limb(cairo_t *cr, point a, double ra, point b, double rb, colour skin) {
  limb_path(cr, a, ra, b, rb);
  set_colour(cr, skin, 1);
  cairo_fill_preserve(cr);
  cairo_save(cr);
  cairo_clip(cr);
  cairo_translate(cr, a.x, a.y);
  cairo_rotate(cr, atan2(b.y - a.y, b.x - a.x) - M_PI / 2);
  shade(cr, ra, 0.16);
  cairo_restore(cr);
}

void draw_torso_skin(cairo_t *cr, const body *b, colour skin) {
  for (int side = -1; side <= 1; side += 2) {
    const double s = side;
    cairo_move_to(cr, 0, 120);
    cairo_line_to(cr, s * 16, 120);
    cairo_curve_to(cr, s * 16, 150, s * 20, NECK_Y, s * (b->shoulder - 12), SHOULDER_Y);
    cairo_line_to(cr, s * (b->shoulder - 14), 240);
    cairo_line_to(cr, 0, 240);
    cairo_close_path(cr);
  }
  set_colour(cr, skin, 1);
  cairo_fill(cr);
  /* the chin's shadow, and the collar bones */
  cairo_pattern_t *pattern = cairo_pattern_create_linear(0, 126, 0, 160);
  const colour dark = mix(skin, (colour){0.25, 0.08, 0.04}, 0.45);
  cairo_pattern_add_color_stop_rgba(pattern, 0, dark.r, dark.g, dark.b, 0.75);
  cairo_pattern_add_color_stop_rgba(pattern, 1, dark.r, dark.g, dark.b, 0);
  cairo_set_source(cr, pattern);
  cairo_rectangle(cr, -17, 124, 34, 36);
  cairo_fill(cr);
  cairo_pattern_destroy(pattern);
  set_colour(cr, dark, 0.35);
  cairo_set_line_width(cr, 1.6);
  for (int side = -1; side <= 1; side += 2) {
    cairo_move_to(cr, side * 5, 172);
    cairo_curve_to(cr, side * 16, 168, side * 24, 170, side * 34, 172);
    cairo_stroke(cr);
  }
}

static double neck_width(const garment *g) { return g->neck == NECK_SCOOP ? 33 : 23; }

static double neck_depth(const garment *g) {
  switch (g->neck) {
    case NECK_V: return 44;
    case NECK_SCOOP: return 34;
    case NECK_COLLAR: return 22;
    default: return 17;
  }
}

static void torso_path(cairo_t *cr, const body *b, const garment *g) {
  const double w = neck_width(g);
  const double top = NECK_Y + (w - 23) * 0.4;
  const double bottom = top + neck_depth(g);
  const double tip = g->sleeve == SLEEVE_NONE ? b->shoulder - 16 : b->shoulder - 4;
  cairo_move_to(cr, -w, top);
  if (g->neck == NECK_V) {
    cairo_line_to(cr, 0, bottom);
    cairo_line_to(cr, w, top);
  } else {
    cairo_curve_to(cr, -w * 0.8, bottom * 1.0 + 1, w * 0.8, bottom + 1, w, top);
  }
  cairo_line_to(cr, tip, SHOULDER_Y);
  cairo_curve_to(cr, tip, SHOULDER_Y + 16, b->shoulder - 14, ARMPIT_Y - 12, b->shoulder - 8, ARMPIT_Y);
  cairo_curve_to(cr, b->shoulder - 12, 250, b->waist, 268, b->waist, WAIST_Y);
  cairo_curve_to(cr, b->waist, 325, b->hip, 340, b->hip + 1, HEM_Y);
  cairo_curve_to(cr, b->hip * 0.4, HEM_Y + 8, -b->hip * 0.4, HEM_Y + 8, -b->hip - 1, HEM_Y);
  cairo_curve_to(cr, -b->hip, 340, -b->waist, 325, -b->waist, WAIST_Y);
  cairo_curve_to(cr, -b->waist, 268, -b->shoulder + 12, 250, -b->shoulder + 8, ARMPIT_Y);
  cairo_curve_to(cr, -b->shoulder + 14, ARMPIT_Y - 12, -tip, SHOULDER_Y + 16, -tip, SHOULDER_Y);
  cairo_close_path(cr);
}

static void draw_folds(cairo_t *cr, const body *b) {
  static const double folds[][6] = {{-1, 222, 20, 240, 30, 252}, {1, 222, 18, 244, 26, 262},
                                    {-1, 300, 26, 306, 44, 300}, {1, 296, 22, 306, 40, 304},
                                    {-1, 330, 20, 338, 34, 356}, {1, 326, 24, 340, 30, 360}};
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  for (int i = 0; i < 6; i++) {
    const double edge = folds[i][0] * (i < 2 ? b->shoulder - 12 : i < 4 ? b->waist : b->hip);
    const double side = -folds[i][0];
    for (int pass = 0; pass < 3; pass++) {
      cairo_set_source_rgba(cr, 0, 0, 0, 0.045);
      cairo_set_line_width(cr, 2.0 + 3 * pass);
      cairo_move_to(cr, edge, folds[i][1]);
      cairo_curve_to(cr, edge + side * folds[i][2] * 0.5, folds[i][1] + 4, edge + side * folds[i][2], folds[i][3],
                     edge + side * folds[i][4], folds[i][5]);
      cairo_stroke(cr);
    }
  }
}

static void draw_band(cairo_t *cr, const garment *g) {
  set_colour(cr, g->ink, 1);
  cairo_rectangle(cr, -120, 226, 240, 34);
  cairo_fill(cr);
  set_colour(cr, g->accent, 1);
  cairo_rectangle(cr, -120, 264, 240, 7);
  cairo_fill(cr);
}

static void draw_collar(cairo_t *cr, const garment *g) {
  const double w = neck_width(g);
  if (g->neck != NECK_COLLAR) {
    const double bottom = NECK_Y + (w - 23) * 0.4 + neck_depth(g);
    cairo_move_to(cr, -w, NECK_Y + (w - 23) * 0.4);
    if (g->neck == NECK_V) {
      cairo_line_to(cr, 0, bottom);
      cairo_line_to(cr, w, NECK_Y);
    } else {
      cairo_curve_to(cr, -w * 0.8, bottom + 1, w * 0.8, bottom + 1, w, NECK_Y + (w - 23) * 0.4);
    }
    set_colour(cr, mix(g->base, (colour){0, 0, 0}, 0.25), 1);
    cairo_set_line_width(cr, 4);
    cairo_stroke(cr);
    return;
  }
  for (int side = -1; side <= 1; side += 2) {
    cairo_move_to(cr, side * 24, NECK_Y - 6);
    cairo_line_to(cr, side * 2, NECK_Y + 18);
    cairo_line_to(cr, side * 22, NECK_Y + 32);
    cairo_line_to(cr, side * 36, NECK_Y + 6);
    cairo_close_path(cr);
    set_colour(cr, mix(g->base, (colour){1, 1, 1}, 0.22), 1);
    cairo_fill_preserve(cr);
    set_colour(cr, mix(g->base, (colour){0, 0, 0}, 0.6), 0.5);
    cairo_set_line_width(cr, 1.2);
    cairo_stroke(cr);
  }
  cairo_move_to(cr, 0, NECK_Y + 20);
  cairo_line_to(cr, 0, NECK_Y + 62);
  cairo_stroke(cr);
  for (int i = 0; i < 3; i++) {
    cairo_arc(cr, 0, NECK_Y + 30 + 14 * i, 2.1, 0, 2 * M_PI);
    set_colour(cr, mix(g->base, (colour){1, 1, 1}, 0.6), 1);
    cairo_fill(cr);
  }
}

void draw_torso_garment(cairo_t *cr, const body *b, const garment *g) {
  torso_path(cr, b, g);
  garment_fill_path(cr, g);
  cairo_save(cr);
  torso_path(cr, b, g);
  cairo_clip(cr);
  if (g->print == PRINT_BAND) draw_band(cr, g);
  cairo_save(cr);
  cairo_translate(cr, 0, g->neck == NECK_V || g->neck == NECK_COLLAR ? 262 : 246);
  garment_draw_print(cr, g);
  cairo_restore(cr);
  shade(cr, b->shoulder + 6, 0.22);
  draw_folds(cr, b);
  cairo_restore(cr);
  draw_collar(cr, g);
}

static void draw_hand(cairo_t *cr, point wrist, int side, double angle, colour skin) {
  const point knuckles = from_angle(wrist, side, angle, 13);
  const point tips = from_angle(wrist, side, angle - 0.15, 27);
  const point thumb = from_angle(wrist, side, angle - 0.75, 19);
  skin_limb(cr, wrist, 7, thumb, 4, skin);
  skin_limb(cr, wrist, 8.5, knuckles, 9.5, skin);
  skin_limb(cr, knuckles, 9.5, tips, 5.5, skin);
  set_colour(cr, mix(skin, (colour){0.25, 0.08, 0.04}, 0.6), 0.45);
  cairo_set_line_width(cr, 1);
  for (int finger = -1; finger <= 1; finger++) {
    const point start = from_angle(wrist, side, angle + 0.22 * finger, 17);
    const point end = from_angle(wrist, side, angle - 0.1 + 0.14 * finger, 29);
    cairo_move_to(cr, start.x, start.y);
    cairo_line_to(cr, end.x, end.y);
  }
  cairo_stroke(cr);
}

void draw_arm(cairo_t *cr, const body *b, int side, colour skin, const garment *g) {
  const int index = side > 0;
  const point shoulder = shoulder_of(b, side);
  const point elbow = from_angle(shoulder, side, b->upper[index], upper_length);
  const point wrist = from_angle(elbow, side, b->fore[index], fore_length);
  draw_hand(cr, wrist, side, b->fore[index], skin);
  if (g->sleeve != SLEEVE_LONG) {
    skin_limb(cr, elbow, 13, wrist, 8.5, skin);
    skin_limb(cr, shoulder, 17, elbow, 13, skin);
  }
}

static void sleeve_path(cairo_t *cr, double ra, double length, double rb, bool hem) {
  if (hem) {
    cut_limb_path(cr, ra, length, rb);
  } else {
    limb_path(cr, (point){0, 0}, ra, (point){0, length}, rb);
  }
}

static void sleeve_piece(cairo_t *cr, point a, double ra, point b, double rb, bool hem, const garment *g) {
  cairo_save(cr);
  cairo_translate(cr, a.x, a.y);
  cairo_rotate(cr, atan2(b.y - a.y, b.x - a.x) - M_PI / 2);
  const double length = hypot(b.x - a.x, b.y - a.y);
  sleeve_path(cr, ra, length, rb, hem);
  garment_fill_path(cr, g);
  sleeve_path(cr, ra, length, rb, hem);
  cairo_clip(cr);
  shade(cr, ra, 0.24);
  if (hem) {
    set_colour(cr, mix(g->base, (colour){0, 0, 0}, 0.4), 0.6);
    cairo_set_line_width(cr, 1.4);
    cairo_move_to(cr, -30, length - 5);
    cairo_line_to(cr, 30, length - 5);
    cairo_stroke(cr);
  }
  cairo_restore(cr);
}

void draw_sleeve(cairo_t *cr, const body *b, int side, const garment *g) {
  const int index = side > 0;
  const point shoulder = shoulder_of(b, side);
  const point elbow = from_angle(shoulder, side, b->upper[index], upper_length);
  if (g->sleeve == SLEEVE_SHORT) {
    const point end = from_angle(shoulder, side, b->upper[index], upper_length * 0.52);
    sleeve_piece(cr, shoulder, 20, end, 21, true, g);
  } else if (g->sleeve == SLEEVE_LONG) {
    const point wrist = from_angle(elbow, side, b->fore[index], fore_length - 3);
    sleeve_piece(cr, elbow, 16.5, wrist, 12, true, g);
    sleeve_piece(cr, shoulder, 20, elbow, 17, false, g);
  }
}
