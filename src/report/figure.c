#include "vtonmetrics/tools/figure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "draw/draw.h"
#include "draw/shrink.h"
#include "report/sources.h"
#include "vtonmetrics/tools/dataset.h"
#include "vtonmetrics/tools/file.h"

enum { STANDARD_CELL = 256, LEAST_CELL = 16, MOST_CELL = 4096 };

typedef struct column {
  char *heading;
  vtm_folder folder;
  vtm_matching matching;
  size_t *entries; /* of each person; VTM_NO_ENTRY: none */
} column;

struct vtm_figure {
  column *columns; /* the photographs first */
  size_t count;
  int cell;
};

/* ---- who is where ---- */

static const vtm_folder *people_of(const vtm_figure *figure) { return &figure->columns[0].folder; }

static vtm_status open_column(vtm_figure *figure, size_t index, const char *path, const char *heading,
                              vtm_error *error) {
  column *made = &figure->columns[index];
  const vtm_status status = vtm_folder_open(path, &made->folder, error);
  if (status != VTM_OK) return status;
  const size_t people = people_of(figure)->count;
  made->heading = heading != NULL ? vtm_copy_text(heading, error) : vtm_path_last_part(path, error);
  made->entries = vtm_allocate(people, sizeof(*made->entries), error);
  if (made->heading == NULL || made->entries == NULL) return VTM_ERROR_MEMORY;
  for (size_t p = 0; p < people; p++) made->entries[p] = index == 0 ? p : VTM_NO_ENTRY;
  return VTM_OK;
}

/* Of several results of one person the first. */
static void enter_matches(column *made) {
  for (size_t i = made->matching.count; i-- > 0;) {
    const vtm_pair *pair = &made->matching.pairs[i];
    made->entries[pair->reference] = pair->generated;
  }
}

/* The garment that the first result of the person with a garment in its name shows; NULL: no name has one. */
static const vtm_file_match *find_garment(const vtm_figure *figure, size_t person) {
  for (size_t c = 1; c < figure->count; c++) {
    const column *from = &figure->columns[c];
    const size_t entry = from->entries[person];
    if (entry == VTM_NO_ENTRY || from->matching.files == NULL) continue;
    if (from->matching.files[entry].garment != NULL) return &from->matching.files[entry];
  }
  return NULL;
}

static void enter_garments(const vtm_figure *figure, column *made) {
  for (size_t p = 0; p < people_of(figure)->count; p++) {
    const vtm_file_match *match = find_garment(figure, p);
    if (match == NULL)
      made->entries[p] = vtm_sources_own_garment(&made->folder, people_of(figure)->entries[p].name);
    else if (!vtm_folder_find(&made->folder, match->garment, match->garment_length, &made->entries[p]))
      made->entries[p] = VTM_NO_ENTRY;
  }
}

static vtm_status check_column(const vtm_figure *figure, const column *made, vtm_error *error) {
  const vtm_folder *people = people_of(figure);
  for (size_t p = 0; p < people->count; p++)
    if (made->entries[p] != VTM_NO_ENTRY) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_DATA,
                  "%s: none of its pictures belongs to a person in %s: names are, for example, %s and %s",
                  made->folder.path, people->path, made->folder.entries[0].name, people->entries[0].name);
}

static vtm_status fill_columns(vtm_figure *figure, const vtm_figure_request *request, size_t garments,
                               vtm_error *error) {
  vtm_status status = VTM_OK;
  const vtm_match_options options = {.struct_size = sizeof(options),
                                     .how = request->match,
                                     .garments = garments != VTM_NO_ENTRY ? &figure->columns[garments].folder : NULL};
  for (size_t c = 1; c < figure->count && status == VTM_OK; c++) {
    column *made = &figure->columns[c];
    if (c == garments) continue;
    status = vtm_match(people_of(figure), &made->folder, &options, &made->matching, error);
    if (status == VTM_OK) enter_matches(made);
  }
  if (status == VTM_OK && garments != VTM_NO_ENTRY) enter_garments(figure, &figure->columns[garments]);
  for (size_t c = 1; c < figure->count && status == VTM_OK; c++)
    status = check_column(figure, &figure->columns[c], error);
  return status;
}

static vtm_status open_columns(vtm_figure *figure, const vtm_figure_request *request, vtm_error *error) {
  size_t garments = VTM_NO_ENTRY;
  vtm_status status = open_column(figure, 0, request->reference, NULL, error);
  for (size_t i = 0; i < request->count && status == VTM_OK; i++) {
    const char *heading = request->headings != NULL ? request->headings[i] : NULL;
    status = open_column(figure, i + 1, request->folders[i], heading, error);
    if (request->garments != NULL && strcmp(request->folders[i], request->garments) == 0) garments = i + 1;
  }
  if (status == VTM_OK && request->garments != NULL && garments == VTM_NO_ENTRY)
    return vtm_fail(error, VTM_ERROR_USAGE, "%s: was named as the folder of garments, but is none of the columns",
                    request->garments);
  return status == VTM_OK ? fill_columns(figure, request, garments, error) : status;
}

