#include "draw/draw.h"

#include "base/error.h"

#ifndef VTM_HAVE_CAIRO

vtm_status vtm_draw_check(const char *path, const char *what, vtm_error *error) {
  return vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                  "%s: this build cannot draw %s, because cairo was not found when it was built; install libcairo2-dev "
                  "and build again",
                  path, what);
}

#else

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "vtonmetrics/tools/text.h"

enum { TEXT = 1024, LARGEST_SIDE = 32767 /* of a picture that cairo draws */ };

vtm_status vtm_draw_check(const char *path, const char *what, vtm_error *error) {
  (void)path;
  (void)what;
  (void)error;
  return VTM_OK;
}

/* ---- one drawing, three formats ---- */

static cairo_status_t append_piece(void *text, const unsigned char *bytes, unsigned int size) {
  vtm_text *out = text;
  vtm_text_append_bytes(out, bytes, size);
  return out->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *open_surface(const vtm_drawing *drawing, vtm_draw_format format, vtm_text *bytes) {
  if (format == VTM_DRAW_SVG)
    return cairo_svg_surface_create_for_stream(append_piece, bytes, drawing->width, drawing->height);
  if (format == VTM_DRAW_PDF) {
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(append_piece, bytes, drawing->width, drawing->height);
    /* Without this the current time is written, and no two runs give the same file. */
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
    return surface;
  }
  return cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(drawing->width * drawing->scale + 0.5),
                                    (int)(drawing->height * drawing->scale + 0.5));
}

/* Removes the number that cairo gives to each surface of a process from an SVG: nothing refers to it. */
static void drop_surface_numbers(vtm_text *svg, size_t from) {
  static const char start[] = " id=\"surface";
  char *found = svg->failed || svg->length == from ? NULL : strstr(svg->bytes + from, start);
  for (; found != NULL; found = strstr(found, start)) {
    const char *digits = found + sizeof(start) - 1;
    const size_t count = strspn(digits, "0123456789");
    if (digits[count] != '"') {
      found++;
      continue;
    }
    const char *rest = digits + count + 1;
    memmove(found, rest, strlen(rest) + 1);
    svg->length -= (size_t)(rest - found);
  }
}

vtm_status vtm_draw(const vtm_drawing *drawing, vtm_draw_format format, vtm_text *bytes, vtm_error *error) {
  const double scale = format == VTM_DRAW_PNG ? drawing->scale : 1.0;
  if (drawing->width * scale > LARGEST_SIDE || drawing->height * scale > LARGEST_SIDE)
    return vtm_fail(error, VTM_ERROR_LIMIT, "a drawing of %.0f x %.0f is too large: %d a side can be drawn",
                    drawing->width * scale, drawing->height * scale, LARGEST_SIDE);
  const size_t from = bytes->length;
  cairo_surface_t *surface = open_surface(drawing, format, bytes);
  cairo_t *cairo = cairo_create(surface);
  cairo_scale(cairo, scale, scale);
  drawing->draw(cairo, drawing->data);
  cairo_status_t drawn = cairo_status(cairo);
  cairo_destroy(cairo);
  if (drawn == CAIRO_STATUS_SUCCESS && format == VTM_DRAW_PNG)
    drawn = cairo_surface_write_to_png_stream(surface, append_piece, bytes);
  cairo_surface_finish(surface);
  if (drawn == CAIRO_STATUS_SUCCESS) drawn = cairo_surface_status(surface);
  cairo_surface_destroy(surface);
  if (format == VTM_DRAW_SVG) drop_surface_numbers(bytes, from);
  if (drawn == CAIRO_STATUS_SUCCESS && !bytes->failed) return VTM_OK;
  if (drawn == CAIRO_STATUS_NO_MEMORY || bytes->failed)
    return vtm_fail(error, VTM_ERROR_MEMORY, "no memory for a drawing of %.0f x %.0f", drawing->width * scale,
                    drawing->height * scale);
  return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "cairo cannot draw it: %s", cairo_status_to_string(drawn));
}

/* ---- text ---- */

void vtm_draw_set_colour(cairo_t *cairo, const vtm_colour *colour) {
  cairo_set_source_rgb(cairo, colour->r, colour->g, colour->b);
}

