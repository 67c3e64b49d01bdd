#include "lint/mask.h"

#include <math.h>
#include <string.h>

enum { CELLS = VTM_MASK_GRID * VTM_MASK_GRID, GRAY_TOLERANCE = 8 };

/* Of a coloured mask, the brightest channel: red on black is as good as white. */
static uint8_t pixel_brightness(const uint8_t *pixel) {
  const uint8_t most = pixel[0] > pixel[1] ? pixel[0] : pixel[1];
  return pixel[2] > most ? pixel[2] : most;
}

static void count_values(const vtm_image *mask, vtm_mask_facts *facts) {
  const uint8_t *pixel = mask->pixels;
  uint64_t histogram[256] = {0};
  for (uint64_t i = 0; i < facts->pixels; i++, pixel += 3) {
    const int r = pixel[0], g = pixel[1], b = pixel[2];
    const int low = r < g ? (r < b ? r : b) : (g < b ? g : b);
    const uint8_t high = pixel_brightness(pixel);
    facts->coloured += high - low > GRAY_TOLERANCE;
    histogram[high]++;
  }
  facts->black = histogram[0];
  facts->white = histogram[255];
  for (int value = 1; value < 255; value++) {
    if (value <= VTM_MASK_SOFT || value >= 255 - VTM_MASK_SOFT)
      facts->soft += histogram[value];
    else
      facts->gray += histogram[value];
  }
  facts->least = 255;
  for (int value = 0; value < 256; value++) {
    if (histogram[value] == 0) continue;
    facts->largest = (uint8_t)value;
    if (value < facts->least) facts->least = (uint8_t)value;
  }
}

/* Cell (x, y) covers columns w x / GRID up to w (x + 1) / GRID, at least one. */
static uint8_t cell_mean(const vtm_image *mask, int cell_x, int cell_y) {
  const int x0 = mask->width * cell_x / VTM_MASK_GRID, y0 = mask->height * cell_y / VTM_MASK_GRID;
  int x1 = mask->width * (cell_x + 1) / VTM_MASK_GRID, y1 = mask->height * (cell_y + 1) / VTM_MASK_GRID;
  if (x1 == x0) x1++;
  if (y1 == y0) y1++;
  uint64_t sum = 0;
  for (int y = y0; y < y1; y++) {
    const uint8_t *row = mask->pixels + ((size_t)y * (size_t)mask->width) * 3;
    for (int x = x0; x < x1; x++) sum += pixel_brightness(row + (size_t)x * 3);
  }
  return (uint8_t)(sum / ((uint64_t)(x1 - x0) * (uint64_t)(y1 - y0)));
}

void vtm_mask_measure(const vtm_image *mask, vtm_mask_facts *facts) {
  *facts = (vtm_mask_facts){.pixels = (uint64_t)mask->width * (uint64_t)mask->height};
  count_values(mask, facts);
  for (int i = 0; i < CELLS; i++) facts->profile.cells[i] = cell_mean(mask, i % VTM_MASK_GRID, i / VTM_MASK_GRID);
}

vtm_mask_class vtm_mask_classify(const vtm_mask_facts *facts) {
  const uint64_t between = facts->soft + facts->gray;
  if (between == 0) return VTM_MASK_BINARY;
  /* Not a mask: all values in the dark quarter (0 and 1 instead of 0 and 255), or more gray pixels than edges can have:
   * a tenth of the picture far from black and white, or a quarter between them at all. */
  if ((facts->largest <= VTM_MASK_SOFT && !vtm_mask_is_empty(facts)) || facts->gray * 10 > facts->pixels ||
      between * 4 > facts->pixels)
    return VTM_MASK_NOT_BINARY;
  return VTM_MASK_SOFT_EDGES;
}

/* A mask of 0 and 1 is dark too, but more than 1 % of its pixels are not 0. */
bool vtm_mask_is_empty(const vtm_mask_facts *facts) {
  return facts->largest < VTM_MASK_ROUNDING && facts->black * 100 >= facts->pixels * 99;
}

bool vtm_mask_is_full(const vtm_mask_facts *facts) {
  return facts->least > 255 - VTM_MASK_ROUNDING && facts->white * 100 >= facts->pixels * 99;
}

/* v = (c - mean c) / |c - mean c| of the cells c; false when the mask is nearly the same everywhere. */
static bool normalise_profile(const vtm_mask_profile *profile, double values[CELLS]) {
  double mean = 0, square = 0;
  for (int i = 0; i < CELLS; i++) mean += profile->cells[i];
  mean /= CELLS;
  for (int i = 0; i < CELLS; i++) {
    values[i] = profile->cells[i] - mean;
    square += values[i] * values[i];
  }
  if (square < CELLS) return false;
  const double scale = 1 / sqrt(square);
  for (int i = 0; i < CELLS; i++) values[i] *= scale;
  return true;
}

static double dot_product(const double a[CELLS], const double b[CELLS]) {
  double sum = 0;
  for (int i = 0; i < CELLS; i++) sum += a[i] * b[i];
  return sum;
}

/* The direction d, |d| = 1, that the profiles v_i share up to sign: the first eigenvector of their scatter matrix
 *   S = sum over i of v_i v_i^T,
 * which maximises sum (v_i . d)^2, so inverted masks (-v) count as much as others. By power iteration d <- S d / |S d|
 * from the first profile; with masks of one kind the first eigenvalue dominates, and 20 rounds are ample. */
static size_t find_direction(const vtm_mask_profile *const *profiles, size_t count, double direction[CELLS]) {
  enum { ROUNDS = 20 };
  size_t usable = 0;
  for (int round = 0; round < ROUNDS; round++) {
    double sum[CELLS] = {0}, values[CELLS];
    usable = 0;
    for (size_t i = 0; i < count; i++) {
      if (!normalise_profile(profiles[i], values)) continue;
      if (usable++ == 0 && round == 0) memcpy(direction, values, sizeof(values));
      const double along = dot_product(values, direction);
      for (int cell = 0; cell < CELLS; cell++) sum[cell] += along * values[cell];
    }
    const double length = sqrt(dot_product(sum, sum));
    if (length <= 0) return 0;
    for (int cell = 0; cell < CELLS; cell++) direction[cell] = sum[cell] / length;
  }
  return usable;
}

size_t vtm_mask_find_inverted(const vtm_mask_profile *const *profiles, size_t count, bool *inverted, bool *even) {
  /* v_i . d is the cosine between a mask and what the folder shares: near 1 for most masks, near -1 for inverted ones.
   * Between these bounds a mask shows something else and is not judged. */
  const double certain = 0.25;
  double direction[CELLS], values[CELLS];
  memset(inverted, 0, count * sizeof(*inverted));
  *even = false;
  if (find_direction(profiles, count, direction) < VTM_MASK_FEWEST) return 0;
  size_t along = 0, against = 0;
  for (size_t i = 0; i < count; i++) {
    if (!normalise_profile(profiles[i], values)) continue;
    const double cosine = dot_product(values, direction);
    along += cosine > certain;
    against += cosine < -certain;
    inverted[i] = cosine < -certain;
  }
  if (against > along) {
    for (size_t i = 0; i < count; i++)
      inverted[i] = normalise_profile(profiles[i], values) && dot_product(values, direction) > certain;
    const size_t swapped = along;
    along = against;
    against = swapped;
  }
  *even = against * 3 > along; /* more than a quarter are the other way: the majority proves little */
  return against;
}
