#include "features/image_summary.h"

#include <stddef.h>

#include "base/hash.h"

/* Sees quickly that most pictures are not flat: some thousand samples vary by more than those of a black picture or
 * of one colour can (a standard deviation of 4 levels). */
static bool is_clearly_not_flat(const vtm_image *image) {
  enum { SAMPLES = 64, MOST_VARIANCE = 16 };
  const int across = image->width / SAMPLES + 1;
  const int down = image->height / SAMPLES + 1;
  int64_t count = 0;
  int64_t sum = 0;
  int64_t squares = 0;
  for (int y = 0; y < image->height; y += down)
    for (int x = 0; x < image->width; x += across, count++) {
      const uint8_t *pixel = image->pixels + ((size_t)y * (size_t)image->width + (size_t)x) * 3;
      const int value = (pixel[0] + 2 * pixel[1] + pixel[2]) / 4;
      sum += value;
      squares += value * value;
    }
  return squares * count - sum * sum > MOST_VARIANCE * count * count;
}

static vtm_flatness flatness_of(const vtm_image *image) {
  vtm_phash print;
  if (is_clearly_not_flat(image)) return VTM_NOT_FLAT;
  vtm_phash_compute(image, &print);
  return vtm_phash_flatness(&print);
}

/* The means of some samples of each cell. */
static void take_colours(const vtm_image *image, unsigned char colours[VTM_COLOURS]) {
  enum { SAMPLES = 16 };
  for (int cell = 0; cell < VTM_COLOUR_CELLS * VTM_COLOUR_CELLS; cell++) {
    int sums[3] = {0};
    for (int sample = 0; sample < SAMPLES * SAMPLES; sample++) {
      const int64_t across = (cell % VTM_COLOUR_CELLS) * SAMPLES + sample % SAMPLES;
      const int64_t down = (cell / VTM_COLOUR_CELLS) * SAMPLES + sample / SAMPLES;
      const int64_t x = (2 * across + 1) * image->width / (2 * VTM_COLOUR_CELLS * SAMPLES);
      const int64_t y = (2 * down + 1) * image->height / (2 * VTM_COLOUR_CELLS * SAMPLES);
      const uint8_t *pixel = image->pixels + (y * image->width + x) * 3;
      for (int k = 0; k < 3; k++) sums[k] += pixel[k];
    }
    for (int k = 0; k < 3; k++) colours[cell * 3 + k] = (unsigned char)(sums[k] / (SAMPLES * SAMPLES));
  }
}

void vtm_image_summary_take(vtm_image_summary *summary, const vtm_image *image) {
  if (atomic_exchange(&summary->begun, true)) return;
  const size_t size = (size_t)image->width * (size_t)image->height * 3;
  summary->width = image->width;
  summary->height = image->height;
  summary->flatness = (unsigned char)flatness_of(image);
  take_colours(image, summary->colours);
  summary->taken = vtm_hash_quickly(image->pixels, size, &summary->hash, NULL) == VTM_OK;
}

int vtm_image_summary_compare(const vtm_image_summary *a, const vtm_image_summary *b) {
  if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
  if (a->width != b->width) return a->width < b->width ? -1 : 1;
  return (a->height > b->height) - (a->height < b->height);
}
