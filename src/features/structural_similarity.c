#include "features/structural_similarity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

enum { RADIUS = 5, WINDOW = 2 * RADIUS + 1, SCALES = 5, MOST_PLANES = 3 };

/* exp(-(d / 1.5)^2 / 2) for d = 0 .. 5, over the sum of all eleven. */
static const double gaussian[RADIUS + 1] = {0.26601172486179431,  0.21300553771125366,   0.1093606895097,
                                            0.036000772128430822, 0.0075987581352391842, 0.001028380084479109};

/* What is convolved: both pictures, and squares of their sum and difference, which give variances and covariance. */
enum { MAP_X, MAP_Y, MAP_SUM, MAP_DIFFERENCE, MAPS };

/* One plane of both pictures, levels of 0 .. 255 or means of such. */
typedef struct plane_pair {
  int width, height;
  float *x, *y;
} plane_pair;

typedef struct ssim_form {
  int planes;
  float (*level)(const float *pixel, int plane);
  bool mirrored;     /* a window around each pixel; else only those that are inside */
  bool not_negative; /* c of a window, not below 0 */
  bool pads_odd;     /* with zeros, when a scale is halved */
} ssim_form;

/* ---- levels ---- */

static float channel_level(const float *pixel, int plane) { return pixel[plane]; }

/* Pillow's conversion to L. */
static float pillow_grey(const float *pixel, int plane) {
  (void)plane;
  const int red = (int)pixel[0];
  const int green = (int)pixel[1];
  const int blue = (int)pixel[2];
  return (float)((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16);
}

/* Y of YIQ on levels of 0 .. 1, in float32 as the tool computes it, since a level that is rounded the other way shows.
 */
static float pyiqa_grey(const float *pixel, int plane) {
  (void)plane;
  const float y = pixel[0] / 255 * 0.299F + pixel[1] / 255 * 0.587F + pixel[2] / 255 * 0.114F;
  return rintf(y * 255);
}

/* ---- windows ---- */

/* Memory of one comparison: a ring of rows that were filtered along the row, and one row before that. */
typedef struct ssim_rows {
  double *padded; /* MAPS x (width + 2 RADIUS) */
  double *ring;   /* WINDOW x MAPS x windows */
  double *column; /* MAPS x windows: filtered both ways */
  size_t windows; /* in a row */
} ssim_rows;

static void close_rows(ssim_rows *rows) {
  free(rows->padded);
  free(rows->ring);
  free(rows->column);
}

static vtm_status open_rows(int width, bool mirrored, ssim_rows *rows, vtm_error *error) {
  const size_t padded = (size_t)width + 2 * RADIUS;
  rows->windows = mirrored ? (size_t)width : (size_t)width - 2 * RADIUS;
  rows->padded = vtm_allocate(MAPS * padded, sizeof(double), error);
  rows->ring = vtm_allocate(WINDOW * MAPS * rows->windows, sizeof(double), error);
  rows->column = vtm_allocate(MAPS * rows->windows, sizeof(double), error);
  if (rows->padded != NULL && rows->ring != NULL && rows->column != NULL) return VTM_OK;
  close_rows(rows);
  return VTM_ERROR_MEMORY;
}

static double *ring_row(const ssim_rows *rows, int row, int map) {
  return rows->ring + ((size_t)(row % WINDOW) * MAPS + (size_t)map) * rows->windows;
}

/* to[i] = sum_k g_k from[i + k], k = 0 .. 10. */
static void filter_row(const double *from, double *restrict to, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const double *at = from + i;
    to[i] = gaussian[0] * at[5] + gaussian[1] * (at[4] + at[6]) + gaussian[2] * (at[3] + at[7]) +
            gaussian[3] * (at[2] + at[8]) + gaussian[4] * (at[1] + at[9]) + gaussian[5] * (at[0] + at[10]);
  }
}

static int mirror(int at, int size) { return at < 0 ? -at : at >= size ? 2 * size - 2 - at : at; }

