/* What pairs-check found, as text for people and as JSON for programs. */
#ifndef VTM_TOOLS_PAIRS_TEXT_H
#define VTM_TOOLS_PAIRS_TEXT_H

#include <cjson/cJSON.h>
#include <stdio.h>

#include "vtonmetrics/pairs.h"

enum { VTM_PRINTED_NAME = 1024 };
const char *vtm_printed(const char *text, char buffer[VTM_PRINTED_NAME]);

/* `most` findings of a rule at most. */
void vtm_pairs_print(FILE *out, const vtm_pairs_input *input, const vtm_pairs_report *report, size_t most);
cJSON *vtm_pairs_json(const vtm_pairs_input *input, const vtm_pairs_report *report);
/* What each file of two folders became. */
cJSON *vtm_matching_json(const vtm_folder *reference, const vtm_folder *generated, const vtm_matching *matching);

#endif
