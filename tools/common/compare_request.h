/* What `compare` was asked for, from the command line or from a file. */
#ifndef VTM_TOOLS_COMPARE_REQUEST_H
#define VTM_TOOLS_COMPARE_REQUEST_H

#include "common/metric_options.h"
#include "common/tool.h"
#include "vtonmetrics/experiment.h"

typedef struct vtm_compare_wish {
  vtm_experiment work; /* all there is to do; points into what follows */
  const char *format;  /* of standard output, or of --output */
  const char *output;
  vtm_experiment *file; /* of --config */
  vtm_experiment_task task;
  const char **folders, **names;
  char **owned; /* names cut out of operands and lists */
  size_t owned_count;
  vtm_settings **settings;
  vtm_named_value *limits, *tolerances;
} vtm_compare_wish;

/* Everything that can be found wrong before hours of work is found here. Close it also after a failure. */
vtm_status vtm_compare_wish_read(vtm_tool_session *session, const vtm_metric_options *options, vtm_compare_wish *wish,
                                 vtm_error *error);
void vtm_compare_wish_close(vtm_compare_wish *wish);

/* All options --NAME METRIC=X of the line as an array of new memory, *count of them. */
vtm_status vtm_read_metric_values(const vtm_command_line *line, const char *name, vtm_named_value **values,
                                  size_t *count, vtm_error *error);

#endif
