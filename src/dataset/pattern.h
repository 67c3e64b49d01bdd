/* --match regex: names of results by a regular expression of the user's. */
#ifndef VTM_DATASET_PATTERN_H
#define VTM_DATASET_PATTERN_H

#include "dataset/schemes.h"
#include "vtonmetrics/status.h"

typedef struct vtm_pattern vtm_pattern;

/* `text` must have a group named person; an error shows where it is wrong. */
vtm_status vtm_pattern_compile(const char *text, vtm_pattern **pattern, vtm_error *error);
void vtm_pattern_free(vtm_pattern *pattern); /* NULL is allowed */
/* The whole of `stem` has to match. An expression that takes too long is VTM_ERROR_LIMIT. */
vtm_status vtm_pattern_read(const vtm_pattern *pattern, const vtm_known_names *names, vtm_slice stem,
                            vtm_reading *reading, vtm_error *error);

#endif
