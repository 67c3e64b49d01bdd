#include <math.h>
#include <stdlib.h>

#include "draw.h"

static const colour skins[] = {{0.96, 0.82, 0.73}, {0.90, 0.72, 0.58}, {0.82, 0.62, 0.46}, {0.70, 0.49, 0.34},
                               {0.55, 0.36, 0.24}, {0.40, 0.26, 0.18}, {0.93, 0.77, 0.62}, {0.76, 0.55, 0.40}};
static const colour hairs[] = {{0.12, 0.09, 0.08}, {0.26, 0.16, 0.10}, {0.45, 0.29, 0.16}, {0.78, 0.62, 0.36},
                               {0.55, 0.22, 0.12}, {0.55, 0.54, 0.53}, {0.18, 0.12, 0.12}};
static const colour irises[] = {{0.30, 0.19, 0.10}, {0.25, 0.42, 0.55}, {0.28, 0.40, 0.25}, {0.20, 0.13, 0.09}};
static const colour walls[] = {{0.86, 0.85, 0.83}, {0.79, 0.85, 0.88}, {0.90, 0.84, 0.76}, {0.78, 0.82, 0.76},
                               {0.88, 0.82, 0.85}, {0.70, 0.74, 0.79}, {0.93, 0.92, 0.90}};
static const colour lowers[] = {{0.22, 0.31, 0.48}, {0.16, 0.16, 0.18}, {0.72, 0.63, 0.48}, {0.36, 0.38, 0.32},
                                {0.45, 0.18, 0.22}, {0.48, 0.50, 0.54}, {0.30, 0.42, 0.60}};

/* Angles in degrees: upper arm, forearm. */
static const double arm_poses[][2] = {
    {14, 4},   /* hanging */
    {36, -58}, /* hand on the hip */
    {20, -14}, /* at the pocket */
    {40, 164}, /* raised */
    {9, -50},  /* before the belly */
    {28, 14},  /* held away */
};
enum { ARM_POSES = sizeof(arm_poses) / sizeof(arm_poses[0]) };
#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))

person person_choose(uint64_t seed, int index) {
  random_state random = random_from(seed, (uint64_t)index);
  person p = {.garment = garment_choose(seed, index)};
  p.head.skin = skins[(index * 3) % COUNT(skins)];
  p.head.hair_colour = hairs[(index * 2 + index / 7) % COUNT(hairs)];
  if (p.head.skin.r < 0.6) p.head.hair_colour = hairs[index % 2];
  p.head.iris = irises[p.head.skin.r < 0.8 ? 0 : random_below(&random, COUNT(irises))];
  p.head.hair = (hair)((index * 4 + index / 7) % HAIR_COUNT);
  p.head.width = random_between(&random, 30, 34.5);
  p.head.smile = random_between(&random, 0.1, 1);
  const bool short_hair = p.head.hair == HAIR_SHORT || p.head.hair == HAIR_BUZZ || p.head.hair == HAIR_SIDE;
  p.head.beard = short_hair && random_below(&random, 2) == 0;
  p.head.lips = !short_hair && random_below(&random, 3) > 0;

  const double build = random_between(&random, 0.92, 1.08);
  p.body.shoulder = (short_hair ? 76 : 69) * build;
  p.body.waist = (short_hair ? 56 : 47) * build;
  p.body.hip = (short_hair ? 59 : 60) * build;
  for (int arm = 0; arm < 2; arm++) {
    const int pose = (index * (arm + 1) + 2 * arm + random_below(&random, 2)) % ARM_POSES;
    p.body.upper[arm] = (arm_poses[pose][0] + random_between(&random, -4, 5)) * M_PI / 180;
    p.body.fore[arm] = (arm_poses[pose][1] + random_between(&random, -5, 5)) * M_PI / 180;
  }

  p.lower = short_hair ? (index % 4 == 1 ? LOWER_SHORTS : LOWER_TROUSERS) : (index % 2 ? LOWER_SKIRT : LOWER_TROUSERS);
  p.lower_colour = lowers[(index * 3 + 1) % COUNT(lowers)];
  p.wall = walls[(index * 3) % COUNT(walls)];
  p.wall_low = mix(p.wall, (colour){0.45, 0.42, 0.40}, random_between(&random, 0.1, 0.45));
  p.scene = index % 4;
  p.x = IMAGE_WIDTH / 2.0 + random_between(&random, -9, 9);
  p.scale = random_between(&random, 0.95, 1.04);
  return p;
}

