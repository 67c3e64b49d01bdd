/* Downloads with libcurl that can be resumed. */
#ifndef VTM_WEIGHTS_DOWNLOAD_H
#define VTM_WEIGHTS_DOWNLOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "vtonmetrics/context.h"

/* Whether this build can download and VTONMETRICS_OFFLINE does not forbid it. */
bool vtm_download_is_possible(void);
bool vtm_is_offline(void); /* VTONMETRICS_OFFLINE is set */

typedef struct vtm_download_request {
  const char *url;
  const char *stage; /* of the progress */
  const char *path;  /* the name of `part`, for messages */
  FILE *part;
  uint64_t most; /* bytes: a server that sends more is cut off */
} vtm_download_request;

/* Fetches `url` into `part`, resuming where its content ends, and flushes it. On failure what was received stays for
 * the next attempt. VTM_ERROR_LIMIT: the server sends more than `most` bytes, so it is another file. */
vtm_status vtm_download(vtm_context *context, const vtm_download_request *request, vtm_error *error);

#endif
