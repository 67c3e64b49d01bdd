/* draw_demo FOLDER [COUNT [SEED]]: draws the demo dataset. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "draw.h"

typedef struct model {
  const char *folder;
  const char *extension;
  fault fault;
  bool small_and_blurred; /* older networks put out 192x256 */
} model;

static const model models[] = {
    {"image", "jpg", {0}, false},
    {"GAN", "png", {.ghost_limbs = true}, true},
    {"LADI", "jpg", {.wrong_colours = true}, false},
    {"PROMPT", "jpg", {.lost_print = true}, false},
};
enum { MODELS = sizeof(models) / sizeof(models[0]) };

static void fail(const char *what, const char *path) {
  (void)fprintf(stderr, "draw_demo: %s: %s: %s\n", path, what, strerror(errno));
  exit(3);
}

static void make_folder(const char *root, const char *name) {
  char path[4096];
  (void)snprintf(path, sizeof(path), "%s/%s", root, name);
  if (mkdir(path, 0777) != 0 && errno != EEXIST) fail("cannot be made", path);
}

static void write_image(pixels *image, const char *root, const char *folder, int number, const char *extension) {
  char path[4096];
  (void)snprintf(path, sizeof(path), "%s/%s/%05d_00.%s", root, folder, number, extension);
  if (!pixels_write(image, path)) fail("cannot be written", path);
  pixels_free(image);
}

static void draw_model(const char *root, const model *m, const person *who, uint64_t seed, int index) {
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, IMAGE_WIDTH, IMAGE_HEIGHT);
  cairo_t *cr = cairo_create(surface);
  draw_person(cr, who, &m->fault);
  pixels image = pixels_from_surface(surface);
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
  if (m->small_and_blurred) {
    pixels_halve(&image);
    pixels_blur(&image, 1);
  } else {
    /* every model draws grain of its own, as a camera or a diffusion model would */
    const uint64_t stream = 1000 * (uint64_t)(m - models + 1) + (uint64_t)index;
    pixels_add_grain(&image, random_from(seed, stream), 1.2);
  }
  write_image(&image, root, m->folder, index + 1, m->extension);
}

static void draw_garment(const char *root, const person *who, int index) {
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, IMAGE_WIDTH, IMAGE_HEIGHT);
  cairo_t *cr = cairo_create(surface);
  draw_cloth(cr, &who->garment);
  pixels image = pixels_from_surface(surface);
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
  write_image(&image, root, "cloth", index + 1, "jpg");
}

static void write_pairs(const char *root, int count) {
  char path[4096];
  (void)snprintf(path, sizeof(path), "%s/test_pairs.txt", root);
  FILE *file = fopen(path, "w");
  if (file == NULL) fail("cannot be written", path);
  for (int i = 1; i <= count; i++) (void)fprintf(file, "%05d_00.jpg %05d_00.jpg\n", i, i);
  if (fclose(file) != 0) fail("cannot be written", path);
}

int main(int argc, char **argv) {
  if (argc < 2 || argc > 4) {
    (void)fprintf(stderr, "usage: draw_demo FOLDER [COUNT [SEED]]\n");
    return 2;
  }
  const char *root = argv[1];
  const int count = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 24;
  const uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 4;
  if (count < 1 || count > 99999) {
    (void)fprintf(stderr, "draw_demo: COUNT is 1 to 99999\n");
    return 2;
  }
  if (mkdir(root, 0777) != 0 && errno != EEXIST) fail("cannot be made", root);
  make_folder(root, "cloth");
  for (int m = 0; m < MODELS; m++) make_folder(root, models[m].folder);
  for (int i = 0; i < count; i++) {
    const person who = person_choose(seed, i);
    draw_garment(root, &who, i);
    for (int m = 0; m < MODELS; m++) draw_model(root, &models[m], &who, seed, i);
  }
  write_pairs(root, count);
  return 0;
}
