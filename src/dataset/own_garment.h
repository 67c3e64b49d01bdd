/* Which garment is a person's own, by their names. */
#ifndef VTM_DATASET_OWN_GARMENT_H
#define VTM_DATASET_OWN_GARMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/tools/dataset.h"

/* vtm_is_own_garment of names without extension; `length` bytes of `garment`. */
bool vtm_is_own_garment_slice(const char *person, const char *garment, size_t length);
/* The entry of the person's own garment; whether some person owns the garment. Stems. */
bool vtm_find_own_garment(const vtm_folder *garments, const char *person, size_t *index);
bool vtm_has_owner(const vtm_folder *people, const char *garment);

#endif
