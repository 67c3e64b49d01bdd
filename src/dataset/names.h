/* Names of pictures. */
#ifndef VTM_DATASET_NAMES_H
#define VTM_DATASET_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/tools/dataset.h"

/* vtm_stem_length of a part of a text. */
size_t vtm_slice_stem_length(const char *bytes, size_t length);

/* The order of a folder's entries: by stem, then name. */
int vtm_folder_entry_compare(const vtm_folder_entry *a, const vtm_folder_entry *b);

/* Moves the entries of `more` behind those of `folder`, and clears `more`; sorted they are with vtm_folder_sort. */
vtm_status vtm_folder_append(vtm_folder *folder, vtm_folder *more, vtm_error *error);

void vtm_folder_sort(vtm_folder *folder);

/* Each entry's name is from now on one below the folder that `part` lies in: "part/NAME". */
vtm_status vtm_folder_name_from(vtm_folder *folder, const char *part, vtm_error *error);

/* The name of an entry, printable, in a buffer of the caller. */
enum { VTM_SHOWN_NAME = 320 };
const char *vtm_shown_name(const vtm_folder *folder, size_t index, char buffer[VTM_SHOWN_NAME]);

#endif
