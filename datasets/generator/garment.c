#include <math.h>

#include "draw.h"

typedef struct dye {
  colour base, accent, ink;
} dye;

static const dye dyes[] = {
    {{0.93, 0.92, 0.89}, {0.20, 0.27, 0.42}, {0.78, 0.20, 0.22}},
    {{0.13, 0.16, 0.25}, {0.88, 0.86, 0.80}, {0.95, 0.76, 0.25}},
    {{0.74, 0.19, 0.21}, {0.96, 0.93, 0.88}, {0.97, 0.95, 0.90}},
    {{0.22, 0.45, 0.36}, {0.88, 0.82, 0.62}, {0.95, 0.90, 0.75}},
    {{0.95, 0.77, 0.30}, {0.30, 0.24, 0.20}, {0.20, 0.30, 0.52}},
    {{0.36, 0.55, 0.76}, {0.95, 0.96, 0.98}, {0.98, 0.90, 0.50}},
    {{0.86, 0.58, 0.62}, {0.55, 0.22, 0.32}, {0.98, 0.96, 0.94}},
    {{0.17, 0.17, 0.18}, {0.55, 0.55, 0.57}, {0.92, 0.35, 0.25}},
    {{0.58, 0.44, 0.66}, {0.92, 0.87, 0.95}, {0.98, 0.88, 0.55}},
    {{0.90, 0.50, 0.26}, {0.98, 0.90, 0.80}, {0.25, 0.20, 0.28}},
    {{0.62, 0.64, 0.62}, {0.30, 0.33, 0.36}, {0.16, 0.42, 0.58}},
    {{0.20, 0.56, 0.58}, {0.92, 0.96, 0.92}, {0.98, 0.82, 0.60}},
};
enum { DYES = sizeof(dyes) / sizeof(dyes[0]) };

/* Tables walked with strides prime to their sizes, so that neighbours differ in everything. */
garment garment_choose(uint64_t seed, int index) {
  random_state random = random_from(seed, 100 + (uint64_t)index);
  const dye *d = &dyes[(index * 5) % DYES];
  static const texture textures[] = {TEXTURE_PLAIN, TEXTURE_STRIPES, TEXTURE_PLAIN, TEXTURE_CHECKS,
                                     TEXTURE_DOTS,  TEXTURE_PLAIN,   TEXTURE_KNIT,  TEXTURE_PINSTRIPES,
                                     TEXTURE_PLAIN, TEXTURE_DIAMONDS};
  garment g = {.base = d->base, .accent = d->accent, .ink = d->ink};
  g.texture = textures[index % 10];
  /* Busy textures carry a print in every second case only; plain cloth always does. */
  const bool busy = g.texture != TEXTURE_PLAIN && g.texture != TEXTURE_KNIT;
  if (!busy || random_below(&random, 2) == 0) g.print = (print)(1 + (index * 3) % (PRINT_COUNT - 1));
  if (busy && g.print == PRINT_BAND) g.print = PRINT_NONE;
  static const sleeve sleeves[] = {SLEEVE_SHORT, SLEEVE_LONG, SLEEVE_SHORT, SLEEVE_NONE,
                                   SLEEVE_SHORT, SLEEVE_LONG, SLEEVE_LONG};
  g.sleeve = sleeves[index % 7];
  static const neckline necks[] = {NECK_CREW, NECK_V, NECK_CREW, NECK_SCOOP, NECK_COLLAR};
  g.neck = necks[index % 5];
  if (g.sleeve == SLEEVE_NONE && g.neck == NECK_COLLAR) g.neck = NECK_SCOOP;
  g.seed = seed * 1000 + (uint64_t)index;
  return g;
}

static void draw_lines(cairo_t *cr, double step, double width, bool upright) {
  cairo_set_line_width(cr, width);
  for (double at = -400; at <= 400; at += step) {
    cairo_move_to(cr, upright ? at : -400, upright ? -400 : at);
    cairo_line_to(cr, upright ? at : 400, upright ? 400 : at);
  }
  cairo_stroke(cr);
}

static void draw_dots(cairo_t *cr) {
  for (int row = -30; row <= 30; row++) {
    for (int column = -25; column <= 25; column++) {
      const double x = 17 * (column + (row & 1) * 0.5);
      cairo_new_sub_path(cr);
      cairo_arc(cr, x, 14.0 * row, 3.6, 0, 2 * M_PI);
    }
  }
  cairo_fill(cr);
}

static void draw_diamonds(cairo_t *cr) {
  for (int row = -16; row <= 16; row++) {
    for (int column = -12; column <= 12; column++) {
      const double x = 36 * (column + (row & 1) * 0.5);
      const double y = 27.0 * row;
      cairo_move_to(cr, x, y - 22);
      cairo_line_to(cr, x + 15, y);
      cairo_line_to(cr, x, y + 22);
      cairo_line_to(cr, x - 15, y);
      cairo_close_path(cr);
    }
  }
  cairo_fill(cr);
}

static void draw_knit(cairo_t *cr) {
  cairo_set_line_width(cr, 1.3);
  for (int column = -40; column <= 40; column++) {
    for (int row = -60; row <= 60; row++) {
      const double x = 8.0 * column;
      const double y = 6.0 * row;
      cairo_move_to(cr, x - 4, y);
      cairo_line_to(cr, x, y + 4);
      cairo_line_to(cr, x + 4, y);
    }
  }
  cairo_stroke(cr);
}

