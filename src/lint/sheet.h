/* A contact sheet: one PNG on which a person sees at a glance which pictures are meant by which findings. */
#ifndef VTM_LINT_SHEET_H
#define VTM_LINT_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/status.h"

/* One finding. */
typedef struct vtm_sheet_tile {
  const char *file;    /* where it is on the disk; what cannot be read as a picture becomes a box with its name */
  const char *name;    /* as shown */
  const char *other;   /* a second picture that it is about, on the disk, or NULL */
  const char *message; /* what was found */
} vtm_sheet_tile;

/* The findings of one rule. */
typedef struct vtm_sheet_section {
  const char *title;  /* "mask-inverted" */
  const char *reason; /* one line */
  bool error;         /* else a warning */
  bool stretch;       /* show label maps brighter: numbers up to 19 look black */
  const vtm_sheet_tile *tiles;
  size_t count; /* at least 1; the first VTM_SHEET_TILES are drawn, the others counted */
} vtm_sheet_section;

typedef struct vtm_sheet {
  const char *title;    /* "course_dataset" */
  const char *subtitle; /* "3 errors, 12 warnings in 2,032 files" */
  const vtm_sheet_section *sections;
  size_t count;
} vtm_sheet;

enum { VTM_SHEET_TILES = 10 };

/* Writes the PNG whole or not at all. Built without cairo: VTM_ERROR_UNSUPPORTED, which says so. */
vtm_status vtm_sheet_write(const vtm_sheet *sheet, const char *path, vtm_error *error);

#endif
