/* The executable of a metric: all comes from the library's record; this adds what is worth saying in its help. */
#ifndef CLI_METRIC_TOOL_H
#define CLI_METRIC_TOOL_H

#include "cli/tool.h"

typedef struct cli_metric_tool {
  const char *metric;          /* "fid" */
  const cli_section *sections; /* NULL: none, as for examples */
  size_t section_count;
  const cli_example *examples;
  size_t example_count;
} cli_metric_tool;

int cli_metric_tool_main(const cli_metric_tool *metric_tool, int argc, char **argv);

#endif
