/* --help, from the record of a tool. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stddef.h>

#include "cli/tool.h"

/* `full_name`: "fid", or "weights fetch" for a command. `general` are the options every tool has. The
 * caller frees the string; NULL when out of memory. */
char *cli_help_text(const cli_tool *tool, const char *full_name, const cli_option_group *general, int width);

#endif
