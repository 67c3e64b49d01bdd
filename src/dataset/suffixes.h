/* Endings of results' names that are no garments: P_result, P_mask, P_fake_B. */
#ifndef VTM_DATASET_SUFFIXES_H
#define VTM_DATASET_SUFFIXES_H

#include "dataset/schemes.h"
#include "vtonmetrics/tools/pairs.h"

/* For names that were read by a scheme nobody asked for. A garment is one that the folder of garments, the list (either
 * may be NULL) or a photograph has, or that is a number or built as the names of people are; of the other endings one
 * that many people share is a suffix. One suffix is dropped from `files`, and *reason, a new string, says so; several
 * for one person are VTM_ERROR_DATA with their names and how to choose. */
vtm_status vtm_drop_suffixes(const vtm_known_names *names, const vtm_pair_list *list, const vtm_scheme *scheme,
                             vtm_file_match *files, char **reason, vtm_error *error);

#endif
