/* Files: reading whole files, writing them whole or not at all, and paths. */
#ifndef VTM_BASE_FILE_H
#define VTM_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "vtonmetrics/status.h"

/* The whole regular file in new memory (free with free()); more than `limit` bytes is VTM_ERROR_LIMIT
 * before memory is taken, a folder, FIFO or device VTM_ERROR_IO without opening it. */
vtm_status vtm_file_read(const char *path, uint64_t limit, uint8_t **bytes, size_t *size, vtm_error *error);

/* The first bytes, at most `capacity`, and how long the whole file is. */
vtm_status vtm_file_read_start(const char *path, uint8_t *bytes, size_t capacity, size_t *size, uint64_t *whole,
                               vtm_error *error);

/* An output file that appears under its name only when committed: a temporary in the same folder, then
 * fsync and rename. Links are followed, and the owner and mode of a file that is replaced are kept. A target that is
 * not a regular file (/dev/null, a FIFO) is written in place, and so is a descriptor of this process (/dev/stdout). */
typedef struct vtm_output {
  FILE *stream; /* write here */
  char *path, *temporary;
} vtm_output;
vtm_status vtm_output_open(const char *path, vtm_output *output, vtm_error *error);
vtm_status vtm_output_commit(vtm_output *output, vtm_error *error); /* closes; on failure nothing is left */
void vtm_output_discard(vtm_output *output);                        /* closes and removes the temporary */

/* A new temporary file in the folder of `beginning`, open for reading and writing and already unlinked: nothing is left
 * however the process ends. -1 with errno set. */
int vtm_file_open_nameless(const char *beginning);

/* The part after the last slash, trailing slashes left out. This and the following give new strings, free with free();
 * NULL when memory runs out. */
char *vtm_path_last_part(const char *path, vtm_error *error);
char *vtm_path_join(const char *folder, const char *name, vtm_error *error);
/* Whether there is a file of this kind (S_IFDIR, S_IFREG) of that name in the folder; links are followed. */
bool vtm_path_is_kind(const char *folder, const char *name, mode_t kind);
/* A path without ".", ".." and double slashes, by its text alone (links are not followed): relative to the working
 * folder when it lies below that ("." for the folder itself), else absolute. */
char *vtm_path_from_here(const char *path, vtm_error *error);
/* The path that can be opened, from one that vtm_path_shown made: "~/" becomes the home folder. */
char *vtm_path_real(const char *shown, vtm_error *error);
/* ".jpg" with the dot, "" when there is none; points into `name`. A leading dot is no extension. */
const char *vtm_path_extension(const char *name);

#endif
