/* Warnings of results and broken files on standard error. */
#ifndef CLI_WARNINGS_H
#define CLI_WARNINGS_H

#include "cli/tool.h"
#include "vtonmetrics/metric.h"

/* The warnings of results[count - 1], a line each; not those that an earlier one of the same folders has. `task`: "" or
 * what each line begins with. Under --quiet only those of results that are no model's work and of broken files. */
void cli_print_warnings(cli_session *session, const char *task, const vtm_result *const *results, size_t count);

/* Those of the session's context, as errors: ten and how many more, with --verbose all. */
void cli_print_broken_files(cli_session *session);

#endif
