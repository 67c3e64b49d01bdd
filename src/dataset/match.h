/* The parts of matching two folders. */
#ifndef VTM_DATASET_MATCH_H
#define VTM_DATASET_MATCH_H

#include "dataset/schemes.h"
#include "vtonmetrics/pairs.h"

/* What a name became by one reading of it. */
void vtm_file_match_set(const vtm_known_names *names, const vtm_reading *reading, vtm_file_match *file);

/* The scheme that explains most of the names; *reason is a new string. */
vtm_status vtm_choose_scheme(const vtm_known_names *names, const vtm_scheme **scheme, char **reason, vtm_error *error);

/* Lets a pair list decide: files that it does not list lose their partner, names that say nothing get theirs. */
vtm_status vtm_match_by_list(const vtm_known_names *names, const vtm_pair_list *list, vtm_matching *matching,
                             const vtm_scheme **scheme, vtm_error *error);

/* Reads every name by one scheme. */
void vtm_read_names(const vtm_known_names *names, const vtm_scheme *scheme, vtm_file_match *files);

/* "people/00006_00.jpg" and the like, printable, in static-sized buffers of the caller. */
enum { VTM_SHOWN_NAME = 320 };
const char *vtm_shown_name(const vtm_folder *folder, size_t index, char buffer[VTM_SHOWN_NAME]);

#endif