void vtm_draw_set_font(cairo_t *cairo, double size, bool bold) {
  cairo_select_font_face(cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                         bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(cairo, size);
  /* Without hinting text has the same width in PNG, SVG and PDF. */
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_set_font_options(cairo, options);
  cairo_font_options_destroy(options);
}

/* `text` is printable. */
static double width_of(cairo_t *cairo, const char *text) {
  cairo_text_extents_t extents;
  cairo_text_extents(cairo, text, &extents);
  return extents.x_advance;
}

double vtm_draw_width(cairo_t *cairo, const char *text) {
  char printable[TEXT];
  (void)vtm_printable(text, printable, sizeof(printable));
  return width_of(cairo, printable);
}

/* The start of the next character; vtm_printable gives UTF-8. */
static size_t next_character(const char *text, size_t at) {
  at++;
  while (((unsigned char)text[at] & 0xC0) == 0x80) at++;
  return at;
}

/* How many bytes of `text` fit into `room`. */
static size_t fitting_length(cairo_t *cairo, const char *text, double room) {
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

static void show_text(cairo_t *cairo, double x, double y, vtm_draw_align align, const char *printable) {
  if (align == VTM_DRAW_CENTRE) x -= width_of(cairo, printable) / 2;
  if (align == VTM_DRAW_RIGHT) x -= width_of(cairo, printable);
  cairo_move_to(cairo, x, y);
  cairo_show_text(cairo, printable);
}

void vtm_draw_text(cairo_t *cairo, double x, double y, vtm_draw_align align, const char *text) {
  char printable[TEXT];
  (void)vtm_printable(text, printable, sizeof(printable));
  show_text(cairo, x, y, align, printable);
}

void vtm_draw_name(cairo_t *cairo, double x, double y, double room, vtm_draw_align align, const char *text) {
  static const char dots[] = "\xe2\x80\xa6";
  enum { SEEN = 200 }; /* more bytes than any room fits */
  char printable[TEXT], shortened[TEXT + sizeof(dots)];
  const size_t length = strlen(text);
  (void)vtm_printable(length > SEEN ? text + length - SEEN : text, printable, sizeof(printable));
  if (width_of(cairo, printable) <= room) {
    show_text(cairo, x, y, align, printable);
    return;
  }
  for (size_t at = 0; printable[at] != '\0'; at = next_character(printable, at)) {
    (void)snprintf(shortened, sizeof(shortened), "%s%s", dots, printable + at);
    if (width_of(cairo, shortened) <= room) break;
  }
  show_text(cairo, x, y, align, shortened);
}

int vtm_draw_wrapped(cairo_t *cairo, double x, double y, double room, double line_height, int lines, const char *text) {
  char printable[TEXT], line[TEXT + 8];
  (void)vtm_printable(text, printable, sizeof(printable));
  const char *rest = printable;
  int drawn = 0;
  for (; drawn < lines && *rest != '\0'; drawn++, y += line_height) {
    size_t length = fitting_length(cairo, rest, room);
    if (length == 0) length = next_character(rest, 0);
    if (rest[length] != '\0') {
      size_t blank = length;
      while (blank > 0 && rest[blank] != ' ') blank--;
      if (blank > 0) length = blank;
    }
    const bool cut = drawn == lines - 1 && rest[length] != '\0';
    (void)snprintf(line, sizeof(line), "%.*s%s", (int)length, rest, cut ? "\xe2\x80\xa6" : "");
    show_text(cairo, x, y, VTM_DRAW_LEFT, line);
    rest += length;
    while (*rest == ' ') rest++;
  }
  return drawn;
}

/* ---- pictures ---- */

void vtm_draw_box(cairo_t *cairo, const vtm_area *at, const vtm_colour *colour) {
  vtm_draw_set_colour(cairo, colour);
  cairo_rectangle(cairo, at->x, at->y, at->width, at->height);
  cairo_fill(cairo);
}

void vtm_draw_message(cairo_t *cairo, const vtm_area *at, const vtm_colour *box, const vtm_colour *ink,
                      const char *text) {
  vtm_draw_box(cairo, at, box);
  vtm_draw_set_colour(cairo, ink);
  vtm_draw_text(cairo, at->x + at->width / 2, at->y + at->height / 2, VTM_DRAW_CENTRE, text);
}

static cairo_surface_t *surface_of(const vtm_image *image, unsigned brightness) {
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, image->width, image->height);
  if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) return surface;
  const size_t stride = (size_t)cairo_image_surface_get_stride(surface);
  for (int y = 0; y < image->height; y++) {
    const uint8_t *rgb = image->pixels + (size_t)y * (size_t)image->width * 3;
    uint8_t *row = cairo_image_surface_get_data(surface) + (size_t)y * stride;
    for (int x = 0; x < image->width; x++, rgb += 3) {
      const uint32_t pixel =
          (uint32_t)(rgb[0] * brightness) << 16 | (uint32_t)(rgb[1] * brightness) << 8 | rgb[2] * brightness;
      memcpy(row + (size_t)x * 4, &pixel, sizeof(pixel));
    }
  }
  cairo_surface_mark_dirty(surface);
  return surface;
}

void vtm_draw_picture(cairo_t *cairo, const vtm_area *at, const vtm_image *image, unsigned brightness) {
  cairo_surface_t *surface = surface_of(image, brightness);
  double scale = at->width / image->width;
  if (image->height * scale > at->height) scale = at->height / image->height;
  const double width = image->width * scale;
  const double height = image->height * scale;
  const double x = at->x + (at->width - width) / 2;
  const double y = at->y + at->height - height;
  cairo_save(cairo);
  cairo_translate(cairo, x, y);
  cairo_scale(cairo, scale, scale);
  cairo_set_source_surface(cairo, surface, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_GOOD);
  cairo_pattern_set_extend(cairo_get_source(cairo), CAIRO_EXTEND_PAD);
  cairo_rectangle(cairo, 0, 0, image->width, image->height);
  cairo_fill(cairo);
  cairo_restore(cairo);
  cairo_set_source_rgb(cairo, 0.75, 0.75, 0.77);
  cairo_set_line_width(cairo, 1);
  cairo_rectangle(cairo, x - 0.5, y - 0.5, width + 1, height + 1);
  cairo_stroke(cairo);
  cairo_surface_destroy(surface);
}

#endif
