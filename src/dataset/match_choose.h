/* --match auto. */
#ifndef VTM_DATASET_MATCH_CHOOSE_H
#define VTM_DATASET_MATCH_CHOOSE_H

#include "dataset/schemes.h"

/* The scheme that explains most of the names; *reason is a new string. */
vtm_status vtm_choose_scheme(const vtm_known_names *names, const vtm_scheme **scheme, char **reason, vtm_error *error);

#endif
