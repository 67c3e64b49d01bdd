/* Names that a person takes for equal and a program does not. */
#ifndef VTM_DATASET_NAME_VARIANTS_H
#define VTM_DATASET_NAME_VARIANTS_H

#include "dataset/schemes.h"
#include "vtonmetrics/status.h"

/* For each generated entry without partner: the reference entry that it would have if letter case and Unicode
 * form (composed or not, as macOS writes names) did not count. Fills `other` of the files. */
vtm_status vtm_find_name_variants(const vtm_known_names *names, const vtm_scheme *scheme, vtm_file_match *files,
                                  vtm_error *error);

/* The name in composed form and lower case, ASCII letters only where it is not UTF-8; a new string. */
char *vtm_fold_name(const char *name, vtm_error *error);

#endif