vtm_status vtm_figure_open(const vtm_figure_request *request, vtm_figure **figure, vtm_error *error) {
  *figure = NULL;
  const int cell = request->cell > 0 ? request->cell : STANDARD_CELL;
  if (cell < LEAST_CELL || cell > MOST_CELL)
    return vtm_fail(error, VTM_ERROR_USAGE, "a cell of %d pixels: from %d to %d can be drawn", cell, LEAST_CELL,
                    MOST_CELL);
  vtm_figure *made = vtm_allocate(1, sizeof(*made), error);
  if (made == NULL) return VTM_ERROR_MEMORY;
  *made = (vtm_figure){.count = request->count + 1, .cell = cell};
  made->columns = vtm_allocate(made->count, sizeof(*made->columns), error);
  const vtm_status status = made->columns != NULL ? open_columns(made, request, error) : VTM_ERROR_MEMORY;
  if (status == VTM_OK)
    *figure = made;
  else
    vtm_figure_destroy(made);
  return status;
}

void vtm_figure_destroy(vtm_figure *figure) {
  if (figure == NULL) return;
  for (size_t c = 0; c < figure->count && figure->columns != NULL; c++) {
    vtm_matching_clear(&figure->columns[c].matching);
    vtm_folder_clear(&figure->columns[c].folder);
    free(figure->columns[c].heading);
    free(figure->columns[c].entries);
  }
  free(figure->columns);
  free(figure);
}

size_t vtm_figure_people(const vtm_figure *figure) { return people_of(figure)->count; }

const char *vtm_figure_person(const vtm_figure *figure, size_t person) {
  return people_of(figure)->entries[person].name;
}

bool vtm_figure_is_complete(const vtm_figure *figure, size_t person) {
  for (size_t c = 0; c < figure->count; c++)
    if (figure->columns[c].entries[person] == VTM_NO_ENTRY) return false;
  return true;
}

bool vtm_figure_show(vtm_figure *figure, const char *folder, size_t person, const char *file) {
  for (size_t c = 1; c < figure->count; c++) {
    column *shown = &figure->columns[c];
    if (strcmp(shown->folder.path, folder) != 0) continue;
    for (size_t i = 0; i < shown->folder.count; i++)
      if (strcmp(shown->folder.entries[i].name, file) == 0) {
        shown->entries[person] = i;
        return true;
      }
  }
  return false;
}

/* ---- drawing ---- */

#ifndef VTM_HAVE_CAIRO

vtm_status vtm_figure_write(const vtm_figure *figure, const size_t *people, const char *const *notes, size_t count,
                            const char *path, vtm_error *error) {
  (void)figure;
  (void)people;
  (void)notes;
  (void)count;
  return vtm_draw_check(path, "grids of pictures", error);
}

#else

static const vtm_colour paper = {1, 1, 1}, ink = {0.11, 0.13, 0.16}, faint = {0.40, 0.43, 0.48},
                        box = {0.95, 0.955, 0.96};

/* In points. */
enum { MARGIN = 14, GAP = 6, HEADING = 30, LEAST_LABELS = 40, MOST_LABELS = 190 };

typedef struct layout {
  const vtm_figure *figure;
  const size_t *people;
  const char *const *notes;
  size_t count;
  double labels, width, height; /* of the names' column and of a cell */
  int detail;                   /* pixels a point */
} layout;

/* Cells have the shape of the first photograph that can be read. */
static double width_of_cell(const vtm_figure *figure, const size_t *people, size_t count) {
  double width = figure->cell * 0.75;
  for (size_t i = 0; i < count; i++) {
    vtm_image_header header;
    char *path = vtm_folder_file(people_of(figure), people[i]);
    const bool good = path != NULL && vtm_image_probe(path, NULL, &header, NULL) == VTM_OK && header.height > 0;
    free(path);
    if (!good) continue;
    width = (double)figure->cell * header.width / header.height;
    break;
  }
  return width < LEAST_CELL ? LEAST_CELL : width > 4.0 * figure->cell ? 4.0 * figure->cell : (int)(width + 0.5);
}

static void use_name_font(cairo_t *cairo) { vtm_draw_set_font(cairo, 13, false); }
static void use_note_font(cairo_t *cairo) { vtm_draw_set_font(cairo, 12, false); }

static const char *name_of(const layout *plan, size_t row) {
  return people_of(plan->figure)->entries[plan->people[row]].stem;
}

static double width_of_labels(const layout *plan) {
  cairo_surface_t *surface = cairo_recording_surface_create(CAIRO_CONTENT_COLOR, NULL);
  cairo_t *cairo = cairo_create(surface);
  double widest = LEAST_LABELS;
  for (size_t i = 0; i < plan->count; i++) {
    use_name_font(cairo);
    double width = vtm_draw_width(cairo, name_of(plan, i));
    if (width > widest) widest = width;
    use_note_font(cairo);
    width = plan->notes != NULL ? vtm_draw_width(cairo, plan->notes[i]) : 0;
    if (width > widest) widest = width;
  }
  cairo_destroy(cairo);
  cairo_surface_destroy(surface);
  return widest < MOST_LABELS ? (int)widest + 2 : MOST_LABELS;
}

