/* Writing zip containers with libzip, to a stream. */
#ifndef VTM_WEIGHTS_ZIP_WRITE_H
#define VTM_WEIGHTS_ZIP_WRITE_H

#include <stdio.h>
#include <zip.h>

#include "vtonmetrics/status.h"

/* Where a new container goes; `code` is errno of the first failed write. Must live until zip_close. */
typedef struct vtm_zip_sink {
  FILE *stream;
  int code;
} vtm_zip_sink;
vtm_status vtm_zip_create(const char *path, vtm_zip_sink *sink, zip_t **archive, vtm_error *error);

#endif
