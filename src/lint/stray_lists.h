/* Pair lists under names that nobody reads. */
#ifndef VTM_LINT_STRAY_LISTS_H
#define VTM_LINT_STRAY_LISTS_H

#include "lint/lint_file.h"
#include "lint/listing.h"

/* Notes each .txt file of the folder, "" for the dataset's own, that is a list of its people but has no list's name:
 * test_unpaired.txt for test_pairs_unpaired.txt. The index of files must be built. */
vtm_status vtm_lint_note_stray_lists(vtm_lint_run *run, const char *folder, const vtm_lint_listing *listing,
                                     vtm_error *error);

#endif
