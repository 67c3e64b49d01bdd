/* Who is in a pair list for testing: of whom results are expected, and what programs make for testing alone. */
#ifndef VTM_LINT_LISTED_H
#define VTM_LINT_LISTED_H

#include "lint/lint_file.h"

/* Reads the lists; after the index was built. */
vtm_status vtm_lint_find_listed(vtm_lint_run *run, vtm_error *error);
/* Whether a person (an index of run->files) is in such a list; everybody is where the set has none. */
bool vtm_lint_is_tested(const vtm_lint_run *run, size_t person);

#endif
