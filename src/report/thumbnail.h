/* Small pictures to embed in a page. */
#ifndef VTM_REPORT_THUMBNAIL_H
#define VTM_REPORT_THUMBNAIL_H

#include "base/text.h"
#include "vtonmetrics/status.h"

enum {
  VTM_THUMBNAIL_WIDTH = 216, /* fits into this box, in pixels; no picture is made larger */
  VTM_THUMBNAIL_HEIGHT = 288,
  VTM_THUMBNAIL_BYTES = 16 << 10 /* the quality falls until it fits */
};

typedef struct vtm_thumbnail {
  int width, height;
  vtm_text jpeg;
} vtm_thumbnail;

/* Free with vtm_text_free(&thumbnail->jpeg). */
vtm_status vtm_thumbnail_make(const char *path, vtm_thumbnail *thumbnail, vtm_error *error);

#endif
