/* What a check of pairs finds, and what its parts ask of a line. */
#ifndef VTM_DATASET_PAIRS_FINDINGS_H
#define VTM_DATASET_PAIRS_FINDINGS_H

#include "vtonmetrics/tools/pairs.h"

typedef enum vtm_pair_rule_number {
  VTM_RULE_EMPTY_LIST,
  VTM_RULE_MALFORMED_LINE,
  VTM_RULE_MISSING_PERSON,
  VTM_RULE_MISSING_GARMENT,
  VTM_RULE_MISSING_NAME,
  VTM_RULE_NEAR_NAME,
  VTM_RULE_WRONG_EXTENSION,
  VTM_RULE_DUPLICATE_PAIR,
  VTM_RULE_MIXED_ORDER,
  VTM_RULE_SWAPPED_COLUMNS,
  VTM_RULE_MISSING_TYPE,
  VTM_RULE_UNUSED_PERSON,
  VTM_RULE_UNUSED_GARMENT,
  VTM_RULE_TWIN_FILES,
  VTM_RULE_MISSING_RESULT,
  VTM_RULE_RESULT_OF_NOBODY,
  VTM_RULE_RESULT_UNLISTED,
  VTM_RULE_DOUBLE_RESULT,
  VTM_RULE_AMBIGUOUS_RESULT,
  VTM_RULE_UNREAD_PICTURE,
  VTM_RULES
} vtm_pair_rule_number;

typedef struct vtm_pairs_run {
  const vtm_pairs_input *input;
  vtm_pairs_report *report;
  vtm_error *error;
  bool failed; /* out of memory: error says so */
} vtm_pairs_run;

/* Adds a finding; `format` and the rest make its text. */
void vtm_pairs_add(vtm_pairs_run *run, vtm_pair_rule_number rule, size_t line, const char *folder, const char *format,
                   ...) __attribute__((format(printf, 5, 6)));

/* A line whose columns are identified as person and garment, where that is possible. */
typedef struct vtm_identified_line {
  const vtm_pair_line *line;
  bool is_identified;
  const char *person, *garment; /* otherwise the first and the second name */
} vtm_identified_line;
vtm_identified_line vtm_identify_line(const vtm_pairs_input *input, const vtm_pairs_report *report,
                                      const vtm_pair_line *line);

bool vtm_folder_has(const vtm_folder *folder, const char *name, size_t *index);
/* Whether it is the name of a person or of a garment. */
bool vtm_exists(const vtm_pairs_input *input, const char *name);

#endif
