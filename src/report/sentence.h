/* What is said of two rows, and of which two it is said. */
#ifndef VTM_REPORT_SENTENCE_H
#define VTM_REPORT_SENTENCE_H

#include "base/text.h"
#include "vtonmetrics/metric.h"

typedef struct vtm_said_pair {
  size_t better, worse; /* rows, in the order of the table */
} vtm_said_pair;

/* Each two neighbours of the ranking; and for a row whose rank that does not explain the nearest one that is ahead of
 * it, or the best one that it is tied with. `pairs` has room for 2 x row_count; returns their number. */
size_t vtm_said_pairs(const vtm_result *result, const size_t *order, const size_t *rank, vtm_said_pair *pairs);

/* Value of row a less that of row b, on the people that both have where that is known. */
double vtm_rows_apart(const vtm_result *result, const vtm_difference *difference, size_t a, size_t b);
/* Whether a difference is of other people than the values of the table, which are of all people of each row. */
bool vtm_is_of_common_people(const vtm_result *result, const vtm_difference *difference);

/* Calls `append` with the sentence of each of them; without differences with none. */
vtm_status vtm_append_sentences(const vtm_result *result, vtm_text *text,
                                void (*append)(vtm_text *text, const char *sentence), vtm_error *error);

#endif
