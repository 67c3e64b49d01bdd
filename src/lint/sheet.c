#include "lint/sheet.h"

#include "base/error.h"

#ifndef VTM_HAVE_CAIRO

vtm_status vtm_sheet_write(const vtm_sheet *sheet, const char *path, vtm_error *error) {
  (void)sheet;
  return vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                  "%s: this build cannot draw contact sheets, since cairo was not found when it was made; install "
                  "libcairo2-dev and build again",
                  path);
}

#else

#include <cairo.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "image/reader.h"
#include "vtonmetrics/image.h"
#include "vtonmetrics/text.h"

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

typedef struct colour {
  double r, g, b;
} colour;
static const colour ink = {0.13, 0.13, 0.15}, faint = {0.45, 0.45, 0.48}, paper = {1, 1, 1}, red = {0.78, 0.13, 0.13},
                    amber = {0.80, 0.50, 0.05}, box = {0.93, 0.93, 0.94};

static void set_colour(cairo_t *cairo, const colour *c) { cairo_set_source_rgb(cairo, c->r, c->g, c->b); }

static void set_font(cairo_t *cairo, double size, bool bold) {
  cairo_select_font_face(cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                         bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(cairo, size);
}

static double width_of(cairo_t *cairo, const char *text) {
  cairo_text_extents_t extents;
  cairo_text_extents(cairo, text, &extents);
  return extents.x_advance;
}

/* The next character's start: texts are UTF-8 by vtm_printable. */
static size_t next_character(const char *text, size_t at) {
  at++;
  while (((unsigned char)text[at] & 0xC0) == 0x80) at++;
  return at;
}

/* How many bytes of `text` fit into `room`. */
static size_t fitting(cairo_t *cairo, const char *text, double room) {
  char part[TEXT];
  size_t fits = 0;
  for (size_t end = 0; text[end] != '\0';) {
    end = next_character(text, end);
    memcpy(part, text, end);
    part[end] = '\0';
    if (width_of(cairo, part) > room) break;
    fits = end;
  }
  return fits;
}

static void show(cairo_t *cairo, double x, double y, const char *text) {
  cairo_move_to(cairo, x, y);
  cairo_show_text(cairo, text);
}

/* A name that is too long loses its beginning: what tells names apart is at their end. */
static void show_end(cairo_t *cairo, double x, double y, double room, const char *text) {
  static const char dots[] = "\xe2\x80\xa6";
  enum { SEEN = 200 }; /* more bytes than ever fit */
  char printable[TEXT], shortened[TEXT + sizeof(dots)];
  const size_t length = strlen(text);
  (void)vtm_printable(length > SEEN ? text + length - SEEN : text, printable, sizeof(printable));
  if (width_of(cairo, printable) <= room) {
    show(cairo, x, y, printable);
    return;
  }
  for (size_t at = 0; printable[at] != '\0'; at = next_character(printable, at)) {
    (void)snprintf(shortened, sizeof(shortened), "%s%s", dots, printable + at);
    if (width_of(cairo, shortened) <= room) break;
  }
  show(cairo, x, y, shortened);
}

/* Breaks at blanks, and within words that are longer than a line. */
static void show_wrapped(cairo_t *cairo, double x, double y, double room, int lines, const char *text) {
  char printable[TEXT], line[TEXT + 8];
  (void)vtm_printable(text, printable, sizeof(printable));
  const char *rest = printable;
  for (int i = 0; i < lines && *rest != '\0'; i++, y += LINE) {
    size_t length = fitting(cairo, rest, room);
    if (length == 0) length = next_character(rest, 0);
    if (rest[length] != '\0') {
      size_t blank = length;
      while (blank > 0 && rest[blank] != ' ') blank--;
      if (blank > 0) length = blank;
    }
    const bool cut = i == lines - 1 && rest[length] != '\0';
    (void)snprintf(line, sizeof(line), "%.*s%s", (int)length, rest, cut ? "\xe2\x80\xa6" : "");
    show(cairo, x, y, line);
    rest += length;
    while (*rest == ' ') rest++;
  }
}

static int shown(const vtm_sheet_section *section) {
  return section->count < VTM_SHEET_TILES ? (int)section->count : VTM_SHEET_TILES;
}

static int columns(const vtm_sheet_section *section) { return shown(section) < COLUMNS ? shown(section) : COLUMNS; }

/* Sections stand side by side while there is room: most rules find little. The row that begins at section `from`
 * ends before the one returned. */
static size_t plan_row(const vtm_sheet *sheet, size_t from, int *height) {
  size_t end = from;
  int used = 0, rows = 0;
  for (; end < sheet->count && used + columns(&sheet->sections[end]) <= COLUMNS; end++) {
    const int tall = (shown(&sheet->sections[end]) + COLUMNS - 1) / COLUMNS;
    used += columns(&sheet->sections[end]);
    if (tall > rows) rows = tall;
  }
  *height = SECTION_HEIGHT + rows * TILE_HEIGHT + SECTION_GAP;
  return end;
}

static unsigned brightest(const vtm_image *image) {
  unsigned most = 0;
  for (size_t i = 0; i < (size_t)image->width * (size_t)image->height * 3; i++)
    if (image->pixels[i] > most) most = image->pixels[i];
  return most;
}

static cairo_surface_t *surface_of(const vtm_image *image, bool stretch) {
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, image->width, image->height);
  if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) return surface;
  const unsigned most = stretch ? brightest(image) : 255;
  const unsigned scale = stretch && most > 0 && most < 64 ? 255 / most : 1;
  const size_t stride = (size_t)cairo_image_surface_get_stride(surface);
  for (int y = 0; y < image->height; y++) {
    const uint8_t *rgb = image->pixels + (size_t)y * (size_t)image->width * 3;
    uint8_t *row = cairo_image_surface_get_data(surface) + (size_t)y * stride;
    for (int x = 0; x < image->width; x++, rgb += 3) {
      const uint32_t pixel = (uint32_t)(rgb[0] * scale) << 16 | (uint32_t)(rgb[1] * scale) << 8 | rgb[2] * scale;
      memcpy(row + (size_t)x * 4, &pixel, sizeof(pixel));
    }
  }
  cairo_surface_mark_dirty(surface);
  return surface;
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