/* Row `at` of both pictures into the ring, as its row number `row`. */
static void enter_row(const plane_pair *pair, int at, int row, bool mirrored, const ssim_rows *rows) {
  const int pad = mirrored ? RADIUS : 0;
  const size_t padded = (size_t)pair->width + 2 * (size_t)pad;
  double *maps[MAPS];
  for (int m = 0; m < MAPS; m++) maps[m] = rows->padded + (size_t)m * ((size_t)pair->width + 2 * RADIUS);
  for (size_t i = 0; i < padded; i++) {
    const size_t from = (size_t)at * (size_t)pair->width + (size_t)mirror((int)i - pad, pair->width);
    const double x = (double)pair->x[from];
    const double y = (double)pair->y[from];
    maps[MAP_X][i] = x;
    maps[MAP_Y][i] = y;
    maps[MAP_SUM][i] = (x + y) * (x + y);
    maps[MAP_DIFFERENCE][i] = (x - y) * (x - y);
  }
  for (int m = 0; m < MAPS; m++) filter_row(maps[m], ring_row(rows, row, m), rows->windows);
}

/* to[i] += factor (a[i] + b[i]) */
static void add_rows(double factor, const double *a, const double *b, size_t count, double *restrict to) {
  for (size_t i = 0; i < count; i++) to[i] += factor * (a[i] + b[i]);
}

/* The rows row - 2 RADIUS .. row of the ring, filtered down the columns. */
static void filter_columns(const ssim_rows *rows, int row) {
  for (int m = 0; m < MAPS; m++) {
    double *to = rows->column + (size_t)m * rows->windows;
    const double *middle = ring_row(rows, row - RADIUS, m);
    for (size_t i = 0; i < rows->windows; i++) to[i] = gaussian[0] * middle[i];
    for (int d = 1; d <= RADIUS; d++)
      add_rows(gaussian[d], ring_row(rows, row - RADIUS - d, m), ring_row(rows, row - RADIUS + d, m), rows->windows,
               to);
  }
}

/* Sums of every fourth window, so that four can be worked on at once; always the same four, whatever the processor. */
enum { PARTS = 4 };
typedef struct ssim_sums {
  double similarity[PARTS]; /* of l c, over all windows */
  double contrast[PARTS];   /* of c, over windows that are inside */
} ssim_sums;

/* Makes l c and c of a row of windows, in place of its filtered sums and differences. Variances are not below 0 but for
 * rounding, which in double is nothing beside c2. */
static void finish_row(const ssim_form *form, const ssim_rows *rows) {
  static const double c1 = 0.01 * 255 * 0.01 * 255;
  static const double c2 = 0.03 * 255 * 0.03 * 255;
  const double least = form->not_negative ? 0 : -HUGE_VAL;
  const double *x = rows->column;
  const double *y = x + rows->windows;
  double *restrict sum = rows->column + 2 * rows->windows;
  double *restrict difference = sum + rows->windows;
  for (size_t i = 0; i < rows->windows; i++) {
    const double product = x[i] * y[i];
    const double squares = x[i] * x[i] + y[i] * y[i];
    const double covariance = (sum[i] - difference[i]) / 4 - product;
    const double variances = (sum[i] + difference[i]) / 2 - squares;
    const double c = (2 * covariance + c2) / (variances + c2);
    const double contrast = c > least ? c : least;
    sum[i] = (2 * product + c1) / (squares + c1) * contrast;
    difference[i] = contrast;
  }
}

static void add_row(const double *values, size_t count, double parts[PARTS]) {
  size_t i = 0;
  for (; i + PARTS <= count; i += PARTS)
    for (size_t p = 0; p < PARTS; p++) parts[p] += values[i + p];
  for (size_t p = 0; i + p < count; p++) parts[p] += values[i + p];
}

static double total_of(const double parts[PARTS]) { return parts[0] + parts[1] + parts[2] + parts[3]; }

typedef struct ssim_means {
  double similarity, contrast;
} ssim_means;

