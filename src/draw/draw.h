/* Drawing with cairo: colours, text and pictures, and the same drawing as PNG, SVG or PDF.
 *
 * Text is drawn by cairo's own simple interface, not by Pango: Latin, Greek and Cyrillic need neither shaping nor
 * reordering, and nothing more than cairo has to be installed. A name in another script shows boxes if the system's
 * sans-serif font lacks it; pages and tables show it correctly.
 *
 * Texts are bytes from anywhere: what is not printable is shown as vtm_printable writes it. */
#ifndef VTM_DRAW_DRAW_H
#define VTM_DRAW_DRAW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "vtonmetrics/image.h"
#include "vtonmetrics/status.h"

typedef enum vtm_draw_format { VTM_DRAW_PNG, VTM_DRAW_SVG, VTM_DRAW_PDF } vtm_draw_format;

/* VTM_ERROR_UNSUPPORTED, saying what to install, when this build has no cairo. `what` needs it: "contact sheets". */
vtm_status vtm_draw_check(const char *path, const char *what, vtm_error *error);

#ifdef VTM_HAVE_CAIRO
#include <cairo.h>

typedef struct vtm_colour {
  double r, g, b;
} vtm_colour;

typedef struct vtm_area {
  double x, y, width, height;
} vtm_area;

typedef struct vtm_drawing {
  double width, height; /* in points; PNG: pixels, before `scale` */
  double scale;         /* PNG: pixels a point */
  void (*draw)(cairo_t *cairo, const void *data);
  const void *data;
} vtm_drawing;

/* Appends the file's bytes to *bytes. The same drawing gives the same bytes. */
vtm_status vtm_draw(const vtm_drawing *drawing, vtm_draw_format format, vtm_text *bytes, vtm_error *error);

void vtm_draw_set_colour(cairo_t *cairo, const vtm_colour *colour);
void vtm_draw_set_font(cairo_t *cairo, double size, bool bold);
double vtm_draw_width(cairo_t *cairo, const char *text);

typedef enum vtm_draw_align { VTM_DRAW_LEFT, VTM_DRAW_CENTRE, VTM_DRAW_RIGHT } vtm_draw_align;

/* One line with its baseline at y; `x` is its left end, middle or right end. */
void vtm_draw_text(cairo_t *cairo, double x, double y, vtm_draw_align align, const char *text);
/* A name that is too long for `room` loses its beginning: names of files differ at their end. */
void vtm_draw_name(cairo_t *cairo, double x, double y, double room, vtm_draw_align align, const char *text);
/* Breaks at blanks, and within words that are longer than a line; text that does not fit into `lines` is cut, with
 * dots. Returns the number of lines drawn. */
int vtm_draw_wrapped(cairo_t *cairo, double x, double y, double room, double line_height, int lines, const char *text);

void vtm_draw_box(cairo_t *cairo, const vtm_area *at, const vtm_colour *colour);
/* A text in the middle of a box, instead of a picture. */
void vtm_draw_message(cairo_t *cairo, const vtm_area *at, const vtm_colour *box, const vtm_colour *ink,
                      const char *text);
/* As large as fits, at the middle of the area's lower edge, with a thin frame, since white pictures are drawn on white
 * paper. Samples are multiplied by `brightness`. */
void vtm_draw_picture(cairo_t *cairo, const vtm_area *at, const vtm_image *image, unsigned brightness);

#endif
#endif
