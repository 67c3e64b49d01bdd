#ifndef VTM_WEIGHTS_DOWNLOAD_H
#define VTM_WEIGHTS_DOWNLOAD_H

#include <stdio.h>

#include "vtonmetrics/context.h"

/* Fetches `url` into `part`, going on where its content ends, and flushes it. On failure what came
 * stays for the next attempt. `path` is the name of `part`, for messages; `stage` that of the progress. */
vtm_status vtm_download(vtm_context *context, const char *url, const char *stage, const char *path, FILE *part,
                        vtm_error *error);

#endif
