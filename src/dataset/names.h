/* Names of pictures. */
#ifndef VTM_DATASET_NAMES_H
#define VTM_DATASET_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/dataset.h"

/* ".jpg" and the others in any case, or NULL at the end of the list. */
const char *vtm_image_extension_at(size_t index);
bool vtm_has_image_extension(const char *name);
/* vtm_is_own_garment of names without extension; `length` bytes of `garment`. */
bool vtm_is_own_garment_slice(const char *person, const char *garment, size_t length);

/* The entry of the person's own garment; whether some person owns the garment. Stems. */
bool vtm_find_own_garment(const vtm_folder *garments, const char *person, size_t *index);
bool vtm_has_owner(const vtm_folder *people, const char *garment);

#endif