static void draw_cell(cairo_t *cairo, const layout *plan, const column *from, size_t person, const vtm_area *at) {
  vtm_image image;
  vtm_draw_set_font(cairo, 12, false);
  if (from->entries[person] == VTM_NO_ENTRY) {
    vtm_draw_message(cairo, at, &box, &faint, "missing");
    return;
  }
  char *path = vtm_folder_file(&from->folder, from->entries[person]);
  const int width = (int)at->width * plan->detail;
  const int height = (int)at->height * plan->detail;
  if (path != NULL && vtm_shrink_read(path, width, height, &image, NULL) == VTM_OK) {
    vtm_draw_picture(cairo, at, &image, 1);
    vtm_image_clear(&image);
  } else {
    vtm_draw_message(cairo, at, &box, &faint, "cannot be read");
  }
  free(path);
}

static double left_of(const layout *plan, size_t c) {
  return MARGIN + plan->labels + GAP * 2 + (double)c * (plan->width + GAP);
}

static void draw_row(cairo_t *cairo, const layout *plan, size_t row) {
  const double top = MARGIN + HEADING + (double)row * (plan->height + GAP);
  const double right = MARGIN + plan->labels;
  vtm_draw_set_colour(cairo, &ink);
  use_name_font(cairo);
  vtm_draw_name(cairo, right, top + plan->height / 2, plan->labels, VTM_DRAW_RIGHT, name_of(plan, row));
  if (plan->notes != NULL) {
    vtm_draw_set_colour(cairo, &faint);
    use_note_font(cairo);
    vtm_draw_name(cairo, right, top + plan->height / 2 + 17, plan->labels, VTM_DRAW_RIGHT, plan->notes[row]);
  }
  for (size_t c = 0; c < plan->figure->count; c++) {
    const vtm_area at = {left_of(plan, c), top, plan->width, plan->height};
    draw_cell(cairo, plan, &plan->figure->columns[c], plan->people[row], &at);
  }
}

static void draw_figure(cairo_t *cairo, const void *data) {
  const layout *plan = data;
  vtm_draw_set_colour(cairo, &paper);
  cairo_paint(cairo);
  vtm_draw_set_font(cairo, 14, true);
  vtm_draw_set_colour(cairo, &ink);
  for (size_t c = 0; c < plan->figure->count; c++)
    vtm_draw_name(cairo, left_of(plan, c) + plan->width / 2, MARGIN + 16, plan->width, VTM_DRAW_CENTRE,
                  plan->figure->columns[c].heading);
  for (size_t row = 0; row < plan->count; row++) draw_row(cairo, plan, row);
}

static vtm_status format_of(const char *path, vtm_draw_format *format, vtm_error *error) {
  static const char *const endings[] = {[VTM_DRAW_PNG] = ".png", [VTM_DRAW_SVG] = ".svg", [VTM_DRAW_PDF] = ".pdf"};
  for (int i = VTM_DRAW_PNG; i <= VTM_DRAW_PDF; i++) {
    *format = (vtm_draw_format)i;
    if (strcasecmp(vtm_path_extension(path), endings[i]) == 0) return VTM_OK;
  }
  return vtm_fail(error, VTM_ERROR_USAGE, "%s: unknown extension: use .png, .svg or .pdf", path);
}

vtm_status vtm_figure_write(const vtm_figure *figure, const size_t *people, const char *const *notes, size_t count,
                            const char *path, vtm_error *error) {
  vtm_draw_format format;
  vtm_status status = format_of(path, &format, error);
  if (status != VTM_OK) return status;
  layout plan = {.figure = figure, .people = people, .notes = notes, .count = count, .height = figure->cell};
  plan.width = width_of_cell(figure, people, count);
  plan.labels = width_of_labels(&plan);
  plan.detail = format == VTM_DRAW_PNG ? 1 : 2; /* vector formats are printed */
  const vtm_drawing drawing = {.width = left_of(&plan, figure->count) - GAP + MARGIN,
                               .height = MARGIN * 2 + HEADING + (double)count * (plan.height + GAP) - GAP,
                               .scale = 1,
                               .draw = draw_figure,
                               .data = &plan};
  vtm_text bytes = {0};
  vtm_error why = {0};
  status = vtm_draw(&drawing, format, &bytes, &why);
  if (status == VTM_OK)
    status = vtm_file_write(path, bytes.bytes, bytes.length, error);
  else
    (void)vtm_fail(error, status, "%s: %s%s", path, why.message,
                   status == VTM_ERROR_LIMIT ? "; take fewer rows or smaller cells" : "");
  vtm_text_free(&bytes);
  return status;
}

#endif
