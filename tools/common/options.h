/* The command line, read by tables of options. The records are vtm_option, the same in which a metric
 * declares its own, so that a new option of a metric appears here and in --help by itself. A record
 * whose help is NULL is understood but not shown. */
#ifndef VTM_TOOLS_OPTIONS_H
#define VTM_TOOLS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/metric.h"
#include "vtonmetrics/status.h"

typedef struct vtm_option_group {
  const char *heading; /* "Output" */
  const vtm_option *options;
  size_t count;
} vtm_option_group;

typedef struct vtm_given_option {
  const vtm_option *option;
  const char *value; /* flags: "true", or "false" for --no-NAME */
} vtm_given_option;

typedef struct vtm_command_line {
  vtm_given_option *given; /* in the order given */
  size_t given_count;
  const char **operands; /* what is no option; point into argv */
  size_t operand_count;
} vtm_command_line;

/* Accepts --name value, --name=value, --flag, --no-flag, the letters -h -q -v -o; "--" ends the options.
 * Everything wrong is VTM_ERROR_USAGE. Free with vtm_command_line_free, also after a failure. */
vtm_status vtm_command_line_parse(const vtm_option_group *groups, size_t group_count, int argc, const char *const *argv,
                                  vtm_command_line *line, vtm_error *error);
void vtm_command_line_free(vtm_command_line *line);

/* The last value given, NULL when the option was not given. */
const char *vtm_command_line_value(const vtm_command_line *line, const char *name);
bool vtm_command_line_flag(const vtm_command_line *line, const char *name);
long vtm_command_line_integer(const vtm_command_line *line, const char *name, long standard);

/* The letter of an option ('h' of "help"), or '\0'. */
char vtm_option_letter(const char *name);

/* Fills *error as a library function does and returns `status`. */
vtm_status vtm_tool_fail(vtm_error *error, vtm_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
