#include "lint/strip.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* The picture seen along one axis: `length` lines across it, each of `breadth` pixels. */
typedef struct axis_view {
  const vtm_image *image;
  bool stacked;
  int length, breadth;
} axis_view;

static const uint8_t *pixel_at(const axis_view *reader, int line, int across) {
  const size_t x = (size_t)(reader->stacked ? across : line), y = (size_t)(reader->stacked ? line : across);
  return reader->image->pixels + (y * (size_t)reader->image->width + x) * 3;
}

static int pixel_luma(const uint8_t *pixel) { return (299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2]) / 1000; }

/* Mean difference of a line from the one before it. */
static double step_at(const axis_view *reader, int line) {
  uint64_t sum = 0;
  for (int i = 0; i < reader->breadth; i++)
    sum += (uint64_t)abs(pixel_luma(pixel_at(reader, line, i)) - pixel_luma(pixel_at(reader, line - 1, i)));
  return (double)sum / reader->breadth;
}

/* A seam is a step at the border itself, or right beside it when the width is no multiple, that stands out from
 * the lines around it. */
static bool is_seam(const axis_view *reader, int border) {
  enum { AROUND = 8, SLACK = 2 };
  const double least = 2.0, contrast = 2.5;
  if (border < AROUND || border + AROUND >= reader->length) return false;
  double highest = 0, others = 0;
  int count = 0;
  for (int line = border - AROUND + 1; line < border + AROUND; line++) {
    const double step = step_at(reader, line);
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

static void reduce_part(const axis_view *reader, int begin, int end, double cells[SIDE * SIDE]) {
  double sum = 0, square = 0;
  for (int i = 0; i < SIDE * SIDE; i++) {
    const int first = begin + (end - begin) * (i / SIDE) / SIDE, last = begin + (end - begin) * (i / SIDE + 1) / SIDE;
    const int near = reader->breadth * (i % SIDE) / SIDE, far = reader->breadth * (i % SIDE + 1) / SIDE;
    double total = 0;
    for (int line = first; line < last; line++)
      for (int across = near; across < far; across++) total += pixel_luma(pixel_at(reader, line, across));
    cells[i] = total / (((double)last - first) * ((double)far - near));
    sum += cells[i];
  }
  for (int i = 0; i < SIDE * SIDE; i++) {
    cells[i] -= sum / (SIDE * SIDE);
    square += cells[i] * cells[i];
  }
  for (int i = 0; i < SIDE * SIDE && square > 0; i++) cells[i] /= sqrt(square);
}

static bool has_repeated_parts(const axis_view *reader, int parts) {
  const double alike = 0.85; /* correlation */
  double cells[VTM_STRIP_MOST][SIDE * SIDE];
  for (int i = 0; i < parts; i++)
    reduce_part(reader, reader->length * i / parts, reader->length * (i + 1) / parts, cells[i]);
  for (int a = 0; a < parts; a++) {
    for (int b = a + 1; b < parts; b++) {
      double correlation = 0;
      for (int i = 0; i < SIDE * SIDE; i++) correlation += cells[a][i] * cells[b][i];
      if (correlation >= alike) return true;
    }
  }
  return false;
}

static bool has_seams(const axis_view *reader, int parts) {
  for (int i = 1; i < parts; i++)
    if (!is_seam(reader, (int)((int64_t)reader->length * i / parts))) return false;
  return true;
}

vtm_strip vtm_strip_find(const vtm_image *image) {
  enum { FEWEST_PIXELS = 2 * SIDE };
  vtm_strip found = {.pictures = 1};
  for (int stacked = 0; stacked < 2; stacked++) {
    const axis_view reader = {image, stacked == 1, stacked ? image->height : image->width,
                              stacked ? image->width : image->height};
    /* Most parts first: a strip of four has the seam of a strip of two. */
    for (int parts = VTM_STRIP_MOST; parts > 1; parts--) {
      if (reader.length / parts < FEWEST_PIXELS || reader.breadth < FEWEST_PIXELS || !has_seams(&reader, parts))
        continue;
      const vtm_strip strip = {parts, stacked == 1, has_repeated_parts(&reader, parts)};
      if (found.pictures == 1 || (strip.repeated && !found.repeated)) found = strip;
      break;
    }
  }
  return found;
}

bool vtm_strip_fits(const vtm_strip *strip, int width, int height, int photo_width, int photo_height) {
  const double stretched = 1.5, person = 0.75;
  if (strip->pictures < 2) return false;
  const double photo = photo_width > 0 && photo_height > 0 ? (double)photo_width / photo_height : person;
  const double shape = (double)width / height;
  return strip->stacked ? photo / shape >= stretched : shape / photo >= stretched;
}