static void draw_wall(cairo_t *cr, const person *p) {
  cairo_pattern_t *wall = cairo_pattern_create_linear(0, 0, p->scene == 1 ? 200 : 0, IMAGE_HEIGHT);
  cairo_pattern_add_color_stop_rgb(wall, 0, p->wall.r, p->wall.g, p->wall.b);
  cairo_pattern_add_color_stop_rgb(wall, 1, p->wall_low.r, p->wall_low.g, p->wall_low.b);
  cairo_set_source(cr, wall);
  cairo_paint(cr);
  cairo_pattern_destroy(wall);
  if (p->scene == 2) { /* panelling */
    set_colour(cr, mix(p->wall, (colour){0, 0, 0}, 0.3), 0.35);
    cairo_set_line_width(cr, 2);
    for (int x = 20; x < IMAGE_WIDTH; x += 86) {
      cairo_rectangle(cr, x, 40, 66, 250);
      cairo_rectangle(cr, x, 320, 66, 220);
    }
    cairo_stroke(cr);
  } else if (p->scene == 3) { /* a window's light */
    cairo_set_source_rgba(cr, 1, 1, 0.94, 0.28);
    for (int pane = 0; pane < 2; pane++) {
      cairo_move_to(cr, 20 + 70 * pane, 0);
      cairo_line_to(cr, 76 + 70 * pane, 0);
      cairo_line_to(cr, 226 + 70 * pane, IMAGE_HEIGHT);
      cairo_line_to(cr, 170 + 70 * pane, IMAGE_HEIGHT);
      cairo_close_path(cr);
    }
    cairo_fill(cr);
  }
  cairo_pattern_t *shadow = cairo_pattern_create_radial(p->x + 22, 330, 40, p->x + 22, 330, 240);
  cairo_pattern_add_color_stop_rgba(shadow, 0, 0, 0, 0, 0.28);
  cairo_pattern_add_color_stop_rgba(shadow, 1, 0, 0, 0, 0);
  cairo_set_source(cr, shadow);
  cairo_paint(cr);
  cairo_pattern_destroy(shadow);
}

static void leg_path(cairo_t *cr, const person *p, int side, double end, double width_top, double width_end) {
  const double hip = p->body.hip;
  cairo_move_to(cr, 0, 352);
  cairo_line_to(cr, side * (hip - 1), 345);
  cairo_curve_to(cr, side * (hip + 4), 400, side * (width_top + 8), 450, side * (width_end + 8), end);
  cairo_line_to(cr, side * 8, end);
  cairo_curve_to(cr, side * 6, 450, side * 3, 415, 0, 402);
  cairo_close_path(cr);
}

static void fill_lower(cairo_t *cr, const person *p) {
  set_colour(cr, p->lower_colour, 1);
  cairo_fill_preserve(cr);
  cairo_save(cr);
  cairo_clip_preserve(cr);
  cairo_pattern_t *light = cairo_pattern_create_linear(-70, 0, 70, 0);
  cairo_pattern_add_color_stop_rgba(light, 0, 0, 0, 0, 0.3);
  cairo_pattern_add_color_stop_rgba(light, 0.3, 1, 1, 1, 0.1);
  cairo_pattern_add_color_stop_rgba(light, 0.5, 0, 0, 0, 0.22);
  cairo_pattern_add_color_stop_rgba(light, 0.7, 1, 1, 1, 0.06);
  cairo_pattern_add_color_stop_rgba(light, 1, 0, 0, 0, 0.35);
  cairo_set_source(cr, light);
  cairo_paint(cr);
  cairo_pattern_destroy(light);
  cairo_restore(cr);
  set_colour(cr, mix(p->lower_colour, (colour){0, 0, 0}, 0.6), 0.6);
  cairo_set_line_width(cr, 1.2);
  cairo_stroke(cr);
}

static void draw_skirt(cairo_t *cr, const person *p) {
  const double hip = p->body.hip;
  cairo_move_to(cr, -hip + 2, 340);
  cairo_curve_to(cr, -hip - 8, 390, -hip - 20, 430, -hip - 26, 474);
  cairo_curve_to(cr, -20, 484, 20, 484, hip + 26, 474);
  cairo_curve_to(cr, hip + 20, 430, hip + 8, 390, hip - 2, 340);
  cairo_close_path(cr);
  fill_lower(cr, p);
  set_colour(cr, mix(p->lower_colour, (colour){0, 0, 0}, 0.5), 0.45);
  cairo_set_line_width(cr, 1.6);
  for (int pleat = -3; pleat <= 3; pleat++) {
    cairo_move_to(cr, pleat * 13, 372);
    cairo_line_to(cr, pleat * 24, 478 - abs(pleat));
  }
  cairo_stroke(cr);
}

