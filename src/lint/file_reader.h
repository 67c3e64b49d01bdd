/* The content of one file: read once, decoded once, and only when a rule asks for it. */
#ifndef VTM_LINT_FILE_READER_H
#define VTM_LINT_FILE_READER_H

#include "image/labels.h"
#include "lint/lint_file.h"
#include "vtonmetrics/image.h"

/* One file while rules inspect it. */
typedef struct vtm_lint_reader {
  vtm_lint_run *run;
  vtm_lint_file *file; /* `inspect` of a rule may write file->facts of this file, and nothing else of the run */
  struct vtm_lint_content *content;
} vtm_lint_reader;

/* Each reads or decodes on first use and caches the outcome for the other rules of this file. NULL on failure, which
 * the rules unreadable, truncated and the like report: other rules just return. */
const uint8_t *vtm_lint_reader_bytes(vtm_lint_reader *reader, size_t *size);
const vtm_image *vtm_lint_reader_pixels(vtm_lint_reader *reader);
/* At least 64 pixels a side where the picture has them, maybe more: JPEG is decoded at a reduced size. A
 * rule whose need is SMALL uses this one. */
const vtm_image *vtm_lint_reader_small(vtm_lint_reader *reader);
/* The label of each pixel, for parse maps. */
const vtm_labels *vtm_lint_reader_labels(vtm_lint_reader *reader);
/* The header; with `error`, why there is none. */
const vtm_image_header *vtm_lint_reader_header(vtm_lint_reader *reader, vtm_error *error);
/* Why bytes or pixels were NULL; empty when they were not. */
const vtm_error *vtm_lint_reader_failure(const vtm_lint_reader *reader);

/* The file's memo, zeroed at first; NULL when memory runs out. */
vtm_lint_memo *vtm_lint_reader_memo(vtm_lint_reader *reader);
/* Works something out of the file once, whatever the number of rules that ask for it: `work` fills a zeroed
 * block of `size` bytes, which lives as long as the reader. NULL when `work` returned false. */
typedef bool (*vtm_lint_work)(vtm_lint_reader *reader, void *outcome);
const void *vtm_lint_reader_once(vtm_lint_reader *reader, vtm_lint_work work, size_t size);

void vtm_lint_reader_open(vtm_lint_reader *reader);
void vtm_lint_reader_close(vtm_lint_reader *reader);
/* Where the file is on the disk; a new string. */
char *vtm_lint_disk_path(const vtm_lint_run *run, const vtm_lint_file *file, vtm_error *error);

#endif