typedef struct area {
  double x, y, width, height;
} area;

static void draw_box(cairo_t *cairo, const area *at, const char *text) {
  set_colour(cairo, &box);
  cairo_rectangle(cairo, at->x, at->y, at->width, at->height);
  cairo_fill(cairo);
  set_colour(cairo, &faint);
  set_font(cairo, 13, true);
  show(cairo, at->x + (at->width - width_of(cairo, text)) / 2, at->y + at->height / 2, text);
}

static void draw_without_picture(cairo_t *cairo, const area *at, const char *file) {
  const char *extension = vtm_path_extension(file);
  const bool is_text = strcasecmp(extension, ".json") == 0 || strcasecmp(extension, ".txt") == 0;
  draw_box(cairo, at, is_text ? "text file" : "cannot be read");
}

static void draw_picture(cairo_t *cairo, const area *at, const char *file, bool stretch) {
  vtm_image image = {0};
  if (!read_picture(file, &image)) {
    draw_without_picture(cairo, at, file);
    return;
  }
  cairo_surface_t *surface = surface_of(&image, stretch);
  double scale = at->width / image.width;
  if (image.height * scale > at->height) scale = at->height / image.height;
  const double width = image.width * scale, height = image.height * scale;
  /* On the baseline: right above its name. */
  const double x = at->x + (at->width - width) / 2, y = at->y + at->height - height;
  cairo_save(cairo);
  cairo_translate(cairo, x, y);
  cairo_scale(cairo, scale, scale);
  cairo_set_source_surface(cairo, surface, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_GOOD);
  cairo_pattern_set_extend(cairo_get_source(cairo), CAIRO_EXTEND_PAD);
  cairo_rectangle(cairo, 0, 0, image.width, image.height);
  cairo_fill(cairo);
  cairo_restore(cairo);
  cairo_set_source_rgb(cairo, 0.75, 0.75, 0.77); /* white pictures on white paper have an edge */
  cairo_set_line_width(cairo, 1);
  cairo_rectangle(cairo, x - 0.5, y - 0.5, width + 1, height + 1);
  cairo_stroke(cairo);
  cairo_surface_destroy(surface);
  vtm_image_free(&image);
}

static void draw_tile(cairo_t *cairo, double x, double y, const vtm_sheet_section *section,
                      const vtm_sheet_tile *tile) {
  const double gap = 6;
  area left = {x, y, PICTURE_WIDTH, PICTURE_HEIGHT};
  if (tile->other != NULL) {
    left.width = (PICTURE_WIDTH - gap) / 2;
    const area right = {x + left.width + gap, y, left.width, PICTURE_HEIGHT};
    draw_picture(cairo, &right, tile->other, section->stretch);
  }
  draw_picture(cairo, &left, tile->file, section->stretch);
  double line = y + PICTURE_HEIGHT + LINE;
  set_colour(cairo, &ink);
  set_font(cairo, 12, true);
  show_end(cairo, x, line, PICTURE_WIDTH, tile->name);
  set_font(cairo, 11.5, false);
  line += LINE;
  show_wrapped(cairo, x, line, PICTURE_WIDTH, MESSAGE_LINES, tile->message);
}

