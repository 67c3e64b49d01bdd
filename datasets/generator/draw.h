/* The demo's people, their garments, and what three models get wrong about them. */
#ifndef DRAW_H
#define DRAW_H

#include <cairo.h>
#include <stdbool.h>
#include <stdint.h>

enum { IMAGE_WIDTH = 384, IMAGE_HEIGHT = 512 };

typedef struct colour {
  double r, g, b; /* 0..1 */
} colour;

/* ---- random.c: the same numbers on every machine ---- */
typedef struct random_state {
  uint64_t state;
} random_state;

random_state random_from(uint64_t seed, uint64_t stream);
double random_between(random_state *random, double low, double high);
int random_below(random_state *random, int count);

/* ---- colour.c ---- */
colour mix(colour a, colour b, double share_of_b);
colour turn_hue(colour c, double degrees);
void set_colour(cairo_t *cr, colour c, double alpha);

/* ---- garment.c ---- */
typedef enum texture {
  TEXTURE_PLAIN,
  TEXTURE_STRIPES,
  TEXTURE_PINSTRIPES,
  TEXTURE_DOTS,
  TEXTURE_CHECKS,
  TEXTURE_DIAMONDS,
  TEXTURE_KNIT,
  TEXTURE_COUNT
} texture;
typedef enum print {
  PRINT_NONE,
  PRINT_EMBLEM,
  PRINT_TEXT,
  PRINT_HEART,
  PRINT_MOUNTAIN,
  PRINT_BOLT,
  PRINT_FLOWER,
  PRINT_BAND,
  PRINT_COUNT
} print;
typedef enum sleeve { SLEEVE_NONE, SLEEVE_SHORT, SLEEVE_LONG } sleeve;
typedef enum neckline { NECK_CREW, NECK_V, NECK_SCOOP, NECK_COLLAR } neckline;

typedef struct garment {
  colour base, accent, ink; /* cloth, second colour of the texture, print */
  texture texture;
  print print;
  sleeve sleeve;
  neckline neck;
  uint64_t seed; /* letters of a text print */
} garment;

garment garment_choose(uint64_t seed, int index);
/* Fills the current path with the cloth and its texture; the texture's own axes are those of `cr`. */
void garment_fill_path(cairo_t *cr, const garment *garment);
/* The print, centred on (0, 0), about 70 wide. */
void garment_draw_print(cairo_t *cr, const garment *garment);

/* ---- body.c: torso, arms and what is worn on them ---- */
typedef struct body {
  double shoulder, waist, hip; /* half widths */
  double upper[2], fore[2];    /* angles of upper arm and forearm from straight down, outward, in radians */
} body;

void draw_torso_skin(cairo_t *cr, const body *body, colour skin);
void draw_torso_garment(cairo_t *cr, const body *body, const garment *garment);
void draw_arm(cairo_t *cr, const body *body, int side, colour skin, const garment *garment);
void draw_sleeve(cairo_t *cr, const body *body, int side, const garment *garment);

/* ---- head.c ---- */
typedef enum hair { HAIR_SHORT, HAIR_BOB, HAIR_LONG, HAIR_BUN, HAIR_CURLY, HAIR_SIDE, HAIR_BUZZ, HAIR_COUNT } hair;

typedef struct head {
  colour skin, hair_colour, iris;
  hair hair;
  double width;     /* half width of the face */
  double smile;     /* 0..1 */
  bool beard, lips; /* stubble; painted lips */
} head;

void draw_hair_behind(cairo_t *cr, const head *head);
void draw_head(cairo_t *cr, const head *head);

/* ---- person.c ---- */
typedef enum lower { LOWER_TROUSERS, LOWER_SKIRT, LOWER_SHORTS } lower;

typedef struct person {
  head head;
  body body;
  garment garment;
  lower lower;
  colour lower_colour;
  colour wall, wall_low;
  int scene;
  double x, scale;
} person;

/* What a model gets wrong. */
typedef struct fault {
  bool ghost_limbs;
  bool wrong_colours;
  bool lost_print;
} fault;

person person_choose(uint64_t seed, int index);
void draw_person(cairo_t *cr, const person *person, const fault *fault);
void draw_cloth(cairo_t *cr, const garment *garment);

/* ---- pixels.c ---- */
typedef struct pixels {
  int width, height;
  unsigned char *rgb;
} pixels;

pixels pixels_from_surface(cairo_surface_t *surface);
void pixels_add_grain(pixels *image, random_state random, double strength);
void pixels_halve(pixels *image);
void pixels_blur(pixels *image, int radius);
bool pixels_write(const pixels *image, const char *path); /* .png or .jpg */
void pixels_free(pixels *image);

#endif
