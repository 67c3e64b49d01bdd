/* Which person each result shows. */
#ifndef VTM_LINT_MATCH_RESULTS_H
#define VTM_LINT_MATCH_RESULTS_H

#include "lint/rule.h"
#include "vtonmetrics/tools/dataset.h"

/* Opens the people or garments of a set, by the endings of their part ("_0" in DressCode); false: there are none. */
bool vtm_lint_open_folder(const vtm_lint_run *run, int set, vtm_lint_kind kind, vtm_folder *folder);
/* Fills in the owner of each result. */
void vtm_lint_match_results(vtm_lint_run *run, const vtm_lint_folder *folder);

#endif