/* Means of l c and of c over the windows of a plane. */
static vtm_status compare_plane(const plane_pair *pair, const ssim_form *form, ssim_means *means, vtm_error *error) {
  ssim_rows rows;
  ssim_sums sums = {0};
  const int pad = form->mirrored ? RADIUS : 0;
  const vtm_status status = open_rows(pair->width, form->mirrored, &rows, error);
  if (status != VTM_OK) return status;
  const int padded = pair->height + 2 * pad;
  for (int row = 0; row < padded; row++) {
    enter_row(pair, mirror(row - pad, pair->height), row, form->mirrored, &rows);
    if (row < WINDOW - 1) continue;
    filter_columns(&rows, row);
    finish_row(form, &rows);
    add_row(rows.column + 2 * rows.windows, rows.windows, sums.similarity);
    if (row >= WINDOW - 1 + pad && row < padded - pad)
      add_row(rows.column + 3 * rows.windows + pad, rows.windows - 2 * (size_t)pad, sums.contrast);
  }
  const double within = (double)(pair->width - 2 * RADIUS) * (double)(pair->height - 2 * RADIUS);
  means->similarity = total_of(sums.similarity) / ((double)rows.windows * (double)(padded - 2 * RADIUS));
  means->contrast = total_of(sums.contrast) / within;
  close_rows(&rows);
  return VTM_OK;
}

/* ---- planes ---- */

static void close_planes(plane_pair *planes, int count) {
  for (int p = 0; p < count; p++) {
    free(planes[p].x);
    free(planes[p].y);
  }
}

static vtm_status open_planes(const ssim_form *form, const float *x, const float *y, int width, int height,
                              plane_pair *planes, vtm_error *error) {
  const size_t pixels = (size_t)width * (size_t)height;
  memset(planes, 0, sizeof(*planes) * MOST_PLANES);
  for (int p = 0; p < form->planes; p++) {
    planes[p] = (plane_pair){.width = width,
                             .height = height,
                             .x = vtm_allocate(pixels, sizeof(float), error),
                             .y = vtm_allocate(pixels, sizeof(float), error)};
    if (planes[p].x == NULL || planes[p].y == NULL) {
      close_planes(planes, form->planes);
      return VTM_ERROR_MEMORY;
    }
    for (size_t i = 0; i < pixels; i++) {
      planes[p].x[i] = form->level(x + 3 * i, p);
      planes[p].y[i] = form->level(y + 3 * i, p);
    }
  }
  return VTM_OK;
}

/* Means over planes. */
static vtm_status compare_planes(const plane_pair *planes, const ssim_form *form, ssim_means *means, vtm_error *error) {
  *means = (ssim_means){0};
  for (int p = 0; p < form->planes; p++) {
    ssim_means plane;
    const vtm_status status = compare_plane(&planes[p], form, &plane, error);
    if (status != VTM_OK) return status;
    means->similarity += plane.similarity / form->planes;
    means->contrast += plane.contrast / form->planes;
  }
  return VTM_OK;
}

static vtm_status check_least(int width, int height, int least, vtm_error *error) {
  if (width >= least && height >= least) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_DATA, "is %d x %d, smaller than the %d x %d that this measure needs", width, height,
                  least, least);
}

static vtm_status compare_once(const ssim_form *form, const float *x, const float *y, int width, int height,
                               double *value, vtm_error *error) {
  plane_pair planes[MOST_PLANES];
  ssim_means means = {0};
  vtm_status status = check_least(width, height, WINDOW, error);
  if (status == VTM_OK) status = open_planes(form, x, y, width, height, planes, error);
  if (status != VTM_OK) return status;
  status = compare_planes(planes, form, &means, error);
  close_planes(planes, form->planes);
  *value = means.similarity;
  return status;
}

/* ---- scales ---- */

