#include "lint/sheet.h"

#include "base/error.h"
#include "draw/draw.h"

#ifndef VTM_HAVE_CAIRO

vtm_status vtm_sheet_write(const vtm_sheet *sheet, const char *path, vtm_error *error) {
  (void)sheet;
  return vtm_draw_check(path, "contact sheets", error);
}

#else

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "image/reader.h"
#include "vtonmetrics/image.h"
#include "vtonmetrics/tools/file.h"

/* In pixels. */
enum {
  WIDTH = 1240,
  MARGIN = 20,
  COLUMNS = 5,
  TILE = (WIDTH - 2 * MARGIN) / COLUMNS,
  PICTURE_WIDTH = TILE - 16,
  PICTURE_HEIGHT = 230,
  LINE = 15,
  MESSAGE_LINES = 3,
  TILE_HEIGHT = PICTURE_HEIGHT + LINE * (1 + MESSAGE_LINES) + 24,
  TITLE_HEIGHT = 76,
  REASON_LINES = 4,
  SECTION_HEIGHT = 58 + LINE * REASON_LINES,
  SECTION_GAP = 18,
  TALLEST = 30000, /* cairo draws up to 32,767 */
  TEXT = 1024
};

static const vtm_colour ink = {0.13, 0.13, 0.15}, faint = {0.45, 0.45, 0.48}, paper = {1, 1, 1},
                        red = {0.78, 0.13, 0.13}, amber = {0.80, 0.50, 0.05}, box = {0.93, 0.93, 0.94};

static int shown_tiles(const vtm_sheet_section *section) {
  return section->count < VTM_SHEET_TILES ? (int)section->count : VTM_SHEET_TILES;
}

static int section_columns(const vtm_sheet_section *section) {
  return shown_tiles(section) < COLUMNS ? shown_tiles(section) : COLUMNS;
}

/* Sections stand side by side while there is room: most rules find little. The row that begins at section `from`
 * ends before the one returned. */
static size_t plan_row(const vtm_sheet *sheet, size_t from, int *height) {
  size_t end = from;
  int used = 0, rows = 0;
  for (; end < sheet->count && used + section_columns(&sheet->sections[end]) <= COLUMNS; end++) {
    const int tall = (shown_tiles(&sheet->sections[end]) + COLUMNS - 1) / COLUMNS;
    used += section_columns(&sheet->sections[end]);
    if (tall > rows) rows = tall;
  }
  *height = SECTION_HEIGHT + rows * TILE_HEIGHT + SECTION_GAP;
  return end;
}

static unsigned brightest_sample(const vtm_image *image) {
  unsigned most = 0;
  for (size_t i = 0; i < (size_t)image->width * (size_t)image->height * 3; i++)
    if (image->pixels[i] > most) most = image->pixels[i];
  return most;
}

/* Label maps hold small numbers, which look black. */
static unsigned brightness_of(const vtm_image *image) {
  const unsigned most = brightest_sample(image);
  return most > 0 && most < 64 ? 255 / most : 1;
}

static bool read_picture(const char *file, vtm_image *image) {
  enum { MOST_BYTES = 256 << 20 };
  vtm_error error;
  uint8_t *bytes = NULL;
  size_t size = 0;
  if (vtm_file_read(file, MOST_BYTES, &bytes, &size, &error) != VTM_OK) return false;
  const bool done = vtm_image_decode_small(bytes, size, file, PICTURE_HEIGHT, image, &error) == VTM_OK;
  free(bytes);
  return done;
}

static void draw_without_picture(cairo_t *cairo, const vtm_area *at, const char *file) {
  const char *extension = vtm_path_extension(file);
  const bool is_text = strcasecmp(extension, ".json") == 0 || strcasecmp(extension, ".txt") == 0;
  vtm_draw_set_font(cairo, 13, true);
  vtm_draw_message(cairo, at, &box, &faint, is_text ? "text file" : "cannot be read");
}

static void draw_picture(cairo_t *cairo, const vtm_area *at, const char *file, bool stretch) {
  vtm_image image = {0};
  if (!read_picture(file, &image)) {
    draw_without_picture(cairo, at, file);
    return;
  }
  vtm_draw_picture(cairo, at, &image, stretch ? brightness_of(&image) : 1);
  vtm_image_clear(&image);
}

static void draw_tile(cairo_t *cairo, double x, double y, const vtm_sheet_section *section,
                      const vtm_sheet_tile *tile) {
  const double gap = 6;
  vtm_area left = {x, y, PICTURE_WIDTH, PICTURE_HEIGHT};
  if (tile->other != NULL) {
    left.width = (PICTURE_WIDTH - gap) / 2;
    const vtm_area right = {x + left.width + gap, y, left.width, PICTURE_HEIGHT};
    draw_picture(cairo, &right, tile->other, section->stretch);
  }
  draw_picture(cairo, &left, tile->file, section->stretch);
  double line = y + PICTURE_HEIGHT + LINE;
  vtm_draw_set_colour(cairo, &ink);
  vtm_draw_set_font(cairo, 12, true);
  vtm_draw_name(cairo, x, line, PICTURE_WIDTH, VTM_DRAW_LEFT, tile->name);
  vtm_draw_set_font(cairo, 11.5, false);
  line += LINE;
  (void)vtm_draw_wrapped(cairo, x, line, PICTURE_WIDTH, LINE, MESSAGE_LINES, tile->message);
}

