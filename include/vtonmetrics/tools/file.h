/* Files as our programs write them. */
#ifndef VTONMETRICS_TOOLS_FILE_H
#define VTONMETRICS_TOOLS_FILE_H

#include <stddef.h>

#include "vtonmetrics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Writes a file whole or not at all: a temporary beside it, flushed to disk, then renamed. */
VTM_API vtm_status vtm_file_write(const char *path, const void *bytes, size_t size, vtm_error *error);

/* `path`, relative to `folder` ("" for the working folder), through a descriptor of the folder that the file lies in,
 * which is found without leaving `folder`: whatever is renamed or linked meanwhile, it leads there and nowhere else. On
 * success free *pinned with vtm_free, and close the descriptor once the file is written. */
VTM_API vtm_status vtm_path_pin(const char *folder, const char *path, char **pinned, int *descriptor, vtm_error *error);

/* A path for a file of results, which others will read: one below the working folder relative to it, one below the home
 * folder with "~/", all others as they are. A new string, free with vtm_free. */
VTM_API char *vtm_path_shown(const char *path, vtm_error *error);

#ifdef __cplusplus
}
#endif
#endif
