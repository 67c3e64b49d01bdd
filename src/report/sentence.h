/* The sentences for rows that follow each other in the ranking. */
#ifndef VTM_REPORT_SENTENCE_H
#define VTM_REPORT_SENTENCE_H

#include "base/text.h"
#include "vtonmetrics/metric.h"

/* What is known of two rows; NULL: nothing. */
const vtm_difference *vtm_find_difference(const vtm_result *result, size_t a, size_t b);

/* Calls `append` with each of them, best rows first; without differences with none. */
vtm_status vtm_append_neighbours(const vtm_result *result, vtm_text *text,
                                 void (*append)(vtm_text *text, const char *sentence), vtm_error *error);

#endif