static void draw_heading(cairo_t *cairo, double x, double y, const vtm_sheet_section *section) {
  const double width = section_columns(section) * TILE - (TILE - PICTURE_WIDTH);
  const char *badge = section->error ? "ERROR" : "WARNING";
  vtm_draw_set_colour(cairo, section->error ? &red : &amber);
  cairo_rectangle(cairo, x, y, width, 3);
  cairo_fill(cairo);
  vtm_draw_set_font(cairo, 11, true);
  const double badge_width = vtm_draw_width(cairo, badge) + 12;
  cairo_rectangle(cairo, x, y + 9, badge_width, 17);
  cairo_fill(cairo);
  vtm_draw_set_colour(cairo, &paper);
  vtm_draw_text(cairo, x + 6, y + 22, VTM_DRAW_LEFT, badge);
  char text[TEXT];
  if (section->count > VTM_SHEET_TILES)
    (void)snprintf(text, sizeof(text), "%zu, the first %d are shown", section->count, VTM_SHEET_TILES);
  else
    (void)snprintf(text, sizeof(text), "%zu", section->count);
  vtm_draw_set_colour(cairo, &faint);
  vtm_draw_set_font(cairo, 13, true);
  vtm_draw_text(cairo, x + badge_width + 8, y + 22, VTM_DRAW_LEFT, text);
  vtm_draw_set_colour(cairo, &ink);
  vtm_draw_set_font(cairo, 16, true);
  vtm_draw_name(cairo, x, y + 44, width, VTM_DRAW_LEFT, section->title);
  vtm_draw_set_colour(cairo, &faint);
  vtm_draw_set_font(cairo, 12, false);
  (void)vtm_draw_wrapped(cairo, x, y + 44 + LINE + 2, width, LINE, REASON_LINES, section->reason);
}

static void draw_section(cairo_t *cairo, double x, double y, const vtm_sheet_section *section) {
  draw_heading(cairo, x, y, section);
  for (int i = 0; i < shown_tiles(section); i++) {
    const int row = i / COLUMNS;
    draw_tile(cairo, x + (double)(i % COLUMNS) * TILE, y + SECTION_HEIGHT + row * TILE_HEIGHT, section,
              &section->tiles[i]);
  }
}

/* Sections that fit on the tallest sheet, and its height. */
static size_t plan_sheet(const vtm_sheet *sheet, int *height) {
  *height = TITLE_HEIGHT + MARGIN;
  size_t fits = 0;
  while (fits < sheet->count) {
    int row = 0;
    const size_t end = plan_row(sheet, fits, &row);
    if (*height + row > TALLEST) break;
    *height += row;
    fits = end;
  }
  if (fits < sheet->count) *height += LINE * 2;
  return fits;
}

static void draw_title(cairo_t *cairo, const vtm_sheet *sheet) {
  vtm_draw_set_colour(cairo, &paper);
  cairo_paint(cairo);
  vtm_draw_set_colour(cairo, &ink);
  vtm_draw_set_font(cairo, 24, true);
  vtm_draw_name(cairo, MARGIN, 36, WIDTH - 2 * MARGIN, VTM_DRAW_LEFT, sheet->title);
  vtm_draw_set_colour(cairo, &faint);
  vtm_draw_set_font(cairo, 14, false);
  (void)vtm_draw_wrapped(cairo, MARGIN, 60, WIDTH - 2 * MARGIN, LINE, 1, sheet->subtitle);
}

typedef struct plan_of_sheet {
  const vtm_sheet *sheet;
  size_t fits; /* sections */
} plan_of_sheet;

static void draw_sheet(cairo_t *cairo, const void *data) {
  const plan_of_sheet *planned = data;
  const vtm_sheet *sheet = planned->sheet;
  const size_t fits = planned->fits;
  draw_title(cairo, sheet);
  double y = TITLE_HEIGHT;
  for (size_t i = 0; i < fits;) {
    int height = 0;
    const size_t end = plan_row(sheet, i, &height);
    for (double x = MARGIN; i < end; i++) {
      draw_section(cairo, x, y, &sheet->sections[i]);
      x += section_columns(&sheet->sections[i]) * TILE;
    }
    y += height;
  }
  if (fits == sheet->count) return;
  char text[TEXT];
  (void)snprintf(text, sizeof(text), "%zu more rules found something: fix what is shown, then look again",
                 sheet->count - fits);
  vtm_draw_set_colour(cairo, &ink);
  vtm_draw_set_font(cairo, 14, true);
  vtm_draw_text(cairo, MARGIN, y + LINE, VTM_DRAW_LEFT, text);
}

vtm_status vtm_sheet_write(const vtm_sheet *sheet, const char *path, vtm_error *error) {
  int height = 0;
  const plan_of_sheet planned = {.sheet = sheet, .fits = plan_sheet(sheet, &height)};
  const vtm_drawing drawing = {.width = WIDTH, .height = height, .scale = 1, .draw = draw_sheet, .data = &planned};
  vtm_text png = {0};
  vtm_error why = {0};
  vtm_status status = vtm_draw(&drawing, VTM_DRAW_PNG, &png, &why);
  if (status == VTM_OK)
    status = vtm_file_write(path, png.bytes, png.length, error);
  else
    (void)vtm_fail(error, status, "%s: %s", path, why.message);
  vtm_text_free(&png);
  return status;
}

#endif