static void draw_lower(cairo_t *cr, const person *p) {
  if (p->lower != LOWER_TROUSERS) {
    for (int side = -1; side <= 1; side += 2) {
      leg_path(cr, p, side, 540, p->body.hip - 16, p->body.hip - 24);
      set_colour(cr, mix(p->head.skin, (colour){0.25, 0.08, 0.04}, 0.1), 1);
      cairo_fill(cr);
    }
  }
  if (p->lower == LOWER_SKIRT) {
    draw_skirt(cr, p);
    return;
  }
  for (int side = -1; side <= 1; side += 2) {
    const bool trousers = p->lower == LOWER_TROUSERS;
    leg_path(cr, p, side, trousers ? 540 : 462, p->body.hip - 8, p->body.hip - (trousers ? 18 : 8));
    fill_lower(cr, p);
  }
}

/* The garment as the model has it. */
static garment worn_garment(const person *p, const fault *wrong) {
  garment g = p->garment;
  if (wrong->lost_print) {
    if (g.print == PRINT_NONE) g.texture = TEXTURE_PLAIN;
    g.print = PRINT_NONE;
  }
  if (wrong->wrong_colours) {
    const double turn = 70 + 20 * (double)(g.seed % 6);
    /* gray has no hue to turn: tint it first */
    g.base = turn_hue(mix(g.base, (colour){0.75, 0.35, 0.45}, 0.22), turn);
    g.accent = turn_hue(g.accent, turn);
    g.ink = turn_hue(g.ink, turn + 40);
  }
  return g;
}

static void draw_ghost_arms(cairo_t *cr, const person *p, const garment *g) {
  for (int copy = 0; copy < 2; copy++) {
    body moved = p->body;
    for (int arm = 0; arm < 2; arm++) {
      moved.upper[arm] += 0.28 + 0.25 * copy;
      moved.fore[arm] += copy ? 0.7 : -0.35;
    }
    cairo_push_group(cr);
    for (int side = -1; side <= 1; side += 2) {
      draw_arm(cr, &moved, side, p->head.skin, g);
      draw_sleeve(cr, &moved, side, g);
    }
    cairo_pop_group_to_source(cr);
    cairo_paint_with_alpha(cr, copy ? 0.3 : 0.5);
  }
}

void draw_person(cairo_t *cr, const person *p, const fault *wrong) {
  const garment worn = worn_garment(p, wrong);
  draw_wall(cr, p);
  cairo_save(cr);
  cairo_translate(cr, p->x, IMAGE_HEIGHT);
  cairo_scale(cr, p->scale, p->scale);
  cairo_translate(cr, 0, -IMAGE_HEIGHT);
  draw_hair_behind(cr, &p->head);
  draw_lower(cr, p);
  draw_torso_skin(cr, &p->body, p->head.skin);
  draw_torso_garment(cr, &p->body, &worn);
  if (wrong->ghost_limbs) draw_ghost_arms(cr, p, &worn);
  for (int side = -1; side <= 1; side += 2) {
    draw_arm(cr, &p->body, side, p->head.skin, &worn);
    draw_sleeve(cr, &p->body, side, &worn);
  }
  draw_head(cr, &p->head);
  cairo_restore(cr);
}

void draw_cloth(cairo_t *cr, const garment *g) {
  const double spread = g->sleeve == SLEEVE_LONG ? 0.30 : 0.75;
  const body flat = {
      .shoulder = 68, .waist = 60, .hip = 62, .upper = {spread, spread}, .fore = {spread * 0.55, spread * 0.55}};
  cairo_set_source_rgb(cr, 1, 1, 1);
  cairo_paint(cr);
  cairo_save(cr);
  cairo_translate(cr, IMAGE_WIDTH / 2.0, IMAGE_HEIGHT / 2.0);
  cairo_scale(cr, 1.42, 1.42);
  cairo_translate(cr, 0, -264);
  cairo_push_group(cr);
  /* the inside of the back, seen through the neck */
  const double neck = g->neck == NECK_SCOOP ? 30 : 23;
  cairo_move_to(cr, -neck, 158);
  cairo_curve_to(cr, -neck * 0.5, 154, neck * 0.5, 154, neck, 158);
  cairo_line_to(cr, neck - 1, 205);
  cairo_line_to(cr, -neck + 1, 205);
  cairo_close_path(cr);
  set_colour(cr, mix(g->base, (colour){0, 0, 0}, 0.42), 1);
  cairo_fill(cr);
  for (int side = -1; side <= 1; side += 2) draw_sleeve(cr, &flat, side, g);
  draw_torso_garment(cr, &flat, g);
  cairo_pattern_t *laid = cairo_pop_group(cr);
  for (int step = 0; step < 12; step++) { /* a soft shadow on the table */
    cairo_save(cr);
    cairo_translate(cr, 1 + 3 * cos(step), 2 + 3 * sin(step));
    cairo_set_source_rgba(cr, 0, 0, 0, 0.025);
    cairo_mask(cr, laid);
    cairo_restore(cr);
  }
  cairo_set_source(cr, laid);
  cairo_paint(cr);
  cairo_pattern_destroy(laid);
  cairo_restore(cr);
}
