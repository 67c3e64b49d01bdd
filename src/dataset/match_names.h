/* Reading the names of a folder by one scheme. */
#ifndef VTM_DATASET_MATCH_NAMES_H
#define VTM_DATASET_MATCH_NAMES_H

#include "dataset/schemes.h"

/* Fills *file from one reading of its name. */
void vtm_file_match_set(const vtm_known_names *names, const vtm_reading *reading, vtm_file_match *file);
/* Reads every name by one scheme. */
void vtm_read_names(const vtm_known_names *names, const vtm_scheme *scheme, vtm_file_match *files);

#endif
