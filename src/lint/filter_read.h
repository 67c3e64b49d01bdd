/* Reads a filter from the options and from the dataset's .vtonlint. */
#ifndef VTM_LINT_FILTER_READ_H
#define VTM_LINT_FILTER_READ_H

#include "lint/filter.h"

vtm_status vtm_lint_filter_open(vtm_lint_filter *filter, const char *dataset, const vtm_lint_options *options,
                                vtm_error *error);
/* Adds the lines of an ignore file; `text` is cut in place. */
vtm_status vtm_lint_filter_parse(vtm_lint_filter *filter, const char *path, char *text, vtm_error *error);

#endif