static void draw_heading(cairo_t *cairo, double x, double y, const vtm_sheet_section *section) {
  const double width = columns(section) * TILE - (TILE - PICTURE_WIDTH);
  const char *badge = section->error ? "ERROR" : "WARNING";
  set_colour(cairo, section->error ? &red : &amber);
  cairo_rectangle(cairo, x, y, width, 3);
  cairo_fill(cairo);
  set_font(cairo, 11, true);
  const double badge_width = width_of(cairo, badge) + 12;
  cairo_rectangle(cairo, x, y + 9, badge_width, 17);
  cairo_fill(cairo);
  set_colour(cairo, &paper);
  show(cairo, x + 6, y + 22, badge);
  char text[TEXT];
  if (section->count > VTM_SHEET_TILES)
    (void)snprintf(text, sizeof(text), "%zu, the first %d are shown", section->count, VTM_SHEET_TILES);
  else
    (void)snprintf(text, sizeof(text), "%zu", section->count);
  set_colour(cairo, &faint);
  set_font(cairo, 13, true);
  show(cairo, x + badge_width + 8, y + 22, text);
  set_colour(cairo, &ink);
  set_font(cairo, 16, true);
  show_end(cairo, x, y + 44, width, section->title);
  set_colour(cairo, &faint);
  set_font(cairo, 12, false);
  show_wrapped(cairo, x, y + 44 + LINE + 2, width, REASON_LINES, section->reason);
}

static void draw_section(cairo_t *cairo, double x, double y, const vtm_sheet_section *section) {
  draw_heading(cairo, x, y, section);
  for (int i = 0; i < shown(section); i++) {
    const int row = i / COLUMNS;
    draw_tile(cairo, x + (double)(i % COLUMNS) * TILE, y + SECTION_HEIGHT + row * TILE_HEIGHT, section,
              &section->tiles[i]);
  }
}

/* Sections that fit on the tallest sheet, and its height. */
static size_t plan(const vtm_sheet *sheet, int *height) {
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
  set_colour(cairo, &paper);
  cairo_paint(cairo);
  set_colour(cairo, &ink);
  set_font(cairo, 24, true);
  show_end(cairo, MARGIN, 36, WIDTH - 2 * MARGIN, sheet->title);
  set_colour(cairo, &faint);
  set_font(cairo, 14, false);
  show_wrapped(cairo, MARGIN, 60, WIDTH - 2 * MARGIN, 1, sheet->subtitle);
}

static void draw(cairo_t *cairo, const vtm_sheet *sheet, size_t fits) {
  draw_title(cairo, sheet);
  double y = TITLE_HEIGHT;
  for (size_t i = 0; i < fits;) {
    int height = 0;
    const size_t end = plan_row(sheet, i, &height);
    for (double x = MARGIN; i < end; i++) {
      draw_section(cairo, x, y, &sheet->sections[i]);
      x += columns(&sheet->sections[i]) * TILE;
    }
    y += height;
  }
  if (fits == sheet->count) return;
  char text[TEXT];
  (void)snprintf(text, sizeof(text), "%zu more rules found something: mend what is shown, then look again",
                 sheet->count - fits);
  set_colour(cairo, &ink);
  set_font(cairo, 14, true);
  show(cairo, MARGIN, y + LINE, text);
}

static cairo_status_t write_piece(void *stream, const unsigned char *bytes, unsigned int size) {
  return fwrite(bytes, 1, size, stream) == size ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

vtm_status vtm_sheet_write(const vtm_sheet *sheet, const char *path, vtm_error *error) {
  vtm_output output;
  vtm_status status = vtm_output_open(path, &output, error);
  if (status != VTM_OK) return status;
  int height = 0;
  const size_t fits = plan(sheet, &height);
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, height);
  cairo_t *cairo = cairo_create(surface);
  draw(cairo, sheet, fits);
  cairo_status_t drawn = cairo_status(cairo);
  cairo_destroy(cairo);
  if (drawn == CAIRO_STATUS_SUCCESS) drawn = cairo_surface_write_to_png_stream(surface, write_piece, output.stream);
  cairo_surface_destroy(surface);
  if (drawn == CAIRO_STATUS_SUCCESS) return vtm_output_commit(&output, error);
  vtm_output_discard(&output);
  if (drawn == CAIRO_STATUS_NO_MEMORY)
    return vtm_fail(error, VTM_ERROR_MEMORY, "%s: no memory for a sheet of %d x %d pixels", path, WIDTH, height);
  return vtm_fail(error, VTM_ERROR_IO, "%s: cannot write the contact sheet: %s", path, cairo_status_to_string(drawn));
}

#endif
