/* The manual page, from the record of a tool. */
#ifndef CLI_MAN_H
#define CLI_MAN_H

#include "cli/tool.h"

/* In man's language, with the arguments of cli_help_text; the page of a tool with commands describes them all. The
 * caller frees the string; NULL when out of memory. */
char *cli_man_page(const cli_tool *tool, const char *full_name, const cli_option_group *general);

#endif
