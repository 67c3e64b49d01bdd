/* bench_near_duplicates FOLDER...: how well near duplicates are told from different pictures. For each folder,
 * which must hold different pictures only: every pair that is called near is a false alarm, and the nearest pair
 * is shown. Then each picture is changed in ways in which files get changed, and must be found again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "base/file.h"
#include "image/perceptual_hash.h"
#include "image/reader.h"
#include "lint/strip.h"
#include "vtonmetrics/tools/dataset.h"

typedef struct pictures {
  vtm_image *images;
  vtm_phash *hashes;
  size_t count;
} pictures;

static bool copy_of(const vtm_image *image, int width, int height, vtm_image *out) {
  *out = (vtm_image){.width = width, .height = height};
  out->pixels = malloc((size_t)width * (size_t)height * 3);
  (void)image;
  return out->pixels != NULL;
}

static bool compress_at(const vtm_image *image, int quality, vtm_image *out) {
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  unsigned char *bytes = NULL;
  unsigned long size = 0;
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, &bytes, &size);
  jpeg.image_width = (JDIMENSION)image->width;
  jpeg.image_height = (JDIMENSION)image->height;
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg_start_compress(&jpeg, TRUE);
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = image->pixels + (size_t)jpeg.next_scanline * (size_t)image->width * 3;
    (void)jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  vtm_error error;
  const bool read = vtm_image_decode(bytes, size, "made.jpg", NULL, out, &error) == VTM_OK;
  free(bytes);
  return read;
}

static bool resize_to(const vtm_image *image, int width, int height, vtm_image *out) {
  vtm_resizer *resizer = NULL;
  vtm_error error;
  const size_t samples = (size_t)width * (size_t)height * 3;
  float *values = malloc(samples * sizeof(*values));
  bool done = values != NULL && copy_of(image, width, height, out) &&
              vtm_resizer_create(VTM_RESIZE_PILLOW_BILINEAR, true, &resizer, &error) == VTM_OK &&
              vtm_resizer_run(resizer, image, width, height, values, &error) == VTM_OK;
  for (size_t i = 0; i < samples && done; i++) out->pixels[i] = (uint8_t)values[i];
  vtm_resizer_destroy(resizer);
  free(values);
  return done;
}

static bool crop(const vtm_image *image, int percent, vtm_image *out) {
  const int x = image->width * percent / 100, y = image->height * percent / 100;
  if (!copy_of(image, image->width - x, image->height - y, out)) return false;
  for (int row = 0; row < out->height; row++)
    memcpy(out->pixels + (size_t)row * (size_t)out->width * 3,
           image->pixels + ((size_t)(row + y / 2) * (size_t)image->width + (size_t)(x / 2)) * 3,
           (size_t)out->width * 3);
  return true;
}

static bool brighten(const vtm_image *image, int by, vtm_image *out) {
  if (!copy_of(image, image->width, image->height, out)) return false;
  for (size_t i = 0; i < (size_t)image->width * (size_t)image->height * 3; i++) {
    const int value = image->pixels[i] + by;
    out->pixels[i] = (uint8_t)(value > 255 ? 255 : value);
  }
  return true;
}

static bool mirror(const vtm_image *image, int unused, vtm_image *out) {
  (void)unused;
  if (!copy_of(image, image->width, image->height, out)) return false;
  for (int y = 0; y < image->height; y++)
    for (int x = 0; x < image->width; x++)
      memcpy(out->pixels + ((size_t)y * (size_t)image->width + (size_t)x) * 3,
             image->pixels + ((size_t)y * (size_t)image->width + (size_t)(image->width - 1 - x)) * 3, 3);
  return true;
}

static bool shrink(const vtm_image *image, int percent, vtm_image *out) {
  return resize_to(image, image->width * percent / 100, image->height * percent / 100, out);
}

typedef struct change {
  const char *name;
  bool (*make)(const vtm_image *image, int parameter, vtm_image *out);
  int parameter;
} change;

static const change changes[] = {
    {"JPEG quality 90", compress_at, 90}, {"JPEG quality 50", compress_at, 50}, {"JPEG quality 20", compress_at, 20},
    {"resized to 50 %", shrink, 50},      {"resized to 25 %", shrink, 25},      {"resized to 200 %", shrink, 200},
    {"brighter by 5", brighten, 5},       {"brighter by 20", brighten, 20},     {"cropped by 1 %", crop, 1},
    {"cropped by 2 %", crop, 2},          {"cropped by 5 %", crop, 5},          {"mirrored", mirror, 0},
};

static void show_pairs(const pictures *set) {
  size_t alarms = 0, by_prints = 0, coarse_only = 0, pairs = 0;
  double least = 9;
  vtm_phash_distance closest = {.coarse = 64, .fine = 256, .colours = 255};
  for (size_t a = 0; a < set->count; a++) {
    for (size_t b = a + 1; b < set->count; b++) {
      const vtm_phash_distance distance = vtm_phash_compare(&set->hashes[a], &set->hashes[b]);
      pairs++;
      const double residual = vtm_phash_residual(&set->images[a], &set->images[b]);
      const bool near = vtm_phash_is_near(&set->hashes[a], &set->hashes[b]);
      by_prints += near;
      alarms += near && residual <= vtm_phash_near_residual;
      if (residual < least) least = residual;
      coarse_only += distance.coarse <= vtm_phash_near.coarse;
      if (distance.coarse * 4 + distance.fine < closest.coarse * 4 + closest.fine) closest = distance;
    }
  }
  (void)printf(
      "  %zu pairs: %zu false alarms; by the hashes alone %zu, by their 64 bits alone %zu; nearest pair: %d of 64 "
      "bits, "
      "%d of 256, colours %d; least residual %.3f\n",
      pairs, alarms, by_prints, coarse_only, closest.coarse, closest.fine, closest.colours, least);
}

static void show_changes(const pictures *set) {
  for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
    size_t found = 0, made = 0;
    vtm_phash_distance worst = {0};
    double most = 0;
    for (size_t k = 0; k < set->count; k++) {
      vtm_image changed = {0};
      if (changes[i].make(&set->images[k], changes[i].parameter, &changed)) {
        vtm_phash hash;
        vtm_phash_compute(&changed, &hash);
        const vtm_phash_distance distance = vtm_phash_compare(&set->hashes[k], &hash);
        if (distance.coarse > worst.coarse) worst.coarse = distance.coarse;
        if (distance.fine > worst.fine) worst.fine = distance.fine;
        if (distance.colours > worst.colours) worst.colours = distance.colours;
        const double residual = vtm_phash_residual(&set->images[k], &changed);
        if (residual > most) most = residual;
        found += vtm_phash_is_near(&set->hashes[k], &hash) && residual <= vtm_phash_near_residual;
        made++;
      }
      vtm_image_clear(&changed);
    }
    (void)printf("  %-17s found again: %3zu of %zu; worst: %d of 64 bits, %d of 256, colours %d, residual %.3f\n",
                 changes[i].name, found, made, worst.coarse, worst.fine, worst.colours, most);
  }
}

static void show_flat_and_strips(const pictures *set) {
  size_t flat = 0, strips = 0, repeated = 0;
  for (size_t i = 0; i < set->count; i++) {
    const vtm_strip strip = vtm_strip_find(&set->images[i]);
    flat += vtm_phash_flatness(&set->hashes[i]) != VTM_NOT_FLAT;
    strips += strip.pictures > 1;
    repeated += strip.repeated;
  }
  (void)printf("  called flat: %zu; with lines where a strip has its seams: %zu, of which parts repeat: %zu\n", flat,
               strips, repeated);
}

/* The hash as dataset-lint takes it, of a JPEG decoded at a reduced size. */
static bool read_both(const char *path, vtm_image *image, vtm_phash *hash) {
  enum { SMALL_SIDE = 64 };
  vtm_error error;
  vtm_image small = {0};
  uint8_t *bytes = NULL;
  size_t size = 0;
  const bool read = vtm_file_read(path, 1 << 30, &bytes, &size, &error) == VTM_OK &&
                    vtm_image_decode(bytes, size, path, NULL, image, &error) == VTM_OK &&
                    vtm_image_decode_small(bytes, size, path, SMALL_SIDE, &small, &error) == VTM_OK;
  if (read) vtm_phash_compute(&small, hash);
  vtm_image_clear(&small);
  free(bytes);
  return read;
}

static void measure(const char *path) {
  vtm_folder folder;
  vtm_error error;
  if (vtm_folder_open(path, &folder, &error) != VTM_OK) {
    (void)fprintf(stderr, "%s\n", error.message);
    return;
  }
  pictures set = {calloc(folder.count, sizeof(vtm_image)), calloc(folder.count, sizeof(vtm_phash)), 0};
  for (size_t i = 0; i < folder.count && set.images != NULL && set.hashes != NULL; i++) {
    char *file = vtm_folder_file(&folder, i);
    if (file != NULL && read_both(file, &set.images[set.count], &set.hashes[set.count])) set.count++;
    free(file);
  }
  (void)printf("%s: %zu pictures\n", path, set.count);
  show_pairs(&set);
  show_changes(&set);
  show_flat_and_strips(&set);
  for (size_t i = 0; i < set.count; i++) vtm_image_clear(&set.images[i]);
  free(set.images);
  free(set.hashes);
  vtm_folder_clear(&folder);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) measure(argv[i]);
  return argc > 1 ? 0 : 2;
}
