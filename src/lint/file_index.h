/* Files by set, kind and id. */
#ifndef VTM_LINT_FILE_INDEX_H
#define VTM_LINT_FILE_INDEX_H

#include "lint/rule.h"

/* To be built again when files were added. */
vtm_status vtm_lint_build_index(vtm_lint_run *run, vtm_error *error);
/* The file of `kind` in a set that has this id, or NULL; for a person of a result: `set` VTM_LINT_NONE. */
const vtm_lint_file *vtm_lint_find_file(const vtm_lint_run *run, int set, vtm_lint_kind kind, const char *id,
                                        size_t length);
/* Byte order, the shorter of two that begin alike first. */
int vtm_lint_compare_ids(const char *a, size_t a_length, const char *b, size_t b_length);

#endif
