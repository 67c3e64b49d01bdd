/* Names that look equal but differ in letter case or Unicode form. */
#ifndef VTM_DATASET_NAME_VARIANTS_H
#define VTM_DATASET_NAME_VARIANTS_H

#include "dataset/schemes.h"
#include "vtonmetrics/status.h"

/* For each generated entry without partner: sets `other` to the reference entry that it would match if letter case and
 * Unicode form (composed or decomposed, as macOS writes names) were ignored. */
vtm_status vtm_find_name_variants(const vtm_known_names *names, const vtm_scheme *scheme, vtm_file_match *files,
                                  vtm_error *error);

/* "Unicode form" when the names are equal once composed, "letter case" when only the case of ASCII letters and of
 * others differs, else "letter case or Unicode form". Of names in a scheme the latter, as the person is a part of one.
 */
const char *vtm_name_difference(const char *a, const char *b);

/* The name in composed form and lower case, ASCII letters only where it is not UTF-8; a new string. */
char *vtm_fold_name(const char *name, vtm_error *error);

#endif