static void draw_texture(cairo_t *cr, const garment *g) {
  set_colour(cr, g->accent, 1);
  switch (g->texture) {
    case TEXTURE_STRIPES: draw_lines(cr, 20, 8, false); break;
    case TEXTURE_PINSTRIPES: draw_lines(cr, 11, 1.6, true); break;
    case TEXTURE_DOTS: draw_dots(cr); break;
    case TEXTURE_CHECKS:
      set_colour(cr, g->accent, 0.45);
      draw_lines(cr, 24, 12, false);
      draw_lines(cr, 24, 12, true);
      break;
    case TEXTURE_DIAMONDS:
      set_colour(cr, g->accent, 0.55);
      draw_diamonds(cr);
      break;
    case TEXTURE_KNIT:
      set_colour(cr, mix(g->base, (colour){0, 0, 0}, 0.35), 0.55);
      draw_knit(cr);
      break;
    default: break;
  }
}

void garment_fill_path(cairo_t *cr, const garment *g) {
  cairo_path_t *outline = cairo_copy_path(cr);
  cairo_save(cr);
  cairo_clip(cr);
  set_colour(cr, g->base, 1);
  cairo_paint(cr);
  draw_texture(cr, g);
  cairo_restore(cr);
  cairo_new_path(cr);
  cairo_append_path(cr, outline);
  cairo_path_destroy(outline);
  set_colour(cr, mix(g->base, (colour){0, 0, 0}, 0.6), 0.55);
  cairo_set_line_width(cr, 1.2);
  cairo_stroke(cr);
}

/* ---- prints ---- */

static void star(cairo_t *cr, double radius) {
  for (int i = 0; i < 10; i++) {
    const double r = i % 2 == 0 ? radius : radius * 0.42;
    const double angle = M_PI * (i / 5.0 - 0.5);
    cairo_line_to(cr, r * cos(angle), r * sin(angle));
  }
  cairo_close_path(cr);
  cairo_fill(cr);
}

static void draw_emblem(cairo_t *cr) {
  cairo_set_line_width(cr, 4.5);
  cairo_arc(cr, 0, 0, 32, 0, 2 * M_PI);
  cairo_stroke(cr);
  cairo_set_line_width(cr, 1.5);
  cairo_arc(cr, 0, 0, 26, 0, 2 * M_PI);
  cairo_stroke(cr);
  star(cr, 22);
}

/* A glyph of no alphabet: three or four strokes between the nine points of a grid. */
static void draw_glyph(cairo_t *cr, random_state *random, double x, double y, double w, double h) {
  int point = random_below(random, 9);
  int row = point / 3;
  cairo_move_to(cr, x + w * (point % 3) / 2, y + h * row / 2);
  for (int stroke = 0; stroke < 4; stroke++) {
    point = (point + 1 + random_below(random, 8)) % 9;
    row = point / 3;
    cairo_line_to(cr, x + w * (point % 3) / 2, y + h * row / 2);
  }
  cairo_stroke(cr);
}

static void draw_text(cairo_t *cr, uint64_t seed) {
  random_state random = random_from(seed, 7);
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width(cr, 5);
  for (int i = 0; i < 4; i++) draw_glyph(cr, &random, -40 + 22 * i, -20, 13, 24);
  cairo_set_line_width(cr, 1.8);
  for (int i = 0; i < 9; i++) draw_glyph(cr, &random, -38 + 9 * i, 15, 5, 8);
}

static void draw_heart(cairo_t *cr) {
  cairo_move_to(cr, 0, 30);
  cairo_curve_to(cr, -50, -4, -32, -38, 0, -14);
  cairo_curve_to(cr, 32, -38, 50, -4, 0, 30);
  cairo_fill(cr);
}

static void draw_mountain(cairo_t *cr, const garment *g) {
  cairo_arc(cr, 10, -14, 15, 0, 2 * M_PI);
  cairo_fill(cr);
  set_colour(cr, mix(g->base, g->accent, 0.8), 1);
  cairo_move_to(cr, -40, 26);
  cairo_line_to(cr, -12, -22);
  cairo_line_to(cr, 4, 4);
  cairo_line_to(cr, 16, -10);
  cairo_line_to(cr, 40, 26);
  cairo_close_path(cr);
  cairo_fill(cr);
  set_colour(cr, g->ink, 1);
  cairo_rectangle(cr, -40, 30, 80, 4);
  cairo_fill(cr);
}

static void draw_bolt(cairo_t *cr) {
  cairo_move_to(cr, 8, -40);
  cairo_line_to(cr, -22, 6);
  cairo_line_to(cr, -2, 6);
  cairo_line_to(cr, -10, 40);
  cairo_line_to(cr, 24, -10);
  cairo_line_to(cr, 4, -10);
  cairo_close_path(cr);
  cairo_fill(cr);
}

static void draw_flower(cairo_t *cr, const garment *g) {
  for (int petal = 0; petal < 6; petal++) {
    cairo_save(cr);
    cairo_rotate(cr, petal * M_PI / 3);
    cairo_scale(cr, 9, 15);
    cairo_arc(cr, 0, -1.25, 1, 0, 2 * M_PI);
    cairo_restore(cr);
    cairo_fill(cr);
  }
  set_colour(cr, g->accent, 1);
  cairo_arc(cr, 0, 0, 9, 0, 2 * M_PI);
  cairo_fill(cr);
}

void garment_draw_print(cairo_t *cr, const garment *g) {
  cairo_save(cr);
  set_colour(cr, g->ink, 1);
  switch (g->print) {
    case PRINT_EMBLEM: draw_emblem(cr); break;
    case PRINT_TEXT: draw_text(cr, g->seed); break;
    case PRINT_HEART: draw_heart(cr); break;
    case PRINT_MOUNTAIN: draw_mountain(cr, g); break;
    case PRINT_BOLT: draw_bolt(cr); break;
    case PRINT_FLOWER: draw_flower(cr, g); break;
    default: break;
  }
  cairo_restore(cr);
}