/* Means of 2 x 2, in place; values of odd sizes as the form says. They are exact: sums of levels over a power of 4. */
static void halve(float *values, int width, int height, bool pads) {
  const int across = pads ? (width + 1) / 2 : width / 2;
  const int down = pads ? (height + 1) / 2 : height / 2;
  const int left = pads ? width % 2 : 0;
  const int top = pads ? height % 2 : 0;
  for (int i = 0; i < down; i++)
    for (int j = 0; j < across; j++) {
      float sum = 0;
      for (int k = 0; k < 4; k++) {
        const int row = 2 * i - top + k / 2;
        const int column = 2 * j - left + k % 2;
        if (row >= 0 && column >= 0) sum += values[(size_t)row * (size_t)width + (size_t)column];
      }
      values[(size_t)i * (size_t)across + (size_t)j] = sum / 4;
    }
}

static void halve_planes(plane_pair *planes, const ssim_form *form) {
  for (int p = 0; p < form->planes; p++) {
    plane_pair *pair = &planes[p];
    halve(pair->x, pair->width, pair->height, form->pads_odd);
    halve(pair->y, pair->width, pair->height, form->pads_odd);
    pair->width = form->pads_odd ? (pair->width + 1) / 2 : pair->width / 2;
    pair->height = form->pads_odd ? (pair->height + 1) / 2 : pair->height / 2;
  }
}

static vtm_status compare_scales(const ssim_form *form, int least, const float *x, const float *y, int width,
                                 int height, double *value, vtm_error *error) {
  static const double weights[SCALES] = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};
  plane_pair planes[MOST_PLANES];
  vtm_status status = check_least(width, height, least, error);
  if (status == VTM_OK) status = open_planes(form, x, y, width, height, planes, error);
  if (status != VTM_OK) return status;
  double product = 1;
  for (int s = 0; s < SCALES && status == VTM_OK; s++) {
    ssim_means means = {0};
    if (s > 0) halve_planes(planes, form);
    status = compare_planes(planes, form, &means, error);
    const double mean = s + 1 < SCALES ? means.contrast : means.similarity;
    product *= pow(mean > 0 ? mean : 0, weights[s]);
  }
  close_planes(planes, form->planes);
  *value = product;
  return status;
}

/* ---- records ---- */

static const ssim_form whole_colour = {.planes = 3, .level = channel_level, .mirrored = true};
static const ssim_form inner_colour = {.planes = 3, .level = channel_level};
static const ssim_form inner_grey = {.planes = 1, .level = pillow_grey};
static const ssim_form inner_y = {.planes = 1, .level = pyiqa_grey, .not_negative = true, .pads_odd = true};

#define MEASURE(FUNCTION, COMPARE, ...)                                                                        \
  static vtm_status FUNCTION(const float *reference, const float *other, int width, int height, double *value, \
                             vtm_error *error) {                                                               \
    return COMPARE(__VA_ARGS__, reference, other, width, height, value, error);                                \
  }
MEASURE(compare_torchmetrics, compare_once, &whole_colour)
MEASURE(compare_torchmetrics_1_4_1, compare_once, &inner_colour)
MEASURE(compare_skimage, compare_once, &inner_grey)
MEASURE(compare_pyiqa, compare_once, &inner_y)
/* The smallest sizes are those that the tools take. */
MEASURE(compare_scales_torchmetrics, compare_scales, &whole_colour, 176)
MEASURE(compare_scales_pyiqa, compare_scales, &inner_y, 161)

const vtm_pixel_measure vtm_ssim_torchmetrics = {"SSIM as torchmetrics", 1, compare_torchmetrics};
const vtm_pixel_measure vtm_ssim_torchmetrics_1_4_1 = {"SSIM as torchmetrics 1.4.1", 1, compare_torchmetrics_1_4_1};
const vtm_pixel_measure vtm_ssim_skimage = {"SSIM as skimage on grey levels", 1, compare_skimage};
const vtm_pixel_measure vtm_ssim_pyiqa = {"SSIM as pyiqa", 1, compare_pyiqa};
const vtm_pixel_measure vtm_ms_ssim_torchmetrics = {"MS-SSIM as torchmetrics", 1, compare_scales_torchmetrics};
const vtm_pixel_measure vtm_ms_ssim_pyiqa = {"MS-SSIM as pyiqa", 1, compare_scales_pyiqa};
