/* Names of pictures. */
#ifndef VTM_DATASET_NAMES_H
#define VTM_DATASET_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/tools/dataset.h"

/* ".jpg" and the others in any case, or NULL at the end of the list. */
const char *vtm_image_extension_at(size_t index);
bool vtm_has_image_extension(const char *name);

/* The name of an entry, printable, in a buffer of the caller. */
enum { VTM_SHOWN_NAME = 320 };
const char *vtm_shown_name(const vtm_folder *folder, size_t index, char buffer[VTM_SHOWN_NAME]);

#endif
