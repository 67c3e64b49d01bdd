/* What pairs-check found, as text for people and as JSON for programs. */
#ifndef PAIRS_CHECK_REPORT_H
#define PAIRS_CHECK_REPORT_H

#include <cjson/cJSON.h>
#include <stdio.h>

#include "vtonmetrics/tools/pairs.h"

enum { PAIRS_CHECK_PRINTED_NAME = 1024 };
const char *pairs_check_printable(const char *text, char buffer[PAIRS_CHECK_PRINTED_NAME]);

/* `most` findings of a rule at most. */
void pairs_check_print(FILE *out, const vtm_pairs_input *input, const vtm_pairs_report *report, size_t most);
cJSON *pairs_check_json(const vtm_pairs_input *input, const vtm_pairs_report *report);

#endif
