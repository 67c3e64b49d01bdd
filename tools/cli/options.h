/* The command line, read by tables of options. The records are vtm_option, the same in which a metric
 * declares its own, so that a new option of a metric appears here and in --help by itself. A record
 * whose help is NULL is understood but not shown. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/metric.h"
#include "vtonmetrics/status.h"

typedef struct cli_option_group {
  const char *heading; /* "Output" */
  const vtm_option *options;
  size_t count;
} cli_option_group;

typedef struct cli_given_option {
  const vtm_option *option;
  const char *value; /* flags: "true", or "false" for --no-NAME */
} cli_given_option;

typedef struct cli_command_line {
  cli_given_option *given; /* in the order given */
  size_t given_count;
  const char **operands; /* what is no option; point into argv */
  size_t operand_count;
} cli_command_line;

/* Accepts --name value, --name=value, --flag, --no-flag, the letters -h -q -v -o; "--" ends the options.
 * Everything wrong is VTM_ERROR_USAGE. Free with cli_command_line_free, also after a failure. */
vtm_status cli_command_line_parse(const cli_option_group *groups, size_t group_count, int argc, const char *const *argv,
                                  cli_command_line *line, vtm_error *error);
void cli_command_line_free(cli_command_line *line);

/* The last value given, NULL when the option was not given. */
const char *cli_command_line_value(const cli_command_line *line, const char *name);
bool cli_command_line_flag(const cli_command_line *line, const char *name);
long cli_command_line_integer(const cli_command_line *line, const char *name, long standard);

/* The letter of an option ('h' of "help"), or '\0'. */
char cli_option_letter(const char *name);

/* Fills *error as a library function does and returns `status`. */
vtm_status cli_fail(vtm_error *error, vtm_status status, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
