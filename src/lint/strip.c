#include "lint/strip.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* One axis of a picture: `length` lines perpendicular to it (columns, or rows when stacked), each of `breadth` pixels.
 */
typedef struct picture_axis {
  const vtm_image *image;
  bool stacked;
  int length, breadth;
} picture_axis;

static const uint8_t *pixel_at(const picture_axis *axis, int line, int across) {
  const size_t x = (size_t)(axis->stacked ? across : line), y = (size_t)(axis->stacked ? line : across);
  return axis->image->pixels + (y * (size_t)axis->image->width + x) * 3;
}

static int pixel_luma(const uint8_t *pixel) { return (299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2]) / 1000; }

/* d(l): the mean absolute luma difference between line l and line l - 1. */
static double step_at(const picture_axis *axis, int line) {
  uint64_t sum = 0;
  for (int i = 0; i < axis->breadth; i++)
    sum += (uint64_t)abs(pixel_luma(pixel_at(axis, line, i)) - pixel_luma(pixel_at(axis, line - 1, i)));
  return (double)sum / axis->breadth;
}

/* Whether there is a seam at line b, where two pictures of equal size would meet: the largest step of the lines b - 1
 * to b + 1 (JPEG moves a seam by a line, and so does a length that is not a multiple) must be visible and exceed the
 * steps around it,
 *   max d(l), |l - b| <= 1   >=   max(least, contrast * mean d(l), 2 <= |l - b| < 8).
 * A single picture may pass by chance, so a strip also needs the right shape or a repeated part. */
static bool is_seam(const picture_axis *axis, int border) {
  enum { AROUND = 8, SLACK = 2 };
  const double least = 2.0, contrast = 2.5;
  if (border < AROUND || border + AROUND >= axis->length) return false;
  double highest = 0, others = 0;
  int count = 0;
  for (int line = border - AROUND + 1; line < border + AROUND; line++) {
    const double step = step_at(axis, line);
    if (abs(line - border) < SLACK) {
      if (step > highest) highest = step;
    } else {
      others += step;
      count++;
    }
  }
  return highest >= least && highest >= contrast * (others / count);
}

enum { SIDE = 24 };

/* One part averaged down to SIDE x SIDE luma cells, less their mean, scaled to length 1: the scalar product of two
 * parts is their correlation. */
static void reduce_part(const picture_axis *axis, int begin, int end, double cells[SIDE * SIDE]) {
  double sum = 0, square = 0;
  for (int i = 0; i < SIDE * SIDE; i++) {
    const int first = begin + (end - begin) * (i / SIDE) / SIDE, last = begin + (end - begin) * (i / SIDE + 1) / SIDE;
    const int near = axis->breadth * (i % SIDE) / SIDE, far = axis->breadth * (i % SIDE + 1) / SIDE;
    double total = 0;
    for (int line = first; line < last; line++)
      for (int across = near; across < far; across++) total += pixel_luma(pixel_at(axis, line, across));
    cells[i] = total / (((double)last - first) * ((double)far - near));
    sum += cells[i];
  }
  for (int i = 0; i < SIDE * SIDE; i++) {
    cells[i] -= sum / (SIDE * SIDE);
    square += cells[i] * cells[i];
  }
  for (int i = 0; i < SIDE * SIDE && square > 0; i++) cells[i] /= sqrt(square);
}

static bool has_repeated_parts(const picture_axis *axis, int parts) {
  const double similar = 0.85; /* correlation: the person and the result differ in the garment only */
  double cells[VTM_STRIP_MOST][SIDE * SIDE];
  for (int i = 0; i < parts; i++) reduce_part(axis, axis->length * i / parts, axis->length * (i + 1) / parts, cells[i]);
  for (int a = 0; a < parts; a++) {
    for (int b = a + 1; b < parts; b++) {
      double correlation = 0;
      for (int i = 0; i < SIDE * SIDE; i++) correlation += cells[a][i] * cells[b][i];
      if (correlation >= similar) return true;
    }
  }
  return false;
}

static bool has_seams(const picture_axis *axis, int parts) {
  for (int i = 1; i < parts; i++)
    if (!is_seam(axis, (int)((int64_t)axis->length * i / parts))) return false;
  return true;
}

vtm_strip vtm_strip_find(const vtm_image *image) {
  enum { FEWEST_PIXELS = 2 * SIDE };
  vtm_strip found = {.pictures = 1};
  for (int stacked = 0; stacked < 2; stacked++) {
    const picture_axis axis = {image, stacked == 1, stacked ? image->height : image->width,
                               stacked ? image->width : image->height};
    /* Most parts first: a strip of four has the seam of a strip of two. */
    for (int parts = VTM_STRIP_MOST; parts > 1; parts--) {
      if (axis.length / parts < FEWEST_PIXELS || axis.breadth < FEWEST_PIXELS || !has_seams(&axis, parts)) continue;
      const vtm_strip strip = {parts, stacked == 1, has_repeated_parts(&axis, parts)};
      if (found.pictures == 1 || (strip.repeated && !found.repeated)) found = strip;
      break;
    }
  }
  return found;
}

bool vtm_strip_fits(const vtm_strip *strip, int width, int height, int photo_width, int photo_height) {
  const double stretched = 1.5; /* between the shape of one photograph (1) and of two (2) */
  const double person = 0.75;   /* width / height of the usual photographs: 384x512, 768x1024 */
  if (strip->pictures < 2) return false;
  const double photo = photo_width > 0 && photo_height > 0 ? (double)photo_width / photo_height : person;
  const double shape = (double)width / height;
  return strip->stacked ? photo / shape >= stretched : shape / photo >= stretched;
}
