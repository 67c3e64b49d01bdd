/* Pictures made smaller. */
#ifndef VTM_DRAW_SHRINK_H
#define VTM_DRAW_SHRINK_H

#include "vtonmetrics/image.h"
#include "vtonmetrics/status.h"

/* Reads a picture and makes it fit into a box of `width` x `height` pixels, its proportions kept. One that fits is
 * left as it is. Free with vtm_image_clear. */
vtm_status vtm_shrink_read(const char *path, int width, int height, vtm_image *small, vtm_error *error);

#endif
