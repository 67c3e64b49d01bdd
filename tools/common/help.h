/* --help and the manual page, from the record of a tool. */
#ifndef VTM_TOOLS_HELP_H
#define VTM_TOOLS_HELP_H

#include <stddef.h>

#include "common/tool.h"

/* `full_name`: "fid", or "weights fetch" for a command. `general` are the options every tool has. The
 * caller frees the string; NULL when out of memory. */
char *vtm_help_text(const vtm_tool *tool, const char *full_name, const vtm_option_group *general, int width);
/* The manual page in man's language; the page of a tool with commands describes them all. */
char *vtm_help_man(const vtm_tool *tool, const char *full_name, const vtm_option_group *general);

#endif
