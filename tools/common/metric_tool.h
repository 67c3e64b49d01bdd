/* The executable of a metric: its options come from the library's record, this adds only what a record
 * of the library does not know. */
#ifndef VTM_TOOLS_METRIC_TOOL_H
#define VTM_TOOLS_METRIC_TOOL_H

#include "common/tool.h"

typedef struct vtm_metric_tool {
  const char *metric; /* "fid" */
  bool per_image;     /* it has a value for each pair: --per-image */
  const vtm_tool_section *sections;
  size_t section_count;
  const vtm_tool_example *examples;
  size_t example_count;
} vtm_metric_tool;

int vtm_metric_tool_main(const vtm_metric_tool *metric_tool, int argc, char **argv);

#endif
