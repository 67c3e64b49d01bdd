/* The executable of a metric: its options come from the library's record, this adds only what a record
 * of the library does not know. */
#ifndef CLI_METRIC_TOOL_H
#define CLI_METRIC_TOOL_H

#include "cli/tool.h"

typedef struct cli_metric_tool {
  const char *metric; /* "fid" */
  bool per_image;     /* it has a value for each pair: --per-image */
  const cli_section *sections;
  size_t section_count;
  const cli_example *examples;
  size_t example_count;
} cli_metric_tool;

int cli_metric_tool_main(const cli_metric_tool *metric_tool, int argc, char **argv);

#endif
