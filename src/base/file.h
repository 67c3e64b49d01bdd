/* Files: whole-file reading, mapping, and writing that is whole or not at all. */
#ifndef VTM_BASE_FILE_H
#define VTM_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

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

/* A new file BEGINNING.XXXXXX, with six random letters, open for reading and writing, which has lost its name again, so
 * that nothing is left however the process ends; -1 with errno set. */
int vtm_file_open_nameless(const char *beginning);

/* The part after the last slash, trailing slashes left out; a new string. */
char *vtm_path_last_part(const char *path, vtm_error *error);
char *vtm_path_join(const char *folder, const char *name, vtm_error *error);
/* A path by its letters alone, without ".", ".." and double slashes: one below the working folder relative to it, "."
 * for that folder itself, all else absolute. A new string. */
char *vtm_path_from_here(const char *path, vtm_error *error);
/* From what vtm_path_shown made to what can be opened; a new string. */
char *vtm_path_real(const char *shown, vtm_error *error);
/* ".jpg" with the dot, "" when there is none; points into `name`. A leading dot is no extension. */
const char *vtm_path_extension(const char *name);

#endif
